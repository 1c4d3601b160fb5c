"""Ids and texts of rows, a chunk at a time, without holding a data set's texts in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.dataset import ID, TEXT, Dataset, take_rows
from core.data.row_groups import row_groups
from core.workspace import Workspace

NO_ROW = -1
SEVERAL_ROWS = -2
_SCHEMA = pa.schema([(ID, pa.string()), (TEXT, pa.string())])


@contextmanager
def row_texts(workspace: Workspace, dataset: Dataset) -> Iterator[RowTexts]:
    """What gives ids and texts; what it keeps on the disk goes with the block."""
    with ExitStack() as stack:
        yield RowTexts(workspace, dataset, stack)


class RowTexts:
    """Reads ids and texts of any rows.

    The first chunk is read from the data set's file. From the second on, a decompressed copy of it
    is looked into: decompressing all its row groups for every chunk would take most of the time.
    """

    def __init__(self, workspace: Workspace, dataset: Dataset, stack: ExitStack) -> None:
        self._workspace, self._dataset, self._stack = workspace, dataset, stack
        self._texts = workspace.dataset(dataset.id).texts
        self._asked = False
        self._batches: list[pa.RecordBatch] = []

    def take(self, rows: NDArray[np.int64]) -> pa.Table:
        """The columns ID and TEXT of the rows with these numbers, in this order."""
        if not self._asked:
            self._asked = True
            return take_rows(self._workspace, self._dataset, rows).select([ID, TEXT])
        if not self._batches:
            self._decompress()
        order = np.argsort(rows, kind="stable")
        ascending = rows[order]
        pieces, end = [_SCHEMA.empty_table()], 0
        for batch in self._batches:
            start, end = end, end + batch.num_rows
            here = ascending[slice(*np.searchsorted(ascending, [start, end]))]
            if len(here):
                pieces.append(pa.Table.from_batches([batch.take(pa.array(here - start))]))
        return pa.concat_tables(pieces).take(pa.array(np.argsort(order)))

    def rows_of(self, ids: Iterable[str]) -> dict[str, int]:
        """The row of each of these ids that occurs, SEVERAL_ROWS where more than one has it."""
        wanted = pa.array(sorted(set(ids)), pa.string())
        found: dict[str, int] = {}
        if not len(wanted):
            return found
        for start, group in row_groups(self._texts, [ID]):
            here = np.flatnonzero(pc.is_in(group[ID], value_set=wanted).to_numpy())
            for row, name in zip(here + start, group[ID].take(here).to_pylist(), strict=True):
                found[name] = SEVERAL_ROWS if name in found else int(row)
        return found

    def _decompress(self) -> None:
        path = self._stack.enter_context(self._workspace.staging()) / "texts.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, _SCHEMA) as copy:
            for _, group in row_groups(self._texts, [ID, TEXT]):
                copy.write_table(group)
        mapped = self._stack.enter_context(pa.memory_map(str(path)))
        reader = pa.ipc.open_file(mapped)
        self._batches = [reader.get_batch(place) for place in range(reader.num_record_batches)]
