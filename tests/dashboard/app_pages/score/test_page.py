import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import delete_dataset, list_datasets, take_rows
from core.data.output.output_kind import OutputKind
from core.evaluation.operating_point import (
    OperatingPoint,
    Rule,
    drop_operating_point,
    keep_operating_point,
)
from core.jobs.launcher import current_status, stop_job, wait_for_end
from core.jobs.status import JobState, JobStatus, write_status
from core.labels.guidelines import guideline
from core.labels.store.store import open_labels
from core.maintenance.deletion import delete_run, delete_scoring
from core.runs.run import Run
from core.scoring.scored_rows import Order
from core.scoring.scoring_job import Scoring, create_scoring, list_scorings
from core.serving.scorer_process import stop_scorer
from core.workspace import Workspace
from tests import toy
from tests.dashboard.conftest import OpenPage, unescaped
from tests.trained_copies import copied_run


@pytest.fixture(scope="module")
def scorer_ends(toy_workspace: Workspace, toy_run: Run) -> Iterator[None]:
    """The run's scorer starts when first asked and serves all tests."""
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
    return next(f.value for f in app.dataframe if "Text" in f.value.columns)["Label"].tolist()


def test_without_a_trained_run_the_page_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("score")
    assert not app.exception
    assert any("No trained run yet" in text.value for text in app.markdown)


@pytest.mark.usefixtures("scorer_ends")
def test_the_scorer_comes_up_when_the_page_is_opened(
    open_page: OpenPage, toy_workspace: Workspace, toy_run: Run
) -> None:
    stop_scorer(toy_workspace, toy_run)
    app = open_page("score", over=toy_workspace)
    assert not app.exception
    assert current_status(toy_workspace.service(toy_run.id)).state.active


@pytest.mark.usefixtures("scorer_ends")
def test_typed_questions_get_scores_that_stay_on_the_page(
    open_page: OpenPage, toy_workspace, toy_run
) -> None:
    app = open_page("score", over=toy_workspace)
    app.get_by_key("score_text").set_value("why is this cat lovely\n\n*so* rotten <b>").run()
    app.get_by_key("score_button").click().run()
    assert not app.exception
    for _ in range(2):
        table = next(f.value for f in app.dataframe if "Text" in f.value.columns)
        assert table["Text"].tolist() == ["why is this cat lovely", "*so* rotten <b>"]
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


@pytest.mark.usefixtures("scorer_ends")
def test_what_was_typed_stays_as_a_history_that_can_be_cleared_and_brought_back(
    open_page: OpenPage, toy_workspace: Workspace
) -> None:
    app = asked_about(open_page, toy_workspace, "a lovely cat")
    app.get_by_key("score_text").set_value("a rotten dog\na cat").run()
    app.get_by_key("score_button").click().run()
    app.run()

    history = next(f.value for f in app.dataframe if "At" in f.value.columns)
    assert history["Text"].tolist() == ["a cat", "a rotten dog", "a lovely cat"]
    assert history["Label"].tolist()[1:] == ["1", "0"]
    assert (history["Time (ms)"] > 0).all()
    assert app.get_by_key("typed_label").disabled

    app.get_by_key("typed_clear").click().run()
    assert not any("At" in f.value.columns for f in app.dataframe)
    app.get_by_key("typed_restore").click().run()
    history = next(f.value for f in app.dataframe if "At" in f.value.columns)
    assert len(history) == 3
    assert not app.exception


@pytest.fixture
def other_run(toy_workspace: Workspace, toy_run: Run) -> Iterator[Run]:
    run = copied_run(toy_workspace, toy_run, toy_workspace, name="other")
    yield run
    delete_run(toy_workspace, run)


@pytest.mark.slow
@pytest.mark.usefixtures("scorer_ends")
def test_two_runs_answer_beside_each_other_each_at_its_own_threshold(
    open_page: OpenPage, toy_workspace: Workspace, toy_run: Run, other_run: Run
) -> None:
    keep_operating_point(toy_workspace, other_run, OperatingPoint(0.0, Rule.HAND, (0.0,)))
    app = open_page("score", over=toy_workspace)
    app.get_by_key("score_run").set_value(toy_run.id).run()
    app.get_by_key("kept_score_other").set_value("other").run()
    app.get_by_key("score_text").set_value("a lovely cat\na rotten dog").run()
    app.get_by_key("score_button").click().run()

    assert not app.exception
    table = next(f.value for f in app.dataframe if "other: score" in f.value.columns)
    first = toy_run.name
    assert table[f"{first}: label"].tolist() == ["0", "1"]
    assert table["other: label"].tolist() == ["1", "1"]
    scores = [table[f"{name}: score"].tolist() for name in (first, "other")]
    assert scores[0] == pytest.approx(scores[1], abs=1e-6)
    assert "different labels to 1 of 2" in captions(app)
    history = next(f.value for f in app.dataframe if "At" in f.value.columns)
    assert sorted(history["Run"]) == sorted([first, first, "other", "other"])


def scored_file(app: AppTest, workspace: Workspace, name: str, content: bytes) -> Scoring:
    """What the page starts for an uploaded file, when it has ended."""
    app.get_by_key("score_upload_0").upload(name, content, "text/csv").run()
    app.get_by_key("score_start").click().run()
    assert not app.exception
    scoring = list_scorings(workspace)[0]
    status = wait_for_end(workspace.scoring(scoring.id), timeout_s=90)
    assert status.state is JobState.FINISHED, status
    app.run()
    assert not app.exception
    return scoring


def viewed(app: AppTest, view: str) -> AppTest:
    app.get_by_key("kept_scoring_view").set_value(view).run()
    assert not app.exception
    return app


@pytest.mark.slow
def test_a_file_is_scored_in_the_background_looked_into_and_deleted(
    open_page: OpenPage, toy_workspace: Workspace, toy_run: Run
) -> None:
    app = open_page("score", over=toy_workspace)
    rows = [f"{n},a {'rotten' if n % 3 else 'lovely'} dog {n},x" for n in range(60)]
    content = "\n".join(["id,text,note", *rows, "60,,blank", "61,=1+1 cats,formula", ""])
    scoring = scored_file(app, toy_workspace, "some.csv", content.encode())
    assert (scoring.run_id, scoring.text_recipe.columns) == (toy_run.id, ("text",))

    shown = {unescaped(metric.label): metric.value for metric in app.metric}
    assert (shown["Rows"], shown["Different texts"]) == ("62", "61")
    assert int(shown["Labelled “1”"]) + int(shown["Labelled “0”"]) == 61
    assert "Rows without a score, as their error column says: 1 with no text" in captions(app)
    assert "stand behind an apostrophe: 1." in captions(app)
    threshold = app.get_by_key(f"scored_at_{scoring.id}")
    threshold.set_value(0.0).run()
    assert "From 0.000 on are 61 of 61 rows" in captions(app)

    viewed(app, "Rows")
    (table,) = sent(app)
    scores = [row["cells"][0] for row in table["rows"]]
    assert len(scores) == 50
    assert scores == sorted(scores, reverse=True)
    sent_to_label(app, toy_workspace)
    app.get_by_key("scored_order").set_value(Order.UNSCORED).run()
    (table,) = sent(app)
    assert [row["row"] for row in table["rows"]] == [62]

    viewed(app, "Drift")
    assert "Too few texts to tell a shift from chance" in captions(app)
    assert "Unknown tokens" in {metric.label for metric in app.metric}

    toy_workspace.scoring(scoring.id).result.write_text("{", "utf-8")
    app.run()
    assert "Its figures are damaged" in captions(app)

    app.get_by_key(f"delete_{scoring.id}").click().run()
    assert not app.exception
    assert scoring.id not in [one.id for one in list_scorings(toy_workspace)]


def sent_to_label(app: AppTest, workspace: Workspace) -> None:
    """Send the first seven rows, and see them on Label."""
    app.get_by_key("scored_send_rows").set_value(7).run()
    app.get_by_key("scored_send").click().run()
    assert not app.exception
    name = "some: highest scores"
    dataset = next(one for one in list_datasets(workspace) if one.name == name)
    assert (dataset.rows, dataset.labelled) == (7, 0)
    assert guideline(open_labels(workspace), dataset).classes == ("0", "1")
    texts = take_rows(workspace, dataset, np.arange(7))["text"].to_pylist()
    assert all("rotten" in text for text in texts)
    assert app.get_by_key("label_dataset").value == dataset.id
    delete_dataset(workspace, dataset)
    app.switch_page("app_pages/score/page.py").run()


def test_a_scoring_that_was_cancelled_is_resumed_from_the_page(
    open_page: OpenPage, workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    source = toy.write_csv(workspace.root / "in.csv", [("a cat",), ("a dog",)], ("text",))
    scoring = create_scoring(workspace, run, source, file_name="in.csv")
    paths = workspace.scoring(scoring.id)
    write_status(paths, JobStatus(JobState.STOPPED, "Stopped on request."))

    app = open_page("score", over=workspace)
    app.get_by_key(f"resume_{scoring.id}").click().run()
    assert not app.exception
    assert current_status(paths).state.active
    assert app.get_by_key(f"cancel_{scoring.id}").label == "Cancel"
    stop_job(paths, at_once=True)


@pytest.mark.usefixtures("toy_run")
def test_scored_rows_are_written_to_a_path_that_is_checked_first(
    open_page: OpenPage, toy_workspace: Workspace, tmp_path: Path
) -> None:
    app = open_page("score", over=toy_workspace)
    content = b"text\na lovely cat\n"
    app.get_by_key("score_upload_0").upload("some.csv", content, "text/csv").run()
    app.get_by_key("kept_score_place").set_value("Write to a path").run()
    assert app.get_by_key("score_start").disabled
    box = next(box for box in app.text_input if box.label == "Path to write")
    box.set_value(str(tmp_path / "gone" / "out.parquet")).run()
    app.get_by_key("score_start").click().run()
    assert ["no such folder" in unescaped(error.value) for error in app.error] == [True]

    target = tmp_path / "out.parquet"
    next(box for box in app.text_input if box.label == "Path to write").set_value(str(target)).run()
    app.get_by_key("score_start").click().run()
    assert not app.exception
    scoring = list_scorings(toy_workspace)[0]
    assert (scoring.target, scoring.output) == (str(target), OutputKind.PARQUET)
    stop_job(toy_workspace.scoring(scoring.id), at_once=True)
    delete_scoring(toy_workspace, scoring.id)


def test_a_file_without_text_columns_is_refused_in_one_sentence(
    open_page: OpenPage, toy_workspace, toy_run
) -> None:
    app = open_page("score", over=toy_workspace)
    app.get_by_key("score_upload_0").upload("empty.csv", b"", "text/csv").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "an empty file" in app.error[0].value
