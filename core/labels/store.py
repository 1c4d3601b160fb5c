"""The label store: what people decided about rows, as events that are only ever added.

A row is named by its data set's fingerprint and its number there, so that an event can never come
to mean another text. The current labels are a view over the events, and an undo is an event, too.
SQLite takes no changes or deletions of events: triggers refuse them.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from core.errors import BadInput, DiskError, SincerelyError, disk_errors
from core.labels.events import Action, LabelEvent
from core.labels.tables import (
    CURRENT_LABELS,
    EVENTS,
    METADATA,
    STANDING,
    latest_standing,
)
from core.workspace import Workspace

_BUSY_S = 10.0
_FAULTS = {
    "locked": ("a store that other processes leave free", "one that is held by another"),
    "full": ("room to write the label", "a full disk"),
    "readonly": ("a store to write to", "a file this user may not write"),
    "unable to open": ("a store to write to", "a folder this user may not write"),
    "disk i/o": ("a disk that takes the label", "one that failed"),
}


class LabelStore:
    """Label events in a database. Any number of processes may use one at the same time.

    Args:
        url: A database as SQLAlchemy names it.
        now_ms: The clock, in milliseconds since 1970, UTC.
    """

    def __init__(
        self, url: str, *, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    ) -> None:
        self._url = url
        self._now_ms = now_ms

    def add(self, event: LabelEvent) -> LabelEvent:
        """Store an event; once this returns, it outlasts a crash and a power cut.

        Returns:
            The event with its id and time; the stored one if its `press` has come before.

        Raises:
            BadInput: the file is no label store.
            DiskError: it could not be stored: the disk is full, closed or held by another.
        """
        with self._writing() as connection:
            return self._added(connection, event)

    def undo(self, fingerprint: str, *, annotator: str, queue: str) -> LabelEvent | None:
        """Take back the last event of a person in a queue; asked again, the one before it.

        Returns:
            The event that was taken back; None if there is none left.

        Raises:
            BadInput: the file is no label store.
            DiskError: it could not be stored.
        """
        own = sa.and_(
            STANDING,
            EVENTS.c.fingerprint == fingerprint,
            EVENTS.c.annotator == annotator,
            EVENTS.c.queue == queue,
        )
        with self._writing() as connection:
            last = connection.execute(
                sa.select(EVENTS).where(own).order_by(EVENTS.c.id.desc()).limit(1)
            ).first()
            if last is None:
                return None
            found = _event(last)
            taken_back = LabelEvent(
                fingerprint=fingerprint, row=found.row, action=Action.UNDO,
                annotator=annotator, queue=queue, undoes=found.id,
            )  # fmt: skip
            self._added(connection, taken_back)
        return found

    def events(self, fingerprint: str) -> list[LabelEvent]:
        """All that was ever done with the rows of a data set, oldest first."""
        wanted = sa.select(EVENTS).where(EVENTS.c.fingerprint == fingerprint)
        with self._reading() as connection:
            return [_event(row) for row in connection.execute(wanted.order_by(EVENTS.c.id))]

    def decisions(self, fingerprint: str, queue: str) -> dict[int, LabelEvent]:
        """The last event not undone of each row that was served from a queue, by row number."""
        of_queue = sa.and_(EVENTS.c.fingerprint == fingerprint, EVENTS.c.queue == queue)
        wanted = latest_standing(EVENTS.c.row, where=of_queue)
        with self._reading() as connection:
            return {row.row: _event(row) for row in connection.execute(wanted)}

    def last_event(self, fingerprint: str, queue: str) -> int:
        """The number of the last event of a queue, an undo too; 0 before the first."""
        of_queue = sa.and_(EVENTS.c.fingerprint == fingerprint, EVENTS.c.queue == queue)
        with self._reading() as connection:
            found = connection.execute(sa.select(sa.func.max(EVENTS.c.id)).where(of_queue))
            return found.scalar_one() or 0

    def current_labels(self, fingerprint: str) -> dict[int, str]:
        """The labels that people gave to rows of a data set, by row number."""
        wanted = sa.select(CURRENT_LABELS.c.row, CURRENT_LABELS.c.value)
        with self._reading() as connection:
            found = connection.execute(wanted.where(CURRENT_LABELS.c.fingerprint == fingerprint))
            return {row.row: row.value for row in found}

    def _added(self, connection: sa.Connection, event: LabelEvent) -> LabelEvent:
        known = connection.execute(sa.select(EVENTS).where(EVENTS.c.press == event.press)).first()
        if known is not None:
            return _event(known)
        stamped = replace(event, at_ms=self._now_ms())
        values = {**asdict(stamped), "action": event.action.value}
        del values["id"]
        key = connection.execute(sa.insert(EVENTS).values(values)).inserted_primary_key
        assert key is not None
        return replace(stamped, id=key[0])

    @cached_property
    def _engine(self) -> sa.Engine:
        # Connections are cheap, and one that is kept would hold the file after its workspace.
        engine = sa.create_engine(self._url, poolclass=NullPool)
        if engine.dialect.name == "sqlite":
            _configure_sqlite(engine)
        with engine.begin() as connection:
            known = sa.inspect(connection).has_table(EVENTS.name)
        if not known:  # Only then is there something to write, and a reader waits for no writer.
            with engine.execution_options(writes=True).begin() as connection:
                METADATA.create_all(connection)
        return engine

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with _faults_said(), self._engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _faults_said(), self._engine.begin() as connection:
            yield connection


def open_labels(workspace: Workspace) -> LabelStore:
    """The label store of a workspace.

    Raises:
        DiskError: the workspace is closed to this user.
    """
    with disk_errors("the label store"):
        workspace.root.mkdir(parents=True, exist_ok=True)
    return LabelStore(f"sqlite:///{workspace.labels}")


def this_annotator() -> str:
    """Who sits at this machine, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A user without a name, as in some containers.
        return "somebody"


def _configure_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        # Python's own handling of transactions would begin them too late and leave out DDL.
        connection.isolation_level = None
        for setting in (
            f"busy_timeout = {int(_BUSY_S * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {setting}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # Who reads before writing must hold the lock from the start, or two may act on one state.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _faults_said() -> Iterator[None]:
    try:
        yield
    except sa.exc.DatabaseError as error:
        said = _fault(str(error.orig).lower())
        if said is None:
            raise
        raise said from error


def _fault(message: str) -> SincerelyError | None:
    """The database's own message in a sentence for people; None if it is a bug's."""
    if "not a database" in message or "malformed" in message:
        return BadInput(
            "a label store", "a damaged file", "put a copy of labels.sqlite back or move it away"
        )
    for sign, (expected, found) in _FAULTS.items():
        if sign in message:
            return DiskError(expected, found, "mend that and try again; nothing was stored")
    return None


def _event(row: sa.Row[Any]) -> LabelEvent:
    values = {each.name: getattr(row, each.name) for each in fields(LabelEvent)}
    return LabelEvent(**{**values, "action": Action(values["action"])})
