"""Downloads that are too large, or whose size nobody tells."""

import io
import threading
import zipfile

import pytest

from core.data.download import download
from core.errors import BadInput, Cancelled, DiskError
from core.workspace import Workspace
from tests.core.data.download_server import FIRST, NAME, Server
from tests.messages import assert_one_sentence


def test_too_little_room_is_said_before_anything_is_written(
    workspace: Workspace, server: Server
) -> None:
    server.claims = 10**17

    with pytest.raises(DiskError, match="MB of free disk") as caught:
        download(workspace, server.url, NAME)
    assert_one_sentence(caught.value)
    assert not list(workspace.downloads.rglob("*.part"))


def test_an_address_that_goes_on_sending_is_left_and_nothing_of_it_stays(
    workspace: Workspace, server: Server
) -> None:
    server.chunked = True
    with pytest.raises(BadInput, match="at most 1 MB where the server does not") as caught:
        download(workspace, server.url, NAME, most_untold=1_000_000)
    assert_one_sentence(caught.value)
    assert "what had arrived is removed" in str(caught.value)
    assert not [path for path in workspace.downloads.rglob("*") if path.name.startswith(NAME)]


def test_a_file_of_untold_size_arrives_if_it_is_not_too_long(
    workspace: Workspace, server: Server
) -> None:
    server.chunked = True

    path = download(workspace, server.url, NAME, most_untold=len(FIRST))
    assert path.read_bytes() == FIRST


@pytest.mark.parametrize("claims", ["-5", "many", "1e3"])
def test_a_length_that_is_none_is_not_believed(
    workspace: Workspace, server: Server, claims: str
) -> None:
    server.claims = claims
    assert download(workspace, server.url, NAME).read_bytes() == FIRST

    with pytest.raises(BadInput, match="the server does not tell its size"):
        download(workspace, f"{server.url}?again", NAME, most_untold=1_000_000)


def test_a_length_beside_chunks_is_none(workspace: Workspace, server: Server) -> None:
    server.chunked, server.claims = True, 5
    with pytest.raises(BadInput, match="the server does not tell its size"):
        download(workspace, server.url, NAME, most_untold=1_000_000)

    assert download(workspace, server.url, NAME).read_bytes() == FIRST


def test_a_stop_is_heard_while_a_server_sends_a_little_and_waits(
    workspace: Workspace, server: Server
) -> None:
    server.break_after, server.waits = 1_000, threading.Event()

    def stop(done: int, total: int) -> None:
        assert (done, total) == (1_000, len(FIRST))
        raise Cancelled("the download")

    with pytest.raises(Cancelled):
        download(workspace, server.url, NAME, progress=stop)
    server.waits.set()


def test_a_file_that_is_there_is_not_waited_for_longer(
    workspace: Workspace, server: Server
) -> None:
    server.waits = threading.Event()
    assert download(workspace, server.url, NAME).read_bytes() == FIRST
    server.waits.set()


def test_a_stop_is_heard_while_an_archive_is_checked(workspace: Workspace, server: Server) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", bytes(50_000_000))
    server.content = bomb.getvalue()
    calls: list[int] = []

    def stop_later(done: int, total: int) -> None:
        calls.append(done)
        if calls.count(total) > 3:
            raise Cancelled("the download")

    with pytest.raises(Cancelled):
        download(workspace, server.url, NAME, progress=stop_later)
    assert len(server.content) < 100_000
