"""The queue as the browser sees it: what it is sent, and what becomes of what it sends."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.labels.guidelines import write_guideline
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from dashboard.app_pages.label.label_view import label_view
from dashboard.widgets.label_queue.label_queue import KEY
from tests import toy
from tests.dashboard.app_pages.label.desk import (
    GUIDE,
    HELD,
    desk,
    desk_opener,
    press,
    send,
    settings,
)
from tests.dashboard.conftest import Draw


@pytest.fixture
def opened(draw: Draw) -> Callable[..., AppTest]:
    return desk_opener(draw)


def test_before_the_tab_has_told_its_name_nothing_is_leased(draw: Draw, dataset: Dataset) -> None:
    shown = desk(draw(label_view, dataset, GUIDE, settings()))

    assert shown["items"] == []
    assert shown["nothing"] == ""


def test_a_tab_gets_a_tenth_of_the_rows(opened: Callable[..., AppTest], dataset: Dataset) -> None:
    shown = desk(opened(dataset))

    rows = [item["row"] for item in shown["items"]]
    assert len(rows) == len(set(rows)) == HELD
    texts = [text for text, _ in toy.make_rows(100)]
    assert all(item["text"] == texts[item["row"]] for item in shown["items"])
    assert {item["about"] for item in shown["items"]} == {"at random"}
    assert shown["totals"] == {"labelled": 0, "own": 0}


def test_the_desk_says_who_labels_what_and_how(
    opened: Callable[..., AppTest], dataset: Dataset
) -> None:
    shown = desk(opened(dataset, settings(suggest=True, blur=True, goal=50)))

    assert [entry["name"] for entry in shown["classes"]] == ["0", "1"]
    assert (shown["positive"], shown["guideline"], shown["guide"]) == ("1", 3, "Rude is 1.")
    assert (shown["suggest"], shown["blur"], shown["goal"]) == (True, True, 50)
    assert (shown["annotator"], shown["fingerprint"]) == ("ann", dataset.fingerprint)
    assert len(shown["store"]) == 12


def test_another_tab_gets_other_rows(
    opened: Callable[..., AppTest], draw: Draw, dataset: Dataset
) -> None:
    first = {item["row"] for item in desk(opened(dataset))["items"]}

    app = draw(label_view, dataset, GUIDE, settings(annotator="bob"))
    app.session_state[KEY] = {"holder": "another-tab"}
    app.run()

    assert not first & {item["row"] for item in desk(app)["items"]}


def test_presses_are_stored_and_acknowledged_and_their_rows_leave_the_screen(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    first, second, third = desk(app)["items"][:3]
    presses = [press(dataset, first), press(dataset, second, "0"), press(dataset, third, None)]

    send(app, *presses, round_=7)

    events = store.events(dataset.fingerprint)
    assert [(event.row, event.value) for event in events] == [
        (first["row"], "1"), (second["row"], "0"), (third["row"], None),
    ]  # fmt: skip
    assert [event.action for event in events] == [Action.LABEL, Action.LABEL, Action.SKIP]
    assert all(event.spent_ms == 1_200 and event.guideline == "3" for event in events)
    shown = desk(app)
    assert shown["receipt"] == {
        "round": 7, "stored": [one["client_event"] for one in presses], "refused": {}, "fault": "",
    }  # fmt: skip
    left = [item["row"] for item in shown["items"]]
    assert not {first["row"], second["row"], third["row"]} & set(left)
    assert shown["totals"] == {"labelled": 2, "own": 2}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "no class"}, "one of the classes of the data set"),
        ({"row": 100}, "a row below 100"),
        ({"row": -1}, "a row below 100"),
        ({"action": "explode"}, "an action such as label"),
        ({"queue": "NO QUEUE!"}, "the name of a queue"),
        ({"fingerprint": "of another"}, "a data set that is here"),
        ({"annotator": " "}, "a name of 1 to"),
    ],
)
def test_a_press_that_can_never_be_stored_is_refused_and_the_others_are_stored(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore, change: dict, words: str
) -> None:
    app = opened(dataset)
    good, bad = (press(dataset, item) for item in desk(app)["items"][:2])
    bad |= change

    send(app, bad, good)

    receipt = desk(app)["receipt"]
    assert receipt["stored"] == [good["client_event"]]
    assert words in receipt["refused"][bad["client_event"]]
    assert receipt["fault"] == ""
    assert len(store.events(dataset.fingerprint)) == 1


@pytest.mark.parametrize("raw", [[{"no": "name"}], [{"client_event": "x"}], ["text"], [None]])
def test_a_message_that_is_none_is_said_and_nothing_is_stored(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore, raw: list
) -> None:
    app = send(opened(dataset), *raw, round_=4)

    receipt = desk(app)["receipt"]
    assert (receipt["round"], receipt["stored"]) == (4, [])
    assert "reload the page" in receipt["fault"]
    assert store.events(dataset.fingerprint) == []


def test_a_press_that_comes_twice_is_stored_once(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    one = press(dataset, desk(app)["items"][0])

    send(app, one)
    send(app, one, round_=2)

    assert len(store.events(dataset.fingerprint)) == 1
    assert desk(app)["receipt"]["stored"] == [one["client_event"]]


def test_an_undone_row_comes_back_first(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    first, second = desk(app)["items"][:2]
    given = press(dataset, first)
    send(app, given, press(dataset, second))

    undo = press(dataset, first, None, action="undo", undoes=given["client_event"])
    send(app, undo, round_=2)

    assert desk(app)["items"][0]["row"] == first["row"]
    assert store.current_labels(dataset.fingerprint) == {second["row"]: "1"}
    assert desk(app)["totals"]["labelled"] == 1


def test_a_press_about_another_data_set_is_stored_there(
    opened: Callable[..., AppTest], workspace: Workspace, dataset: Dataset, store: LabelStore
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(10), name="other")

    send(opened(dataset), press(other, {"row": 9, "queue": "random"}, "0"))

    assert store.current_labels(other.fingerprint) == {9: "0"}
    assert store.events(dataset.fingerprint) == []


def test_what_somebody_answered_before_is_the_history_oldest_first(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore
) -> None:
    for row, value, who in ((5, "1", "ann"), (6, "0", "bob"), (7, "0", "ann")):
        store.add(
            LabelEvent(
                fingerprint=dataset.fingerprint, row=row, action=Action.LABEL, value=value,
                annotator=who, queue="random",
            )
        )  # fmt: skip

    shown = desk(opened(dataset))

    assert [item["row"] for item in shown["history"]] == [5, 7]
    assert [item["answer"]["value"] for item in shown["history"]] == ["1", "0"]
    assert shown["totals"] == {"labelled": 3, "own": 2}
    assert not {5, 6, 7} & {item["row"] for item in shown["items"]}


def test_when_every_row_is_labelled_it_is_said(
    opened: Callable[..., AppTest], workspace: Workspace
) -> None:
    few = toy.import_rows(workspace, [("one", ""), ("two", "")], name="few")
    app = opened(few)

    send(app, *(press(few, item) for item in desk(app)["items"]))

    assert desk(app)["items"] == []
    assert desk(app)["nothing"] == "Every row is labelled."
    assert desk(app)["left"] == 0


def test_a_second_tab_shares_the_last_rows_of_a_small_set_and_says_so(
    opened: Callable[..., AppTest], draw: Draw, workspace: Workspace
) -> None:
    few = toy.import_rows(workspace, [("one", ""), ("two", ""), ("three", "")], name="few")
    first = desk(opened(few))["items"]
    assert [item["about"] for item in first] == ["at random"] * 3

    app = draw(label_view, few, GUIDE, settings(annotator="bob"))
    app.session_state[KEY] = {"holder": "another-tab"}
    app.run()

    second = desk(app)["items"]
    assert [item["row"] for item in second] == [item["row"] for item in first[:0:-1]]
    assert all("also on another screen" in item["about"] for item in second)


def test_how_many_rows_are_left_goes_down_with_each_answer(
    opened: Callable[..., AppTest], dataset: Dataset
) -> None:
    app = opened(dataset)
    items = desk(app)["items"]
    assert desk(app)["left"] == 100

    send(app, press(dataset, items[0]), press(dataset, items[1]))

    assert desk(app)["left"] == 98


def test_keys_are_those_that_were_stored_with_the_guideline(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore
) -> None:
    write_guideline(store, dataset, text="", classes=("1", "0"), author="ann")
    write_guideline(store, dataset, text="", classes=("0", "spam", "1"), author="ann")

    classes = desk(opened(dataset))["classes"]

    assert [entry["keys"] for entry in classes] == [["0", "a"], ["1", "x"]]


def test_a_store_that_cannot_be_read_leaves_the_queue_with_what_waits_in_it(
    opened: Callable[..., AppTest], workspace: Workspace, dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    one = press(dataset, desk(app)["items"][0])
    workspace.labels.write_bytes(b"no store" * 1000)
    for side in ("-wal", "-shm"):
        workspace.labels.with_name(workspace.labels.name + side).unlink(missing_ok=True)

    send(app, one, round_=3)

    receipt = desk(app)["receipt"]
    assert receipt["stored"] == []
    assert "damaged file" in receipt["fault"]
    assert desk(app)["history"] == []
