"""Tasks from start to end, each in a worker process of its own."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import filelock
import pytest

from core.data.dataset import find_dataset, list_datasets
from core.data.download_job import DOWNLOAD, DownloadRequest
from core.data.importing.import_job import IMPORT, ImportRequest, ImportResult
from core.data.importing.import_report import OnProblem
from core.data.importing.preview import Columns
from core.data.reading.formats import detect_format
from core.explore.token_counts_job import TOKEN_COUNTS, TokensRequest
from core.jobs.launcher import current_status, log_tail, stop_job, wait_for_end
from core.jobs.leftovers import remove_leftovers
from core.jobs.process import recorded_process
from core.jobs.status import JobState, JobStatus, read_status
from core.jobs.tasks import Task, start_task, task_result
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests import toy
from tests.core.jobs.test_tasks import put
from tests.core.small_disk import python
from tests.toy import wait_until

PIECE = 1 << 20


def start_import(workspace: Workspace, path: Path, **options: Any) -> Task:
    return start_task(workspace, IMPORT, ImportRequest(str(path), **options), title="A task")


def start_download(workspace: Workspace, url: str) -> Task:
    return start_task(workspace, DOWNLOAD, DownloadRequest(url), title="A task")


def end_of(workspace: Workspace, task: Task, expected: JobState) -> JobStatus:
    status = wait_for_end(workspace.task(task.id), timeout_s=60)
    assert status.state is expected, f"{status}\n{log_tail(workspace.task(task.id))}"
    return status


def hold_still(workspace: Workspace, task: Task) -> None:
    """Stop the clock of a task's worker, so that it cannot finish."""
    recorded_process(workspace.task(task.id)).signal_group(signal.SIGSTOP)
    assert read_status(workspace.task(task.id)).state is JobState.RUNNING


def staged(workspace: Workspace) -> list[Path]:
    return list((workspace.root / "staging").iterdir())


@pytest.fixture
def small(tmp_path: Path) -> Path:
    rows = [(text, label, "") for text, label in toy.make_rows(50)]
    return toy.write_csv(tmp_path / "small.csv", rows, ("words", "kind", "text"))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose import takes seconds."""
    path = tmp_path_factory.mktemp("large") / "large.csv"
    lines = "".join(
        f"{n},is this question number {n} a good one?,{n % 2}\n" for n in range(500_000)
    )
    path.write_text("id,text,label\n" + lines, "utf-8")
    return path


def test_an_import_does_as_it_was_asked_and_uses_up_the_upload(
    jobs: Workspace, small: Path
) -> None:
    task = start_import(
        jobs,
        small,
        columns=Columns("words", "kind"),
        format=detect_format(small),
        name="My words",
        source="a form",
        on_problem=OnProblem.SKIP,
        upload=True,
    )

    status = end_of(jobs, task, JobState.FINISHED)

    assert (status.message, status.unit, status.seconds_left) == ("", "%", 0.0)
    assert (status.done, status.total) == (100, 100)
    dataset = find_dataset(jobs, "My words")
    assert task_result(jobs, task) == ImportResult(dataset.id, True, 50, 0, dataset.problems)
    assert (dataset.source, dataset.rows, dataset.labelled) == ("a form", 50, 50)
    assert not small.exists()
    assert staged(jobs) == []


def test_an_import_of_known_content_gives_the_data_set_that_is_there(
    jobs: Workspace, small: Path
) -> None:
    columns = Columns("words")
    first, second = (start_import(jobs, small, columns=columns) for _ in range(2))
    for task in (first, second):
        end_of(jobs, task, JobState.FINISHED)

    results = [task_result(jobs, task) for task in (first, second)]
    assert sorted(result.is_new for result in results) == [False, True]
    assert len({result.dataset_id for result in results}) == 1
    assert small.exists()


def test_an_import_that_cannot_be_says_why_in_one_sentence_and_keeps_the_upload(
    jobs: Workspace, small: Path
) -> None:
    columns = Columns("nowhere")
    task = start_import(jobs, small, columns=columns, upload=True)

    status = end_of(jobs, task, JobState.FAILED)

    assert status.message.startswith("Expected one of the file's columns")
    assert status.message.count("\n") == 0
    assert task_result(jobs, task) is None
    assert small.exists()
    assert list_datasets(jobs) == staged(jobs) == []


def test_an_import_that_is_stopped_leaves_nothing(jobs: Workspace, large: Path) -> None:
    task = start_import(jobs, large)
    paths = jobs.task(task.id)
    wait_until(lambda: read_status(paths).state is JobState.RUNNING)
    hold_still(jobs, task)
    assert stop_job(paths).state is JobState.STOPPING
    recorded_process(paths).signal_group(signal.SIGCONT)

    status = end_of(jobs, task, JobState.STOPPED)

    assert status.message == "Stopped on request; nothing was kept."
    assert task_result(jobs, task) is None
    assert list_datasets(jobs) == staged(jobs) == []
    assert large.exists()


def test_an_import_whose_worker_is_killed_says_so_and_is_tidied_up_later(
    jobs: Workspace, large: Path
) -> None:
    task = start_import(jobs, large)
    paths = jobs.task(task.id)
    wait_until(lambda: read_status(paths).state is JobState.RUNNING)
    hold_still(jobs, task)
    os.kill(recorded_process(paths).pid, signal.SIGKILL)
    wait_until(lambda: not current_status(paths).state.active)

    status = current_status(paths)

    assert status.state is JobState.DIED
    assert status.message == "Its process was ended from outside (SIGKILL). Start it again."
    assert list_datasets(jobs) == []
    remove_leftovers(jobs.root / "staging", datetime.now(timezone.utc) + timedelta(hours=25))
    assert staged(jobs) == []


def test_a_request_before_the_worker_looks_is_not_lost(jobs: Workspace, small: Path) -> None:
    task = start_import(jobs, small)

    stop_job(jobs.task(task.id))

    status = end_of(jobs, task, JobState.STOPPED)
    assert status.message == "Stopped on request; nothing was kept."
    assert list_datasets(jobs) == []


def test_a_count_for_a_data_set_that_was_deleted_fails_in_one_sentence(jobs: Workspace) -> None:
    task = start_task(jobs, TOKEN_COUNTS, TokensRequest("gone", "minilm"), title="A task")

    status = end_of(jobs, task, JobState.FAILED)

    assert status.message.startswith("Expected the id or name of a data set, but found 'gone'")


def test_a_second_worker_leaves_the_task_to_the_first(workspace: Workspace) -> None:
    task = put(workspace, "mine", JobState.QUEUED)
    paths = workspace.task(task.id)
    before = paths.status.read_bytes()

    with filelock.FileLock(paths.lock):
        done = python(
            ["-m", "core.jobs.worker", task.kind.value, task.id],
            env={ENVIRONMENT_VARIABLE: str(workspace.root)},
        )

    assert done.returncode == 1
    assert done.stderr == "another worker has the job mine\n"
    assert paths.status.read_bytes() == before


class Server(ThreadingHTTPServer):
    """Serves a file of 2 MB, the second half of it only when it may go on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.may_go_on = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/some/data.csv"

    def handle_error(self, *_: object) -> None:
        """Says nothing: the client hangs up when it is stopped."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(2 * PIECE))
        self.end_headers()
        self.wfile.write(b"a" * PIECE)
        self.server.may_go_on.wait(60)
        self.wfile.write(b"b" * PIECE)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.may_go_on.set()
        server.shutdown()
        thread.join()


def test_a_download_gives_the_files_path_and_name(jobs: Workspace, server: Server) -> None:
    server.may_go_on.set()
    task = start_download(jobs, server.url)

    status = end_of(jobs, task, JobState.FINISHED)

    assert (status.done, status.total, status.unit) == (2 * PIECE, 2 * PIECE, "bytes")
    result = task_result(jobs, task)
    assert result.name == "data.csv"
    assert Path(result.path).read_bytes() == b"a" * PIECE + b"b" * PIECE


def test_a_download_that_is_stopped_keeps_what_has_arrived(jobs: Workspace, server: Server) -> None:
    task = start_download(jobs, server.url)
    parts = [*jobs.downloads.glob("*/*.part")]
    wait_until(lambda: parts.extend(jobs.downloads.glob("*/*.part")) or parts)
    wait_until(lambda: parts[0].stat().st_size >= PIECE // 2)
    stop_job(jobs.task(task.id))
    server.may_go_on.set()

    status = end_of(jobs, task, JobState.STOPPED)

    assert status.message == "Stopped on request; what has arrived is kept."
    assert status.total == 2 * PIECE
    assert parts[0].stat().st_size >= PIECE // 2


def test_a_download_from_nowhere_fails_in_one_sentence(jobs: Workspace) -> None:
    task = start_download(jobs, "ftp://example.org/x.csv")

    status = end_of(jobs, task, JobState.FAILED)

    assert status.message.startswith("Expected an address that starts with http://")
