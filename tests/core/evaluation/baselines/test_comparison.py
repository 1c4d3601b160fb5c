from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.splits.saved_split import save_split
from core.data.splits.split import TEST, VALIDATION, SplitPlan
from core.errors import Cancelled, NotFound
from core.evaluation.baselines.baselines import Baseline
from core.evaluation.baselines.compared_model import metric_estimates, own_threshold
from core.evaluation.baselines.comparison import (
    BaselinesRequest,
    FittedBaseline,
    compared_models,
    find_fitted,
    fit_baselines,
    rows_key,
    runs_left_out,
    start_baselines,
)
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.evaluation.predictions import read_predictions
from core.jobs.launcher import wait_for_end
from core.jobs.status import JobState
from core.runs.run import Run, create_run, read_examples
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run


def ignore(stage: str, done: int, total: int) -> None:
    """A report that nobody reads."""


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(300))


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset, shallow_encoder: Path) -> Run:
    save_split(workspace, dataset, "fixed", SplitPlan(0.6, 0.5, 1.0, seed=1))
    return create_run(workspace, dataset, toy.recipe(shallow_encoder, split="fixed"))


def fitted_baselines(workspace: Workspace, run: Run) -> dict[Baseline, FittedBaseline]:
    return find_fitted(workspace, run, rows_key(workspace, run))


def test_every_baseline_is_fitted_and_measured_on_the_runs_own_rows(
    workspace: Workspace, run: Run
) -> None:
    assert fitted_baselines(workspace, run) == {}

    fit_baselines(workspace, BaselinesRequest(run.id), ignore)

    found = fitted_baselines(workspace, run)
    assert list(found) == list(Baseline)
    for part in (VALIDATION, TEST):
        examples = read_examples(workspace, run, part)
        for fitted in found.values():
            answers = fitted.predictions(run, part)
            order = np.argsort(examples.rows)
            assert answers.rows.tolist() == examples.rows[order].tolist()
            assert answers.class_ids.tolist() == examples.class_ids[order].tolist()
    words = found[Baseline.WORDS].predictions(run, TEST)
    assert words.scores[words.class_ids == 1].min() > words.scores[words.class_ids == 0].max()
    assert found[Baseline.WORDS].seconds > 0
    assert found[Baseline.WORDS].chosen.startswith("C ")


def test_runs_on_the_same_rows_share_their_baselines(
    workspace: Workspace, dataset: Dataset, run: Run, shallow_encoder: Path
) -> None:
    same = create_run(workspace, dataset, toy.recipe(shallow_encoder, split="fixed", epochs=1))
    other = create_run(workspace, dataset, toy.recipe(shallow_encoder, seed=5))

    fit_baselines(workspace, BaselinesRequest(run.id), ignore)

    assert list(fitted_baselines(workspace, same)) == list(Baseline)
    assert fitted_baselines(workspace, other) == {}
    assert fit_baselines(workspace, BaselinesRequest(same.id), ignore).fitted == 0


def test_a_cancelled_fit_keeps_the_baselines_it_has(workspace: Workspace, run: Run) -> None:
    def stop_at_vectors(stage: str, done: int, total: int) -> None:
        if stage == "Encoding":
            raise Cancelled(stage)

    with pytest.raises(Cancelled):
        fit_baselines(workspace, BaselinesRequest(run.id), stop_at_vectors)

    assert list(fitted_baselines(workspace, run)) == [Baseline.MAJORITY, Baseline.WORDS]
    assert fit_baselines(workspace, BaselinesRequest(run.id), ignore).fitted == 1


def test_fitting_words_ends_when_it_is_to_stop(workspace: Workspace, run: Run) -> None:
    told = []

    def stop_later(stage: str, done: int, total: int) -> None:
        told.append(stage)
        if len(told) > 4:
            raise Cancelled(stage)

    with pytest.raises(Cancelled):
        fit_baselines(workspace, BaselinesRequest(run.id), stop_later)

    assert list(fitted_baselines(workspace, run)) == [Baseline.MAJORITY]


def test_a_chosen_threshold_moves_no_line_but_one_that_says_so(
    workspace: Workspace, dataset: Dataset
) -> None:
    save_split(workspace, dataset, "fixed", SplitPlan(0.6, 0.5, 1.0, seed=1))
    run = answered_run(workspace, dataset, "Mine", split="fixed")
    answered_run(workspace, dataset, "Other", split="fixed", seed=4)
    before = compared_models(workspace, run, TEST)
    assert [model.name for model in before] == ["Mine", "Other"]
    assert not any(model.in_use for model in before)

    chosen = OperatingPoint(0.9, Rule.WORKLOAD, (5.0, 100.0))
    keep_operating_point(workspace, run, chosen)

    mine, in_use, other = compared_models(workspace, run, TEST)
    assert [mine, other] == before
    rows, tuned = (
        read_predictions(workspace, run, TEST),
        read_predictions(workspace, run, VALIDATION),
    )
    assert mine.threshold == own_threshold(tuned)
    assert mine.estimates == metric_estimates(rows, own_threshold(tuned))
    assert (in_use.name, in_use.in_use) == ("Mine, at the threshold in use", True)
    assert in_use.chosen == "5 of 100 texts can be reviewed"
    assert in_use.threshold == 0.9
    assert in_use.estimates == metric_estimates(rows, 0.9)


def test_a_run_that_ended_before_its_test_rows_is_left_out_and_said(
    workspace: Workspace, dataset: Dataset
) -> None:
    save_split(workspace, dataset, "fixed", SplitPlan(0.6, 0.5, 1.0, seed=1))
    run = answered_run(workspace, dataset, "Mine", split="fixed")
    early = answered_run(workspace, dataset, "Early", parts=(VALIDATION,), split="fixed", seed=2)

    assert [model.name for model in compared_models(workspace, run, TEST)] == ["Mine"]
    assert runs_left_out(workspace, run, TEST) == [
        "Early is left out: it ended before it was measured on the test rows."
    ]
    for each in (run, early):
        names = [model.name for model in compared_models(workspace, each, VALIDATION)]
        assert names == ["Mine", "Early"]
        assert runs_left_out(workspace, each, VALIDATION) == []


@pytest.mark.slow
def test_baselines_are_fitted_by_a_worker(workspace: Workspace, run: Run) -> None:
    task = start_baselines(workspace, run)

    assert wait_for_end(workspace.task(task.id), timeout_s=120).state is JobState.FINISHED
    assert list(fitted_baselines(workspace, run)) == list(Baseline)
    assert start_baselines(workspace, run).id == task.id


def test_a_run_that_was_deleted_is_one_sentence(workspace: Workspace, run: Run) -> None:
    workspace.run(run.id).examples.unlink()

    with pytest.raises(NotFound, match="a run that is here, but found"):
        start_baselines(workspace, run)
