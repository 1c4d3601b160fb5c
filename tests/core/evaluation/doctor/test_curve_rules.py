"""Curves and settings as sick runs have them."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import TrainingDiverged
from core.evaluation.doctor.curve_rules import overfitting, still_rising
from core.evaluation.doctor.doctor import diagnose
from core.evaluation.doctor.finding import Severity
from core.jobs.status import JobState
from core.runs.config import TrainConfig
from tests.core.evaluation.doctor.cases import (
    GUESS,
    GUESSING,
    case,
    frozen,
    learned,
    rules,
    validations,
)


@pytest.mark.parametrize(
    ("kept", "severity", "said"),
    [((500, 1.0), Severity.NOTE, "save the time"), ((1000, 2.0), Severity.WARNING, "more dropout")],
)
def test_validation_loss_rising(kept: tuple[int, float], severity: Severity, said: str) -> None:
    rising = validations(loss=[0.130, 0.110, 0.123, 0.151])
    finding = diagnose(case(found=rising, kept=(*kept, 0.4)))[0]

    assert (finding.rule, finding.severity) == ("overfitting", severity)
    assert "since epoch 1.0, from 0.110 to 0.151" in finding.what
    assert f"Kept are the weights of epoch {kept[1]:.1f}, best by PR-AUC" in finding.what
    assert said in finding.action


def test_an_early_stop_is_told() -> None:
    config = replace(TrainConfig(), epochs=5, early_stop=2)
    rising = validations(loss=[0.130, 0.110, 0.123, 0.151])

    assert (
        "Early stop ended it after epoch 2.0" in diagnose(case(found=rising, config=config))[0].what
    )


def test_a_loss_that_is_thrown_back() -> None:
    loss = learned()
    loss[300:] = 0.24
    (finding,) = diagnose(case(loss))

    assert (finding.rule, finding.severity) == ("learning_rate", Severity.PROBLEM)
    assert "thrown back" in finding.what
    assert "lower learning rate, such as 2e-05" in finding.action


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (1e-3, "of 0.001 is too high"),
        (5e-5, "costs (0.227 nats): the learning rate of 5e-05 may be too high"),
        (1e-8, "of 1e-08 is too low"),
    ],
)
def test_a_rate_at_which_nothing_is_learned(rate: float, said: str) -> None:
    config = replace(TrainConfig(), learning_rate=rate)
    found = diagnose(case(np.full(500, GUESS), GUESSING, config=config))

    assert {finding.rule for finding in found} == {"majority_only", "learning_rate"}
    assert any(said in finding.what for finding in found)


def test_a_training_that_diverged() -> None:
    error = TrainingDiverged(
        "finite numbers", "a loss of nan at step 3", "train again with a lower learning rate"
    )
    failed = case(state=JobState.FAILED, message=str(error), kept=None)

    assert rules(failed) == {"learning_rate"}
    assert rules(case(state=JobState.FAILED, message="Memory ran out.", kept=None)) == set()


@pytest.mark.parametrize("threshold", [0.004, 0.991])
def test_a_threshold_at_the_edge(threshold: float) -> None:
    finding = diagnose(case(kept=(1000, 2.0, threshold)))[0]

    assert finding.rule == "threshold"
    assert f"{threshold:.3g}" in finding.what


def test_waiting_for_rows() -> None:
    (finding,) = diagnose(case(waits=[0.3] * 500))

    assert finding.rule == "input_bound"
    assert "30% of its time" in finding.what
    assert rules(case(waits=[0.9] * 450 + [0.02] * 50)) == set()


def test_a_score_still_rising_at_the_end() -> None:
    rising = validations(pr_auc=[0.40, 0.50, 0.56, 0.61])
    (finding,) = diagnose(case(found=rising))

    assert (finding.rule, finding.severity) == ("still_rising", Severity.NOTE)
    assert "from 0.500 to 0.610" in finding.what
    assert rules(case(found=rising, state=JobState.RUNNING, kept=None)) == set()


def test_few_steps_or_a_loss_that_is_no_number_are_no_throw_back() -> None:
    thrown = np.array([0.1] * 20 + [0.9] * 15)
    broken = learned()
    broken[300:] = np.nan

    assert rules(case(thrown)) == rules(case(broken)) == set()


def test_a_run_that_never_learned_and_grows_worse_was_thrown_back() -> None:
    loss = np.linspace(0.2, 0.65, 500)  # It has gained nothing that it could give back.

    (finding,) = diagnose(case(loss))

    assert (finding.rule, finding.severity) == ("learning_rate", Severity.PROBLEM)


def test_a_rise_is_measured_by_what_the_rows_can_tell() -> None:
    rising = validations(loss=[0.130, 0.110, 0.115, 0.122])

    assert [each.rule for each in overfitting(case(found=rising))] == ["overfitting"]
    assert not list(overfitting(case(found=rising, rows=frozen(rows=700))))  # 42 positives.


def test_a_score_that_fell_back_or_is_of_few_rows_is_not_still_rising() -> None:
    rising = validations(pr_auc=[0.40, 0.50, 0.52, 0.54])

    assert [each.rule for each in still_rising(case(found=rising))] == ["still_rising"]
    assert not list(still_rising(case(found=rising, rows=frozen(rows=400))))
    fallen = validations(pr_auc=[0.60, 0.50, 0.52, 0.54])
    assert not list(still_rising(case(found=fallen)))
