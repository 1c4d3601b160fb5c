"""Labels as files: every event or the current labels out, and both back in.

An undo names the client event that it takes back, since numbers of events mean nothing in
another store. Exports are streamed: their memory does not grow with the number of events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from core.data.dataset import ID, LABEL, ROW, TEXT, Dataset
from core.labels.annotators import checked_annotator
from core.labels.exchange.incoming import CHUNK_LINES, Line, Reader
from core.labels.exchange.label_file import LabelFileFormat, fault, read_records, write_tables
from core.labels.exchange.row_texts import RowTexts, row_texts
from core.labels.guidelines import guidelines
from core.labels.store.batch import Batch
from core.labels.store.events import AUDIT, Action
from core.labels.store.schema import EVENTS, latest_standing
from core.labels.store.store import LabelStore
from core.workspace import Workspace

CHUNK_EVENTS = 5_000
"""Events that an export reads and writes at once."""
STORED_AT_ONCE = 200
"""Lines that an import stores at once: databases take a few hundred values in one question."""
_Columns: TypeAlias = Mapping[str, tuple[Any, ...]]
"""Values of some events, by the name of their column."""
_PLACE = ("fingerprint", ROW)
_SAME = (*_PLACE, "action", "value", "annotator")
_HISTORY = pa.schema(
    [
        ("client_event", pa.string()),
        ("at_ms", pa.int64()),
        ("at", pa.string()),
        ("annotator", pa.string()),
        (ROW, pa.int64()),
        (ID, pa.string()),
        (TEXT, pa.string()),
        ("action", pa.string()),
        ("value", pa.string()),
        ("queue", pa.string()),
        ("reason", pa.string()),
        ("suggestion", pa.string()),
        ("guideline", pa.string()),
        ("spent_ms", pa.int64()),
        ("batch", pa.string()),
        ("undoes", pa.string()),
        ("fingerprint", pa.string()),
    ]
)
_CURRENT = pa.schema(
    [
        (ROW, pa.int64()),
        (ID, pa.string()),
        (TEXT, pa.string()),
        (LABEL, pa.string()),
        ("annotator", pa.string()),
        ("at", pa.string()),
    ]
)


@dataclass(frozen=True)
class ImportedLabels:
    """What an import did.

    Attributes:
        stored: Events that are new.
        known_before: Events that were stored before, or undos of what had been undone.
        unlabelled: Rows of a table that had no label.
    """

    stored: int
    known_before: int
    unlabelled: int


def export_history(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    sink: IO[bytes],
    *,
    file_format: LabelFileFormat,
    chunk_events: int = CHUNK_EVENTS,
) -> int:
    """Write every event of a data set, oldest first; `import_labels` reads it back.

    Returns:
        How many there are.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    with _columns(store, _all(dataset), chunk_events) as columns:
        return _write(workspace, dataset, sink, file_format, _HISTORY, columns)


def export_current(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    sink: IO[bytes],
    *,
    file_format: LabelFileFormat,
    chunk_events: int = CHUNK_EVENTS,
) -> int:
    """Write the current label of each row that somebody labelled, in the order of the rows.

    Returns:
        How many there are.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    with _columns(store, _last(dataset), chunk_events) as columns:
        return _write(workspace, dataset, sink, file_format, _CURRENT, columns)


def import_labels(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    path: Path,
    *,
    annotator: str,
    chunk_lines: int = CHUNK_LINES,
    stored_at_once: int = STORED_AT_ONCE,
) -> ImportedLabels:
    """Store what a file says: all of it, or nothing if one line cannot be used.

    A history keeps its client events, times, people and undos. A table with a column `label` and a
    column `row` or `id` gives labels of now, in the queue "import"; a line that says what an
    earlier import has said of that row in the same name is not stored again, so that a table that
    grows can be imported again and corrections made since then stay.

    Args:
        workspace: Where the data set is.
        store: Where the labels go.
        dataset: What they are labels of.
        path: CSV or JSON lines.
        annotator: Who gave the labels of a table that does not say it.
        chunk_lines: Lines that are read and checked at once.
        stored_at_once: Lines that are stored at once.

    Raises:
        NotFound: there is no such file.
        BadInput: a column is missing, or a line cannot be used; the sentence names the first.
        SincerelyError: as `LabelStore.writing`.
    """
    versions = guidelines(store, dataset)
    with row_texts(workspace, dataset) as texts, store.writing() as batch:
        reader = Reader(
            dataset,
            classes=versions[-1].classes if versions else dataset.classes,
            past_classes=[name for version in versions for name in version.classes],
            annotator=checked_annotator(annotator),
            now_ms=batch.now_ms(),
        )
        storing = _Storing(batch)
        for lines in reader.lines(read_records(path), texts, chunk_lines=chunk_lines):
            for first in range(0, len(lines), stored_at_once):
                storing.store(lines[first : first + stored_at_once])
    return ImportedLabels(storing.stored, storing.known_before, reader.unlabelled)


def _all(dataset: Dataset) -> sa.Select[Any]:
    undone = EVENTS.alias("undone")
    taken = [EVENTS.c[name] for name in _HISTORY.names if name in EVENTS.c and name != "undoes"]
    return (
        sa.select(*taken, undone.c.client_event.label("undoes"))
        .select_from(EVENTS.outerjoin(undone, undone.c.id == EVENTS.c.undoes))
        # Joined to nothing, the fingerprint is in no index: events are read in their order, where
        # SQLite would pick them by the index and sort them all before it gave the first.
        .where(EVENTS.c.fingerprint + "" == dataset.fingerprint)
        .order_by(EVENTS.c.id)
    )


def _last(dataset: Dataset) -> sa.Select[Any]:
    labels = sa.and_(
        EVENTS.c.fingerprint == dataset.fingerprint,
        EVENTS.c.action == Action.LABEL.value,
        EVENTS.c.queue != AUDIT,
    )
    wanted = latest_standing(EVENTS.c.row, where=labels)
    found = wanted.selected_columns
    taken = [found[name] for name in (ROW, "annotator", "at_ms")]
    return wanted.with_only_columns(*taken, found["value"].label(LABEL)).order_by(found[ROW])


@contextmanager
def _columns(
    store: LabelStore, wanted: sa.Select[Any], chunk_events: int
) -> Iterator[Iterator[_Columns]]:
    """What a question to the store gives, a chunk of events at a time."""
    with store.reading() as connection:
        streamed = connection.execution_options(yield_per=chunk_events).execute(wanted)
        names = tuple(streamed.keys())
        yield (
            dict(zip(names, zip(*part, strict=True), strict=True)) for part in streamed.partitions()
        )


def _write(
    workspace: Workspace,
    dataset: Dataset,
    sink: IO[bytes],
    file_format: LabelFileFormat,
    schema: pa.Schema,
    chunks: Iterator[_Columns],
) -> int:
    with row_texts(workspace, dataset) as texts:
        tables = (_table(columns, schema, texts) for columns in chunks)
        return write_tables(sink, schema, tables, file_format)


def _table(columns: _Columns, schema: pa.Schema, texts: RowTexts) -> pa.Table:
    """Events with the ids and texts of their rows."""
    known = texts.take(np.array(columns[ROW], np.int64))
    made = {ID: known[ID], TEXT: known[TEXT], "at": _utc(columns["at_ms"])}
    arrays = [
        made[field.name] if field.name in made else pa.array(columns[field.name], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _utc(at_ms: tuple[int, ...]) -> pa.Array:
    """Times such as 2026-03-31T09:30:00.125Z."""
    # Without a zone: Arrow would look it up in a database of zones, which may be missing.
    written = pa.array(at_ms, pa.int64()).cast(pa.timestamp("ms")).cast(pa.string())
    return pc.binary_join_element_wise(pc.replace_substring(written, " ", "T"), "Z", "")


class _Storing:
    """Stores lines in their order, each client event once."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._known: dict[str, sa.Row[Any]] = {}
        self._undone: set[int] = set()
        self._waiting: dict[str, dict[str, object]] = {}
        self.stored = 0
        self.known_before = 0

    def store(self, lines: list[Line]) -> None:
        client_events = {line.client_event for line in lines}
        self._known, self._undone = {}, set()
        self._learn(client_events | {line.undone for line in lines if line.undone is not None})
        for line in lines:
            if self._is_known(line):
                self.known_before += 1
                continue
            undoes = None if line.undone is None else self._target(line, line.undone)
            if undoes in self._undone:
                self.known_before += 1
                continue
            if undoes is not None:
                self._undone.add(undoes)
            self._waiting[line.client_event] = {**line.values, "undoes": undoes}
        self._flush()

    def _is_known(self, line: Line) -> bool:
        client_event = line.client_event
        if client_event in self._waiting:
            known = self._waiting[client_event]
        elif client_event in self._known:
            known = self._known[client_event]._asdict()
        else:
            return False
        if any(known[name] != line.values[name] for name in _SAME):
            raise fault(
                line.number,
                "a client event that is new or of the same answer",
                f"{client_event!r} of another answer",
                "give it another name; nothing was stored",
            )
        return True

    def _target(self, line: Line, client_event: str) -> int:
        """The number of the event that a line takes back."""
        if client_event in self._waiting:
            waited = set(self._waiting)
            self._flush()
            self._learn(waited)
        found = self._known.get(client_event)
        fits = found is not None and found.action != Action.UNDO.value
        if found is None or not fits or any(getattr(found, n) != line.values[n] for n in _PLACE):
            raise fault(
                line.number,
                "an undo of an earlier event of that row",
                f"one of {client_event!r}",
                "import the file that has that event first; nothing was stored",
            )
        return int(found.id)

    def _learn(self, client_events: set[str]) -> None:
        """Look up which of these client events are stored, and which have been taken back."""
        found = self._batch.connection.execute(
            sa.select(EVENTS).where(EVENTS.c.client_event.in_(client_events))
        ).all()
        self._known |= {event.client_event: event for event in found}
        undone = sa.select(EVENTS.c.undoes).where(EVENTS.c.undoes.in_([e.id for e in found]))
        self._undone |= set(self._batch.connection.execute(undone).scalars())

    def _flush(self) -> None:
        if self._waiting:
            self._batch.connection.execute(sa.insert(EVENTS), list(self._waiting.values()))
            self.stored += len(self._waiting)
            self._waiting = {}
