import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.launcher import wait_for_end
from core.jobs.services import stop_scorer
from core.runs.operating_point import (
    OperatingPoint,
    Rule,
    drop_operating_point,
    keep_operating_point,
)
from core.runs.run import Run
from core.runs.status import JobState
from core.scoring.scoring import list_scorings
from core.workspace import Workspace
from tests.dashboard.conftest import OpenPage, unescaped


@pytest.fixture
def scorer_ends(toy_workspace, toy_run):
    yield
    stop_scorer(toy_workspace, toy_run)


@pytest.fixture
def threshold_is_reset(toy_workspace: Workspace, toy_run: Run) -> Iterator[None]:
    yield
    drop_operating_point(toy_workspace, toy_run)


def asked_about(open_page: OpenPage, workspace: Workspace, *texts: str) -> AppTest:
    """The page after these questions were scored."""
    app = open_page("score", over=workspace)
    app.get_by_key("score_text").set_value("\n".join(texts)).run()
    app.get_by_key("score_button").click().run()
    assert not app.exception
    return app


def looked_into(app: AppTest, view: str) -> AppTest:
    app.get_by_key("kept_why_view").set_value(view).run()
    assert not app.exception
    return app


def sent(app: AppTest) -> list[dict[str, Any]]:
    """What the browser is given to draw by components of our own."""
    return [json.loads(component.proto.json) for component in app.get("bidi_component")]


def captions(app: AppTest) -> str:
    return unescaped("\n".join(caption.value for caption in app.caption))


def labels_of(app: AppTest) -> list[str]:
    return next(f.value for f in app.dataframe if "Question" in f.value.columns)["Label"].tolist()


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


@pytest.mark.usefixtures("scorer_ends", "threshold_is_reset")
def test_a_changed_threshold_changes_the_labels_of_what_was_asked(
    open_page: OpenPage, toy_workspace: Workspace, toy_run: Run
) -> None:
    app = asked_about(open_page, toy_workspace, "a lovely cat", "a rotten dog")
    assert labels_of(app) == ["0", "1"]

    for threshold, labels in ((0.0, ["1", "1"]), (1.0, ["0", "0"])):
        chosen = OperatingPoint(threshold, Rule.HAND, (threshold,))
        keep_operating_point(toy_workspace, toy_run, chosen)
        app.run()
        assert labels_of(app) == labels
        assert f"from {threshold:.3g} on it is the label" in captions(app)


@pytest.mark.usefixtures("scorer_ends")
def test_the_words_of_a_question_are_shaded_and_add_up(
    open_page: OpenPage, toy_workspace: Workspace
) -> None:
    text = "*so* rotten <b> cat"
    app = asked_about(open_page, toy_workspace, text)

    (shown,) = sent(app)
    assert "".join(piece["text"] for piece in shown["pieces"]) == text
    parts = {piece["text"]: piece["part"] for piece in shown["pieces"]}
    assert max(parts, key=lambda word: parts[word] or 0) == "rotten"
    assert "of a blank text of this length" in captions(app)
    assert "within the 0.05 allowed" in captions(app)
    assert not any("<b>" in text.value for text in app.markdown)

    app.get_by_key("kept_why_method").set_value("Leave one word out").run()
    assert not app.exception
    assert "These do not add up" in captions(app)


@pytest.mark.usefixtures("scorer_ends")
def test_an_edited_question_is_rescored_beside_the_first(
    open_page: OpenPage, toy_workspace: Workspace
) -> None:
    app = asked_about(open_page, toy_workspace, "the rotten cat")
    looked_into(app, "Edit and rescore")
    assert len(sent(app)) == 1

    box = next(area for area in app.text_area if area.label == "Change the text")
    box.set_value("the lovely cat").run()

    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert float(shown["Score before"]) > 0.5 > float(shown["Score now"])
    change = float(shown["Score now"]) - float(shown["Score before"])
    assert float(shown["Difference"]) == pytest.approx(change, abs=2e-4)
    assert unescaped(shown["Label"]) == "1 → 0"
    before, now = sent(app)
    assert before["largest"] == now["largest"]


@pytest.mark.usefixtures("scorer_ends")
def test_rows_the_run_learned_from_that_are_like_a_question_are_listed(
    open_page: OpenPage, toy_workspace: Workspace, toy_run: Run
) -> None:
    app = asked_about(open_page, toy_workspace, "the rotten cat")
    looked_into(app, "Nearest examples")

    (table,) = sent(app)
    similarities = [row["cells"][0] for row in table["rows"]]
    assert len(similarities) == 8
    assert similarities == sorted(similarities, reverse=True)
    assert {row["label"] for row in table["rows"]} == {"1"}
    assert "The nearest of all 240 rows" in captions(app)


@pytest.mark.usefixtures("scorer_ends")
def test_terms_are_exchanged_in_a_question_and_in_the_runs_test_rows(
    open_page: OpenPage, toy_workspace: Workspace
) -> None:
    app = asked_about(open_page, toy_workspace, "why is the cat rotten")
    looked_into(app, "Identity swap")
    assert "No term of the list is in this text" in captions(app)

    app.get_by_key("kept_identity_groups").set_value("cat, dog\nrotten, lovely").run()
    table = next(f.value for f in app.dataframe if "Becomes" in f.value.columns)
    assert table["Becomes"].tolist() == ["why is the dog rotten", "why is the cat lovely"]
    assert table["Label"].tolist() == ["1", "1 → 0"]
    assert "Exchanges that change the label: 1 of 2." in captions(app)

    app.get_by_key("identity_start").click().run()
    assert not app.exception
    pairs = next(f.value for f in app.dataframe if "Pair" in f.value.columns)
    assert pairs["Pair"].tolist() == ["lovely / rotten", "cat / dog"]
    assert pairs["Mean change"].iloc[0] > 0.5 > pairs["Mean change"].iloc[1]
    assert "test rows were looked through" in captions(app)

    app.get_by_key("kept_identity_groups").set_value("cat").run()
    assert not app.exception
    assert ["two or more terms in each group" in unescaped(e.value) for e in app.error] == [True]


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
