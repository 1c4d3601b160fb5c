"""The label store: what people decided about rows, as events that are only ever added.

A row is named by its data set's fingerprint and its number there, so that an event can never come
to mean another text. The current labels are a view over the events, and an undo is an event, too.
The database takes no changes or deletions of events: triggers refuse them, but for `erasure`.

It is a SQLite file in the workspace, or the PostgreSQL database that SINCERELY_LABELS names, such
as postgresql+psycopg://user:password@host/labels: one store for several machines.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from core.errors import BadInput, disk_errors
from core.labels.store import database
from core.labels.store.answers import Answers, read_answers
from core.labels.store.batch import Batch, stored_event
from core.labels.store.database import BUSY_S, URL_VARIABLE, checked_url, connect_to, faults_said
from core.labels.store.events import AUDIT, BULK, IMPORT, Action, LabelEvent
from core.labels.store.schema import (
    CURRENT_LABELS,
    EVENTS,
    METADATA,
    STANDING,
    create,
    latest_standing,
    no_labels,
    unindexed,
)
from core.workspace import Workspace

_WRITERS_LOCK = 5_140_571_982_263
"""Any number that other programs are unlikely to lock in the same PostgreSQL database."""
_MAX_VARIABLES = 500
_FRAME = ("id", "at_ms", "annotator", "row", "action", "value", "queue", "suggestion", "spent_ms")


class LabelStore:
    """Label events in a database. Any number of processes may use one at the same time.

    Args:
        url: A database as SQLAlchemy names it.
        now_ms: The clock, in milliseconds since 1970, UTC.
        busy_s: How long a database that another holds is waited for.
    """

    def __init__(
        self,
        url: str | sa.URL,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        busy_s: float = BUSY_S,
    ) -> None:
        self.address = sa.make_url(url)
        # Browsers keep events for a store under this, so it stays what it has always been.
        self.url = url if isinstance(url, str) else f"sqlite:///{url.database}"
        self._busy_s = busy_s
        self._now_ms = now_ms
        # By data set: after which event none of its came, up to which number.
        self._quiet: dict[str, tuple[int, int]] = {}

    @contextmanager
    def writing(self) -> Iterator[Batch]:
        """Store several events in one go; once the block has ended, they outlast a power cut.

        Raises:
            BadInput: the file is no label store.
            DiskError: nothing could be stored: the disk is full, closed or held by another.
            NetworkError: the database does not answer.
        """
        with faults_said(), self._engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                # One writer at a time, as with SQLite: the numbers then tell the order.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS_LOCK)))
            yield Batch(connection, self._now_ms)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One state of the store to ask several things of.

        Raises:
            SincerelyError: as `writing`.
        """
        engine = no_labels() if database.cannot_be_made(self.address) else self._engine
        with faults_said(), engine.begin() as connection:
            yield connection

    def add(self, event: LabelEvent) -> LabelEvent:
        """Store an event; once this returns, it outlasts a crash and a power cut.

        Returns:
            The event with its id and time; the stored one if its `client_event` has come before.

        Raises:
            SincerelyError: as `writing`.
        """
        with self.writing() as batch:
            return batch.add(event)

    def undo(self, fingerprint: str, *, annotator: str, queue: str) -> LabelEvent | None:
        """Take back the last event of a person in a queue; asked again, the one before it.

        Returns:
            The event that was taken back; None if there is none left.

        Raises:
            SincerelyError: as `writing`.
        """
        own = sa.and_(
            STANDING,
            EVENTS.c.fingerprint == fingerprint,
            EVENTS.c.annotator == annotator,
            EVENTS.c.queue == queue,
        )
        with self.writing() as batch:
            last = batch.connection.execute(
                sa.select(EVENTS).where(own).order_by(EVENTS.c.id.desc()).limit(1)
            ).first()
            if last is None:
                return None
            batch.take_back(stored_event(last), annotator=annotator)
            return stored_event(last)

    def events(self, fingerprint: str) -> list[LabelEvent]:
        """All that was ever done with the rows of a data set, oldest first."""
        wanted = sa.select(EVENTS).where(EVENTS.c.fingerprint == fingerprint)
        with self.reading() as connection:
            return [stored_event(row) for row in connection.execute(wanted.order_by(EVENTS.c.id))]

    def decisions(self, fingerprint: str, queue: str) -> dict[int, LabelEvent]:
        """The last event not undone of each row that was served from a queue, by row number."""
        of_queue = sa.and_(EVENTS.c.fingerprint == fingerprint, EVENTS.c.queue == queue)
        wanted = latest_standing(EVENTS.c.row, where=of_queue)
        with self.reading() as connection:
            return {row.row: stored_event(row) for row in connection.execute(wanted)}

    def last_event(self, fingerprint: str, queue: str) -> int:
        """The number of the last event of a queue, an undo too; 0 before the first."""
        of_queue = sa.and_(EVENTS.c.fingerprint == fingerprint, EVENTS.c.queue == queue)
        with self.reading() as connection:
            found = connection.execute(sa.select(sa.func.max(EVENTS.c.id)).where(of_queue))
            return found.scalar_one() or 0

    def newest(self, fingerprint: str) -> int:
        """The number of the last event of a data set, an undo too; 0 before the first."""
        wanted = sa.select(sa.func.max(EVENTS.c.id)).where(EVENTS.c.fingerprint == fingerprint)
        with self.reading() as connection:
            return connection.execute(wanted).scalar_one() or 0

    def current_labels(self, fingerprint: str) -> dict[int, str]:
        """The labels that people gave to rows of a data set, by row number."""
        wanted = sa.select(CURRENT_LABELS.c.row, CURRENT_LABELS.c.value)
        with self.reading() as connection:
            found = connection.execute(wanted.where(CURRENT_LABELS.c.fingerprint == fingerprint))
            return {row.row: row.value for row in found}

    def standing(self, fingerprint: str, rows: Iterable[int] | None = None) -> pd.DataFrame:
        """Every event of a data set that holds, oldest first; see `LabelEvent` for the columns.

        Args:
            fingerprint: Of the data set.
            rows: Only events of these rows; None means all.

        Returns:
            Columns id, at_ms, annotator, row, action, value, queue, suggestion, spent_ms.
        """
        columns = [EVENTS.c[name] for name in _FRAME]
        wanted = sa.select(*columns).where(STANDING, EVENTS.c.fingerprint == fingerprint)
        found: list[tuple[Any, ...]] = []
        with self.reading() as connection:
            for chosen in _chosen(rows):
                asked = connection.execute(wanted.where(chosen).order_by(EVENTS.c.id))
                found += map(tuple, asked)  # Of SQLAlchemy's rows pandas takes five times as long.
        return pd.DataFrame.from_records(found, columns=list(_FRAME))

    def label_order(self, fingerprint: str) -> dict[int, int]:
        """The number of the last label event that holds of each row that people labelled."""
        given = sa.and_(
            STANDING,
            EVENTS.c.fingerprint == fingerprint,
            EVENTS.c.action == Action.LABEL.value,
            EVENTS.c.queue != AUDIT,
        )
        wanted = sa.select(EVENTS.c.row, sa.func.max(EVENTS.c.id)).where(given)
        with self.reading() as connection:
            return {
                int(row): last for row, last in connection.execute(wanted.group_by(EVENTS.c.row))
            }

    def assigned_rows(self, fingerprint: str, queues: Iterable[str]) -> NDArray[np.int64]:
        """The rows that somebody answered as served from one of these queues."""
        return self._rows(fingerprint, EVENTS.c.queue.in_(list(queues)))

    def standing_rows(self, fingerprint: str, action: Action) -> NDArray[np.int64]:
        """The rows for which an event of that kind holds."""
        return self._rows(fingerprint, EVENTS.c.action == action.value)

    def _rows(self, fingerprint: str, chosen: sa.ColumnElement[bool]) -> NDArray[np.int64]:
        wanted = sa.select(EVENTS.c.row).where(STANDING, EVENTS.c.fingerprint == fingerprint)
        with self.reading() as connection:
            found = connection.execute(wanted.where(chosen).distinct().order_by(EVENTS.c.row))
            return np.array(found.scalars().all(), np.int64)

    def recent(self, fingerprint: str, annotator: str, limit: int) -> list[LabelEvent]:
        """A person's last answers that hold, labels and skips one by one, newest first."""
        own = sa.and_(
            STANDING,
            EVENTS.c.fingerprint == fingerprint,
            EVENTS.c.annotator == annotator,
            EVENTS.c.action.in_([Action.LABEL.value, Action.SKIP.value]),
            EVENTS.c.queue.not_in([BULK, IMPORT]),
        )
        wanted = sa.select(EVENTS).where(own).order_by(EVENTS.c.id.desc()).limit(limit)
        with self.reading() as connection:
            return [stored_event(row) for row in connection.execute(wanted)]

    def answers(self, fingerprint: str, rows: Iterable[int] | None = None) -> Iterator[Answers]:
        """Every label and skip that holds, in parts that have no row in common.

        Own rows asked again are left out: they measure a person.

        Args:
            fingerprint: Of the data set.
            rows: Only events of these rows; None means all.
        """
        with self.reading() as connection:
            if rows is None:
                yield read_answers(connection, fingerprint)
                return
            for some in _some(rows):
                yield read_answers(connection, fingerprint, some)

    def touched(self, fingerprint: str, after: int) -> tuple[list[int] | None, int]:
        """The rows that events later than number `after` are about, and the last event's number.

        The rows are None, which means any, after number 0, and where the event of that number has
        been erased with all others of the data set.
        """
        if not after:
            return None, self.newest(fingerprint)
        with self.reading() as connection:
            known = sa.and_(EVENTS.c.id == after, EVENTS.c.fingerprint == fingerprint)
            erased = connection.execute(sa.select(EVENTS.c.id).where(known)).first() is None
            found = [] if erased else self._since(connection, fingerprint, after)
        if erased:
            return None, self.newest(fingerprint)
        return list({row for _, row in found}), max((number for number, _ in found), default=after)

    def _since(
        self, connection: sa.Connection, fingerprint: str, after: int
    ) -> list[tuple[int, int]]:
        """Numbers and rows of a data set's events later than number `after`.

        Only what is new in the whole store is gone through, not all that a data set has: that is
        asked several times a page.
        """
        last = connection.execute(sa.select(sa.func.max(EVENTS.c.id))).scalar_one() or 0
        then, looked_at = self._quiet.get(fingerprint, (0, 0))
        start = looked_at if then == after else after
        # An index of the data set's events would be walked from the first one on: none fits this.
        own = unindexed(EVENTS.c.fingerprint) == fingerprint
        new = sa.and_(EVENTS.c.id > start, EVENTS.c.id <= last, own)
        asked = sa.select(EVENTS.c.id, EVENTS.c.row).where(new)
        found = [(int(number), int(row)) for number, row in connection.execute(asked)]
        if not found:
            self._quiet[fingerprint] = (after, last)
        return found

    @cached_property
    def _engine(self) -> sa.Engine:
        engine = connect_to(self.address, busy_s=self._busy_s)
        with faults_said(), engine.begin() as connection:
            found = sa.inspect(connection)
            tables = set(found.get_table_names())
            kept = found.get_columns(EVENTS.name) if EVENTS.name in tables else []
        missing = {column.name for column in EVENTS.columns} - {each["name"] for each in kept}
        if kept and missing:
            raise BadInput(
                "a label store of this version of Sincerely",
                f"one without the column {min(missing)!r}",
                "move it away, or name another database",
            )
        # Only then is there something to write, and a reader waits for no writer.
        if not set(METADATA.tables) <= tables:
            with faults_said(), engine.execution_options(writes=True).begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS_LOCK)))
                create(connection)
        return engine


def open_labels(workspace: Workspace) -> LabelStore:
    """The label store of a workspace, or the database that SINCERELY_LABELS names.

    Raises:
        BadInput: SINCERELY_LABELS names no database.
        DiskError: the workspace is closed to this user.
    """
    url = os.environ.get(URL_VARIABLE)
    if url:
        return _opened(checked_url(url), 0)
    # Put together from its parts: as text, a `?` in the path would end it.
    place = sa.URL.create("sqlite", database=str(workspace.labels))
    try:
        return _opened(place, workspace.labels.stat().st_ino)
    except OSError:  # Not there yet, or not for this user: its use will tell.
        with disk_errors("the label store"):
            workspace.root.mkdir(parents=True, exist_ok=True)
        return LabelStore(place)


@lru_cache(maxsize=8)
def _opened(url: str | sa.URL, _: int) -> LabelStore:
    """One store a file and process: what SQLAlchemy has compiled once it need not compile again.

    A file that was replaced by another, which its number tells, is opened anew.
    """
    return LabelStore(url)


def _chosen(rows: Iterable[int] | None) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions that pick these rows between them."""
    if rows is None:
        yield sa.true()
        return
    for some in _some(rows):
        yield EVENTS.c.row.in_(some)


def _some(rows: Iterable[int]) -> Iterator[list[int]]:
    """As many as databases take at once."""
    wanted = [int(row) for row in rows]
    for first in range(0, len(wanted), _MAX_VARIABLES):
        yield wanted[first : first + _MAX_VARIABLES]
