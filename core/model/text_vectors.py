"""Sentence vectors of a data set's labelled rows or a run's, encoded once and kept in cache."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.artifacts import new_artifact
from core.data.dataset import TEXT, Dataset, take_rows
from core.encoders.encoders import EMBEDDED, find_encoder
from core.jobs.tasks import Report
from core.workspace import Workspace

_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
"""What numpy raises of a file that is not there or damaged; it is made anew."""


def labelled_vectors(
    workspace: Workspace,
    dataset: Dataset,
    rows: NDArray[np.int64],
    *,
    encoder: str = EMBEDDED,
    report: Report,
) -> NDArray[np.float32]:
    """The vectors of the labelled rows; what is not in cache is encoded, which loads TensorFlow.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        rows: From `labelled_rows`, shape (n,).
        encoder: What to encode with.
        report: Told the stage, rows done and in all; raising from it leaves nothing.

    Returns:
        Shape (n, width of the encoder), each of length 1.

    Raises:
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    key = f"{dataset.fingerprint}-{encoder_key(encoder)}"

    def texts() -> list[str]:
        report("Reading the texts", 0, 0)
        found: list[str] = take_rows(workspace, dataset, rows)[TEXT].to_pylist()
        return found

    return kept_vectors(workspace, key, texts, len(rows), encoder=encoder, report=report)


def kept_vectors(
    workspace: Workspace,
    key: str,
    texts: Callable[[], list[str]],
    rows: int,
    *,
    encoder: str,
    report: Report,
) -> NDArray[np.float32]:
    """The vectors kept under a key, or those of the texts, which are then kept.

    Args:
        workspace: Whose cache keeps them.
        key: Names texts, their order and the encoder.
        texts: Gives the texts; asked only if they have to be encoded.
        rows: How many there are.
        encoder: What to encode with.
        report: Told the stage, rows done and in all; raising from it leaves nothing.

    Returns:
        Shape (rows, width of the encoder), each of length 1.

    Raises:
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    cached = workspace.sentence_vectors(key)
    with contextlib.suppress(*_UNREADABLE), cached.open("rb") as file:
        known: NDArray[np.float32] = np.load(file)
        if len(known) == rows:
            return known
    wanted = texts()
    report("Loading the encoder", 0, 0)
    # Imported here: pages look for what was made of the vectors without TensorFlow.
    from core.model.embedding import sentence_vectors

    found = find_encoder(encoder, workspace)
    vectors = sentence_vectors(found, wanted, progress=partial(report, "Encoding"))
    with new_artifact(workspace, cached, "the sentence vectors") as path:
        np.save(path, vectors)
    return vectors


def row_vectors(
    workspace: Workspace,
    dataset: Dataset,
    rows: NDArray[np.int64],
    *,
    encoder: str = EMBEDDED,
    report: Report,
) -> NDArray[np.float32]:
    """The vectors of any rows; those not in cache are encoded, which loads TensorFlow, and added.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        rows: Row numbers, ascending, shape (n,).
        encoder: What to encode with.
        report: Told the stage, rows done and in all; raising from it leaves nothing new.

    Returns:
        Shape (n, width of the encoder), each of length 1.

    Raises:
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    cached = workspace.row_vectors(f"{dataset.fingerprint}-rows-{encoder_key(encoder)}")
    known, vectors = np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
    with contextlib.suppress(*_UNREADABLE), cached.open("rb") as file, np.load(file) as kept:
        known, vectors = kept["rows"], kept["vectors"]
    missing = np.setdiff1d(rows, known)
    if len(missing):
        report("Reading the texts", 0, 0)
        texts = take_rows(workspace, dataset, missing)[TEXT].to_pylist()
        report("Loading the encoder", 0, 0)
        from core.model.embedding import sentence_vectors

        found = find_encoder(encoder, workspace)
        new = sentence_vectors(found, texts, progress=partial(report, "Encoding"))
        known = np.concatenate([known, missing])
        order = np.argsort(known)
        known, vectors = (
            known[order],
            np.concatenate([vectors.reshape(-1, new.shape[1]), new])[order],
        )
        with new_artifact(workspace, cached, "the sentence vectors") as path:
            np.savez(path, rows=known, vectors=vectors)
    wanted: NDArray[np.float32] = vectors[np.searchsorted(known, rows)]
    return wanted


def encoder_key(encoder: str) -> str:
    """Names an encoder in the names of files."""
    return hashlib.sha256(encoder.encode()).hexdigest()[:8]
