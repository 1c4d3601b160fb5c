import pytest

from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.score.typed_history import typed_history
from dashboard.app_pages.score.typed_texts import Typed
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import button, buttons, press, said, select, table
from tests.made_answers import answered_run


def typed(at: str, text: str, score: float = 0.5) -> Typed:
    return Typed(at, text, "run", "*Run*", score, score / 2, "1" if score >= 0.5 else "0", 9.4)


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return answered_run(workspace, toy.import_rows(workspace, toy.make_rows(40)))


def opened(draw: Draw, run: Run, *texts: str):
    history = tuple(typed(f"10:00:0{n}", text, n / 4) for n, text in enumerate(texts))
    return draw(typed_history, run, session={"typed": history})


def test_the_newest_answer_comes_first_with_all_that_is_known_of_it(draw: Draw, run: Run) -> None:
    app = opened(draw, run, "first", "second *one*", "third")

    shown = table(app, "At")
    assert shown["Text"].tolist() == ["third", "second *one*", "first"]
    assert shown["Score"].tolist() == [0.5, 0.25, 0.0]
    assert shown["Label"].tolist() == ["1", "0", "0"]
    assert shown["Run"].tolist() == ["*Run*"] * 3
    assert shown["Calibrated"].tolist() == [0.25, 0.125, 0.0]
    assert button(app, "Tick rows to label them").disabled


@pytest.mark.parametrize(
    ("ticked", "label"), [((0,), "Label 1 ticked"), ((0, 2), "Label 2 ticked"),
                          ((0, 1, 2, 3), "Label 3 ticked")],
)  # fmt: skip
def test_equal_texts_count_once(draw: Draw, run: Run, ticked: tuple[int, ...], label: str) -> None:
    app = opened(draw, run, "a", "b", "c", "a")

    select(app, "typed_table_4_10:00:03", *ticked)

    assert not button(app, label).disabled


def test_what_is_ticked_is_forgotten_when_something_is_typed(draw: Draw, run: Run) -> None:
    app = opened(draw, run, "a", "b")
    select(app, "typed_table_2_10:00:01", 1)
    assert "Label 1 ticked" in buttons(app)

    app.session_state["typed"] = (*app.session_state["typed"], typed("10:00:09", "c"))
    app.run()

    assert button(app, "Tick rows to label them").disabled


def test_a_cleared_history_can_be_brought_back(draw: Draw, run: Run) -> None:
    app = opened(draw, run, "a", "b")

    press(app, "Clear")
    assert said(app, "Nothing yet.")
    assert not app.dataframe
    press(app, "Bring it back")

    assert table(app, "At")["Text"].tolist() == ["b", "a"]


def test_before_anything_was_typed_there_is_nothing_to_bring_back(draw: Draw, run: Run) -> None:
    app = opened(draw, run)

    assert said(app, "Nothing yet.")
    assert buttons(app) == []
