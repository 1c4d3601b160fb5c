import itertools

import pytest
import sqlalchemy as sa

from core.labels.store.events import Action, LabelEvent
from core.labels.store.schema import EVENTS
from core.labels.store.store import LabelStore

NOON_MS = 1_700_000_000_000


@pytest.fixture
def store(url: str) -> LabelStore:
    """A store whose clock goes on by a second each time it is asked."""
    times = itertools.count(NOON_MS, 1_000)
    return LabelStore(url, now_ms=lambda: next(times))


def label(row: int, value: str = "1", **values: object) -> LabelEvent:
    given = {"fingerprint": "f", "annotator": "ann", "queue": "q", **values}
    return LabelEvent(row=row, action=Action.LABEL, value=value, **given)


def test_an_event_is_of_the_moment_unless_it_is_said_to_be_older(store: LabelStore) -> None:
    with store.writing() as batch:
        batch.add(label(1))
        batch.add(label(2), at_ms=5)

    assert [event.at_ms for event in store.events("f")] == [NOON_MS, 5]


def test_many_at_once_are_of_one_moment_and_in_their_order(store: LabelStore) -> None:
    given = [label(row, batch="click") for row in (5, 3, 4)]
    with store.writing() as batch:
        batch.add_all(iter(given))

    events = store.events("f")
    assert [event.row for event in events] == [5, 3, 4]
    assert [event.client_event for event in events] == [event.client_event for event in given]
    assert {event.at_ms for event in events} == {NOON_MS}
    assert {event.batch for event in events} == {"click"}


def test_none_at_once_are_none(store: LabelStore) -> None:
    with store.writing() as batch:
        batch.add_all([])

    assert store.events("f") == []


def test_many_at_once_of_which_one_has_come_before_are_not_stored(store: LabelStore) -> None:
    first = store.add(label(1, client_event="p1"))

    with pytest.raises(sa.exc.IntegrityError), store.writing() as batch:
        batch.add_all([label(2), label(1, client_event="p1")])

    assert store.events("f") == [first]


def test_an_event_is_found_by_its_name_in_the_batch_that_stores_it(store: LabelStore) -> None:
    with store.writing() as batch:
        assert batch.find("p1") is None
        given = batch.add(label(1, client_event="p1", spent_ms=12))
        assert batch.find("p1") == given


def test_what_is_taken_back_twice_is_undone_once(store: LabelStore) -> None:
    given = store.add(label(7, queue="mixed/random"))
    with store.writing() as batch:
        undo = batch.take_back(given, annotator="bob", client_event="u1")
        again = batch.take_back(given, annotator="eve", client_event="u2")

    assert again == undo
    assert store.events("f") == [given, undo]
    assert (undo.action, undo.undoes, undo.row) == (Action.UNDO, given.id, 7)
    assert (undo.queue, undo.annotator, undo.client_event) == ("mixed/random", "bob", "u1")


def test_what_stands_is_what_was_asked_for_and_not_undone_oldest_first(store: LabelStore) -> None:
    with store.writing() as batch:
        for row in (3, 1, 2):
            batch.add(label(row))
        batch.add(label(4, annotator="bob"))
        batch.take_back(batch.add(label(9)), annotator="ann")

        found = batch.standing(EVENTS.c.annotator == "ann")

    assert [event.row for event in found] == [3, 1, 2]


def test_an_event_that_is_sent_twice_is_stored_once(store: LabelStore) -> None:
    first = store.add(label(1, client_event="p1"))

    assert store.add(label(1, client_event="p1")) == first
    assert len(store.events("f")) == 1
    assert store.last_event("f", "q") == first.id


def test_events_are_stored_together_or_not_at_all(store: LabelStore) -> None:
    with pytest.raises(RuntimeError), store.writing() as batch:
        batch.add(label(1))
        raise RuntimeError

    assert store.events("f") == []


def test_a_row_and_a_time_beyond_32_bits_are_kept(store: LabelStore) -> None:
    stored = store.add(label(5_000_000_000, spent_ms=5_000_000_000))

    assert store.events("f") == [stored]
