"""The way of a file from its choice to its import, where something is odd about it."""

import gzip
import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from core.data.dataset import list_datasets
from core.data.download import QUORA
from core.data.download_job import DOWNLOAD, DownloadRequest
from core.data.importing.import_job import IMPORT, ImportRequest
from core.jobs.launcher import wait_for_end
from core.jobs.process import ProcessIdentity, recorded_process
from core.jobs.registry import JobKind
from core.jobs.status import JobState
from core.jobs.tasks import Task, list_tasks, start_task
from core.workspace import Workspace
from dashboard import reads as shared
from dashboard.app_pages.overview import add_data
from tests import toy
from tests.dashboard.conftest import OpenPage, unescaped
from tests.dashboard.importing import (
    box,
    do_import,
    pick_path,
    pick_upload,
    press,
    texts,
    wait_for_tasks,
)


@pytest.fixture(autouse=True)
def first(workspace: Workspace) -> None:
    """A data set to look at that is quicker made than the sample."""
    toy.import_rows(workspace, toy.make_rows(8))


GOOD = b"text,label\nhello there,0\nbad words,1\n"


def errors(app) -> list[str]:
    return [unescaped(error.value) for error in app.error]


def import_button(app):
    return next(button for button in app.button if button.label == "Import")


def imported(workspace: Workspace) -> list[str]:
    return [dataset.name for dataset in list_datasets(workspace) if dataset.name != "toy"]


def test_a_picture_gives_one_sentence_and_leaves_nothing(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = pick_upload(open_page(), "cat.csv", b"\x89PNG\r\n\x1a\n\0\0")
    assert not app.exception
    assert len(app.error) == 1
    assert "a PNG picture" in errors(app)[0]
    press(app, "Choose another")
    assert not app.error
    assert imported(workspace) == []
    assert not list(workspace.uploads.iterdir())


@pytest.mark.parametrize("name", ["nothing.csv", "folder", "empty.csv"])
def test_a_path_without_rows_gives_one_sentence(
    open_page: OpenPage, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    app = pick_path(open_page(), tmp_path / name)
    assert not app.exception
    assert len(app.error) == 1
    assert errors(app)[0].startswith("Expected")
    assert not any(button.label == "Import" for button in app.button)


def test_an_empty_upload_gives_one_sentence(open_page: OpenPage) -> None:
    app = pick_upload(open_page(), "empty.csv", b"")
    assert not app.exception
    assert len(app.error) == 1


def test_a_wrong_encoding_is_said_and_the_right_one_helps(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "western.csv"
    path.write_text("text,label\nnaïve café,0\nschön,1\n", "cp1252")
    app = pick_path(open_page(), path)
    assert box(app, "Encoding").value == "cp1252"
    box(app, "Encoding").set_value("utf-8").run()
    assert any("is the encoding right?" in unescaped(w.value) for w in app.warning)
    box(app, "Encoding").set_value("utf-16").run()
    assert not app.exception
    assert any("no rows" in unescaped(w.value) for w in app.warning)
    assert import_button(app).disabled
    box(app, "Encoding").set_value("cp1252").run()
    (doubt,) = app.warning
    assert "a guess: Windows-1252" in unescaped(doubt.value)
    do_import(workspace, app)
    assert imported(workspace) == ["western"]


def test_another_delimiter_reads_the_first_rows_anew(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b;c\nx,y;z\n", "utf-8")
    app = pick_path(open_page(), path)
    box(app, "Between columns").set_value(";").run()
    assert sorted(app.dataframe[0].value.columns) == ["a,b", "c"]
    box(app, "Between columns").set_value(",").run()
    assert sorted(app.dataframe[0].value.columns) == ["a", "b;c"]


def test_a_file_without_header_keeps_its_first_row(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("hello there,0\nbad words,1\n", "utf-8")
    app = pick_path(open_page(), path)
    box(app, "Column names").set_value(False).run()
    assert not app.exception
    do_import(workspace, app)
    assert list_datasets(workspace)[-1].rows == 2


def test_the_labels_of_the_first_rows_are_counted(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "counted.csv"
    path.write_text("text,label\n" + "some words,0\n" * 187 + "other words,1\n" * 30, "utf-8")
    app = pick_path(open_page(), path)
    said = [unescaped(caption.value) for caption in app.caption]
    assert "0: 187, 1: 30 in all 217 rows" in said


def test_an_odd_choice_is_said_and_one_column_twice_is_not_imported(
    open_page: OpenPage, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("text,label\n" + "".join(f"some words,{n}\n" for n in range(20)), "utf-8")
    app = pick_path(open_page(), path)
    assert any("another value in each row" in unescaped(w.value) for w in app.warning)
    texts(app).set_value(["label"]).run()
    assert any("only numbers" in unescaped(w.value) for w in app.warning)
    assert import_button(app).disabled


def test_an_empty_text_column_is_said(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "blank.csv"
    path.write_text("text,label\n,0\n,1\n", "utf-8")
    app = pick_path(open_page(), path)
    assert not app.exception
    assert any("is empty in all 2 rows" in unescaped(w.value) for w in app.warning)


def test_markdown_in_names_and_headers_stays_as_it_is(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "**b** :red[x].csv"
    path.write_text("*text*,:smile:\nhello there,<b>0</b>\nbad words,$1$\n", "utf-8")
    app = pick_path(open_page(), path)
    shown = [text.value for text in (*app.markdown, *app.caption)]
    assert any("\\*\\*b\\*\\*" in text for text in shown)
    box(app, "Label column").set_value(":smile:").run()
    assert "<b>0</b>: 1, $1$: 1 in all 2 rows" in [unescaped(c.value) for c in app.caption]
    do_import(workspace, app)
    assert not app.exception
    assert imported(workspace) == ["**b** :red[x]"]


def test_400_columns_show_the_chosen_ones_first(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    header = [*(f"c{n}" for n in range(399)), "text"]
    path.write_text("\n".join([",".join(header), ",".join("x" for _ in header)]) + "\n", "utf-8")
    app = pick_path(open_page(), path)
    assert not app.exception
    assert app.dataframe[0].value.columns[0] == "text"
    assert len(app.dataframe[0].value.columns) <= 30
    assert len(texts(app).options) == 400


def test_columns_of_one_name_are_told_apart_or_not_offered(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("x,x,text\n1,2,hello there\n3,4,bad words\n", "utf-8")
    app = pick_path(open_page(), path)
    assert not app.exception
    options = texts(app).options
    assert len(set(options)) == len(options)
    do_import(workspace, app)
    assert imported(workspace) == ["twice"]


def test_a_file_that_goes_before_its_import_is_said(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "gone.csv"
    path.write_bytes(GOOD)
    app = pick_path(open_page(), path)
    path.unlink()
    press(app, "Import")
    assert not app.exception
    assert "nothing at" in errors(app)[0]
    press(app, "Choose another")
    assert not app.error
    assert list_tasks(workspace) == []


def test_an_import_that_failed_can_be_tried_again_with_other_columns(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = pick_upload(open_page(), "stops.csv", b"text,label\nhello there,0\nbad words,1,9\n")
    box(app, "Rows that cannot be imported").set_value("stop").run()
    do_import(workspace, app)
    assert imported(workspace) == []
    assert errors(app)[0].startswith("Importing stops.csv: Expected")
    press(app, "Try again")
    assert not app.error
    assert box(app, "Rows that cannot be imported").value == "stop"
    box(app, "Rows that cannot be imported").set_value("skip").run()
    do_import(workspace, app)
    assert imported(workspace) == ["stops"]
    assert not list(workspace.uploads.iterdir())


class Held(NamedTuple):
    """A task and its worker, which does not go on until it gets SIGCONT."""

    task: Task
    worker: ProcessIdentity


@pytest.fixture
def held(workspace: Workspace, tmp_path: Path) -> Iterator[Held]:
    """An import that another session has started, held still so that the page sees it at work."""
    path = tmp_path / "elsewhere.csv"
    path.write_bytes(GOOD)
    request = ImportRequest(str(path), source=path.name)
    task = start_task(workspace, IMPORT, request, title="Importing elsewhere.csv")
    worker = recorded_process(workspace.task(task.id))
    assert worker is not None
    worker.signal_group(signal.SIGSTOP)
    yield Held(task, worker)
    worker.signal_group(signal.SIGCONT)


def test_an_import_at_work_is_seen_by_a_session_that_did_not_start_it(
    open_page: OpenPage, workspace: Workspace, held: Held
) -> None:
    app = open_page()
    assert not app.exception
    assert "Importing elsewhere.csv" in unescaped(app.get("progress")[0].proto.text)
    held.worker.signal_group(signal.SIGCONT)
    wait_for_tasks(workspace, app)
    assert imported(workspace) == ["elsewhere"]
    # What somebody else imports does not change what is shown here.
    assert app.get_by_key("overview_dataset").value == list_datasets(workspace)[0].id
    assert any("as elsewhere." in unescaped(toast.value) for toast in app.toast)


def test_an_import_is_cancelled_and_leaves_nothing(
    open_page: OpenPage, workspace: Workspace, held: Held
) -> None:
    app = press(open_page(), "Cancel")
    held.worker.signal_group(signal.SIGCONT)
    wait_for_tasks(workspace, app)
    assert not app.exception
    assert imported(workspace) == []
    assert not list(workspace.root.glob("staging/*"))
    assert any("Stopped" in unescaped(info.value) for info in app.info)
    press(app, "Dismiss")
    assert list_tasks(workspace) == []


class Files(BaseHTTPRequestHandler):
    """Serves one compressed file."""

    def do_GET(self) -> None:
        content = gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in ROWS))
        self.send_response(200 if self.path == "/some.jsonl.gz" else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


ROWS = [{"text": "hello there", "label": "kind"}, {"text": "bad words", "label": "rude"}]


@pytest.fixture
def address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_file_of_the_web_is_fetched_checked_and_imported(
    open_page: OpenPage, workspace: Workspace, address: str
) -> None:
    app = open_page()
    app.get_by_key("kept_add_way").set_value("Address").run()
    app.get_by_key("add_url").set_value(f"{address}/some.jsonl.gz").run()
    wait_for_tasks(workspace, press(app, "Fetch"))
    assert not app.exception
    assert box(app, "Format").value == "jsonl"
    do_import(workspace, app)
    assert list_datasets(workspace)[-1].classes == ("kind", "rude")
    assert list_tasks(workspace, JobKind.DOWNLOAD) == []


def test_the_quora_data_is_imported_once_it_has_arrived(
    open_page: OpenPage, workspace: Workspace, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quora = replace(QUORA, url=f"{address}/some.jsonl.gz")
    monkeypatch.setattr(add_data, "QUORA", quora)
    app = open_page()
    app.get_by_key("kept_add_way").set_value("Quora data").run()
    wait_for_tasks(workspace, press(app, "Get the Quora data"))
    wait_for_tasks(workspace, app)
    assert not app.exception
    assert imported(workspace) == [QUORA.name]
    assert [task.kind for task in list_tasks(workspace)] == [JobKind.IMPORT]


def test_an_address_without_a_file_gives_one_sentence(
    open_page: OpenPage, workspace: Workspace, address: str
) -> None:
    app = open_page()
    app.get_by_key("kept_add_way").set_value("Address").run()
    app.get_by_key("add_url").set_value(f"{address}/none.csv").run()
    wait_for_tasks(workspace, press(app, "Fetch"))
    assert not app.exception
    assert "the server's answer 404" in errors(app)[0]


def test_a_download_that_ended_unseen_waits_to_be_used(
    open_page: OpenPage, workspace: Workspace, address: str
) -> None:
    url = f"{address}/some.jsonl.gz"
    task = start_task(workspace, DOWNLOAD, DownloadRequest(url), title="Fetching")
    assert wait_for_end(workspace.task(task.id), timeout_s=60).state is JobState.FINISHED
    app = press(open_page(), "Use")
    assert not app.exception
    assert box(app, "Format").value == "jsonl"
    assert list_tasks(workspace) == []


def test_the_preview_is_read_once_until_the_file_changes(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "read.csv"
    path.write_bytes(GOOD)
    reads = []
    real = shared.preview_file
    monkeypatch.setattr(shared, "preview_file", lambda *a: reads.append(a) or real(*a))
    app = pick_path(open_page(), path)
    first = len(reads)
    assert first <= 2
    app.run()
    assert len(reads) == first
    path.write_bytes(GOOD + b"one more,0\n")
    app.run()
    assert len(reads) > first
