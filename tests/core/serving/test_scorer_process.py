import json
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import filelock
import pytest

from core.errors import JobError
from core.files import write_atomically
from core.jobs.process import ProcessIdentity, kill, start_detached
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
    announce,
    ensure_scorer,
    running_scorer,
    stop_scorer,
)
from core.workspace import Workspace
from tests import toy
from tests.core.serving.serving import serving
from tests.messages import assert_one_sentence
from tests.toy import wait_until


@pytest.fixture(scope="module")
def service(toy_workspace: Workspace, toy_run: Run) -> Iterator[Service]:
    """The toy run's scorer, asked for by two at the same time."""
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: ensure_scorer(toy_workspace, toy_run), range(2)))
    assert found[0] == found[1]
    yield found[0]
    stop_scorer(toy_workspace, toy_run)
    wait_until(lambda: not found[0].process.alive())


@pytest.fixture
def untrained(workspace: Workspace) -> Run:
    return create_run(workspace, toy.import_rows(workspace, toy.make_rows(60)), TrainConfig())


def test_a_scorer_is_started_once_and_found_again(
    toy_workspace: Workspace, toy_run: Run, service: Service
) -> None:
    assert running_scorer(toy_workspace, toy_run) == service
    assert ensure_scorer(toy_workspace, toy_run) == service
    assert service.process.alive()
    assert service.process.pid != os.getpid()


def test_a_scorer_answers_where_it_said_and_only_on_this_machine(
    toy_run: Run, service: Service
) -> None:
    assert len(ask(service.port, toy_run.id, ["the cat is lovely"]).answers) == 1
    with socket.create_connection(("127.0.0.1", service.port), timeout=5):
        pass
    with pytest.raises(ConnectionError), socket.create_connection(("::1", service.port), timeout=5):
        pass


def test_a_scorer_outlives_the_death_of_its_record_reader(
    toy_workspace: Workspace, toy_run: Run, service: Service
) -> None:
    values = json.loads(toy_workspace.service(toy_run.id).read_text("utf-8"))

    assert ProcessIdentity(**values["process"]) == service.process
    assert os.getsid(service.process.pid) == service.process.pid


@pytest.mark.slow
def test_an_idle_scorer_ends_by_itself(
    toy_workspace: Workspace, toy_run: Run, workspace: Workspace
) -> None:
    path = workspace.service(toy_run.id)
    path.parent.mkdir(parents=True)
    arguments = ["-m", "core", "serve", toy_run.id, "--port", "0", "--announce", str(path)]
    process = start_detached(
        toy_workspace, [*arguments, "--idle-timeout", "1.5"], path.with_suffix(".log")
    )
    wait_until(path.exists)
    found = running_scorer(workspace, toy_run)
    assert found.process == process
    assert ask(found.port, toy_run.id, ["hello"]).answers

    wait_until(lambda: not process.alive(), timeout_s=15)

    assert running_scorer(workspace, toy_run) is None
    log = path.with_suffix(".log").read_text("utf-8")
    assert f"http://127.0.0.1:{found.port}/v1/models/toy-run:predict" in log
    assert "Traceback" not in log


def test_a_run_without_a_model_gets_no_scorer_and_the_log_says_why(
    workspace: Workspace, untrained: Run
) -> None:
    with pytest.raises(JobError, match="that it ended") as refusal:
        ensure_scorer(workspace, untrained)

    assert_one_sentence(refusal.value)
    log = workspace.service(untrained.id).with_suffix(".log").read_text("utf-8")
    assert "Expected a run with a trained model, but found none" in log
    assert "Traceback" not in log
    assert running_scorer(workspace, untrained) is None


def test_a_scorer_that_takes_too_long_is_given_up_and_ended(
    toy_workspace: Workspace, toy_run: Run, workspace: Workspace, untrained: Run
) -> None:
    with pytest.raises(JobError, match="took too long"):
        ensure_scorer(workspace, untrained, timeout_s=0.3)


def test_waiting_for_another_that_starts_the_scorer_ends_in_a_sentence(
    workspace: Workspace, untrained: Run
) -> None:
    path = workspace.service(untrained.id)
    path.parent.mkdir(parents=True)

    with filelock.FileLock(path.with_suffix(".lock")), pytest.raises(JobError) as refusal:
        ensure_scorer(workspace, untrained, timeout_s=0.3)

    assert_one_sentence(refusal.value)


def test_what_was_announced_by_a_process_that_is_gone_is_not_running(
    workspace: Workspace, untrained: Run
) -> None:
    assert running_scorer(workspace, untrained) is None
    announce(workspace.service(untrained.id), 4242)
    here = ProcessIdentity.of(os.getpid())
    assert running_scorer(workspace, untrained) == Service(4242, here)

    path = workspace.service(untrained.id)
    values = {"port": 4242, "process": {**asdict(here), "start": here.start - 3600}}
    path.write_text(json.dumps(values), "utf-8")

    assert running_scorer(workspace, untrained) is None
    stop_scorer(workspace, untrained)  # Signals nobody: this process goes on.


@pytest.fixture
def other_program(workspace: Workspace) -> Iterator[ProcessIdentity]:
    script = "import time; time.sleep(60)"
    process = start_detached(workspace, ["-c", script], workspace.root / "log.txt")
    yield process
    kill(process)


def test_a_scorer_that_was_killed_is_started_anew(
    workspace: Workspace, untrained: Run, other_program: ProcessIdentity
) -> None:
    path = workspace.service(untrained.id)
    write_atomically(path, json.dumps(asdict(Service(1, other_program))))
    assert running_scorer(workspace, untrained) is not None

    other_program.signal_group(signal.SIGKILL)
    wait_until(lambda: not other_program.alive())

    with pytest.raises(JobError, match="took too long"):
        ensure_scorer(workspace, untrained, timeout_s=0.3)
    assert not path.exists()


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
        service = Service(listener.getsockname()[1], other_program)
        write_atomically(workspace.service(untrained.id), to_json(service))

        with pytest.raises(JobError, match="took too long"):
            ensure_scorer(workspace, untrained, timeout_s=0.3)

    wait_until(lambda: not other_program.alive())


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"port": 1, "process": {"pid": 2}}'])
def test_a_record_that_is_none_is_no_running_scorer(
    workspace: Workspace, untrained: Run, content: str
) -> None:
    write_atomically(workspace.service(untrained.id), content)
    assert running_scorer(workspace, untrained) is None


def test_a_scorer_with_another_token_is_neither_taken_for_ours_nor_replaced(
    toy_workspace: Workspace, toy_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(load_scorer(toy_workspace, toy_run), token="s3cret") as server:
        other = Service(server.port, ProcessIdentity.of(os.getpid()))
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
        found = Service(server.port, other_program)
        path = workspace.service(toy_run.id)
        path.parent.mkdir(parents=True)
        write_atomically(path, json.dumps(asdict(found)))
        with pytest.raises(JobError, match="too many connections") as refusal:
            ensure_scorer(workspace, toy_run)
    assert_one_sentence(refusal.value)
    assert running_scorer(workspace, toy_run) == found
