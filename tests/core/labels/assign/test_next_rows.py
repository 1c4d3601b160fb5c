from dataclasses import replace

import numpy as np
import pytest

from core.labels.assign.client_events import Target, record
from core.labels.assign.leases import LEASE_MS, Assignment, LabelSession, release
from core.labels.assign.next_rows import (
    MOST_HELD,
    QueueRequest,
    labelled_twice,
    rows_left,
    rows_to_hold,
    take,
)
from core.labels.assign.queues import Stream
from core.labels.store.events import AUDIT, DOUBLE, Action, LabelEvent
from core.labels.store.ledger import Ledger
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests.core.labels.assign.conftest import Clock

ROWS = 60
ANN, BOB = LabelSession("f", "ann", "tab-of-ann"), LabelSession("f", "bob", "tab-of-bob")


@pytest.fixture
def store(workspace: Workspace, clock: Clock) -> LabelStore:
    workspace.root.mkdir(parents=True)
    return LabelStore(f"sqlite:///{workspace.labels}", now_ms=clock)


@pytest.fixture
def ledger(store: LabelStore) -> Ledger:
    return Ledger(store, "f", ROWS)


def request(count: int = 10, **values: object) -> QueueRequest:
    return QueueRequest((Stream("random", np.arange(ROWS)),), count, **values)


def press(name: str, row: int, value: str | None = "1", **values: object) -> dict[str, object]:
    given = {"client_event": f"event-{name}", "fingerprint": "f", "row": row, "value": value}
    given |= {"action": "label", "queue": "random", "annotator": "ann"}
    return given | values


def store_events(store: LabelStore, session: LabelSession, *client_events: dict[str, object]):
    own = [entry | {"annotator": session.annotator} for entry in client_events]
    return record(store, own, holder=session.holder, target=lambda _: Target(ROWS, ("0", "1")))


def rows(assigned: list[Assignment]) -> list[int]:
    return [one.row for one in assigned]


def test_two_people_never_hold_the_same_row(store: LabelStore, ledger: Ledger) -> None:
    first, second = take(store, ledger, ANN, request()), take(store, ledger, BOB, request())

    assert rows(first) == list(range(10))
    assert rows(second) == list(range(10, 20))


def test_two_tabs_of_one_person_hold_different_rows(store: LabelStore, ledger: Ledger) -> None:
    other = replace(ANN, holder="another-tab")

    assert not {*rows(take(store, ledger, ANN, request()))} & {
        *rows(take(store, ledger, other, request()))
    }


def test_a_tab_that_asks_again_keeps_what_it_holds_and_is_filled_up(
    store: LabelStore, ledger: Ledger
) -> None:
    take(store, ledger, ANN, request(5))
    take(store, ledger, BOB, request(5))
    store_events(store, ANN, press("aaaaaaaa", 0), press("bbbbbbbb", 1))

    assert rows(take(store, ledger, ANN, request(5))) == [2, 3, 4, 10, 11]


def test_the_rows_of_somebody_who_left_return_after_a_while(
    store: LabelStore, ledger: Ledger, clock: Clock
) -> None:
    take(store, ledger, ANN, request())

    clock.ms += LEASE_MS - 1
    assert rows(take(store, ledger, BOB, request(3))) == [10, 11, 12]
    clock.ms += 2
    assert rows(take(store, ledger, BOB, request(5))) == [10, 11, 12, 0, 1]


def test_rows_stay_with_somebody_who_works_slowly(
    store: LabelStore, ledger: Ledger, clock: Clock
) -> None:
    take(store, ledger, ANN, request(5))
    clock.ms += LEASE_MS - 1
    store_events(store, ANN, press("aaaaaaaa", 0))
    clock.ms += LEASE_MS - 1

    assert rows(take(store, ledger, BOB, request(2))) == [5, 6]
    assert rows(take(store, ledger, ANN, request(4))) == [1, 2, 3, 4]


def test_who_comes_back_late_no_longer_holds_what_others_have_or_have_answered(
    store: LabelStore, ledger: Ledger, clock: Clock
) -> None:
    take(store, ledger, ANN, request(5))
    clock.ms += 2 * LEASE_MS
    take(store, ledger, BOB, request(3))
    store_events(store, BOB, press("aaaaaaaa", 0))

    store_events(store, ANN, press("bbbbbbbb", 3))  # Her screen still shows what she had.
    assert rows(take(store, ledger, ANN, request(5))) == [4, 5, 6, 7, 8]


def test_a_new_model_keeps_what_is_on_the_screen(store: LabelStore, ledger: Ledger) -> None:
    take(store, ledger, ANN, request(3))
    ranked = QueueRequest((Stream("mixed/likely", np.arange(ROWS)[::-1]),), 5, keep_all=True)

    assert rows(take(store, ledger, ANN, ranked)) == [0, 1, 2, 59, 58]


def test_undone_rows_come_back_in_the_order_in_which_they_were_undone(
    store: LabelStore, ledger: Ledger
) -> None:
    take(store, ledger, ANN, request(4))
    for row in (0, 1, 2):
        store_events(store, ANN, press(f"label-0{row}", row))
    for row in (2, 1, 0):
        undo = press(f"undoes-0{row}", row, action="undo", undoes=f"event-label-0{row}")
        store_events(store, ANN, undo)

    assert rows(take(store, ledger, ANN, request(4))) == [0, 1, 2, 3]


def test_a_clock_that_goes_back_frees_rows_rather_than_hold_them_for_days(
    store: LabelStore, ledger: Ledger, clock: Clock
) -> None:
    take(store, ledger, ANN, request())

    clock.ms -= 10 * LEASE_MS

    assert rows(take(store, ledger, BOB, request(3))) == [0, 1, 2]


def test_rows_that_anybody_has_labelled_are_not_asked_again(
    store: LabelStore, ledger: Ledger
) -> None:
    for row in (0, 2):
        store.add(LabelEvent(fingerprint="f", row=row, action=Action.LABEL, value="1",
                             annotator="cleo"))  # fmt: skip

    assert rows(take(store, ledger, ANN, request(3))) == [1, 3, 4]


def test_what_one_person_skips_another_is_asked(store: LabelStore, ledger: Ledger) -> None:
    take(store, ledger, ANN, request(2))
    store_events(store, ANN, press("aaaaaaaa", 0, None, action="skip"))

    assert 0 not in rows(take(store, ledger, ANN, request(5)))
    assert rows(take(store, ledger, BOB, request(1))) == [0]


def test_what_was_skipped_comes_back_when_nothing_else_is_left(
    store: LabelStore, ledger: Ledger
) -> None:
    take(store, ledger, ANN, request(2))
    store_events(store, ANN, press("aaaaaaaa", 0, None, action="skip"))
    answers = [press(f"{row:08d}", row) for row in range(1, ROWS)]
    store_events(store, ANN, *answers)

    assert rows(take(store, ledger, ANN, request(5))) == [0]


def test_an_undone_row_stays_with_the_tab_that_undid_it(store: LabelStore, ledger: Ledger) -> None:
    take(store, ledger, ANN, request(3))
    store_events(store, ANN, press("aaaaaaaa", 0))
    store_events(store, ANN, press("bbbbbbbb", 0, action="undo", undoes="event-aaaaaaaa"))

    assert 0 not in rows(take(store, ledger, BOB, request(5)))
    assert rows(take(store, ledger, ANN, request(3))) == [0, 1, 2]


def test_a_share_of_the_rows_is_asked_of_two_people(store: LabelStore, ledger: Ledger) -> None:
    everything = np.arange(ROWS)
    twice = set(everything[labelled_twice(everything, 0.3, "f")].tolist())
    names = iter(f"{number:08d}" for number in range(1000))
    for session in (ANN, BOB):
        while assigned := take(store, ledger, session, request(7, double=0.3)):
            answers = [press(next(names), one.row, queue=one.queue) for one in assigned]
            assert not store_events(store, session, *answers).refused

    assert 8 < len(twice) < 30
    assert set(np.flatnonzero(ledger.refresh().answers == 2)) == twice
    assert (ledger.answers > 0).all()
    assert {event.queue for event in store.events("f")} == {"random", DOUBLE}


def test_a_few_own_answers_are_asked_again_without_becoming_a_second_opinion(
    store: LabelStore, ledger: Ledger
) -> None:
    asked_again = []
    names = iter(f"{number:08d}" for number in range(1000))
    for _ in range(10):
        assigned = take(store, ledger, ANN, request(6, audit=0.25))
        asked_again += [one.row for one in assigned if one.queue == AUDIT]
        store_events(
            store, ANN, *(press(next(names), one.row, queue=one.queue) for one in assigned)
        )

    assert 4 <= len(asked_again) == len(set(asked_again)) <= 15
    assert ledger.refresh().answers.max() == 1


def test_streams_are_mixed_by_their_shares(store: LabelStore, ledger: Ledger) -> None:
    likely = Stream("likely", np.arange(30), 0.6)
    random = Stream("random", np.arange(30, ROWS), 0.2)
    uncertain = Stream("uncertain", np.arange(10, 50), 0.2)
    assigned = take(store, ledger, ANN, QueueRequest((likely, uncertain, random), 20))

    counts = {name: sum(one.queue == name for one in assigned) for name in ("likely", "random")}
    assert counts == {"likely": 12, "random": 4}
    assert len(set(rows(assigned))) == 20


def test_a_changed_queue_gives_the_rows_of_the_old_one_back(
    store: LabelStore, ledger: Ledger
) -> None:
    take(store, ledger, ANN, request(3))
    backwards = QueueRequest((Stream("likely", np.arange(ROWS)[::-1]),), 3)

    assert rows(take(store, ledger, ANN, backwards)) == [59, 58, 57]
    assert rows(take(store, ledger, BOB, request(1))) == [0]


def test_a_changed_search_gives_the_rows_of_the_old_one_back(
    store: LabelStore, ledger: Ledger
) -> None:
    first, second = (
        QueueRequest((Stream("selection", np.array(rows)),), 5) for rows in ((3, 8, 20), (20, 21))
    )
    take(store, ledger, ANN, first)

    assert [one.row for one in take(store, ledger, ANN, second)] == [20, 21]
    assert [one.row for one in take(store, ledger, BOB, first)] == [3, 8]


def test_when_all_is_answered_nothing_is_served(store: LabelStore, ledger: Ledger) -> None:
    for row in range(ROWS):
        store.add(LabelEvent(fingerprint="f", row=row, action=Action.LABEL, value="1",
                             annotator="cleo"))  # fmt: skip

    assert take(store, ledger, ANN, request()) == []


def shared(assigned: list[Assignment]) -> list[int]:
    return [one.row for one in assigned if one.shared]


def test_a_tab_holds_a_tenth_of_what_is_left_and_some_rows_at_least() -> None:
    assert [rows_to_hold(left) for left in (0, 3, 30, 60, 300, 1_000_000)] == [
        5, 5, 5, 6, MOST_HELD, MOST_HELD,
    ]  # fmt: skip


def test_where_all_that_is_left_is_on_another_screen_its_last_rows_are_shared(
    store: LabelStore, ledger: Ledger
) -> None:
    few = QueueRequest((Stream("random", np.arange(4)),), 5)
    assert shared(take(store, ledger, ANN, few)) == []

    second = take(store, ledger, BOB, few)

    assert rows(second) == shared(second) == [3, 2]
    # Who had them first keeps them, and is told.
    first = take(store, ledger, ANN, few)
    assert (rows(first), shared(first)) == ([0, 1, 2, 3], [2, 3])


def test_a_shared_row_that_one_has_answered_is_asked_of_nobody(
    store: LabelStore, ledger: Ledger
) -> None:
    few = QueueRequest((Stream("random", np.arange(3)),), 5)
    take(store, ledger, ANN, few)
    take(store, ledger, BOB, few)
    store_events(store, ANN, press("aaaaaaaa", 2))

    assert rows(take(store, ledger, BOB, few)) == [1]
    assert rows(take(store, ledger, ANN, few)) == [0, 1]


def test_two_who_share_answer_all_rows_between_them(store: LabelStore, ledger: Ledger) -> None:
    few = QueueRequest((Stream("likely", np.arange(5, 9)), Stream("random", np.arange(12))), 5)
    names = iter(f"{number:08d}" for number in range(1000))
    working = [ANN, BOB]
    while working:
        for session in list(working):
            assigned = take(store, ledger, session, few)
            if assigned:
                one = assigned[0]
                store_events(store, session, press(next(names), one.row, queue=one.queue))
            else:
                working.remove(session)

    assert (ledger.refresh().answers[:12] > 0).all()


def test_free_rows_come_before_shared_ones_and_skipped_ones_last(
    store: LabelStore, ledger: Ledger
) -> None:
    few = QueueRequest((Stream("random", np.arange(4)),), 2)
    take(store, ledger, ANN, few)
    assert rows(take(store, ledger, BOB, few)) == [2, 3]
    store_events(store, BOB, press("aaaaaaaa", 2), press("bbbbbbbb", 3, None, action="skip"))

    assert rows(take(store, ledger, BOB, few)) == [3]  # his own that he skipped
    store_events(store, BOB, press("cccccccc", 3))
    assert rows(take(store, ledger, BOB, few)) == [1, 0]
    store_events(store, BOB, press("dddddddd", 1, None, action="skip"))
    take(store, ledger, BOB, few)
    store_events(store, BOB, press("eeeeeeee", 0, None, action="skip"))
    again = take(store, ledger, BOB, few)
    assert rows(again) == shared(again) == [1, 0]


def test_the_rows_of_a_tab_that_is_closed_come_to_others_at_once(
    store: LabelStore, ledger: Ledger
) -> None:
    take(store, ledger, ANN, request(5))
    take(store, ledger, BOB, request(5))

    release(store, ANN.holder)

    assert rows(take(store, ledger, BOB, request(10))) == [5, 6, 7, 8, 9, 0, 1, 2, 3, 4]
    assert rows(take(store, ledger, ANN, request(2))) == [10, 11]


def test_rows_left_are_those_without_an_answer_on_any_screen(
    store: LabelStore, ledger: Ledger
) -> None:
    take(store, ledger, BOB, request(5))
    store_events(store, ANN, press("aaaaaaaa", 9), press("bbbbbbbb", 8, None, action="skip"))
    ledger.refresh()

    assert rows_left(ledger, ANN, request()) == ROWS - 1
    assert rows_left(ledger, ANN, request(answered=True)) == ROWS
    assert rows_left(ledger, BOB, request(double=1.0)) == ROWS  # One of them for the second time.
    assert rows_left(ledger, ANN, QueueRequest((), 5)) == 0
