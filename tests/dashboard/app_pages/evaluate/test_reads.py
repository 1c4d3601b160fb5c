import os
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from core.data.dataset import Dataset, list_datasets
from core.data.splits.split import TEST, VALIDATION
from core.errors import BadInput, NotFound
from core.evaluation.baselines.comparison import runs_left_out
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.labels.suspects.suspects_file import Features, suspects_path
from core.labels.suspects.suspects_job import make_suspects
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate import reads
from tests import toy
from tests.dashboard.app_pages.evaluate.conftest import Answer
from tests.made_answers import answered_run
from tests.made_runs import make_run


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def test_a_run_that_was_not_measured_has_no_parts(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    bare = make_run(workspace, dataset, "Bare", points=3)

    assert reads.parts(workspace, bare) == ()
    assert reads.parts(workspace, run) == (VALIDATION, TEST)
    assert reads.measured_runs(workspace) == [run]


def test_the_newest_measured_run_comes_first(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    other = answered_run(workspace, dataset, "Newer", split="fixed")

    assert [each.name for each in reads.measured_runs(workspace)] == [other.name, run.name]


def test_answers_are_read_once_until_they_are_made_anew(
    workspace: Workspace, run: Run, answer: Answer
) -> None:
    first = reads.predictions(workspace, run, TEST)
    assert reads.predictions(workspace, run, TEST) is first
    assert reads.predictions(workspace, run, VALIDATION) is not first

    answer(run, lambda _, label: 0.75 if label else 0.25)
    path = workspace.run(run.id).predictions
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))

    again = reads.predictions(workspace, run, TEST)
    assert set(again.scores.tolist()) == {0.25, 0.75}
    assert reads.sweep(workspace, run, TEST).thresholds.tolist() == [np.inf, 0.75, 0.25]
    assert reads.areas(workspace, run, TEST)["pr_auc"].value == 1


def test_another_run_of_the_same_id_has_answers_of_its_own(workspace: Workspace, run: Run) -> None:
    first = reads.predictions(workspace, run, TEST)

    assert reads.predictions(workspace, replace(run, created="later"), TEST) is not first


def test_every_row_has_its_text_and_its_words(workspace: Workspace, run: Run) -> None:
    table = reads.predicted_label_table(workspace, run, TEST, 0.5)

    assert sorted(table["row"]) == sorted(reads.predictions(workspace, run, TEST).rows)
    assert table["words"].tolist() == [len(text.split()) for text in table["text"]]
    assert table["loss"].is_monotonic_decreasing


def test_the_table_changes_with_the_threshold(workspace: Workspace, run: Run) -> None:
    none, every = (
        reads.predicted_label_table(workspace, run, TEST, threshold) for threshold in (1.01, 0.0)
    )

    assert (none["predicted_label"].sum(), every["predicted_label"].sum()) == (0, len(every))


def test_a_temperature_changes_no_order_and_lessens_the_error_of_validation_rows(
    workspace: Workspace, run: Run
) -> None:
    temperature, sides = reads.calibration(workspace, run, VALIDATION)

    assert list(sides) == ["As trained", "Calibrated"]
    assert temperature != 1.0
    for table, error in sides.values():
        assert table["rows"].sum() == 80
        assert 0 <= error <= 1
        assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()


def test_the_threshold_that_training_tuned_is_not_the_one_that_was_chosen(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    tuned = reads.tuned_threshold(workspace, run)
    keep_operating_point(workspace, run, OperatingPoint(0.9, Rule.HAND, (0.9,)))

    assert reads.tuned_threshold(workspace, run) == tuned != 0.9
    unmeasured = make_run(workspace, dataset, "Bare", points=0)
    workspace.run(unmeasured.id).result.unlink()
    assert reads.tuned_threshold(workspace, unmeasured) == 0.5


def test_only_other_runs_of_that_content_classes_and_part_can_be_compared(
    workspace: Workspace, dataset: Dataset, run: Run, three: Run
) -> None:
    both = answered_run(workspace, dataset, "Both", split="fixed")
    one = answered_run(workspace, dataset, "One", parts=(VALIDATION,), split="fixed")
    make_run(workspace, dataset, "Unmeasured", points=0)

    assert reads.comparable(workspace, run, TEST) == [both]
    assert reads.comparable(workspace, run, VALIDATION) == [one, both]
    assert reads.comparable(workspace, three, TEST) == []


def test_a_comparison_holds_the_texts_of_the_rows_apart(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    other = answered_run(workspace, dataset, "Other", seed=4, split="fixed")

    found, table = reads.comparison(workspace, (run, other), TEST, (0.5, 0.5))

    assert found.rows == 80
    assert len(table) == found.only_first + found.only_second
    texts = reads.texts_of_rows(workspace, dataset, tuple(sorted(table["row"].tolist())))
    assert table["text"].tolist() == [texts[row] for row in table["row"]]


def test_a_comparison_with_a_run_without_that_part_is_refused(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    other = answered_run(workspace, dataset, "One", parts=(VALIDATION,), split="fixed")

    with pytest.raises(NotFound, match="a run with a test part"):
        reads.comparison(workspace, (run, other), TEST, (0.5, 0.5))


def test_runs_on_the_same_rows_stand_beside_each_other_oldest_first(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    answered_run(workspace, dataset, "Same rows", seed=2, split="fixed")
    answered_run(workspace, dataset, "Other rows", seed=2)

    steps = reads.baselines(workspace, run, TEST)

    assert [step.name for step in steps] == ["Mine", "Same rows"]
    assert all(0 < step.estimates["f1"].value <= 1 for step in steps)
    assert all(step.seconds == 12.0 and step.baseline is None for step in steps)


def test_a_run_that_has_not_answered_that_part_is_left_out(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    answered_run(workspace, dataset, "So far", parts=(VALIDATION,), split="fixed")

    assert [step.name for step in reads.baselines(workspace, run, TEST)] == ["Mine"]
    names = [step.name for step in reads.baselines(workspace, run, VALIDATION)]
    assert names == ["Mine", "So far"]
    assert runs_left_out(workspace, run, TEST) == [
        "So far is left out: it ended before it was measured on the test rows."
    ]
    assert runs_left_out(workspace, run, VALIDATION) == []


def test_a_moved_threshold_is_a_line_of_its_own_in_the_comparison(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    (before,) = reads.baselines(workspace, run, TEST)
    keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))

    after, in_use = reads.baselines(workspace, run, TEST)

    assert after == before
    assert in_use.estimates["accuracy"].value == 0.25
    assert before.estimates["accuracy"].value > 0.5
    assert in_use.estimates["pr_auc"] == before.estimates["pr_auc"]


def test_classes_are_counted_in_their_order(workspace: Workspace, three: Run) -> None:
    rows = reads.predictions(workspace, three, TEST)

    figures, confused, counts = reads.class_tables(workspace, three, TEST)

    assert list(figures) == [*three.classes, "macro average", "micro average"]
    assert counts == np.bincount(rows.class_ids).tolist()
    wrong = (rows.probabilities.argmax(axis=1) != rows.class_ids).sum()
    assert confused["rows"].sum() == wrong
    assert confused["rows"].is_monotonic_decreasing
    accuracy = 1 - wrong / len(rows)
    assert figures["micro average"]["f1"].value == pytest.approx(accuracy)


def test_before_anything_was_worked_out_there_is_none(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    assert reads.learning_curve(workspace, run) is None
    assert reads.suspects(workspace, dataset, Features.WORDS) is None


def test_suspects_are_read_again_when_they_were_looked_for_again(
    workspace: Workspace, dataset: Dataset
) -> None:
    make_suspects(workspace, dataset, Features.WORDS, report=lambda *_: None)
    first = reads.suspects(workspace, dataset, Features.WORDS)
    assert reads.suspects(workspace, dataset, Features.WORDS) is first
    assert first is not None and first.judged == 400

    path = suspects_path(workspace, dataset, Features.WORDS)
    path.write_bytes(b"PAR1")
    with pytest.raises(BadInput, match="look for them again"):
        reads.suspects(workspace, dataset, Features.WORDS)


def test_texts_of_rows_stand_under_their_numbers(workspace: Workspace, dataset: Dataset) -> None:
    texts = [text for text, _ in toy.make_rows(400)]

    found = reads.texts_of_rows(workspace, dataset, (0, 7, 399))

    assert found == {0: texts[0], 7: texts[7], 399: texts[399]}
    assert reads.texts_of_rows(workspace, dataset, ()) == {}
    assert [each.id for each in list_datasets(workspace)] == [dataset.id]
