import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from scipy.stats import binomtest
from sklearn.metrics import f1_score
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset, list_datasets
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.evaluation.predictions import read_predictions
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate.paired_view import paired_view
from tests import toy
from tests.dashboard.app_pages.evaluate.conftest import Answer
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import deltas, field, metrics, said, sent, sentences
from tests.made_answers import answered_run


def at_half(workspace: Workspace, run: Run) -> Run:
    """As if training had tuned its threshold to a half."""
    path = workspace.run(run.id).result
    values = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**values, "threshold": 0.5}), "utf-8")
    return run


def as_used(app: AppTest) -> AppTest:
    field(app.segmented_control, "Thresholds").set_value("As they are used").run()
    assert not app.exception
    return app


@pytest.fixture
def run(workspace: Workspace, run: Run) -> Run:
    return at_half(workspace, run)


@pytest.fixture
def other(workspace: Workspace, dataset: Dataset) -> Run:
    found = answered_run(workspace, dataset, "Better *one*", skill=4.0, seed=1, split="fixed")
    return at_half(workspace, found)


def right(workspace: Workspace, run: Run, part: str = "test") -> np.ndarray:
    rows = read_predictions(workspace, run, part)
    return rows.probabilities.argmax(axis=1) == rows.class_ids


def test_counts_and_differences_are_those_of_the_rows_that_both_have(
    draw: Draw, workspace: Workspace, run: Run, other: Run
) -> None:
    ours, theirs = right(workspace, run), right(workspace, other)
    rows, rows_too = (read_predictions(workspace, each, "test") for each in (run, other))

    app = draw(paired_view, run, "test")

    shown = metrics(app)
    assert shown["Both right"] == str((ours & theirs).sum())
    assert shown["Only Mine right"] == str((ours & ~theirs).sum())
    assert shown["Only Better *one* right"] == str((~ours & theirs).sum())
    assert shown["Both wrong"] == str((~ours & ~theirs).sum())
    assert said(app, f"On {len(rows)} test rows that both have")
    assert said(app, "Better *one* less Mine")
    assert shown["Accuracy"] == f"{theirs.mean() - ours.mean():+.3f}"
    first, second = (f1_score(each.class_ids, each.scores >= 0.5) for each in (rows, rows_too))
    assert shown["F1"] == f"{second - first:+.3f}"
    low, high = (float(end) for end in deltas(app)["Accuracy"].split(" to "))
    assert low <= theirs.mean() - ours.mean() <= high


def test_a_difference_that_is_hardly_luck_names_the_better_run(
    draw: Draw, workspace: Workspace, run: Run, other: Run
) -> None:
    ours, theirs = right(workspace, run), right(workspace, other)
    alone = (int((ours & ~theirs).sum()), int((~ours & theirs).sum()))
    p = binomtest(alone[0], sum(alone)).pvalue
    assert p < 0.05

    app = draw(paired_view, run, "test")
    assert said(app, f"p = {p:.3g}. Better *one* is right more often, and that is hardly luck.")

    # The other way round it is the same test, and the same run is better.
    app = draw(paired_view, other, "test")
    assert said(app, f"p = {p:.3g}. Better *one* is right more often, and that is hardly luck.")


def test_runs_that_say_the_same_have_no_row_apart(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run, answer: Answer
) -> None:
    other = at_half(workspace, answered_run(workspace, dataset, "Twin", seed=5, split="fixed"))
    for each in (run, other):
        answer(each, lambda _, label: 0.8 if label else 0.2)

    app = draw(paired_view, run, "test")

    assert said(app, "0 rows get another predicted label")
    assert said(app, "Both runs give every row the same predicted label.")
    assert said(app, "p = 1. Which is right more often may well be luck.")
    assert metrics(app)["Both right"] == "80"
    assert not sent(app)


def test_rows_apart_are_listed_the_widest_gap_first_and_filtered_by_who_is_right(
    draw: Draw, workspace: Workspace, run: Run, other: Run
) -> None:
    ours, theirs = right(workspace, run), right(workspace, other)
    apart = int((ours != theirs).sum())
    app = draw(paired_view, run, "test")
    assert said(app, f"{apart} rows get another predicted label")

    (table,) = sent(app)
    gaps = [abs(row["cells"][1] - row["cells"][3]) for row in table["rows"]]
    assert gaps == sorted(gaps, reverse=True)
    assert [column["title"] for column in table["columns"]][:2] == ["Mine says", "Score (0–1)"]
    assert all(row["cells"][0] != row["cells"][2] for row in table["rows"])

    for option, count, place in (
        ("Mine is right", (ours & ~theirs).sum(), 0),
        ("Better *one* is right", (~ours & theirs).sum(), 2),
    ):
        field(app.segmented_control, "Who is right").set_value(option).run()
        assert not app.exception
        (table,) = sent(app)
        assert len(table["rows"]) == min(count, 25)
        assert all(row["cells"][place] == row["label"] for row in table["rows"])


def test_a_chosen_threshold_changes_the_comparison_only_where_it_is_asked_for(
    draw: Draw, workspace: Workspace, run: Run, other: Run
) -> None:
    before = draw(paired_view, run, "test")
    assert "Thresholds" not in [each.label for each in before.segmented_control]
    keep_operating_point(workspace, run, OperatingPoint(0.97, Rule.WORKLOAD, (1.0, 100.0)))

    app = draw(paired_view, run, "test")

    assert metrics(app) == metrics(before)
    assert said(app, "Each at its own threshold, tuned for F1 on validation rows: 0.5 and 0.5")
    as_used(app)
    assert metrics(app)["PR-AUC"] == metrics(before)["PR-AUC"]
    assert metrics(app)["F1"] != metrics(before)["F1"]
    assert said(
        app, "Not on equal terms: Mine at 0.97, 1 of 100 texts can be reviewed; Better *one*"
    )


def test_each_run_answers_at_its_threshold_in_use(
    draw: Draw, workspace: Workspace, run: Run, other: Run
) -> None:
    keep_operating_point(workspace, other, OperatingPoint(0.0, Rule.HAND, (0.0,)))
    rows = read_predictions(workspace, run, "test")
    called = rows.scores >= 0.5

    app = as_used(draw(paired_view, run, "test"))

    assert said(app, f"{(~called).sum()} rows get another predicted label")
    positive = rows.class_ids == 1
    assert metrics(app)["Both right"] == str((called & positive).sum())


def test_many_rows_apart_are_turned_over(
    draw: Draw, workspace: Workspace, run: Run, other: Run
) -> None:
    keep_operating_point(workspace, other, OperatingPoint(0.0, Rule.HAND, (0.0,)))
    app = as_used(draw(paired_view, run, "test"))
    (pages,) = app.get("pagination")
    first = {row["row"] for row in sent(app)[0]["rows"]}

    pages.set_value(pages.num_pages).run()

    assert not app.exception
    last = {row["row"] for row in sent(app)[0]["rows"]}
    assert not first & last
    total = next(text for text in sentences(app) if "rows get another" in text).split()[0]
    assert len(last) == int(total.strip("*")) - 25 * (pages.num_pages - 1)


def test_only_runs_of_that_content_those_classes_and_that_part_can_be_chosen(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    app = draw(paired_view, run, "test")
    assert said(app, "No run to compare with")

    answered_run(workspace, dataset, "No test", parts=("validation",), split="fixed")
    answered_run(workspace, toy.import_rows(workspace, toy.make_rows(200), name="else"), "Else")
    assert said(draw(paired_view, run, "test"), "No run to compare with")
    app = draw(paired_view, run, "validation")
    assert field(app.selectbox, "Compare with").options == ["No test"]


def test_runs_without_a_row_in_common_are_one_sentence(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    other = answered_run(workspace, dataset, "Other", seed=2)
    path = workspace.run(other.id).predictions
    held_out = pa.array(read_predictions(workspace, run, "test").rows)
    table = pq.read_table(path)
    pq.write_table(table.filter(pc.invert(pc.is_in(table["row"], value_set=held_out))), path)

    app = draw(paired_view, run, "test")

    assert "train them with one saved split" in unescaped(app.warning[0].value)
    assert not app.metric


def test_three_classes_have_a_mean_f1_and_no_area(
    draw: Draw, workspace: Workspace, three: Run
) -> None:
    own = next(each for each in list_datasets(workspace) if each.fingerprint == three.fingerprint)
    other = answered_run(workspace, own, "Other", seed=3, skill=0.5)
    ours, theirs = right(workspace, three), right(workspace, other)
    rows, rows_too = (read_predictions(workspace, each, "test") for each in (three, other))
    assert np.array_equal(rows.rows, rows_too.rows)

    app = draw(paired_view, three, "test")

    shown = metrics(app)
    assert "PR-AUC" not in shown
    means = [
        f1_score(each.class_ids, each.probabilities.argmax(axis=1), average="macro")
        for each in (rows, rows_too)
    ]
    assert shown["F1"] == f"{means[1] - means[0]:+.3f}"
    assert shown["Both wrong"] == str((~ours & ~theirs).sum())
