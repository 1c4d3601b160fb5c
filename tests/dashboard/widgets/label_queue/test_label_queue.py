"""What the queue is sent, and how what a browser claims is read."""

import pytest

from dashboard.widgets.label_queue.label_queue import (
    KEY,
    LONGEST,
    LONGEST_CELL,
    Desk,
    Item,
    Receipt,
    label_queue,
    sent_events,
    sent_round,
    tab,
)
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import sent


def desk(**changes: object) -> Desk:
    values = {
        "asked": "a", "store": "s", "fingerprint": "f", "annotator": "ann", "classes": ("0", "1"),
        "keys": {"0": ["0", "x"], "1": ["1", "a"], "gone": ["2"]}, "guideline": 2,
        "guide": "*Rude* is 1.", "suggest": False, "blur": False, "goal": 200, "left": 9,
        "totals": {"labelled": 3, "own": 1}, "nothing": "", "history": (), **changes,
    }  # fmt: skip
    return Desk(**values)


def drawn(draw: Draw, shown: Desk, items: list[Item], receipt: Receipt | None = None) -> dict:
    app = draw(label_queue, shown, items, receipt or Receipt(), on_events=lambda: None)
    (data,) = sent(app)
    return data


@pytest.mark.parametrize(
    ("classes", "positive"),
    [(("0", "1"), "1"), (("ham", "spam"), "spam"), (("a", "b", "c"), None)],
)
def test_of_two_classes_the_second_is_looked_for(
    draw: Draw, classes: tuple[str, ...], positive: str | None
) -> None:
    data = drawn(draw, desk(classes=classes), [])

    assert data["positive"] == positive
    assert [entry["name"] for entry in data["classes"]] == list(classes)
    assert [entry["tone"] for entry in data["classes"]] == list(range(len(classes)))


def test_each_class_has_the_keys_it_was_given(draw: Draw) -> None:
    entries = drawn(draw, desk(classes=("1", "0", "new")), [])["classes"]

    assert [entry["keys"] for entry in entries] == [["1", "a"], ["0", "x"], []]


def test_a_text_is_sent_as_it_is_with_what_is_known_of_it(draw: Draw) -> None:
    item = Item(
        7, "mixed/likely", "<b>*hit*</b>", about="uncertain", suggestion="1", sure=0.75,
        words=((3, 8),), given="0", cells=(("from", "<i>US</i>"), ("note", "n" * 5_000)),
    )  # fmt: skip

    (shown,) = drawn(draw, desk(), [item])["items"]

    assert shown["text"] == "<b>*hit*</b>"
    assert (shown["row"], shown["queue"], shown["about"]) == (7, "mixed/likely", "uncertain")
    assert (shown["suggestion"], shown["sure"], shown["given"]) == ("1", 0.75, "0")
    assert (shown["words"], shown["answer"]) == ([[3, 8]], None)
    assert shown["cells"] == [["from", "<i>US</i>"], ["note", "n" * LONGEST_CELL + " …"]]


@pytest.mark.parametrize(("length", "cut"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_text_that_is_no_short_one_is_cut(draw: Draw, length: int, cut: bool) -> None:
    (shown,) = drawn(draw, desk(), [Item(1, "random", "x" * length)])["items"]

    assert shown["text"].endswith(" …") is cut
    assert len(shown["text"]) == LONGEST + (2 if cut else 0)


def test_history_and_receipt_are_sent_as_plain_values(draw: Draw) -> None:
    answered = Item(4, "random", "t", answer={"action": "label", "value": "1", "client_event": "p"})
    receipt = Receipt(9, ("p", "q"), {"r": "Expected more."}, "No store.")

    data = drawn(draw, desk(history=(answered,)), [], receipt)

    assert data["history"][0]["answer"] == {"action": "label", "value": "1", "client_event": "p"}
    assert data["receipt"] == {
        "round": 9, "stored": ["p", "q"], "refused": {"r": "Expected more."}, "fault": "No store.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "events", "round_", "holder"),
    [
        (None, None, 0, None),
        ({}, None, 0, None),
        ({"holder": "tab-1"}, None, 0, "tab-1"),
        ({"holder": "x" * 100}, None, 0, "x" * 64),
        ({"holder": 7}, None, 0, None),
        ({"holder": ""}, None, 0, None),
        (
            {"events": {"round": 3, "list": [{"client_event": "a"}]}},
            [{"client_event": "a"}],
            3,
            None,
        ),
        ({"events": {"round": "3", "list": "text"}}, "text", 0, None),
        ({"events": [1, 2]}, None, 0, None),
    ],
)
def test_what_a_browser_claims_is_read_with_suspicion(
    draw: Draw, state: object, events: object, round_: int, holder: str | None
) -> None:
    session = {} if state is None else {KEY: state}

    app = draw(lambda: (sent_events(), sent_round(), tab()), session=session)

    assert app.session_state["drawn"] == (events, round_, holder)
