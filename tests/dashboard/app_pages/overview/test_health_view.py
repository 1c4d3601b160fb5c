import pytest

from core.data.filters.row_filter import Match, RowFilter
from core.data.text.profile import MAX_REPEAT_CHARS, HealthCheck
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.overview.health_view import _search_for, health_view
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import buttons, metrics, press, said

ROWS = [
    ("The cat is lovely", "0"),
    ("the CAT is lovely!", "0"),
    ("the cat is, lovely", "1"),
    ("???", "0"),
    *((f"gentle song number {n} of *{n}*", "1" if n % 4 == 0 else "0") for n in range(60)),
]


CUT = "word " * (MAX_REPEAT_CHARS // 5)


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("the cat is lovely", "the cat is lovely"),
        # The last word of a text that was cut may be half a word.
        (f"{CUT}wo", CUT.strip()),
    ],
)
def test_a_repeated_text_is_searched_for_word_by_word(text: str, searched: str) -> None:
    assert _search_for(text) == RowFilter(text=searched, match=Match.PHRASE)


def test_signs_are_no_phrase_so_all_texts_without_words_are_shown() -> None:
    assert _search_for("???") == RowFilter(check=HealthCheck.NO_WORDS.value)


def test_every_check_counts_its_rows_and_leads_to_them(draw: Draw, workspace: Workspace) -> None:
    app = draw(health_view, toy.import_rows(workspace, ROWS))

    assert said(app, "Of 64 rows")
    counts = {each.key: each for each in app.button}
    assert "health_same" in counts and "health_conflict" in counts
    assert said(app, "3 (4.69%)")
    app.get_by_key(f"health_{HealthCheck.NO_WORDS.value}").click().run()

    assert not app.exception
    assert app.session_state["row_filter"] == RowFilter(check=HealthCheck.NO_WORDS.value)
    assert app.session_state[state.VIEW] == state.ROWS_VIEW


def test_what_found_nothing_leads_nowhere(draw: Draw, workspace: Workspace) -> None:
    app = draw(health_view, toy.import_rows(workspace, toy.make_rows(80)))

    assert "health_conflict" not in {each.key for each in app.button}
    assert said(app, "No text is there twice.")


def test_the_figures_to_beat_are_those_of_answers_without_reading(
    draw: Draw, workspace: Workspace
) -> None:
    rows = [(f"text number {n}", "1" if n < 20 else "0") for n in range(100)]

    app = draw(health_view, toy.import_rows(workspace, rows))

    # Always "1": precision 0.2, recall 1.
    assert metrics(app) == {"Accuracy": "80.0%", "F1": f"{2 * 0.2 / 1.2:.3f}"}


@pytest.mark.parametrize(("labels", "shown"), [(["a", "b", "c"], {"Accuracy"}), ([""], set())])
def test_of_more_labels_or_none_there_is_no_f1(
    draw: Draw, workspace: Workspace, labels: list[str], shown: set[str]
) -> None:
    rows = [(f"text number {n}", labels[n % len(labels)]) for n in range(90)]

    app = draw(health_view, toy.import_rows(workspace, rows))

    assert set(metrics(app)) == shown


def test_the_commonest_repeat_is_a_click_away_and_its_words_stay_text(
    draw: Draw, workspace: Workspace
) -> None:
    rows = [*([("say *bold* :red[x]", "0")] * 5), *((f"text number {n}", "1") for n in range(20))]
    app = draw(health_view, toy.import_rows(workspace, rows))
    assert said(app, "5 ×")
    label = next(label for label in buttons(app) if label.startswith("say"))

    press(app, label)

    assert app.session_state["row_filter"].match is Match.PHRASE
    assert app.session_state["row_filter"].text.startswith("say")
