import json
import threading
import time
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from core.jobs.status import JobState, JobStatus, StatusWriter, read_status, write_status
from core.workspace import JobPaths, Workspace


@pytest.fixture
def paths(workspace: Workspace) -> JobPaths:
    paths = workspace.run("a-run")
    write_status(paths, JobStatus(JobState.QUEUED, epochs=3))
    return paths


@pytest.mark.parametrize("state", JobState)
def test_a_status_is_read_as_it_was_written(paths: JobPaths, state: JobState) -> None:
    status = JobStatus(
        state, "Messäge “quoted”\n", 1, 2, done=3, total=4, rows_per_s=5.5, seconds_left=6.0
    )

    written = write_status(paths, status)

    assert read_status(paths) == written
    assert replace(written, updated="", since="") == status


def test_a_status_bears_the_time_it_was_written(paths: JobPaths) -> None:
    before = datetime.now(timezone.utc)

    age = before - datetime.fromisoformat(read_status(paths).updated)

    assert -1 < age.total_seconds() < 60


def test_readers_never_see_half_a_status(paths: JobPaths) -> None:
    long = JobStatus(JobState.RUNNING, "long " * 20_000)
    short = JobStatus(JobState.STOPPING, "short")
    seen, done = set(), threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(read_status(paths).message[:5])

    reader = threading.Thread(target=read)
    write_status(paths, short)
    reader.start()
    for _ in range(100):
        write_status(paths, long)
        write_status(paths, short)
    done.set()
    reader.join()

    assert seen <= {"long ", "short"}
    assert seen


def test_a_status_that_cannot_be_written_leaves_no_rubbish(paths: JobPaths) -> None:
    paths.status.unlink()
    paths.status.mkdir()

    with pytest.raises(OSError):
        write_status(paths, JobStatus(JobState.FAILED))

    assert list(paths.folder.iterdir()) == [paths.status]


def test_a_state_nobody_knows_is_no_status(paths: JobPaths) -> None:
    values = {**json.loads(read_status(paths).to_json()), "state": "dancing"}

    with pytest.raises(ValueError, match="dancing"):
        JobStatus.from_json(json.dumps(values))


def test_the_states_before_the_end_are_the_active_ones() -> None:
    active = {state.value for state in JobState if state.active}

    assert active == {"queued", "starting", "running", "stopping"}


WAYS = {
    "queued": "starting running stopping stopped failed died",
    "starting": "running stopping stopped failed died",
    "running": "stopping finished stopped failed died",
    "stopping": "finished stopped failed died",
    "stopped": "queued",
    "failed": "queued",
    "died": "queued",
    "finished": "",
}


@pytest.mark.parametrize("before", JobState)
@pytest.mark.parametrize("after", JobState)
def test_a_writer_takes_only_the_ways_there_are(
    paths: JobPaths, before: JobState, after: JobState
) -> None:
    written = write_status(paths, JobStatus(before))
    allowed = after.value in WAYS[before.value].split() or (before is after and before.active)

    if allowed:
        StatusWriter(paths).change(after, "Said")
        assert read_status(paths).state is after
    else:
        with pytest.raises(ValueError, match=f"from {before.value} to {after.value}"):
            StatusWriter(paths).change(after, "Said")
        assert read_status(paths) == written


def test_those_that_ended_early_can_be_resumed() -> None:
    resumable = {state.value for state in JobState if state.resumable}

    assert resumable == {"stopped", "failed", "died"}


def test_a_status_says_since_when_it_is_in_its_state(paths: JobPaths) -> None:
    queued = read_status(paths)
    assert queued.since == queued.updated
    writer = StatusWriter(paths)

    time.sleep(0.002)
    writer.change(JobState.QUEUED, "Waiting for b")
    assert read_status(paths).since == writer.since == queued.since < read_status(paths).updated

    writer.change(JobState.RUNNING)
    assert read_status(paths).since == read_status(paths).updated > queued.since


def test_a_writer_writes_a_new_state_at_once_and_keeps_the_numbers(paths: JobPaths) -> None:
    writer = StatusWriter(paths)

    writer.change(JobState.RUNNING, "Working", total=10)
    writer.change(JobState.STOPPING)

    found = read_status(paths)
    assert (found.state, found.message, found.total, found.epochs) == (
        JobState.STOPPING, "", 10, 3,
    )  # fmt: skip
    assert writer.state is JobState.STOPPING


def test_a_writer_writes_new_numbers_only_so_often_but_loses_none(paths: JobPaths) -> None:
    now = [100.0]
    writer = StatusWriter(paths, now_s=lambda: now[0])
    writer.change(JobState.RUNNING)

    now[0] += 0.49
    writer.progress(done=1)
    at_once = read_status(paths).done
    writer.change(JobState.STOPPING)

    assert at_once == 0
    assert read_status(paths).done == 1


def test_a_writer_writes_numbers_when_the_last_are_old(paths: JobPaths) -> None:
    now = [100.0]
    writer = StatusWriter(paths, now_s=lambda: now[0])
    writer.change(JobState.RUNNING)

    now[0] += 0.5
    writer.progress(done=5, rows_per_s=2.5)

    assert read_status(paths).done == 5
    assert read_status(paths).rows_per_s == 2.5


def test_a_status_written_before_there_were_units_is_still_read(paths: JobPaths) -> None:
    values = json.loads(read_status(paths).to_json())
    del values["unit"]

    assert JobStatus.from_json(json.dumps(values)).unit == ""
