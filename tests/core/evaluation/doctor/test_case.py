import numpy as np
import pytest

from core.evaluation.doctor.case import MIN_STEPS, Case
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.jobs.status import JobState, JobStatus
from core.runs.config import TrainConfig
from core.runs.metrics import VALIDATION, Measurements


def case(
    state: JobState, steps: list[int], *, total: int = 1000, warmup: float = 0.1, classes: int = 2
) -> Case:
    """A run that was validated after these steps."""
    columns = {"step": np.array(steps, np.float64)}
    return Case(
        TrainConfig(warmup=warmup),
        tuple(map(str, range(classes))),
        JobStatus(state, total=total),
        Measurements({VALIDATION: columns}),
        FrozenRows({}, {}, {}),
    )


@pytest.mark.parametrize(
    ("state", "steps", "judged"),
    [
        (JobState.FINISHED, [], False),
        (JobState.FINISHED, [3], True),
        (JobState.RUNNING, [], False),
        (JobState.RUNNING, [500], False),
        (JobState.RUNNING, [250, 500], True),
        (JobState.RUNNING, [50, 99], False),
        (JobState.RUNNING, [50, 100], True),
        (JobState.STOPPED, [500], True),
        (JobState.STOPPED, [99], False),
        (JobState.DIED, [100], True),
        (JobState.QUEUED, [], False),
    ],
)
def test_a_run_is_judged_once_it_has_learned_beyond_its_warmup(
    state: JobState, steps: list[int], judged: bool
) -> None:
    assert case(state, steps).judged is judged


def test_a_short_warmup_does_not_judge_a_run_of_few_steps() -> None:
    few, enough = ([10, steps] for steps in (MIN_STEPS - 1, MIN_STEPS))

    assert not case(JobState.RUNNING, few, total=100, warmup=0.0).judged
    assert case(JobState.RUNNING, enough, total=100, warmup=0.0).judged


def test_the_score_that_decides_depends_on_the_classes() -> None:
    two, three = (case(JobState.RUNNING, [], classes=count) for count in (2, 3))

    assert (two.binary, two.score) == (True, ("pr_auc", "PR-AUC"))
    assert (three.binary, three.score) == (False, ("f1", "F1"))


def test_only_a_run_to_its_end_has_finished() -> None:
    assert [state for state in JobState if case(state, []).finished] == [JobState.FINISHED]


def test_what_was_not_measured_is_unknown() -> None:
    assert np.isnan(case(JobState.RUNNING, [1, 2]).validations("f1")).tolist() == [True, True]
    assert case(JobState.RUNNING, []).validations("f1").tolist() == []
