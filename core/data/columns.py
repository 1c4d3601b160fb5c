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

from core.data.column import Column, ColumnKind
from core.data.dataset import (
    LABEL,
    N_CHARS,
    N_TOKENS,
    N_WORDS,
    ROW,
    Dataset,
    columns_file,
    texts_file,
)
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
        DamagedFile: its texts are missing or damaged.
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
        DamagedFile: its texts are missing or damaged.
    """
    classes = pa.array(dataset.classes, pa.string())
    labels = _batches(workspace, dataset, LABEL, read_dictionary=[LABEL])
    class_ids = (_class_ids(batch, classes) for batch in labels)
    return _gathered(dataset, class_ids, np.dtype(np.int16))


def labelled_rows(
    workspace: Workspace, dataset: Dataset
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers, ascending, and class ids (positions in `dataset.classes`) of the labelled rows.

    Raises:
        SincerelyError: as `row_class_ids`.
    """
    class_ids = row_class_ids(workspace, dataset)
    rows = np.flatnonzero(class_ids >= 0)
    return rows, class_ids[rows].astype(np.int64)


def unlabelled_rows(workspace: Workspace, dataset: Dataset) -> NDArray[np.int64]:
    """Row numbers of the rows without a label, ascending.

    Raises:
        SincerelyError: as `row_class_ids`.
    """
    if not dataset.unlabelled:
        return np.zeros(0, np.int64)
    return np.flatnonzero(row_class_ids(workspace, dataset) < 0)


def column_codes(
    workspace: Workspace, dataset: Dataset, column: Column
) -> tuple[NDArray[np.int64], pa.Array]:
    """A further column as written: a number for each row, -1 for no value, and what it stands for.

    Returns:
        Positions in the values, shape (rows of the data set,), and the different values.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    with columns_file(workspace, dataset) as path:
        cells = pq.read_table(path, columns=[column.cells])[column.cells]
    # Twice as fast as to read it as a dictionary, which differs by row group.
    whole = pa.concat_arrays(cells.chunks or [pa.array([], pa.string())]).dictionary_encode()
    codes = pc.fill_null(whole.indices, -1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), whole.dictionary


def column_values(
    workspace: Workspace, dataset: Dataset, column: Column
) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    """Which rows have a value, and all values, 0 where there is none; both of shape (rows,).

    Of times microseconds since 1970, exact as integers; of yes/no 0 and 1.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    with columns_file(workspace, dataset) as path, pq.ParquetFile(path) as file:
        found = file.read(columns=[column.values], use_threads=False)[column.values]
    if column.kind is ColumnKind.TIME:
        found = found.cast(pa.int64())
    values = pc.fill_null(found, False if column.kind is ColumnKind.YES_NO else 0)
    return found.is_valid().to_numpy(), values.to_numpy()


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
    if not workspace.dataset(dataset.id).folder.is_dir():
        raise NotFound("the texts of the data set", "no file", "choose another data set")
    with (
        texts_file(workspace, dataset) as path,
        pq.ParquetFile(path, read_dictionary=read_dictionary) as file,
    ):
        for batch in file.iter_batches(_BATCH_ROWS, columns=[name], use_threads=False):
            yield batch.column(0)


def _gathered(dataset: Dataset, pieces: Iterable[pa.Array], dtype: np.dtype[Any]) -> Ints:
    values = np.empty(dataset.rows, dtype)
    end = 0
    for piece in pieces:
        start, end = end, end + len(piece)
        values[start:end] = piece
    return values
