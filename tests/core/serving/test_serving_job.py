import threading
from collections.abc import Iterator

import pytest

from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.runs.run import Run
from core.serving.client import ask
from core.serving.scorer_process import running_scorer
from core.serving.serving_job import ServingJob
from core.workspace import ServicePaths, Workspace
from tests.toy import wait_until


@pytest.fixture
def paths(toy_workspace: Workspace, toy_run: Run) -> Iterator[ServicePaths]:
    """The service of the toy run, queued; its folder is this test's own to fill."""
    paths = toy_workspace.service(toy_run.id)
    paths.folder.mkdir(parents=True, exist_ok=True)
    paths.stop_request.unlink(missing_ok=True)
    write_status(paths, JobStatus(JobState.QUEUED))
    yield paths
    paths.stop_request.unlink(missing_ok=True)


def test_it_answers_until_it_is_asked_to_stop(
    toy_workspace: Workspace, toy_run: Run, paths: ServicePaths
) -> None:
    stop, ended = StopFlag(paths.stop_request), []
    serving = threading.Thread(
        target=lambda: ended.append(ServingJob().run(toy_workspace, toy_run.id, stop))
    )
    serving.start()
    wait_until(lambda: read_status(paths).state is JobState.RUNNING)
    service = running_scorer(toy_workspace, toy_run)
    assert service is not None
    assert len(ask(service.port, toy_run.id, ["the cat is lovely"]).answers) == 1

    paths.stop_request.touch()
    serving.join(30)

    assert ended == [0]
    status = read_status(paths)
    assert (status.state, status.message) == (JobState.STOPPED, "Stopped on request.")


def test_it_finishes_when_nobody_asks_any_more(
    toy_workspace: Workspace, toy_run: Run, paths: ServicePaths
) -> None:
    ended = ServingJob(idle_timeout_s=0.2).run(toy_workspace, toy_run.id, StopFlag())

    assert ended == 0
    assert read_status(paths).state is JobState.FINISHED
    assert running_scorer(toy_workspace, toy_run) is None


def test_it_starts_anew_each_time(paths: ServicePaths) -> None:
    assert ServingJob().resume_hint(paths) == ""
