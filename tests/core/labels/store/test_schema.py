from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from core.labels.store.database import connect_to
from core.labels.store.events import AUDIT, Action
from core.labels.store.schema import (
    CURRENT_LABELS,
    EVENTS,
    GUIDELINES,
    LEASES,
    STANDING,
    create,
    latest_standing,
)


@pytest.fixture
def connection(url: str) -> Iterator[sa.Connection]:
    engine = connect_to(url)
    with engine.execution_options(writes=True).begin() as connection:
        create(connection)
    with engine.execution_options(writes=True).connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def add(connection: sa.Connection, row: int, value: str | None, **values: object) -> int:
    """Store an event; gives its number."""
    action = Action.LABEL if value is not None else Action.SKIP
    number = connection.scalar(sa.select(sa.func.count()).select_from(EVENTS))
    event = {
        "client_event": f"event {number}", "at_ms": 1, "annotator": "ann", "fingerprint": "f",
        "row": row, "action": action.value, "value": value, "queue": "mixed", "reason": "",
        "guideline": "", **values,
    }  # fmt: skip
    return connection.execute(sa.insert(EVENTS).values(event)).inserted_primary_key[0]


def undo(connection: sa.Connection, number: int) -> int:
    return add(connection, 0, None, action=Action.UNDO.value, undoes=number)


def current(connection: sa.Connection) -> dict[tuple[str, int], str]:
    found = connection.execute(sa.select(CURRENT_LABELS)).all()
    return {(line.fingerprint, line.row): line.value for line in found}


def test_the_current_label_of_a_row_is_the_last_one(connection: sa.Connection) -> None:
    for row, value in ((1, "0"), (2, "0"), (1, "1")):
        add(connection, row, value)
    add(connection, 1, "0", fingerprint="g")
    add(connection, 2, None)

    assert current(connection) == {("f", 1): "1", ("f", 2): "0", ("g", 1): "0"}


def test_a_label_that_was_taken_back_counts_no_more(connection: sa.Connection) -> None:
    add(connection, 1, "0")
    undo(connection, add(connection, 1, "1"))
    undo(connection, add(connection, 2, "1"))

    assert current(connection) == {("f", 1): "0"}


def test_a_row_asked_again_to_measure_the_person_keeps_its_label(
    connection: sa.Connection,
) -> None:
    add(connection, 1, "0")
    add(connection, 1, "1", queue=AUDIT)

    assert current(connection) == {("f", 1): "0"}


def test_what_stands_is_all_but_undos_and_what_they_undo(connection: sa.Connection) -> None:
    kept, gone = add(connection, 1, "0"), add(connection, 1, "1")
    undo(connection, gone)

    found = connection.execute(sa.select(EVENTS.c.id).where(STANDING)).scalars().all()

    assert found == [kept]


def test_the_last_event_of_each_person_is_found_among_those_that_are_asked_for(
    connection: sa.Connection,
) -> None:
    add(connection, 1, "0")
    first = add(connection, 1, "1")
    second = add(connection, 1, "0", annotator="bob")
    add(connection, 2, "1", annotator="bob")

    wanted = latest_standing(EVENTS.c.annotator, where=EVENTS.c.row == 1)

    assert {event.id for event in connection.execute(wanted)} == {first, second}


@pytest.mark.parametrize("change", [sa.delete(EVENTS), sa.update(EVENTS).values(value="9")])
def test_events_are_only_added(connection: sa.Connection, change: sa.Executable) -> None:
    add(connection, 1, "0")
    with pytest.raises(sa.exc.DatabaseError, match="label events are only added"):
        connection.execute(change)


def test_guidelines_are_only_added(connection: sa.Connection) -> None:
    line = {
        "fingerprint": "f", "version": 1, "text": "t", "classes": "[]", "author": "a", "at_ms": 1,
    }  # fmt: skip
    connection.execute(sa.insert(GUIDELINES).values(line))
    with pytest.raises(sa.exc.DatabaseError, match="label guidelines are only added"):
        connection.execute(sa.delete(GUIDELINES))


def test_leases_go(connection: sa.Connection) -> None:
    lease = {
        "fingerprint": "f", "row": 1, "holder": "tab", "annotator": "a", "queue": "mixed",
        "place": 0, "until_ms": 1,
    }  # fmt: skip
    connection.execute(sa.insert(LEASES).values(lease))
    connection.execute(sa.delete(LEASES))

    assert connection.execute(sa.select(LEASES)).all() == []


def test_making_the_tables_again_loses_nothing(connection: sa.Connection) -> None:
    add(connection, 1, "0")

    create(connection)

    assert current(connection) == {("f", 1): "0"}
