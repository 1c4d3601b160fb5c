import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import BadInput, DiskError, NotFound, SincerelyError
from core.labels.assign.client_events import MAX_NOTE, Receipt, Target, record
from core.labels.assign.leases import LabelSession
from core.labels.assign.next_rows import QueueRequest, take
from core.labels.assign.queues import Stream
from core.labels.store.events import Action, LabelEvent
from core.labels.store.ledger import Ledger
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests.core.small_disk import python_on_full_disk
from tests.messages import assert_one_sentence

ROWS = 20
TAB = "tab-of-ann"
FULL = """
import contextlib
import sys
from pathlib import Path
from core.errors import DiskError
from core.labels.assign.client_events import Target, record
from core.labels.store.store import LabelStore
disk = Path(sys.argv[1])
store = LabelStore(f"sqlite:///{disk / 'labels.sqlite'}")
def send(names, reason):
    raw = [{"client_event": name, "fingerprint": "f", "row": 1, "action": "note", "queue": "random",
            "annotator": "ann", "reason": reason} for name in names]
    return record(store, raw, holder="tab", target=lambda _: Target(20, ("0", "1")))
assert send(["event-first"], "short").stored == ("event-first",)
filler = disk / "filler"
with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
    while file.write(b"x" * 1024):
        pass
try:
    send([f"event-{number:04d}" for number in range(50)], "long " * 300)
except DiskError as error:
    print(error)
filler.unlink(missing_ok=True)
print([event.client_event for event in store.events("f")])
print(len(send([f"event-{number:04d}" for number in range(50)], "long " * 300).stored))
"""


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


def known(fingerprint: str) -> Target:
    if fingerprint != "f":
        raise NotFound("a data set that is here", "one that is gone", "import it again")
    return Target(ROWS, ("0", "1"))


def press(name: str, row: object = 1, value: object = "1", **values: object) -> dict[str, object]:
    made = {"client_event": f"event-{name}", "fingerprint": "f", "row": row, "value": value}
    made |= {"action": "label", "queue": "random", "annotator": "ann"}
    return made | values


def undo(name: str, of: str, **values: object) -> dict[str, object]:
    return press(name, None, None, action="undo", undoes=f"event-{of}", **values)


def send(store: LabelStore, *client_events: object, tab: str = TAB) -> Receipt:
    # By way of JSON, as from a browser.
    raw = json.loads(json.dumps(list(client_events)))
    return record(store, raw, holder=tab, target=known)


def held(store: LabelStore) -> list[LabelEvent]:
    undone = {event.undoes for event in store.events("f")}
    return [
        event
        for event in store.events("f")
        if event.action is not Action.UNDO and event.id not in undone
    ]


def leased(store: LabelStore, tab: str = TAB) -> list[int]:
    """The rows that the tab has on its screen."""
    request = QueueRequest((Stream("random", store.assigned_rows("f", [])),), ROWS, keep_all=True)
    session = LabelSession("f", "ann", tab)
    return [one.row for one in take(store, Ledger(store, "f", ROWS), session, request)]


MALFORMED = {
    "a row that is no number": {"row": "1"},
    "a row that is true": {"row": True},
    "a row with a fraction": {"row": 1.0},
    "no row": {"row": None},
    "a row below 0": {"row": -1},
    "a row beyond the data set": {"row": ROWS},
    "a very large row": {"row": 10**30},
    "an unknown class": {"value": "2"},
    "a class of another kind": {"value": 1},
    "a list of classes": {"value": ["1"]},
    "no class": {"value": None},
    "a class with a NUL": {"value": "1\x00"},
    "an unknown action": {"action": "delete"},
    "a list of actions": {"action": ["label"]},
    "no action": {"action": None},
    "an unknown data set": {"fingerprint": "g"},
    "a data set that is a number": {"fingerprint": 5},
    "a data set with a long name": {"fingerprint": "f" * 65},
    "nobody": {"annotator": "  "},
    "somebody with a long name": {"annotator": "x" * 61},
    "somebody of two lines": {"annotator": "a\nb"},
    "an object for a name": {"annotator": {"name": "ann"}},
    "a queue with a space": {"queue": "my queue"},
    "a queue of three parts": {"queue": "a/b/c"},
    "a queue of two lines": {"queue": "random\n"},
    "no queue": {"queue": ""},
    "a queue that is a number": {"queue": 1},
    "an empty note": {"action": "note", "reason": " \n"},
    "a note of NULs": {"action": "note", "reason": "\x00\x00"},
    "a long note": {"action": "note", "reason": "x" * (MAX_NOTE + 1)},
    "an endless note": {"action": "note", "reason": "x" * 100_000},
    "no note": {"action": "note"},
    "undo of nothing": {"action": "undo"},
    "undo of an unknown event": {"action": "undo", "undoes": "event-nothing"},
    "undo of a number": {"action": "undo", "undoes": 1},
    "undo of itself": {"action": "undo", "undoes": "event-bad"},
}


@pytest.mark.parametrize("broken", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_event_is_refused_and_those_around_it_are_stored_in_order(
    store: LabelStore, broken: dict[str, object]
) -> None:
    receipt = send(store, press("first", 7), press("bad") | broken, press("second", 3, "0"))

    assert receipt.stored == ("event-first", "event-second")
    assert list(receipt.refused) == ["event-bad"]
    said = receipt.refused["event-bad"]
    assert said.startswith("Expected ")
    assert said.count("\n") == 0
    assert len(said) < 300
    assert [(event.row, event.value) for event in store.events("f")] == [(7, "1"), (3, "0")]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "events",
        {"client_event": "event-one"},
        [press("one"), "text"],
        [press("one"), None],
        [press("one"), [press("two")]],
        [press("one"), press("") | {"client_event": None}],
        [press("one"), press("") | {"client_event": "short"}],
        [press("one"), press("") | {"client_event": "UPPER CASE AND SPACES"}],
        [press("one"), press("") | {"client_event": "x" * 65}],
        [press("one"), press("") | {"client_event": "event-one\n"}],
        [press("one")] * 5_001,
    ],
    ids=range(12),
)
def test_what_is_no_list_of_named_events_is_refused_as_a_whole(
    store: LabelStore, raw: object
) -> None:
    with pytest.raises(BadInput) as caught:
        record(store, raw, holder=TAB, target=known)

    assert_one_sentence(caught.value)
    assert store.events("f") == []


def test_thousands_of_events_are_taken_at_once_and_their_data_set_is_looked_up_once(
    store: LabelStore,
) -> None:
    asked = []

    def target(fingerprint: str) -> Target:
        asked.append(fingerprint)
        return known(fingerprint)

    many = [press(f"{number:05d}", number % ROWS) for number in range(1_000)]
    receipt = record(store, many, holder=TAB, target=target)

    assert len(receipt.stored) == 1_000
    assert [event.client_event for event in store.events("f")] == [
        one["client_event"] for one in many
    ]
    assert asked == ["f"]


def test_an_event_keeps_what_the_browser_knows_of_it(store: LabelStore) -> None:
    more = {"suggestion": "0", "guideline": 3, "spent": 1234, "queue": "mixed/likely"}
    send(store, press("one", 4, "1", **more))

    (event,) = store.events("f")
    assert (event.row, event.value, event.annotator, event.client_event) == (
        4,
        "1",
        "ann",
        "event-one",
    )
    assert (event.suggestion, event.guideline, event.spent_ms) == ("0", "3", 1234)
    assert (event.queue, event.reason) == ("mixed/likely", "")


@pytest.mark.parametrize("odd", [{}, [], "text", -1, True, 10**12, 1.5, None], ids=repr)
def test_what_only_describes_an_event_never_keeps_it_from_being_stored(
    store: LabelStore, odd: object
) -> None:
    receipt = send(store, press("one", suggestion=odd, guideline=odd, spent=odd, reason=odd))

    assert receipt.stored == ("event-one",)
    (event,) = store.events("f")
    assert (event.suggestion, event.spent_ms, event.reason) == (None, None, "")
    assert event.guideline in ("", str(10**12))


def test_what_no_database_takes_is_taken_out_of_texts(store: LabelStore) -> None:
    odd = "a\x00b \ud83d c \U0001f600"
    receipt = send(store, press("one", action="note", reason=odd, annotator="an\x00n"))

    assert receipt.stored == ("event-one",)
    (event,) = store.events("f")
    assert event.reason == "ab ? c \U0001f600"
    assert event.annotator == "ann"


def test_an_event_that_is_sent_twice_is_stored_once(store: LabelStore) -> None:
    one, two = press("one", 1), press("two", 2)

    first = send(store, one, one, two)
    again = send(store, one, two, press("three", 3), tab="another-tab")

    assert first.stored == ("event-one", "event-one", "event-two")
    assert again.stored == ("event-one", "event-two", "event-three")
    assert [event.row for event in store.events("f")] == [1, 2, 3]


def test_events_and_their_undos_that_are_sent_again_change_nothing(store: LabelStore) -> None:
    sent = [press("one", 1), undo("two", "one"), press("three", 1, "0"), undo("four", "three"),
            press("five", 1, "1")]  # fmt: skip

    for _ in range(3):
        assert not send(store, *sent).refused

    assert len(store.events("f")) == 5
    assert store.current_labels("f") == {1: "1"}
    assert leased(store) == []


def test_an_undo_takes_back_the_event_it_names_whatever_other_tabs_do(store: LabelStore) -> None:
    send(store, press("one", 1))
    send(store, press("two", 2), tab="another-tab")

    assert send(store, undo("three", "one")).stored == ("event-three",)

    assert store.current_labels("f") == {2: "1"}
    assert (leased(store), leased(store, "another-tab")) == ([1], [])


def test_an_event_that_two_tabs_undo_is_undone_once(store: LabelStore) -> None:
    send(store, press("one", 1))

    assert send(store, undo("two", "one")).stored == ("event-two",)
    assert send(store, undo("three", "one"), tab="another-tab").stored == ("event-three",)

    assert [event.action.value for event in store.events("f")] == ["label", "undo"]


@pytest.mark.parametrize(
    "wrong",
    [undo("three", "one", annotator="bob"), undo("three", "two"), undo("three", "other")],
    ids=["another's", "an undo", "another data set's"],
)
def test_only_ones_own_answer_of_the_data_set_can_be_undone(
    store: LabelStore, wrong: dict[str, object]
) -> None:
    send(store, press("one", 1), press("one-more", 2), undo("two", "one-more"))
    store.add(LabelEvent(fingerprint="g", row=1, action=Action.LABEL, value="1", annotator="ann",
                         client_event="event-other"))  # fmt: skip
    before = store.events("f")

    receipt = send(store, wrong)

    assert list(receipt.refused) == ["event-three"]
    assert "answer" in receipt.refused["event-three"]
    assert store.events("f") == before
    assert store.current_labels("g") == {1: "1"}


def test_the_name_of_an_answer_is_no_name_for_an_undo(store: LabelStore) -> None:
    send(store, press("one", 1), press("two", 2))

    receipt = send(store, undo("two", "one"))

    assert receipt.stored == ()
    assert list(receipt.refused) == ["event-two"]
    assert store.current_labels("f") == {1: "1", 2: "1"}


def test_skips_flags_and_notes_are_events_without_a_label(store: LabelStore) -> None:
    receipt = send(
        store,
        press("skip", 1, "1", action="skip"),
        press("flag", 2, None, action="flag"),
        press("note", 3, action="note", reason="  why?\nsee row 2 "),
        undo("undo", "flag"),
    )

    assert not receipt.refused
    assert [(e.row, e.action.value, e.value, e.reason) for e in held(store)] == [
        (1, "skip", None, ""), (3, "note", None, "why?\nsee row 2"),
    ]  # fmt: skip
    assert store.current_labels("f") == {}


def test_an_answer_frees_the_row_and_a_flag_or_a_note_does_not(store: LabelStore) -> None:
    ledger, session = Ledger(store, "f", ROWS), LabelSession("f", "ann", TAB)
    request = QueueRequest((Stream("random", store.assigned_rows("f", [])),), ROWS, keep_all=True)
    rows = QueueRequest((Stream("random", Ledger(store, "f", 4).class_ids.nonzero()[0]),), 4)
    assert [one.row for one in take(store, ledger, session, rows)] == [0, 1, 2, 3]

    send(store, press("label", 0), press("skip", 1, action="skip"), press("flag", 2, action="flag"),
         press("note", 3, action="note", reason="hm"))  # fmt: skip

    assert [one.row for one in take(store, ledger, session, request)] == [2, 3]


def with_a_fault(fault: SincerelyError) -> Callable[[str], Target]:
    def target(_: str) -> Target:
        raise fault

    return target


def test_a_store_that_cannot_be_read_now_refuses_no_event_for_good(store: LabelStore) -> None:
    held_by_another = DiskError("a store that is free", "one that is held", "try again")

    with pytest.raises(DiskError):
        record(store, [press("one")], holder=TAB, target=with_a_fault(held_by_another))

    assert store.events("f") == []
    assert send(store, press("one")).stored == ("event-one",)


def test_a_store_that_another_holds_stores_nothing_and_says_so(workspace: Workspace) -> None:
    store = LabelStore(open_labels(workspace).url, busy_s=0.1)
    send(store, press("one"))
    other = sqlite3.connect(workspace.labels, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DiskError, match="but found one that is held by another") as caught:
            send(store, press("two"), press("three"))
    finally:
        other.rollback()
        other.close()

    assert_one_sentence(caught.value)
    assert [event.client_event for event in store.events("f")] == ["event-one"]
    assert send(store, press("two"), press("three")).stored == ("event-two", "event-three")


def test_a_damaged_store_takes_nothing_and_says_so(workspace: Workspace) -> None:
    workspace.root.mkdir(parents=True)
    workspace.labels.write_bytes(b"no store" * 1000)

    with pytest.raises(BadInput, match="a label store, but found a damaged file"):
        send(open_labels(workspace), press("one"))


def test_a_full_disk_stores_no_event_and_all_of_them_once_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"

    done = python_on_full_disk(FULL, disk, str(disk), kilobytes=400)

    assert done.returncode == 0, done.stderr
    said, stored, later = done.stdout.splitlines()
    assert "full" in said
    assert said.endswith("nothing was stored.")
    assert (stored, later) == ("['event-first']", "50")
