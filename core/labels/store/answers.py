"""What people answered, read as columns: a million of them row by row take three seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from core.labels.store.events import AUDIT, Action
from core.labels.store.schema import EVENTS, STANDING, unindexed

_COLUMNS = ("id", "row", "annotator", "action", "value")


@dataclass(frozen=True, eq=False)
class Names:
    """A column of strings.

    Attributes:
        names: Those that occur.
        codes: Of each, its position in `names`, shape (n,).
    """

    names: list[str]
    codes: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Answers:
    """Labels and skips, oldest first; all of one length.

    Attributes:
        events: Their numbers.
        rows: Of which row each is.
        labels: Which of them are labels; the others are skips.
        annotators: Who gave it.
        values: The label; "" for a skip.
    """

    events: NDArray[np.int64]
    rows: NDArray[np.int64]
    labels: NDArray[np.bool_]
    annotators: Names
    values: Names

    def by_annotator(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Each person who gave any, and the positions of theirs."""
        names, codes = self.annotators.names, self.annotators.codes
        sizes = np.bincount(codes, minlength=len(names))
        own = np.split(np.argsort(codes, kind="stable"), np.cumsum(sizes)[:-1])
        yield from ((name, places) for name, places in zip(names, own, strict=False) if len(places))

    def without(self, events: NDArray[np.int64]) -> Answers:
        """Those that are not among these events."""
        if not len(events):
            return self
        kept = ~np.isin(self.events, events)
        return Answers(
            self.events[kept],
            self.rows[kept],
            self.labels[kept],
            Names(self.annotators.names, self.annotators.codes[kept]),
            Names(self.values.names, self.values.codes[kept]),
        )


def read_answers(
    connection: sa.Connection, fingerprint: str, rows: Sequence[int] | None = None
) -> Answers:
    """The labels and skips of a data set that hold, but for own rows asked again: these measure a
    person. The database hands over each column as one JSON list.

    Args:
        connection: To the label store.
        fingerprint: Of the data set.
        rows: Only answers to these, of which there are few; None means all.
    """
    asked = sa.and_(
        EVENTS.c.action.in_([Action.LABEL.value, Action.SKIP.value]), EVENTS.c.queue != AUDIT
    )
    if rows is not None:
        few = sa.and_(EVENTS.c.fingerprint == fingerprint, EVENTS.c.row.in_(rows), STANDING)
        return _read(connection, sa.and_(asked, few))
    # From end to end, without the index and without a search for an undo of each: half the time.
    found = _read(connection, sa.and_(asked, unindexed(EVENTS.c.fingerprint) == fingerprint))
    undone = sa.select(EVENTS.c.undoes).where(EVENTS.c.undoes.is_not(None))
    return found.without(np.array(connection.execute(undone).scalars().all(), np.int64))


def _read(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> Answers:
    kind = "json_agg" if connection.dialect.name == "postgresql" else "json_group_array"
    lists = (sa.cast(getattr(sa.func, kind)(EVENTS.c[name]), sa.Text) for name in _COLUMNS)
    found = list(connection.execute(sa.select(*lists).where(wanted)).one())
    # One after the other, and each let go: as Python's objects they are large.
    ids, rows = (np.array(json.loads(found.pop(0) or "[]"), np.int64) for _ in range(2))
    order = np.argsort(ids)
    annotators, actions, values = (_names(found.pop(0), order) for _ in range(3))
    is_label = np.array([name == Action.LABEL.value for name in actions.names], bool)
    return Answers(ids[order], rows[order], is_label[actions.codes], annotators, values)


def _names(listed: str | None, order: NDArray[np.int64]) -> Names:
    strings = pa.array(json.loads(listed or "[]"), pa.string()).fill_null("").dictionary_encode()
    return Names(strings.dictionary.to_pylist(), strings.indices.to_numpy()[order])
