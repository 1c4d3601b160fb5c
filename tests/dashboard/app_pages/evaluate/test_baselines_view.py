import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.evaluation.baselines.comparison import baselines_key, rows_key
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.evaluation.predictions import prediction_table, read_predictions
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.jobs.tasks import Task, list_tasks
from core.records import to_json
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate.baselines_view import baselines_view
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import buttons, charts, press, said, table
from tests.made_answers import answered_run


def fitted(workspace: Workspace, run: Run, name: str, *, chosen: str = "", seconds: float) -> None:
    """Answers of a baseline in its place, as a task leaves them: always the commonest class."""
    tables = []
    for part in ("validation", "test"):
        rows = read_predictions(workspace, run, part)
        shares = np.zeros_like(rows.probabilities)
        shares[:, np.bincount(rows.class_ids).argmax()] = 1.0
        tables.append(prediction_table(part, rows.rows, rows.class_ids, shares))
    facts = json.dumps({"seconds": seconds, "chosen": chosen}).encode()
    path = workspace.baseline(rows_key(workspace, run), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.concat_tables(tables).replace_schema_metadata({b"baseline": facts}), path)


def ended(workspace: Workspace, kind: JobKind, run: Run, message: str) -> Task:
    """A task that failed."""
    task = Task("failed", kind, "Working on it", {"run": run.id}, "2026-01-01T00:00:00")
    paths = workspace.task(task.id)
    paths.folder.mkdir(parents=True)
    paths.description.write_text(to_json(task), "utf-8")
    write_status(paths, JobStatus(JobState.FAILED, message))
    return task


def test_what_is_missing_is_named_with_one_button(draw: Draw, run: Run) -> None:
    app = draw(baselines_view, run, "test")

    assert said(app, "Cheap answers are missing")
    assert said(
        app, "Always the majority, TF-IDF + logistic regression, Encoder frozen + linear head"
    )
    assert buttons(app) == ["Fit them", "Draw the learning curve"]
    assert table(app, "Classifier")["Classifier"].tolist() == ["Mine"]


def test_a_baseline_that_is_there_comes_first_and_is_no_longer_missing(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    fitted(workspace, run, "majority", seconds=0.2)
    fitted(workspace, run, "words", chosen="C = 4", seconds=100.0)
    rows = read_predictions(workspace, run, "test")

    app = draw(baselines_view, run, "test")

    shown = table(app, "Classifier").set_index("Classifier")
    assert shown.index.tolist() == ["Always the majority", "TF-IDF + logistic regression", "Mine"]
    assert shown["Time"].tolist() == ["0 s", "2 min", "12 s"]
    assert shown["Chosen"].tolist() == ["", "C = 4", ""]
    majority = shown.loc["Always the majority"]
    assert majority["Accuracy"].startswith(f"{1 - rows.class_ids.mean():.3f} (")
    assert majority["F1"].startswith("0.000 (")
    assert said(app, "Encoder frozen + linear head")
    assert not said(app, "Always the majority, ")


def test_the_chart_has_a_line_a_classifier(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    answered_run(workspace, dataset, "<b>Other</b>", seed=2, split="fixed")
    fitted(workspace, run, "majority", seconds=0.2)

    app = draw(baselines_view, run, "test")

    (chart,) = charts(app)
    names = ["Always the majority", "Mine", "&lt;b&gt;Other&lt;/b&gt;"]
    assert chart["data"][0]["y"] == names
    assert "PR-AUC" in str(chart["layout"]["xaxis"]["title"])


def test_a_chosen_threshold_stands_in_a_line_of_its_own_and_not_in_the_chart(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    fitted(workspace, run, "majority", seconds=0.2)
    before = table(draw(baselines_view, run, "test"), "Classifier").set_index("Classifier")
    keep_operating_point(workspace, run, OperatingPoint(0.95, Rule.HAND, (0.95,)))

    app = draw(baselines_view, run, "test")

    shown = table(app, "Classifier").set_index("Classifier")
    assert shown.loc[before.index].equals(before)
    line = shown.loc["Mine, at the threshold in use"]
    assert (line["Threshold"], line["Chosen"]) == ("0.95", "set by hand")
    assert line["F1"] != shown.loc["Mine"]["F1"]
    assert said(app, "at each one's own threshold, tuned for F1 on validation rows; lines “at the")
    assert charts(app)[0]["data"][0]["y"] == ["Always the majority", "Mine"]


def test_a_run_without_answers_to_these_rows_is_left_out_and_said(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    answered_run(workspace, dataset, "*Early*", parts=("validation",), split="fixed")

    app = draw(baselines_view, run, "test")

    assert table(app, "Classifier")["Classifier"].tolist() == ["Mine"]
    assert said(app, "*Early* is left out: it ended before it was measured on the test rows.")


def test_of_three_classes_the_mean_f1_is_compared(
    draw: Draw, workspace: Workspace, three: Run
) -> None:
    fitted(workspace, three, "majority", seconds=1.0)

    app = draw(baselines_view, three, "test")

    shown = table(app, "Classifier")
    assert "PR-AUC" not in shown.columns
    # Right about a third of the rows, and one class of three has an F1 above 0: 2·⅓/(1+⅓).
    assert shown["Accuracy"].iloc[0].startswith("0.333 (")
    assert shown["F1"].iloc[0].startswith("0.167 (")


def test_a_fit_that_failed_says_why_and_can_be_dismissed(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    ended(workspace, JobKind.BASELINES, run, "Expected room, but found *none*: free some.")

    app = draw(baselines_view, run, "test")

    assert "found *none*: free some." in unescaped(app.error[0].value)
    assert "Fit them" not in buttons(app)
    press(app, "Dismiss")
    assert list_tasks(workspace) == []
    assert "Fit them" in buttons(app)


def test_a_task_of_another_run_is_not_shown(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    other = answered_run(workspace, dataset, "Other")
    ended(workspace, JobKind.BASELINES, other, "Broken.")

    app = draw(baselines_view, run, "test")

    assert not app.error
    assert "Fit them" in buttons(app)


@pytest.mark.parametrize("which", ["run", "three"])
def test_a_learning_curve_that_is_there_is_drawn(
    draw: Draw, workspace: Workspace, request: pytest.FixtureRequest, which: str
) -> None:
    run = request.getfixturevalue(which)
    points = pd.DataFrame(
        {"rows": [60, 240], "value": [0.3, 0.5], "low": [0.2, 0.4], "high": [0.4, 0.6]}
    )
    path = workspace.learning_curve(baselines_key(workspace, run))
    path.parent.mkdir(parents=True)
    points.to_parquet(path)

    app = draw(baselines_view, run, "test")

    assert said(app, "Would more labels help?")
    assert "Draw the learning curve" not in buttons(app)
    curve = charts(app)[-1]
    assert curve["layout"]["xaxis"]["title"]["text"] == "rows to learn from"
    title = curve["layout"]["yaxis"]["title"]["text"]
    assert title == ("PR-AUC" if which == "run" else "Macro F1")
    assert table(app, "low")["rows"].tolist() == [60, 240]


def test_a_learning_curve_that_failed_says_why(draw: Draw, workspace: Workspace, run: Run) -> None:
    ended(workspace, JobKind.LEARNING_CURVE, run, "No room left.")

    app = draw(baselines_view, run, "test")

    assert ["No room left" in unescaped(error.value) for error in app.error] == [True]
    assert "Draw the learning curve" not in buttons(app)
    assert "Fit them" in buttons(app)
