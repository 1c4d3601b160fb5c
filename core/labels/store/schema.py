"""The tables of the label store; see `core.labels.store.store`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from core.labels.store.events import AUDIT, Action

METADATA = sa.MetaData()
EVENTS = sa.Table(
    "label_events",
    METADATA,
    # Numbers are never used again, and tell the order where clocks do not.
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("client_event", sa.String(64), nullable=False, unique=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("annotator", sa.String(200), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("row", sa.BigInteger, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("value", sa.Text),
    sa.Column("queue", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("suggestion", sa.Text),
    sa.Column("guideline", sa.String(64), nullable=False),
    sa.Column("spent_ms", sa.BigInteger),
    sa.Column("undoes", sa.Integer, sa.ForeignKey("label_events.id"), unique=True),
    sa.Column("batch", sa.String(64), nullable=False, server_default=""),
    sa.Index("label_events_of_row", "fingerprint", "row"),
    sqlite_autoincrement=True,
)
GUIDELINES = sa.Table(
    "label_guidelines",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("classes", sa.Text, nullable=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("fingerprint", "version"),
    sqlite_autoincrement=True,
)
CLASS_KEYS = sa.Table(
    "label_class_keys",
    METADATA,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("given", sa.Text, nullable=False),
)
"""The keys of all classes that there ever were, by the guideline's version that gave them; one that
is older than this table has none."""
LEASES = sa.Table(
    "label_leases",
    METADATA,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("row", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.String(64), primary_key=True),
    sa.Column("annotator", sa.String(200), nullable=False),
    sa.Column("queue", sa.String(64), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("until_ms", sa.BigInteger, nullable=False),
)
"""Rows that are on somebody's screen. The one table whose lines change and go: it says nothing
about labels."""

_UNDONE = EVENTS.alias("undone")
STANDING = sa.and_(
    EVENTS.c.action != Action.UNDO.value,
    ~sa.exists().where(_UNDONE.c.undoes == EVENTS.c.id),
)
"""Whether an event holds: it is no undo and has not been undone."""
CURRENT_LABELS = sa.table(
    "current_labels", sa.column("fingerprint"), sa.column("row"), sa.column("value")
)


def unindexed(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """A column without nulls, compared row by row: an index on it is not walked instead."""
    return sa.func.coalesce(column, "")


def latest_standing(*of: sa.Column[Any], where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The last event that holds of each value of the columns `of`, of those that `where` picks."""
    latest = sa.select(sa.func.max(EVENTS.c.id)).where(STANDING, where).group_by(*of)
    # By another name, or the rows that it picks from would be taken for the subquery's.
    chosen = EVENTS.alias("chosen")
    return sa.select(chosen).where(chosen.c.id.in_(latest))


@contextmanager
def deletions_allowed(connection: sa.Connection) -> Iterator[None]:
    """Let lines of the tables that only grow be deleted inside, by this transaction alone."""
    sqlite = connection.dialect.name == "sqlite"
    for table in _ONLY_ADDED:
        stop = f"DROP TRIGGER {_trigger(table, 'DELETE')}" if sqlite else _switch(table, "DISABLE")
        connection.exec_driver_sql(stop)
    yield
    for table in _ONLY_ADDED:
        again = _refusal(table, "DELETE") if sqlite else _switch(table, "ENABLE")
        connection.exec_driver_sql(again)


def create(connection: sa.Connection) -> None:
    """Make the tables that are missing, and the view of current labels."""
    METADATA.create_all(connection)
    _create_view(connection)


def _create_view(connection: sa.Connection) -> None:
    """The view of current labels: of each row, that of the last label event not undone.

    A person's own row asked again measures the person and changes nothing.
    """
    labels = sa.and_(EVENTS.c.action == Action.LABEL.value, EVENTS.c.queue != AUDIT)
    view = latest_standing(EVENTS.c.fingerprint, EVENTS.c.row, where=labels)
    sql = view.compile(connection, compile_kwargs={"literal_binds": True})
    connection.exec_driver_sql("DROP VIEW IF EXISTS current_labels")
    connection.exec_driver_sql(f"CREATE VIEW current_labels AS {sql}")


def _refuse_changes(table: sa.Table) -> None:
    """Let a table's lines only ever be added."""
    name, said = table.name, _said(table)
    for change in ("UPDATE", "DELETE"):
        _after_creation(table, "sqlite", _refusal(table, change))
    _after_creation(
        table,
        "postgresql",
        f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" 'BEGIN RAISE EXCEPTION ''{said}''; END'",
    )
    _after_creation(
        table,
        "postgresql",
        f"CREATE TRIGGER {_trigger(table)} BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        f" EXECUTE FUNCTION {name}_refuse()",
    )


def _said(table: sa.Table) -> str:
    return f"{table.name.replace('_', ' ')} are only added"


def _trigger(table: sa.Table, change: str = "CHANGE") -> str:
    return f"{table.name}_no_{change.lower()}"


def _refusal(table: sa.Table, change: str) -> str:
    """SQLite's trigger against one kind of change."""
    trigger = f"CREATE TRIGGER {_trigger(table, change)} BEFORE {change} ON {table.name}"
    return f"{trigger} BEGIN SELECT RAISE(ABORT, '{_said(table)}'); END"


def _switch(table: sa.Table, how: str) -> str:
    """PostgreSQL's trigger, put out of work or back to it."""
    return f"ALTER TABLE {table.name} {how} TRIGGER {_trigger(table)}"


def _after_creation(table: sa.Table, dialect: str, sql: str) -> None:
    ddl = sa.DDL(sql)  # type: ignore[no-untyped-call]
    sa.event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


_ONLY_ADDED = (EVENTS, GUIDELINES, CLASS_KEYS)
for _table in _ONLY_ADDED:
    _refuse_changes(_table)


@lru_cache(maxsize=1)
def no_labels() -> sa.Engine:
    """A store without labels, to read from where there is none and none can be made."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        create(connection)
    return engine
