import shutil

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import save_slice
from core.data.splits.saved_split import save_split
from core.data.splits.split import VALIDATION, SplitPlan
from core.evaluation.baselines.comparison import start_baselines
from core.evaluation.operating_point import (
    OperatingPoint,
    Rule,
    keep_operating_point,
    operating_point,
)
from core.evaluation.predictions import read_predictions
from core.evaluation.thresholds import Sweep
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from tests import toy
from tests.dashboard.conftest import OpenPage, unescaped
from tests.made_answers import answered_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    found = toy.import_rows(workspace, toy.make_rows(900))
    save_split(workspace, found, "fixed", SplitPlan(0.6, 0.5, 1.0, seed=1))
    return found


def texts(app: AppTest) -> list[str]:
    return [unescaped(each.value) for each in [*app.markdown, *app.caption, *app.info]]


def said(app: AppTest, words: str) -> bool:
    return any(words in text for text in texts(app))


def metric(app: AppTest, label: str) -> str:
    return {each.label: each.value for each in app.metric}[label]


def view(app: AppTest, name: str) -> AppTest:
    app.session_state[state.EVALUATION] = name
    app.run()
    assert not app.exception
    return app


def test_without_a_trained_run_the_page_says_how_to_get_one(open_page: OpenPage) -> None:
    app = open_page("evaluate")

    assert not app.exception
    assert said(app, "No trained run yet")


def test_the_dial_starts_where_the_run_is_used_and_shows_test_rows(
    open_page: OpenPage, workspace: Workspace, run: Run
) -> None:
    app = open_page("evaluate")

    assert not app.exception
    point = operating_point(workspace, run)
    assert app.slider[0].value == pytest.approx(point.threshold, abs=5e-4)
    rows = read_predictions(workspace, run, "test")
    confusion = Sweep.of(rows.class_ids, rows.scores).at(point.threshold)
    assert metric(app, "Recall") == f"{confusion.tp / confusion.positives:.3f}"
    assert said(app, "Scoring uses")
    assert said(app, "best F1 on validation rows")
    labels = [button.label for button in app.button]
    assert any(f"{confusion.fp:,}" in label and "0, called 1" in label for label in labels)


def test_the_slider_moves_every_figure_and_is_kept_only_when_asked(
    open_page: OpenPage, workspace: Workspace, run: Run
) -> None:
    own = operating_point(workspace, run)
    app = open_page("evaluate")

    app.slider[0].set_value(0.9).run()

    assert not app.exception
    rows = read_predictions(workspace, run, "test")
    confusion = Sweep.of(rows.class_ids, rows.scores).at(0.9)
    assert metric(app, "Precision") == f"{confusion.tp / confusion.flagged:.3f}"
    assert operating_point(workspace, run) == own
    next(b for b in app.button if b.label == "Use this threshold").click().run()
    assert operating_point(workspace, run) == OperatingPoint(0.9, Rule.HAND, (0.9,))
    next(b for b in app.button if b.label == "Back to the run's own").click().run()
    assert operating_point(workspace, run) == own
    assert app.slider[0].value == pytest.approx(own.threshold, abs=5e-4)


def test_a_rule_moves_the_dial_by_validation_rows(
    open_page: OpenPage, workspace: Workspace, run: Run
) -> None:
    app = open_page("evaluate")

    app.selectbox(key=f"dial_{run.id}_{run.created}_rule").set_value(Rule.WORKLOAD).run()
    review, arrive = app.number_input
    review.set_value(20.0).run()
    app.number_input[1].set_value(180.0).run()

    assert not app.exception
    assert said(app, "Of 180 texts")
    rows = read_predictions(workspace, run, VALIDATION)
    flagged = (rows.scores >= app.session_state[f"dial_{run.id}_{run.created}"].threshold).sum()
    assert flagged == 20
    assert arrive.label == "Of texts that arrive"
    assert metric(app, "Positives missed")


def test_a_rule_that_cannot_be_kept_is_one_sentence_and_the_dial_stays(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    run = answered_run(workspace, dataset, "Blind", skill=0.0)
    app = open_page("evaluate")
    app.selectbox(key=f"dial_{run.id}_{run.created}_rule").set_value(Rule.WORKLOAD).run()
    before = app.session_state[f"dial_{run.id}_{run.created}"]

    app.number_input[0].set_value(1e6).run()

    assert not app.exception
    assert "texts to review, up to those that arrive" in unescaped(app.toast[0].value)
    assert app.session_state[f"dial_{run.id}_{run.created}"] == before


def test_a_cell_of_the_matrix_leads_to_its_rows(open_page: OpenPage, run: Run) -> None:
    app = open_page("evaluate")
    missed = next(b for b in app.button if "1, called 0" in b.label)
    count = missed.label.split("**")[1]

    missed.click().run()

    assert not app.exception
    assert app.session_state[state.EVALUATION] == state.MISTAKES_VIEW
    assert said(app, f"{count} of 180 test rows")
    assert said(app, "label 1, predicted label 0")


def test_mistakes_are_filtered_by_words_and_order(open_page: OpenPage, run: Run) -> None:
    app = view(open_page("evaluate"), "Mistakes")

    app.text_input[0].set_value("cat").run()
    assert not app.exception
    assert any("test rows" in text for text in texts(app))
    assert said(app, "Tick rows to see why they got their scores.")
    app.text_input[0].set_value("nobody wrote this").run()
    assert said(app, "No such row")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Slices", "The surest to be worse first"),
        ("Calibration", "One temperature is fitted on validation rows"),
        ("Baselines", "Cheap answers are missing"),
        ("Compare", "No run to compare with"),
    ],
)
def test_every_view_is_drawn_for_two_classes(
    open_page: OpenPage, run: Run, name: str, words: str
) -> None:
    app = view(open_page("evaluate"), name)

    assert said(app, words)


@pytest.mark.parametrize("name", ["Classes", "Mistakes", "Slices", "Calibration", "Baselines"])
def test_every_view_is_drawn_for_many_classes(
    open_page: OpenPage, workspace: Workspace, name: str
) -> None:
    answered_run(workspace, toy.import_rows(workspace, toy.make_rows(600, classes=3)), "Three")

    app = view(open_page("evaluate"), name)

    if name == "Classes":
        table = next(f.value for f in app.dataframe if "Class" in f.value.columns)
        assert table["Class"].tolist()[-2:] == ["macro average", "micro average"]


def test_two_runs_on_the_same_rows_are_compared(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    answered_run(workspace, dataset, "Better", skill=4.0, seed=1, split="fixed")

    app = view(open_page("evaluate"), "Compare")

    assert said(app, "McNemar's exact test")
    assert said(app, "rows get another predicted label")
    assert int(metric(app, "Only Better right")) > int(metric(app, "Only Mine right"))


def test_the_baselines_that_are_there_are_shown(
    open_page: OpenPage, workspace: Workspace, run: Run
) -> None:
    app = view(open_page("evaluate"), "Baselines")

    table = next(f.value for f in app.dataframe if "Classifier" in f.value.columns)
    assert table["Classifier"].tolist() == ["Mine"]
    assert any(button.label == "Fit them" for button in app.button)


@pytest.mark.slow
def test_a_task_that_fits_the_baselines_is_shown_at_work(
    open_page: OpenPage, workspace: Workspace, run: Run
) -> None:
    task = start_baselines(workspace, run)

    app = view(open_page("evaluate"), "Baselines")

    toy.wait_until(workspace.task(task.id).result.exists, timeout_s=120)
    app.run()
    assert not app.exception
    table = next(f.value for f in app.dataframe if "Classifier" in f.value.columns)
    assert table["Classifier"].tolist()[0] == "Always the majority"
    assert len(table) == 4


def test_a_run_without_a_test_part_warns_that_figures_flatter(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    answered_run(workspace, dataset, parts=(VALIDATION,), test_size=0)

    app = open_page("evaluate")

    assert not app.exception
    assert said(app, "This run kept no rows for testing")


def test_rows_of_one_class_are_said(open_page: OpenPage, workspace: Workspace, run: Run) -> None:
    path = workspace.run(run.id).predictions
    table = pq.read_table(path)
    pq.write_table(table.filter((pc.field("part") != "test") | (pc.field("class_id") == 0)), path)

    app = open_page("evaluate")

    assert not app.exception
    assert any("All these rows are of one class" in each.value for each in app.warning)
    for name in ("Mistakes", "Slices", "Calibration", "Baselines", "Threshold"):
        view(app, name)


def test_a_run_whose_data_set_is_gone_still_shows_its_rows(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    shutil.rmtree(workspace.dataset(dataset.id).folder)

    app = view(open_page("evaluate"), "Mistakes")

    assert said(app, "is gone; the run kept these rows")
    view(app, "Slices")


def test_a_threshold_chosen_elsewhere_is_where_the_dial_starts(
    open_page: OpenPage, workspace: Workspace, run: Run
) -> None:
    keep_operating_point(workspace, run, OperatingPoint(0.77, Rule.HAND, (0.77,)))

    app = open_page("evaluate")

    assert app.slider[0].value == 0.77
    assert said(app, "set by hand")


def test_mistakes_of_a_slice_are_the_rows_inside_it(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    save_slice(workspace, dataset, "Cats", RowFilter(text="cat"), rows=90)
    app = open_page("evaluate")
    app.session_state["mistakes_slice"] = "Cats"

    view(app, "Mistakes")

    assert said(app, "label (any), predicted label (any), Cats")
    box = next(box for box in app.selectbox if box.label == "Slice")
    assert box.options[:2] == ["(all rows)", "Cats"]
    view(app, "Slices")
    assert said(app, "Saved slices")
