import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import filelock
import pytest

from core.errors import JobError
from core.files import write_atomically
from core.jobs.launcher import current_status
from core.jobs.process import (
    ProcessIdentity,
    WorkerRecord,
    kill,
    record_process,
    recorded_process,
    start_detached,
)
from core.jobs.status import JobState, JobStatus, write_status
from core.records import to_json
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run
from core.scoring.scorer import load_scorer
from core.serving.access import TOKEN_VARIABLE
from core.serving.client import ask
from core.serving.limits import Limits
from core.serving.scorer_process import (
    Service,
    _answers,
    ensure_scorer,
    running_scorer,
    start_early,
    stop_scorer,
)
from core.workspace import ServicePaths, Workspace
from tests import toy
from tests.core.serving.serving import serving
from tests.messages import assert_one_sentence
from tests.toy import wait_until


@pytest.fixture(scope="module")
def service(toy_workspace: Workspace, toy_run: Run) -> Iterator[Service]:
    """The toy run's scorer, started early, twice, and asked for by two at the same time."""
    paths = toy_workspace.service(toy_run.id)
    start_early(toy_workspace, toy_run)
    early = recorded_process(paths)
    with ThreadPoolExecutor(3) as pool:
        pool.submit(start_early, toy_workspace, toy_run)
        found = list(pool.map(lambda _: ensure_scorer(toy_workspace, toy_run), range(2)))
    assert found[0] == found[1]
    assert recorded_process(paths) == early
    start_early(toy_workspace, toy_run)
    assert recorded_process(paths) == early
    yield found[0]
    stop_scorer(toy_workspace, toy_run)
    ended = current_status(toy_workspace.service(toy_run.id))
    assert (ended.state, ended.message) == (JobState.STOPPED, "Stopped on request.")


@pytest.fixture
def untrained(workspace: Workspace) -> Run:
    return create_run(workspace, toy.import_rows(workspace, toy.make_rows(60)), TrainConfig())


def test_a_scorer_is_started_once_and_found_again(
    toy_workspace: Workspace, toy_run: Run, service: Service
) -> None:
    assert running_scorer(toy_workspace, toy_run) == service
    assert ensure_scorer(toy_workspace, toy_run) == service
    process = recorded_process(toy_workspace.service(toy_run.id))
    assert process.alive()
    # It outlives who started it.
    assert os.getsid(process.pid) == process.pid != os.getpid()


def test_a_scorer_that_cannot_start_early_is_said_when_it_is_asked(
    workspace: Workspace, untrained: Run
) -> None:
    paths = workspace.service(untrained.id)
    paths.folder.parent.mkdir(parents=True)
    paths.folder.write_text("a file in its place", "utf-8")
    start_early(workspace, untrained)
    paths.folder.unlink()

    start_early(workspace, untrained)
    with pytest.raises(JobError, match="a run with a trained model"):
        ensure_scorer(workspace, untrained)


def test_a_scorer_answers_where_it_said_and_only_on_this_machine(
    toy_run: Run, service: Service
) -> None:
    assert len(ask(service.port, toy_run.id, ["the cat is lovely"]).answers) == 1
    with socket.create_connection(("127.0.0.1", service.port), timeout=5):
        pass
    with pytest.raises(ConnectionError), socket.create_connection(("::1", service.port), timeout=5):
        pass


def test_a_run_without_a_model_gets_no_scorer_and_is_told_why(
    workspace: Workspace, untrained: Run
) -> None:
    with pytest.raises(JobError, match="that it ended") as refusal:
        ensure_scorer(workspace, untrained)

    assert "Expected a run with a trained model, but found none" in str(refusal.value)
    assert current_status(workspace.service(untrained.id)).state is JobState.FAILED
    assert running_scorer(workspace, untrained) is None


def test_a_scorer_that_takes_too_long_is_given_up_and_ended(
    workspace: Workspace, untrained: Run
) -> None:
    with pytest.raises(JobError, match="took too long"):
        ensure_scorer(workspace, untrained, timeout_s=0.0)

    assert not current_status(workspace.service(untrained.id)).state.active


def test_waiting_for_another_that_starts_the_scorer_ends_in_a_sentence(
    workspace: Workspace, untrained: Run
) -> None:
    paths = workspace.service(untrained.id)
    paths.folder.mkdir(parents=True)

    with filelock.FileLock(paths.start_lock), pytest.raises(JobError) as refusal:
        ensure_scorer(workspace, untrained, timeout_s=0.3)

    assert_one_sentence(refusal.value)


@pytest.fixture
def other_program(workspace: Workspace) -> Iterator[ProcessIdentity]:
    script = "import time; time.sleep(60)"
    process = start_detached(workspace, ["-c", script], workspace.root / "log.txt")
    yield process
    kill(process)


def listens(workspace: Workspace, run: Run, port: int, process: ProcessIdentity) -> ServicePaths:
    """As if that process were the run's scorer."""
    paths = workspace.service(run.id)
    paths.folder.mkdir(parents=True, exist_ok=True)
    write_atomically(paths.address, to_json(Service(port)))
    record_process(paths, WorkerRecord(process))
    write_status(paths, JobStatus(JobState.RUNNING))
    return paths


def test_a_scorer_whose_process_is_gone_is_not_running(
    workspace: Workspace, untrained: Run, other_program: ProcessIdentity
) -> None:
    assert running_scorer(workspace, untrained) is None
    paths = listens(workspace, untrained, 4242, other_program)
    assert running_scorer(workspace, untrained) == Service(4242)

    kill(other_program)
    wait_until(lambda: not other_program.alive())

    assert running_scorer(workspace, untrained) is None
    assert current_status(paths).state is JobState.DIED
    stop_scorer(workspace, untrained)  # Signals nobody.


def test_a_scorer_that_was_killed_is_started_anew(
    workspace: Workspace, untrained: Run, other_program: ProcessIdentity
) -> None:
    paths = listens(workspace, untrained, 1, other_program)
    kill(other_program)
    wait_until(lambda: not other_program.alive())

    with pytest.raises(JobError, match="a run with a trained model"):
        ensure_scorer(workspace, untrained)

    assert not paths.address.exists()
    assert recorded_process(paths) != other_program


def test_a_scorer_that_has_left_its_port_to_another_program_is_replaced(
    workspace: Workspace, untrained: Run, other_program: ProcessIdentity
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

        pool.submit(answer)
        listens(workspace, untrained, listener.getsockname()[1], other_program)

        with pytest.raises(JobError, match="a run with a trained model"):
            ensure_scorer(workspace, untrained, end_timeout_s=0.1)

    assert not other_program.alive()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"port": "here"}'])
def test_an_address_that_is_none_is_no_running_scorer(
    workspace: Workspace, untrained: Run, other_program: ProcessIdentity, content: str
) -> None:
    paths = listens(workspace, untrained, 1, other_program)
    paths.address.write_text(content, "utf-8")

    assert running_scorer(workspace, untrained) is None


def test_a_scorer_with_another_token_is_neither_taken_for_ours_nor_replaced(
    toy_workspace: Workspace, toy_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(load_scorer(toy_workspace, toy_run), token="s3cret") as server:
        other = Service(server.port)
        with pytest.raises(JobError, match="the token") as refusal:
            _answers(other, toy_run)
        assert_one_sentence(refusal.value)
        monkeypatch.setenv(TOKEN_VARIABLE, "s3cret")
        assert _answers(other, toy_run)


def test_a_scorer_that_is_full_goes_on_for_those_who_use_it(
    toy_workspace: Workspace,
    toy_run: Run,
    workspace: Workspace,
    other_program: ProcessIdentity,
) -> None:
    with serving(load_scorer(toy_workspace, toy_run), limits=Limits(connections=0)) as server:
        listens(workspace, toy_run, server.port, other_program)
        with pytest.raises(JobError, match="too many connections") as refusal:
            ensure_scorer(workspace, toy_run)
    assert_one_sentence(refusal.value)
    assert running_scorer(workspace, toy_run) == Service(server.port)
    assert other_program.alive()
