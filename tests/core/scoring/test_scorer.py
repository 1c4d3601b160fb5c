import numpy as np
import pytest

from core.datasets.split import TEST
from core.errors import NotFound
from core.runs.operating_point import OperatingPoint, Rule, keep_operating_point
from core.runs.run import Run, create_run, read_examples, read_result
from core.scoring.scorer import load_scorer
from core.workspace import Workspace
from tests import toy
from tests.trained_copies import copied_run


def test_scores_are_in_order_and_verdicts_follow_the_runs_threshold(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    scorer = load_scorer(toy_workspace, toy_run)
    scores = scorer.score(["a lovely cat", "a rotten dog", "a lovely cat"])
    assert scores.values[0] == pytest.approx(scores.values[2], abs=1e-6)
    assert scores.labels == ["0", "1", "0"]
    assert scorer.threshold == read_result(toy_workspace, toy_run).threshold


def test_the_kept_model_gives_the_test_metrics_that_the_run_reports(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    examples = read_examples(toy_workspace, toy_run, TEST)
    scores = load_scorer(toy_workspace, toy_run).score(examples.texts)
    right = np.mean([int(label) for label in scores.labels] == examples.codes)
    assert right == pytest.approx(read_result(toy_workspace, toy_run).test["accuracy"])


def test_calibrated_scores_are_the_scores_at_the_runs_temperature(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    scorer = load_scorer(toy_workspace, toy_run)
    temperature = read_result(toy_workspace, toy_run).temperature
    scores = scorer.score(["a lovely cat", "a rotten dog", "hello world"])

    odds = np.log(scores.values / (1 - scores.values)) / temperature
    assert scores.calibrated == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-4)

    scorer.temperature = None
    assert scorer.score(["a lovely cat"]).calibrated is None


def test_no_texts_give_no_scores(toy_workspace: Workspace, toy_run: Run) -> None:
    scores = load_scorer(toy_workspace, toy_run).score([])
    assert (len(scores.values), scores.labels) == (0, [])


def test_a_run_without_a_model_cannot_score(workspace: Workspace, toy_encoder) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    run = create_run(workspace, dataset, toy.recipe(toy_encoder))
    with pytest.raises(NotFound, match="a run with a trained model"):
        load_scorer(workspace, run)


def test_a_threshold_chosen_later_counts_from_the_next_refresh_on(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    scorer = load_scorer(workspace, run)
    keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))

    assert scorer.score(["a lovely cat"]).labels == ["0"]
    scorer.refresh()

    assert (scorer.threshold, scorer.score(["a lovely cat"]).labels) == (0.0, ["1"])
    assert load_scorer(workspace, run).threshold == 0.0
