"""The tables of the label store; see `core.labels.store`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.labels.events import Action

METADATA = sa.MetaData()
EVENTS = sa.Table(
    "label_events",
    METADATA,
    # Numbers are never used again, and tell the order where clocks do not.
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("press", sa.String(64), nullable=False, unique=True),
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
    sa.Index("label_events_of_row", "fingerprint", "row"),
    sqlite_autoincrement=True,
)
_UNDONE = EVENTS.alias("undone")
STANDING = sa.and_(
    EVENTS.c.action != Action.UNDO.value,
    ~sa.exists().where(_UNDONE.c.undoes == EVENTS.c.id),
)
"""Whether an event holds: it is no undo and has not been undone."""
CURRENT_LABELS = sa.table(
    "current_labels", sa.column("fingerprint"), sa.column("row"), sa.column("value")
)


def latest_standing(*of: sa.Column[Any], where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The last event that holds of each value of the columns `of`, of those that `where` picks."""
    latest = sa.select(sa.func.max(EVENTS.c.id)).where(STANDING, where).group_by(*of)
    # By another name, or the rows that it picks from would be taken for the subquery's.
    chosen = EVENTS.alias("chosen")
    return sa.select(chosen).where(chosen.c.id.in_(latest))


@sa.event.listens_for(EVENTS, "after_create")
def _create_view(_: sa.Table, connection: sa.Connection, **__: object) -> None:
    """The view of current labels: of each row, that of the last label event not undone."""
    view = latest_standing(
        EVENTS.c.fingerprint, EVENTS.c.row, where=EVENTS.c.action == Action.LABEL.value
    )
    sql = view.compile(connection, compile_kwargs={"literal_binds": True})
    connection.exec_driver_sql(f"CREATE VIEW current_labels AS {sql}")


for _change in ("UPDATE", "DELETE"):
    sa.event.listen(
        EVENTS,
        "after_create",
        sa.DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER no_{_change.lower()} BEFORE {_change} ON label_events"
            " BEGIN SELECT RAISE(ABORT, 'label events are only added'); END"
        ).execute_if(dialect="sqlite"),
    )
