import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.jobs.placement import Placement, placement_of
from core.jobs.process import ProcessIdentity, WorkerRecord, record_process
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.workspace import TaskPaths, Workspace
from tests.toy import wait_until

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def paths(jobs: Workspace) -> TaskPaths:
    """A queued job whose worker will find no such task, and say so."""
    paths = jobs.task("a-task")
    paths.folder.mkdir(parents=True)
    write_status(paths, JobStatus(JobState.QUEUED))
    return paths


@pytest.fixture
def placement(paths: TaskPaths) -> Iterator[Placement]:
    placement = placement_of(paths)
    yield placement
    placement.kill(paths)


def test_a_job_without_a_worker_has_none_to_end(placement: Placement, paths: TaskPaths) -> None:
    assert placement.alive(paths) is None
    assert placement.kill(paths) is False


def test_a_worker_is_alive_from_its_start_to_its_end(
    jobs: Workspace, placement: Placement, paths: TaskPaths
) -> None:
    placement.start(jobs, paths, JobKind.IMPORT, "a-task")

    assert placement.alive(paths)
    assert placement.kill(paths)
    wait_until(lambda: not placement.alive(paths))
    assert placement.cause(paths).startswith("Its process was ended from outside (SIGKILL).")


def test_a_worker_that_cannot_be_recorded_is_ended(
    jobs: Workspace, placement: Placement, paths: TaskPaths
) -> None:
    paths.process.mkdir()  # No file can take its place.

    with pytest.raises(OSError, match="directory"):
        placement.start(jobs, paths, JobKind.IMPORT, "a-task")

    paths.process.rmdir()
    wait_until(lambda: not [each for each in psutil.Process().children() if _works(each)])


def _works(process: psutil.Process) -> bool:
    return process.status() != psutil.STATUS_ZOMBIE and "core.jobs.worker" in process.cmdline()


def test_of_a_worker_of_an_earlier_start_the_cause_is_the_restart(
    placement: Placement, paths: TaskPaths
) -> None:
    record_process(paths, WorkerRecord(ProcessIdentity(1, "another-boot", 1.0)))

    assert placement.alive(paths) is False
    assert "restarted" in placement.cause(paths)


def test_only_the_placement_starts_processes_that_outlive_their_page() -> None:
    starters = [
        str(path.relative_to(PROJECT))
        for folder in ("core", "dashboard")
        for path in (PROJECT / folder).rglob("*.py")
        if re.search(r"\bstart_detached\b", path.read_text("utf-8"))
    ]

    assert sorted(starters) == [
        "core/jobs/placement.py",
        "core/jobs/process.py",
    ]
