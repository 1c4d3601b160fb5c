import pytest
from streamlit.util import AttributeDictionary

from core.data.dataset import Dataset
from core.data.filters.row_filter import Match, RowFilter
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.app_pages.explore.words_view import _show_rows, words_view
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import charts, field, said, table


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(200))


@pytest.mark.parametrize(("label", "words"), [("1", toy.RUDE), ("0", toy.KIND)])
def test_the_words_that_give_a_label_away_come_first(
    draw: Draw, dataset: Dataset, label: str, words: list[str]
) -> None:
    app = draw(words_view, dataset)
    field(app.selectbox, "Typical of").set_value(label).run()
    field(app.segmented_control, "Show").set_value("Words").run()

    shown = table(app, "z")
    assert set(shown["term"].head(5)) == set(words)
    assert shown["z"].is_monotonic_decreasing
    assert said(app, f"Words typical of “{label}”")
    assert len(charts(app)[0]["data"][0]["x"]) == min(25, len(shown))


def test_pairs_can_be_seen_alone(draw: Draw, dataset: Dataset) -> None:
    app = draw(words_view, dataset)
    field(app.segmented_control, "Show").set_value("Pairs").run()

    assert {len(term.split()) for term in table(app, "term")["term"]} == {2}


def test_without_labels_the_commonest_words_are_counted(draw: Draw, workspace: Workspace) -> None:
    texts = [(f"the cat {'sat' if n % 2 else 'ran'}", "") for n in range(40)]
    bare = toy.import_rows(workspace, texts, name="bare")

    app = draw(words_view, bare)

    assert not app.selectbox
    rows = table(app, "term").set_index("term")["rows"]
    assert (rows["cat"], rows["sat"]) == (40, 20)
    assert said(app, "Commonest words")


def test_where_no_word_is_common_enough_it_is_said(draw: Draw, workspace: Workspace) -> None:
    app = draw(words_view, toy.import_rows(workspace, [("one", "0"), ("two", "1")], name="two"))

    assert said(app, "No word is common enough")
    assert not charts(app)


@pytest.mark.parametrize("label", ["1", None])
def test_a_click_on_a_bar_searches_for_its_word_among_its_label(
    draw: Draw, workspace: Workspace, dataset: Dataset, label: str | None
) -> None:
    def view() -> None:
        terms = reads.terms(workspace, dataset, label, 0)
        _show_rows(terms, label)

    clicked = AttributeDictionary({"selection": {"points": [{"point_index": 2}]}})
    app = draw(view, session={"words_chart": clicked})

    term = reads.terms(workspace, dataset, label, 0)["term"].iloc[2]
    labels = (label,) if label else ()
    expected = RowFilter(text=term, match=Match.PHRASE, labels=labels)
    assert app.session_state["row_filter"] == expected
    assert app.session_state[state.VIEW] == state.ROWS_VIEW
