import pytest

from core.jobs.status import JobState, JobStatus
from core.runs.pace import Pace, pace_of
from core.runs.result import RunResult

RESULT = RunResult(10, 1.0, 0.5, {}, {}, rows_per_s=19.0, seconds=207.0, device="CPU")


@pytest.mark.parametrize(
    "state", [JobState.FINISHED, JobState.STOPPED, JobState.DIED, JobState.FAILED]
)
def test_a_run_that_ended_has_the_pace_of_its_result(state: JobState) -> None:
    assert pace_of(JobStatus(state, rows_per_s=16.0), RESULT) == Pace(19.0, 207.0)


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.STOPPING, JobState.STARTING])
def test_a_run_at_work_has_its_newest_rate_and_no_duration_yet(state: JobState) -> None:
    assert pace_of(JobStatus(state, rows_per_s=16.0), RESULT) == Pace(16.0, None)
    assert pace_of(JobStatus(state), None) == Pace(None, None)


def test_without_a_model_only_the_newest_rate_is_known() -> None:
    assert pace_of(JobStatus(JobState.DIED, rows_per_s=16.0), None) == Pace(16.0, None)
