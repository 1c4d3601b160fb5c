"""Files that are worked out from data and kept under a key: each can be made again.

A key names what the content depends on. A file appears whole, or not at all, and is never written
to; a newer one takes its place in one step.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import SincerelyError, disk_errors
from core.files import put_in_place
from core.workspace import Workspace

_log = logging.getLogger(__name__)


@contextmanager
def new_artifact(workspace: Workspace, target: Path, what: str) -> Iterator[Path]:
    """A path to write a file to, which becomes `target` at the end of the context.

    At an error nothing is kept, and `target` stays as it was.

    Example:
        >>> with new_artifact(workspace, workspace.suspects(key), "the suspects") as path:
        ...     pq.write_table(table, path)

    Args:
        workspace: Where `target` is.
        target: Its place in the cache.
        what: What an error is to call it.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    with disk_errors(what), workspace.staging() as folder:
        made = folder / target.name
        yield made
        target.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(made, target)


@contextmanager
def removed_if_damaged(path: Path) -> Iterator[None]:
    """Read a kept file inside; one that is damaged goes, and is made again when it is needed."""
    try:
        yield
    except (FileNotFoundError, SincerelyError):
        raise
    except Exception as error:  # Readers of damaged files raise nearly anything.
        _log.warning("removed %s, which is damaged: %r", path, error)
        with disk_errors("the workspace"):
            path.unlink(missing_ok=True)


def delete_artifacts(workspace: Workspace, fingerprint: str) -> None:
    """Delete what was worked out from the texts of a data set, of any kind.

    Args:
        workspace: Where it is.
        fingerprint: The data set's; keys begin with it.

    Raises:
        OSError: the disk is closed to this user.
    """
    for made in workspace.cache.glob(f"*/{fingerprint}-*"):
        made.unlink(missing_ok=True)
