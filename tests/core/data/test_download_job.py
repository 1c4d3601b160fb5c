from pathlib import Path

import pytest

from core.data.download_job import DOWNLOAD, DownloadRequest, run_download
from core.errors import Cancelled, NetworkError
from core.workspace import Workspace
from tests.core.data.download_server import FIRST, NAME, running


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")  # A proxy of this machine's would not find it.


def test_a_file_is_downloaded_under_the_last_part_of_its_address(workspace: Workspace) -> None:
    told: list[tuple[str, int, int]] = []
    with running() as server:
        found = run_download(workspace, DownloadRequest(server.url), lambda *c: told.append(c))

    assert found.name == NAME
    assert Path(found.path).read_bytes() == FIRST
    assert told[0] == ("Connecting", 0, 0)
    assert told[-1] == ("Downloading", len(FIRST), len(FIRST))


def test_a_download_that_is_stopped_goes_on_from_what_has_arrived(workspace: Workspace) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if done > 100_000:
            raise Cancelled(stage)

    with running() as server:
        with pytest.raises(Cancelled):
            run_download(workspace, DownloadRequest(server.url), stop)
        found = run_download(workspace, DownloadRequest(server.url), lambda *_: None)

        assert Path(found.path).read_bytes() == FIRST
        assert server.asked[0] is None
        assert server.asked[1] is not None
    assert DOWNLOAD.stopped == "Stopped on request; what has arrived is kept."


def test_a_server_that_refuses_is_said_in_a_sentence(workspace: Workspace) -> None:
    with running() as server:
        server.status = 404
        with pytest.raises(NetworkError):
            run_download(workspace, DownloadRequest(server.url), lambda *_: None)
