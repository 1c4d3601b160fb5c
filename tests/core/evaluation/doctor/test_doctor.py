"""The doctor over curves as real runs have them, sick and healthy."""

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.doctor.case import Case
from core.evaluation.doctor.doctor import Severity, diagnose, run_findings
from core.jobs.status import JobState, JobStatus
from core.runs.config import TrainConfig
from core.runs.metrics import Measurements
from tests.core.evaluation.doctor.cases import (
    GUESSING,
    SHARE,
    case,
    frozen,
    learned,
    rules,
    validations,
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


def test_the_gravest_comes_first() -> None:
    found = diagnose(case(found=GUESSING, rows=frozen(leaked=2), waits=[0.5] * 500))

    assert [finding.severity for finding in found] == sorted(
        (finding.severity for finding in found), key=list(Severity).index
    )
    assert len(found) >= 3


def test_a_real_run_is_examined_from_its_folder(toy_workspace, toy_run) -> None:
    found = run_findings(toy_workspace, toy_run)

    # Its 80 validation rows hold 20 rude ones, and its steps are over before their rows are there.
    assert "few_rows" in {finding.rule for finding in found}
    assert not {"majority_only", "no_better", "leak", "learning_rate"} & {f.rule for f in found}
