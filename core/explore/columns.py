"""Whole columns of a data set as arrays: rows are numbered from 0 in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import LABEL, N_CHARS, N_TOKENS, N_WORDS, ROW, Dataset
from core.errors import BadInput, NotFound
from core.workspace import Workspace

Ints = NDArray[np.signedinteger]
_BATCH_ROWS = 65_536


def text_lengths(
    workspace: Workspace, dataset: Dataset, unit: str, tokens: Path | None = None
) -> Ints:
    """The length of each text in a unit, shape (rows of the data set,).

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        unit: N_WORDS, N_CHARS or N_TOKENS.
        tokens: The token counts, for N_TOKENS: a Parquet file of row and n_tokens.

    Raises:
        BadInput: tokens are asked for and not given, or were counted for other texts.
        NotFound: the data set is gone.
    """
    if unit == N_TOKENS:
        return _token_counts(dataset, tokens)
    if unit not in (N_WORDS, N_CHARS):
        raise ValueError(f"not a length column: {unit!r}")
    return _gathered(dataset, _batches(workspace, dataset, unit), np.dtype(np.int32))


def row_class_ids(workspace: Workspace, dataset: Dataset) -> Ints:
    """The class of each row as a position in `dataset.classes`, -1 for none; shape (rows,).

    Raises:
        NotFound: the data set is gone.
    """
    classes = pa.array(dataset.classes, pa.string())
    labels = _batches(workspace, dataset, LABEL, read_dictionary=[LABEL])
    class_ids = (_class_ids(batch, classes) for batch in labels)
    return _gathered(dataset, class_ids, np.dtype(np.int16))


def _class_ids(labels: pa.DictionaryArray, classes: pa.Array) -> NDArray[np.int16]:
    # Only the few different labels are looked up; the rows point to them.
    known = np.append(pc.index_in(labels.dictionary, classes).to_numpy(), -1).astype(np.int16)
    class_ids: NDArray[np.int16] = known[pc.fill_null(labels.indices, -1).to_numpy()]
    return class_ids


def _token_counts(dataset: Dataset, tokens: Path | None) -> Ints:
    if tokens is None or not tokens.is_file():
        raise BadInput("counted tokens", "none yet", "count them first or choose words")
    with pq.ParquetFile(tokens) as file:
        counted = file.metadata.num_rows
        if counted != dataset.rows:
            raise BadInput(
                f"token counts of {dataset.rows:,} texts", f"{counted:,}", "count them again"
            )
        lengths = np.zeros(dataset.rows, np.int32)
        for batch in file.iter_batches(_BATCH_ROWS, columns=[ROW, N_TOKENS], use_threads=False):
            lengths[batch[ROW].to_numpy()] = batch[N_TOKENS].to_numpy()
    return lengths


def _batches(
    workspace: Workspace, dataset: Dataset, name: str, *, read_dictionary: list[str] | None = None
) -> Iterator[pa.Array]:
    """A column in pieces: half the memory of reading it whole, and as quick."""
    path = workspace.dataset(dataset.id).texts
    if not path.parent.is_dir():
        raise NotFound("the texts of the data set", "no file", "choose another data set")
    with pq.ParquetFile(path, read_dictionary=read_dictionary) as file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=[name], use_threads=False):
            yield batch.column(0)


def _gathered(dataset: Dataset, pieces: Iterable[pa.Array], dtype: np.dtype[Any]) -> Ints:
    values = np.empty(dataset.rows, dtype)
    end = 0
    for piece in pieces:
        start, end = end, end + len(piece)
        values[start:end] = piece
    return values
