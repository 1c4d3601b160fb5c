import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.widgets.rows_table.rows_table import TableRow, rows_table


def page() -> None:
    import streamlit as st

    from dashboard.widgets.rows_table.rows_table import TableRow, rows_table

    numbers = st.session_state.get("numbers", [5, 6, 7])
    rows = [TableRow(number, f"id{number}", "a text") for number in numbers]
    chosen = rows_table(rows, key="table", selectable=st.session_state.get("selectable", True))
    st.text(str(chosen))


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    return app


def sent(app: AppTest) -> dict[str, Any]:
    return json.loads(app.get("bidi_component")[0].proto.json)


def choose(app: AppTest, rows: object, shown: str) -> None:
    """What the browser reports after a click."""
    app.session_state["table"] = {"selection": {"rows": rows, "shown": shown}}
    app.run()
    assert not app.exception


def drawn(rows: list[TableRow], **options: Any) -> dict[str, Any]:
    """What the browser is sent for these rows."""

    def page(rows, options):
        from dashboard.widgets.rows_table.rows_table import rows_table

        rows_table(rows, key="table", **options)

    app = AppTest.from_function(page, default_timeout=30, args=(rows, options)).run()
    assert not app.exception
    return sent(app)


@pytest.mark.parametrize("span", [(0, 5), (-1, 2), (3, 2)])
def test_a_hit_must_lie_inside_its_text(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="must lie inside its 4 characters"):
        TableRow(1, "", "text", [span])


def test_rows_to_choose_from_need_different_numbers() -> None:
    rows = [TableRow(1, "", "a"), TableRow(1, "", "b")]
    with pytest.raises(ValueError, match="different numbers"):
        rows_table(rows, key="table", selectable=True)


def test_no_rows_show_nothing(app: AppTest) -> None:
    app.session_state["numbers"] = []
    app.run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 0
    assert app.text[0].value == "[]"


def test_texts_are_sent_as_they_are_with_hits_in_characters() -> None:
    data = drawn([TableRow(1, "<id>", "😀 <b>**hit**</b>", [(7, 10)])])
    assert data["rows"][0]["text"] == ["😀 <b>**", "hit", "**</b>"]
    assert data["rows"][0]["id"] == "<id>"


def test_a_long_text_is_sent_whole_beside_its_short_form() -> None:
    text = "word " * 1000
    row = drawn([TableRow(1, "", text)])["rows"][0]
    assert row["text"] == [text]
    assert row["length"] == len(text)
    assert len(row["short"][0]) < 410


def test_a_label_has_the_colour_of_its_place_among_the_classes() -> None:
    rows = [TableRow(i, "", "a", label=label) for i, label in enumerate(["b", "a", "new", None])]
    sent_rows = drawn(rows, classes=("a", "b"))["rows"]
    assert [row.get("tone") for row in sent_rows] == [1, 0, None, None]
    assert [row["label"] for row in sent_rows] == ["b", "a", "new", None]


def test_cells_become_columns_with_titles_in_order() -> None:
    cells = {"words": np.int64(4), "score": np.float32(0.25), "part": "train"}
    data = drawn([TableRow(1, "", "a", cells=cells), TableRow(2, "", "b", cells={"words": 2})])
    assert data["columns"] == [
        {"title": "Words", "kind": "number"},
        {"title": "Score (0–1)", "kind": "bar"},
        {"title": "Part", "kind": "plain"},
    ]
    assert [row["cells"] for row in data["rows"]] == [[4, 0.25, "train"], [2, None, None]]


def test_titles_can_be_given_and_choose_the_columns() -> None:
    cells = {"words": 4, "seconds": float("nan")}
    data = drawn([TableRow(1, "", "a", cells=cells)], columns={"seconds": "Read in (s)"})
    assert data["columns"] == [{"title": "Read in (s)", "kind": "number"}]
    assert data["rows"][0]["cells"] == [None]


def test_chosen_rows_come_back_in_the_order_shown(app: AppTest) -> None:
    choose(app, [7, 5], sent(app)["shown"])
    assert app.text[0].value == "[5, 7]"
    assert sent(app)["chosen"] == [5, 7]


def test_a_choice_is_forgotten_with_its_rows(app: AppTest) -> None:
    before = sent(app)["shown"]
    choose(app, [5], before)
    app.session_state["numbers"] = [5, 6]
    choose(app, [5], before)
    assert app.text[0].value == "[]"


def test_nothing_can_be_chosen_unless_asked_for(app: AppTest) -> None:
    app.session_state["selectable"] = False
    choose(app, [5], sent(app)["shown"])
    assert app.text[0].value == "[]"


@pytest.mark.parametrize("rows", [None, "5", [[5]], [5.5, "6", 99, None]])
def test_a_senseless_choice_chooses_nothing(app: AppTest, rows: object) -> None:
    choose(app, rows, sent(app)["shown"])
    assert app.text[0].value == "[]"
