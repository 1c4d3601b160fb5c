import pytest

from core.jobs.launcher import wait_for_end
from core.jobs.services import stop_scorer
from core.runs.status import JobState
from core.scoring.scoring import list_scorings
from tests.dashboard.conftest import OpenPage


@pytest.fixture
def scorer_ends(toy_workspace, toy_run):
    yield
    stop_scorer(toy_workspace, toy_run)


def test_without_a_trained_run_the_page_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("score")
    assert not app.exception
    assert any("No trained run yet" in text.value for text in app.markdown)


@pytest.mark.usefixtures("scorer_ends")
def test_typed_questions_get_scores_that_stay_on_the_page(
    open_page: OpenPage, toy_workspace, toy_run
) -> None:
    app = open_page("score", over=toy_workspace)
    app.get_by_key("score_text").set_value("why is this cat lovely\n\n*so* rotten <b>").run()
    app.get_by_key("score_button").click().run()
    assert not app.exception
    for _ in range(2):
        table = next(f.value for f in app.dataframe if "Question" in f.value.columns)
        assert table["Question"].tolist() == ["why is this cat lovely", "*so* rotten <b>"]
        assert table["Score"].between(0, 1).all()
        assert set(table["Label"]) <= {"0", "1"}
        said = next(c.value for c in app.caption if "Answered in" in c.value)
        assert toy_run.name in said
        app.run()


def test_a_file_is_scored_in_the_background_and_can_be_downloaded(
    open_page: OpenPage, toy_workspace, toy_run
) -> None:
    content = b"id,text\n7,a lovely cat\n8,\n9,a rotten dog\n"
    app = open_page("score", over=toy_workspace)
    app.get_by_key("score_upload_0").upload("some.csv", content, "text/csv").run()
    app.get_by_key("score_start").click().run()
    assert not app.exception
    scoring = list_scorings(toy_workspace)[0]
    assert scoring.run_id == toy_run.id
    status = wait_for_end(toy_workspace.scoring(scoring.id), timeout_s=90)
    assert status.state is JobState.FINISHED, status
    app.run()
    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Rows"] == "3"
    assert any("1 row has no text" in c.value for c in app.caption)
    table = next(f.value for f in app.dataframe if "score" in f.value.columns)
    assert table["id"].tolist() == ["7", "8", "9"]
    assert table["score"].iloc[1] == ""


def test_a_file_without_text_columns_is_refused_in_one_sentence(
    open_page: OpenPage, toy_workspace, toy_run
) -> None:
    app = open_page("score", over=toy_workspace)
    app.get_by_key("score_upload_0").upload("empty.csv", b"", "text/csv").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "an empty file" in app.error[0].value
