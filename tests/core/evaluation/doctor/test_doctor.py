"""The doctor over curves as real runs have them, sick and healthy."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import TrainingDiverged
from core.evaluation.doctor.case import Case
from core.evaluation.doctor.doctor import Severity, diagnose, run_findings
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.jobs.status import JobState, JobStatus
from core.runs.config import PRESETS, TrainConfig
from core.runs.metrics import Measurements
from tests.core.evaluation.doctor.cases import (
    GUESS,
    SHARE,
    case,
    frozen,
    learned,
    measured,
    rules,
    steps,
    validations,
)

GUESSING = validations(
    pr_auc=[0.061, 0.066, 0.064, 0.067],
    roc_auc=[0.50, 0.52, 0.51, 0.52],
    f1=[0.113, 0.115, 0.114, 0.115],
    mcc=[0.0, 0.02, 0.01, 0.02],
    accuracy=[0.06, 0.3, 0.2, 0.2],
    accuracy_at_half=[1 - SHARE] * 4,
    loss=[GUESS] * 4,
)


@pytest.mark.parametrize(
    "healthy",
    [
        case(),
        case(state=JobState.RUNNING, kept=None),
        case(state=JobState.STOPPED),
        case(state=JobState.DIED, message="The worker was killed."),
        # A hard data set: clearly above guessing, far from good.
        case(found=validations(pr_auc=[0.12] * 4, roc_auc=[0.66] * 4, mcc=[0.12] * 4)),
        # At a half it calls nothing positive yet, but it orders the rows well.
        case(found=validations(accuracy_at_half=[1 - SHARE] * 4)),
        # Validation loss wavers and comes back.
        case(found=validations(loss=[0.112, 0.121, 0.110, 0.113])),
        case(loss=learned(floor=0.02), config=replace(TrainConfig(), learning_rate=2e-5)),
        # Weights and smoothing change the loss's scale.
        case(loss=np.full(500, 0.69), config=replace(TrainConfig(), imbalance="class_weights")),
        case(waits=[0.04] * 500),
        case(rows=frozen(leaked=0)),
    ],
)
def test_a_healthy_run_gets_no_finding(healthy: Case) -> None:
    assert diagnose(healthy) == []


@pytest.mark.parametrize("seed", range(20))
def test_noise_alone_is_no_finding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss = np.maximum(learned() + rng.normal(scale=0.05, size=500), 0.001)

    assert diagnose(case(loss)) == []


def test_before_there_is_anything_nothing_is_found() -> None:
    nothing = replace(
        case(state=JobState.QUEUED, kept=None),
        measured=Measurements(),
        status=JobStatus(JobState.QUEUED),
    )

    assert diagnose(nothing) == []


def test_one_early_validation_of_a_run_under_way_is_not_judged() -> None:
    first = {name: values[:1] for name, values in GUESSING.items()}

    assert rules(case(found=first, state=JobState.RUNNING, kept=None)) == set()
    assert rules(case(found=GUESSING, state=JobState.RUNNING, kept=None)) == {"majority_only"}


def test_only_the_majority_class() -> None:
    finding = diagnose(case(found=GUESSING))[0]

    assert (finding.rule, finding.severity) == ("majority_only", Severity.PROBLEM)
    assert "'0', as 94.0% of them are" in finding.what
    assert "class weights" in finding.action


def test_no_better_than_guessing() -> None:
    some = {**GUESSING, "accuracy_at_half": [0.93, 0.935, 0.931, 0.932]}
    finding = diagnose(case(found=some))[0]

    assert finding.rule == "no_better"
    assert "PR-AUC 0.067, where guessing gets 0.060" in finding.what
    assert "accuracy 0.300, where always the majority gets 0.940" in finding.what


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


@pytest.mark.parametrize(
    ("leaked", "severity"),
    [(2, Severity.NOTE), (40, Severity.WARNING), (300, Severity.PROBLEM)],
)
def test_texts_in_two_parts(leaked: int, severity: Severity) -> None:
    finding = diagnose(case(rows=frozen(leaked=leaked)))[0]

    assert (finding.rule, finding.severity) == ("leak", severity)
    assert f"{leaked} of the 2,000 validation texts ({leaked / 2000:.1%})" in finding.what
    assert f"{leaked // 2} of them letter by letter" in finding.what


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


def test_few_positives_in_validation() -> None:
    (finding,) = diagnose(case(rows=frozen(rows=400)))

    assert finding.rule == "few_rows"
    assert "Only 24 validation rows are '1'" in finding.what
    assert "by up to 20%" in finding.what


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


def test_the_gravest_comes_first() -> None:
    found = diagnose(case(found=GUESSING, rows=frozen(leaked=2), waits=[0.5] * 500))

    assert [finding.severity for finding in found] == sorted(
        (finding.severity for finding in found), key=list(Severity).index
    )
    assert len(found) >= 3


def many(accuracy: float, mcc: float, *, rows_of_class: int = 13) -> Case:
    names = tuple(f"class {number}" for number in range(77))
    part = dict.fromkeys(names, rows_of_class)
    validation = {
        "step": [500.0, 1000.0],
        "epoch": [1.0, 2.0],
        "loss": [2.0, 1.0],
        "f1": [accuracy / 2, accuracy],
        "mcc": [mcc / 2, mcc],
        "accuracy": [accuracy / 2, accuracy],
        "accuracy_at_half": [accuracy / 2, accuracy],
        "majority": [1 / 77] * 2,
        "threshold": [0.5] * 2,
    }
    loss = 0.4 + 4 * np.exp(-5 * np.linspace(0, 1, 500))
    return Case(
        config=PRESETS["fast"],
        classes=names,
        status=JobStatus(JobState.FINISHED, epochs=2, done=1000, total=1000),
        measured=measured(steps(loss), validation),
        rows=FrozenRows({"train": part, "validation": part}, {}, {}),
    )


def test_many_classes() -> None:
    assert rules(many(0.89, 0.88)) == set()
    assert rules(many(1 / 77, 0.0)) == {"majority_only"}
    assert rules(many(0.015, 0.003)) == {"no_better"}
    assert rules(many(0.89, 0.88, rows_of_class=4)) == {"few_rows"}


def test_a_real_run_is_examined_from_its_folder(toy_workspace, toy_run) -> None:
    found = run_findings(toy_workspace, toy_run)

    # Its 80 validation rows hold 20 rude ones, and its steps are over before their rows are there.
    assert "few_rows" in {finding.rule for finding in found}
    assert not {"majority_only", "no_better", "leak", "learning_rate"} & {f.rule for f in found}
