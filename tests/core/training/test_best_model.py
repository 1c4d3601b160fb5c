from dataclasses import replace

import numpy as np
import pytest

from core.data.splits.split import VALIDATION
from core.encoders.encoders import find_encoder
from core.evaluation.calibration import fit_temperature
from core.model.classifier import load_model
from core.runs.config import TrainConfig
from core.runs.result import read_result
from core.runs.run import Examples, Run, create_run, read_examples
from core.training.best_model import BestModel, Effort
from core.training.validator import Validation
from core.workspace import Workspace
from tests import toy

EFFORT = Effort(seconds=12.5, rows_per_s=80.0)


@pytest.fixture(scope="module")
def network(toy_workspace: Workspace, toy_run: Run):
    result = read_result(toy_workspace, toy_run)
    return load_model(toy_workspace.run(toy_run.id).model(result.best_step)).network


@pytest.fixture
def run(workspace: Workspace, toy_run: Run) -> Run:
    """A run that nothing has been trained for."""
    config: TrainConfig = toy_run.config
    return create_run(workspace, toy.import_rows(workspace, toy.make_rows(240)), config)


@pytest.fixture
def examples(workspace: Workspace, run: Run) -> Examples:
    return read_examples(workspace, run, VALIDATION)


def best_of(workspace: Workspace, run: Run) -> BestModel:
    encoder = find_encoder(run.config.encoder, workspace)
    return BestModel(workspace, run, encoder, "CPU: toy", lambda: EFFORT)


def validation(examples: Examples, step: int, quality: float) -> Validation:
    sure = np.where(examples.class_ids == 1, 0.8, 0.3)
    metrics = {"pr_auc": quality, "f1": 0.5}
    return Validation(step, step / 10, metrics, 0.4, np.column_stack([1 - sure, sure]))


def models(workspace: Workspace, run: Run) -> list[str]:
    return sorted(path.name for path in workspace.run(run.id).folder.glob("model-*"))


def test_before_the_first_validation_nothing_is_kept(workspace: Workspace, run: Run) -> None:
    assert best_of(workspace, run).result is None
    assert read_result(workspace, run) is None


def test_the_first_validation_is_the_best_so_far_and_written(
    workspace: Workspace, run: Run, examples: Examples, network
) -> None:
    best, found = best_of(workspace, run), validation(examples, 10, 0.6)

    assert best.offer(network, found, examples)

    result = read_result(workspace, run)
    assert result == best.result
    assert (result.best_step, result.best_epoch, result.threshold) == (10, 1.0, 0.4)
    assert (result.validation, result.test) == (found.metrics, {})
    assert (result.seconds, result.rows_per_s, result.device) == (12.5, 80.0, "CPU: toy")
    assert result.temperature == pytest.approx(
        fit_temperature(examples.class_ids, found.probabilities)
    )
    assert models(workspace, run) == [workspace.run(run.id).model(10).name]


@pytest.mark.parametrize(
    ("qualities", "kept"),
    [
        ((0.6, 0.7, 0.65), 20),
        ((0.6, 0.6), 10),  # As good is not better: the earlier stays.
        ((0.6, float("nan")), 10),
        ((float("nan"), 0.6), 10),
    ],
)
def test_only_a_better_validation_replaces_the_model(
    workspace: Workspace,
    run: Run,
    examples: Examples,
    network,
    qualities: tuple[float, ...],
    kept: int,
) -> None:
    best = best_of(workspace, run)

    for number, quality in enumerate(qualities, 1):
        best.offer(network, validation(examples, 10 * number, quality), examples)

    assert best.result is not None
    assert best.result.best_step == kept
    assert models(workspace, run) == [workspace.run(run.id).model(kept).name]


def test_what_an_earlier_process_kept_is_taken_up(
    workspace: Workspace, run: Run, examples: Examples, network
) -> None:
    best_of(workspace, run).offer(network, validation(examples, 10, 0.6), examples)

    later = best_of(workspace, run)

    assert later.result == read_result(workspace, run)
    assert not later.offer(network, validation(examples, 20, 0.5), examples)
    # Its answers come from the kept weights, since nobody has them in memory.
    np.testing.assert_allclose(
        later.probabilities(examples), later.load().probabilities(examples.texts), atol=1e-6
    )


def test_a_result_whose_model_is_gone_counts_for_nothing(
    workspace: Workspace, run: Run, examples: Examples, network
) -> None:
    best = best_of(workspace, run)
    best.offer(network, validation(examples, 10, 0.6), examples)
    folder = workspace.run(run.id).model(10)
    folder.rename(folder.with_name("elsewhere"))

    assert best_of(workspace, run).result is None


def test_the_answers_of_the_best_validation_are_not_computed_again(
    workspace: Workspace, run: Run, examples: Examples, network
) -> None:
    best, found = best_of(workspace, run), validation(examples, 10, 0.6)
    best.offer(network, found, examples)

    assert best.probabilities(examples) is found.probabilities


def test_the_test_metrics_are_added_to_the_result(
    workspace: Workspace, run: Run, examples: Examples, network
) -> None:
    best = best_of(workspace, run)
    best.offer(network, validation(examples, 10, 0.6), examples)
    before = best.result

    best.write_test({"pr_auc": 0.55})

    assert read_result(workspace, run) == replace(before, test={"pr_auc": 0.55})
