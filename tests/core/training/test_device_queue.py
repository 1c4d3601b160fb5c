import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from core.data.dataset import Dataset
from core.errors import JobError
from core.jobs.cancellation import StopFlag
from core.jobs.launcher import current_status, stop_job, wait_for_end
from core.jobs.process import (
    ProcessIdentity,
    WorkerRecord,
    kill,
    record_process,
    recorded_process,
    start_detached,
)
from core.jobs.status import JobState, StatusWriter, read_status
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run, rename_run
from core.training.device_queue import devices_held
from core.training.launch import start_training
from core.workspace import Workspace
from tests import toy
from tests.toy import wait_until

NOBODY = StopFlag()


@pytest.fixture
def dataset(jobs: Workspace) -> Dataset:
    return toy.import_rows(jobs, toy.make_rows(60))


Queue = Callable[..., Run]


@pytest.fixture
def alive(jobs: Workspace, tmp_path: Path) -> Iterator[ProcessIdentity]:
    """A process that stands for workers that live."""
    process = start_detached(jobs, ["-c", "import time; time.sleep(300)"], tmp_path / "log.txt")
    yield process
    kill(process)


@pytest.fixture
def queue(jobs: Workspace, dataset: Dataset, alive: ProcessIdentity) -> Queue:
    """Makes a run in state queued, whose worker is alive."""

    def make(name: str, devices: str = "auto") -> Run:
        run = create_run(jobs, dataset, TrainConfig(devices=devices), name=name)
        record_process(jobs.run(run.id), WorkerRecord(alive))
        return run

    return make


@contextmanager
def training(workspace: Workspace, run: Run) -> Iterator[tuple[str, ...]]:
    """The run as it trains: it holds its devices and says so."""
    status = StatusWriter(workspace.run(run.id))
    with devices_held(workspace, run, status, NOBODY) as devices:
        assert devices is not None
        status.change(JobState.STARTING)
        yield devices
        status.change(JobState.STOPPED)


def message(workspace: Workspace, run: Run) -> str:
    return read_status(workspace.run(run.id)).message


@contextmanager
def waiting(workspace: Workspace, run: Run) -> Iterator[list[tuple[str, ...]]]:
    """The run as it waits and then trains for a moment; yields what it got."""
    got: list[tuple[str, ...]] = []

    def work() -> None:
        with training(workspace, run) as devices:
            got.append(devices)

    thread = threading.Thread(target=work)
    thread.start()
    yield got
    thread.join(30)
    assert not thread.is_alive()


def test_runs_wait_for_one_device_in_the_order_they_were_queued_in(
    jobs: Workspace, queue: Queue
) -> None:
    first, second, third = (queue(name) for name in ("a", "c", "b"))
    with ExitStack() as stack:
        with training(jobs, first) as devices:
            assert devices == ("cpu",)
            # The last is the first to try.
            last = stack.enter_context(waiting(jobs, third))
            wait_until(lambda: message(jobs, third) != "")
            assert message(jobs, third) == (
                "Waiting for a to leave the CPU; 1 run is before this one"
            )
            middle = stack.enter_context(waiting(jobs, second))
            wait_until(lambda: message(jobs, second) != "")
            assert message(jobs, second) == "Waiting for a to leave the CPU"
            rename_run(jobs, first, "Better")
            wait_until(lambda: message(jobs, second) == "Waiting for Better to leave the CPU")
        wait_until(lambda: last)
        assert middle == [("cpu",)]
    with filelock.FileLock(jobs.device_lock("cpu"), timeout=0):
        pass


def test_a_run_does_not_wait_for_one_before_it_whose_worker_is_gone(
    jobs: Workspace, queue: Queue, alive: ProcessIdentity
) -> None:
    dead, run = (queue(name) for name in ("dead", "alive"))
    former = replace(alive, start=alive.start - 1)
    record_process(jobs.run(dead.id), WorkerRecord(former))

    with training(jobs, run):
        assert current_status(jobs.run(dead.id)).state is JobState.DIED


def test_a_run_that_is_asked_to_stop_leaves_the_queue_and_lets_the_next_go_on(
    jobs: Workspace, queue: Queue
) -> None:
    first, second = (queue(name) for name in ("a", "b"))
    stop_job(jobs.run(first.id))
    stop = StopFlag(jobs.run(first.id).stop_request)

    with devices_held(jobs, first, StatusWriter(jobs.run(first.id)), stop) as devices:
        assert devices is None
    with training(jobs, second):
        pass


def test_who_holds_a_device_without_being_a_run_is_another_process(
    jobs: Workspace, queue: Queue
) -> None:
    run = queue("a")
    lock = jobs.device_lock("cpu")
    lock.parent.mkdir(parents=True, exist_ok=True)
    jobs.device_holder("cpu").write_text(json.dumps({"run": "deleted"}))
    with ExitStack() as stack, filelock.FileLock(lock):
        stack.enter_context(waiting(jobs, run))
        wait_until(lambda: message(jobs, run) == "Waiting for another process to leave the CPU")


@pytest.mark.usefixtures("nvidia")
def test_runs_on_different_gpus_do_not_wait_for_each_other(jobs: Workspace, queue: Queue) -> None:
    settings = ["auto", "auto", "cpu", "gpu:0,1", "gpu:1"]
    runs = [queue(f"r{place}", each) for place, each in enumerate(settings)]
    with ExitStack() as stack:
        with training(jobs, runs[0]) as first, training(jobs, runs[2]) as on_cpu:
            with training(jobs, runs[1]) as second:
                assert (first, second, on_cpu) == (("gpu:0",), ("gpu:1",), ("cpu",))
                both = stack.enter_context(waiting(jobs, runs[3]))
                one = stack.enter_context(waiting(jobs, runs[4]))
                wait_until(lambda: message(jobs, runs[3]) and message(jobs, runs[4]))
                assert message(jobs, runs[3]) == "Waiting for r0 or r1 to leave GPUs 0 and 1"
                assert message(jobs, runs[4]) == (
                    "Waiting for r1 to leave GPU 1; 1 run is before this one"
                )
            wait_until(lambda: message(jobs, runs[3]) == "Waiting for r0 to leave GPUs 0 and 1")
            assert both == one == []
        wait_until(lambda: one)
        assert (both, one) == ([("gpu:0", "gpu:1")], [("gpu:1",)])


def test_a_run_on_a_device_that_is_not_there_fails_with_a_sentence(
    jobs: Workspace, queue: Queue
) -> None:
    run = queue("a", "gpu:7")
    after = queue("b")

    with (
        pytest.raises(JobError, match="the devices gpu:7"),
        devices_held(jobs, run, StatusWriter(jobs.run(run.id)), NOBODY),
    ):
        pass
    with training(jobs, after):
        pass


def test_workers_wait_in_line_and_one_that_is_killed_holds_nobody_up(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    lock = jobs.device_lock("cpu")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(lock):
        runs = [start_training(jobs, dataset, toy.recipe(toy_encoder), name=name) for name in "abc"]
        first, second, third = (jobs.run(run.id) for run in runs)
        waits = "Waiting for another process to leave the CPU"
        wait_until(lambda: read_status(third).message == f"{waits}; 2 runs are before this one")
        wait_until(lambda: read_status(second).message == f"{waits}; 1 run is before this one")

        kill(recorded_process(first))
        wait_until(lambda: read_status(second).message == waits)
        stop_job(second)
        assert wait_for_end(second, timeout_s=30).state is JobState.STOPPED
        wait_until(lambda: read_status(third).message == waits)

    assert read_status(first).state is JobState.DIED
    assert (
        "SIGKILL" in current_status(first).message or "without a word" in read_status(first).message
    )
