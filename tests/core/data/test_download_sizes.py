"""Downloads that are too large, or whose size nobody tells."""

import pytest

from core.data.download import download
from core.errors import BadInput, DiskError
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
