"""Errors that people read.

SincerelyError
├── BadInput          a file, column, value or setting cannot be used
├── NotFound          a data set, run or column of that name does not exist
├── AlreadyExists     the name is taken
├── DamagedFile       a file of the workspace is missing or damaged
├── EncoderError      the encoder's files are missing, altered or not a BERT
├── DiskError         the disk is full or a folder cannot be written
├── NetworkError      a download failed; what has arrived is kept
├── TrainingDiverged  the loss or the answers are no longer finite numbers
├── JobError          a worker or service could not be started or stopped
└── Cancelled         the person asked to stop; nothing half-written stays

Every message is one sentence: what was expected, what was found, what to do next.
Bugs stay ordinary exceptions.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class SincerelyError(Exception):
    """Base of all errors whose message is written for the person at the screen.

    Args:
        expected: What would have worked, as a noun phrase.
        found: What was there instead.
        action: What to do next, as an instruction without a full stop.
    """

    def __init__(self, expected: str, found: str, action: str) -> None:
        self.expected = expected
        self.found = found
        self.action = action
        super().__init__(f"Expected {expected}, but found {found}: {action}.")


class BadInput(SincerelyError):
    """A file, column, value or setting cannot be used."""


class NotFound(SincerelyError):
    """A data set, run or column of that name does not exist."""


class AlreadyExists(SincerelyError):
    """The name is taken."""


class DamagedFile(SincerelyError):
    """A file of the workspace is missing or damaged."""


class EncoderError(SincerelyError):
    """The encoder's files are missing, altered or not a BERT."""


class DiskError(SincerelyError):
    """The disk is full or a folder cannot be written."""


class NetworkError(SincerelyError):
    """A download failed; what has arrived is kept."""


class TrainingDiverged(SincerelyError):
    """The loss or the answers are no longer finite numbers."""


class JobError(SincerelyError):
    """A worker or service could not be started or stopped."""


class Cancelled(SincerelyError):
    """The person asked to stop; nothing half-written stays."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} to finish", "a request to stop", "start it again when you like")


def never_stop() -> bool:
    """The default of every `should_stop`, the question whose yes raises Cancelled."""
    return False


_DISK_ERRORS = {
    errno.ENOSPC: "a full disk",
    errno.EDQUOT: "a used-up disk quota",
    errno.EROFS: "a read-only disk",
    errno.EACCES: "a folder this user may not write",
    errno.EPERM: "a folder this user may not write",
    errno.ENOTDIR: "a file where a folder should be",
    errno.EEXIST: "a file where a folder should be",
    errno.EFBIG: "a file larger than this disk allows",
}


@contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turn the operating system's disk errors into a DiskError about `what`.

    Raises:
        DiskError: the disk is full, read-only or closed to this user.
    """
    try:
        yield
    except OSError as error:
        reason = _DISK_ERRORS.get(error.errno or 0)
        if reason is None:
            raise
        raise DiskError(
            f"room to write {what}",
            reason,
            "free some space or set SINCERELY_WORKSPACE to another folder, then try again",
        ) from error
