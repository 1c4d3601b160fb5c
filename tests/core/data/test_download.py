"""Downloads from a real server on this machine."""

import io
import random
import socket
import zipfile

import pytest

from core.data.download import QUORA, download
from core.data.importing.importer import import_file
from core.errors import BadInput, NetworkError
from core.workspace import Workspace
from tests.core.data.download_server import (
    FIRST,
    NAME,
    SECOND,
    Server,
    finished,
    part,
    refusal,
)
from tests.messages import assert_one_sentence


def test_a_whole_file_arrives(workspace: Workspace, server: Server) -> None:
    calls: list[tuple[int, int]] = []
    path = download(workspace, server.url, NAME, progress=lambda *call: calls.append(call))

    assert path.name == NAME
    assert path.read_bytes() == FIRST
    assert server.asked == [None]
    assert len(calls) > 3
    assert calls == sorted(calls)
    assert {total for _, total in calls} == {len(FIRST)}
    assert calls[-1] == (len(FIRST), len(FIRST))
    assert not list(workspace.downloads.rglob("*.part*"))


def test_what_arrived_can_be_imported(workspace: Workspace, server: Server) -> None:
    dataset = import_file(workspace, download(workspace, server.url, NAME)).dataset

    assert (dataset.name, dataset.source, dataset.rows) == ("train", NAME, 3_000)


def test_a_finished_download_is_used_again(workspace: Workspace, server: Server) -> None:
    first = download(workspace, server.url, NAME)

    assert download(workspace, server.url, NAME) == first
    assert len(server.asked) == 1


def test_files_of_one_name_from_two_addresses_stay_apart(
    workspace: Workspace, server: Server
) -> None:
    first = download(workspace, server.url, NAME)
    server.change()
    second = download(workspace, server.url + "?version=2", NAME)

    assert first.read_bytes() == FIRST
    assert second.read_bytes() == SECOND
    assert first.name == second.name == NAME


def test_a_moved_file_is_followed(workspace: Workspace, server: Server) -> None:
    moved = server.url.replace(f"/data/{NAME}", "/moved")

    assert download(workspace, moved, NAME).read_bytes() == FIRST


@pytest.mark.parametrize("names", [("etag", None), (None, "date"), ('W/"weak"', "date")])
@pytest.mark.parametrize("break_after", [300_000, 1_000_000])
def test_a_broken_download_goes_on_where_it_stopped(
    workspace: Workspace,
    server: Server,
    break_after: int,
    names: tuple[str | None, str | None],
) -> None:
    etag, date = names
    server.etag = f'"{etag}"' if etag == "etag" else etag
    server.last_modified = date and "Wed, 21 Oct 2020 07:28:00 GMT"
    server.break_after = break_after
    error = refusal(workspace, server)
    assert "broke off after" in error.found
    arrived = part(workspace).stat().st_size
    assert arrived == break_after

    server.break_after = None
    calls: list[tuple[int, int]] = []
    path = download(workspace, server.url, NAME, progress=lambda *call: calls.append(call))
    assert path.read_bytes() == FIRST
    assert server.asked == [None, f"bytes={arrived}-"]
    assert calls[0][0] > arrived
    assert calls == sorted(calls)
    assert calls[-1] == (len(FIRST), len(FIRST))


@pytest.mark.parametrize("etag", ['"first"', None])
def test_a_download_may_break_off_many_times(
    workspace: Workspace, server: Server, etag: str | None
) -> None:
    server.etag, server.last_modified = etag, "Wed, 21 Oct 2020 07:28:00 GMT"
    server.break_after = 400_000
    while server.break_after * len(server.asked) < len(FIRST):
        try:
            path = download(workspace, server.url, NAME)
        except NetworkError as error:
            assert "broke off" in error.found

    assert path.read_bytes() == FIRST
    assert server.asked == [None, *(f"bytes={400_000 * n}-" for n in (1, 2, 3))]


def test_a_server_without_ranges_sends_everything_again(
    workspace: Workspace, server: Server
) -> None:
    server.ranges, server.break_after = False, 300_000
    refusal(workspace, server)
    server.break_after = None

    assert download(workspace, server.url, NAME).read_bytes() == FIRST


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_version_to_rely_on_nothing_is_pieced_together(
    workspace: Workspace, server: Server, etag: str | None
) -> None:
    server.etag, server.break_after = etag, 300_000
    refusal(workspace, server)
    server.break_after = None

    assert download(workspace, server.url, NAME).read_bytes() == FIRST
    assert server.asked == [None, None]


@pytest.mark.parametrize("heeds_if_range", [True, False])
@pytest.mark.parametrize("break_after", [300_000, 1_400_000])
def test_a_file_that_has_changed_since_is_fetched_whole(
    workspace: Workspace, server: Server, break_after: int, heeds_if_range: bool
) -> None:
    server.break_after = break_after
    refusal(workspace, server)
    server.change()  # Also to a file shorter than what has arrived of the first.
    server.break_after, server.heeds_if_range = None, heeds_if_range

    assert download(workspace, server.url, NAME).read_bytes() == SECOND


def test_a_part_longer_than_the_file_is_fetched_whole(workspace: Workspace, server: Server) -> None:
    server.break_after = 1_400_000
    refusal(workspace, server)
    server.content, server.break_after = SECOND, None  # Under the same name of version.

    assert download(workspace, server.url, NAME).read_bytes() == SECOND


def test_an_answer_from_the_wrong_place_is_not_appended(
    workspace: Workspace, server: Server
) -> None:
    server.break_after = 300_000
    refusal(workspace, server)
    server.break_after, server.shift = None, 1_000

    assert download(workspace, server.url, NAME).read_bytes() == FIRST


def test_a_part_that_is_whole_already_is_not_fetched_again(
    workspace: Workspace, server: Server
) -> None:
    def stop_at_the_end(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(workspace, server.url, NAME, progress=stop_at_the_end)
    assert part(workspace).read_bytes() == FIRST
    path = download(workspace, server.url, NAME)
    assert path.read_bytes() == FIRST
    assert server.asked == [None, f"bytes={len(FIRST)}-"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), ZeroDivisionError(), OSError("of a page")])
def test_cancelling_keeps_what_has_arrived(
    workspace: Workspace, server: Server, stop: BaseException
) -> None:
    def cancel(done: int, total: int) -> None:
        raise stop

    with pytest.raises(type(stop)) as caught:
        download(workspace, server.url, NAME, progress=cancel)
    assert caught.value is stop
    arrived = part(workspace).stat().st_size
    assert 0 < arrived < len(FIRST)
    assert part(workspace).read_bytes() == FIRST[:arrived]

    assert download(workspace, server.url, NAME).read_bytes() == FIRST
    assert server.asked == [None, f"bytes={arrived}-"]


def test_a_file_without_a_length_arrives_too(workspace: Workspace, server: Server) -> None:
    server.chunked = True
    calls: list[tuple[int, int]] = []
    path = download(workspace, server.url, NAME, progress=lambda *call: calls.append(call))

    assert path.read_bytes() == FIRST
    assert all(done == total for done, total in calls)


def test_a_file_without_a_length_that_breaks_off_is_noticed(
    workspace: Workspace, server: Server
) -> None:
    server.chunked, server.break_after = True, 600_000

    assert "broke off after" in refusal(workspace, server).found


@pytest.mark.parametrize("at", [50_000, len(FIRST) - 30])
def test_a_damaged_archive_is_thrown_away(workspace: Workspace, server: Server, at: int) -> None:
    server.content = FIRST[:at] + b"\0\1\2\3" + FIRST[at + 4 :]
    error = refusal(workspace, server)
    assert "damage" in error.found
    assert not list(workspace.downloads.rglob("*.part"))

    server.content = FIRST
    assert download(workspace, server.url, NAME).read_bytes() == FIRST
    assert server.asked == [None, None]


def test_damage_inside_packed_data_is_found_too(workspace: Workspace, server: Server) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("train.csv", random.Random(0).randbytes(100_000).hex())
    content = buffer.getvalue()
    server.content = content[:200] + bytes(2_000) + content[2_200:]

    assert "damage" in refusal(workspace, server).found


def test_a_page_in_place_of_the_archive_is_damage(workspace: Workspace, server: Server) -> None:
    server.content = b"<html>Please sign in</html>"

    assert "not a zip file" in refusal(workspace, server).found


def test_a_plain_csv_file_arrives_too(workspace: Workspace, server: Server) -> None:
    server.content = b"text,label\na,0\nb,1\n"
    path = download(workspace, server.url, "plain.csv")

    assert path.read_bytes() == server.content
    assert import_file(workspace, path).dataset.name == "plain"


def test_an_archive_is_checked_whatever_its_name(workspace: Workspace, server: Server) -> None:
    server.content = FIRST[:50_000] + b"\0\1\2\3" + FIRST[50_004:]

    with pytest.raises(NetworkError, match="damage"):
        download(workspace, server.url, "download?id=7")


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (404, "check the address"),
        (403, "check the address"),
        (416, "check the address"),
        (500, "try again later"),
        (503, "try again later"),
        (204, "check the address"),
    ],
)
def test_an_error_of_the_server_is_named(
    workspace: Workspace, server: Server, status: int, action: str
) -> None:
    server.status = status
    error = refusal(workspace, server)

    assert f"answer {status}" in error.found
    assert action in error.action
    assert not list(workspace.downloads.rglob("*.part"))


def test_an_error_later_keeps_what_has_arrived(workspace: Workspace, server: Server) -> None:
    server.break_after = 300_000
    refusal(workspace, server)
    server.break_after, server.status = None, 503
    refusal(workspace, server)
    server.status = 200

    assert download(workspace, server.url, NAME).read_bytes() == FIRST
    assert server.asked == [None, "bytes=300000-", "bytes=300000-"]


def test_without_a_connection_that_is_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/{NAME}"
    for url in (nobody, f"http://nowhere.invalid/{NAME}"):
        with pytest.raises(NetworkError, match="a connection to the server") as caught:
            download(workspace, url, NAME)
        assert_one_sentence(caught.value)
        assert "connect this machine to the internet" in caught.value.action


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a.zip",
        "file:///etc/passwd",
        "/etc/passwd",
        "example.org/a.zip",
        "",
        "http://",
        "http://[::1/a.zip",
        "http://example.org:port/a.zip",
        "http://127.0.0.1/a b.zip",
        "http://127.0.0.1/ä.zip",
        "http://a..b/a.zip",
        "http://127.0.0.1/\udce9.zip",
    ],
)
def test_what_is_no_address_is_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(BadInput) as caught:
        download(workspace, url, NAME)

    assert_one_sentence(caught.value)
    assert not finished(workspace)


def test_two_at_once_do_not_write_the_same_part(workspace: Workspace, server: Server) -> None:
    said = []

    def try_again(done: int, total: int) -> None:
        with pytest.raises(NetworkError, match="another under way") as caught:
            download(workspace, server.url, NAME)
        assert_one_sentence(caught.value)
        said.append(done)

    assert download(workspace, server.url, NAME, progress=try_again).read_bytes() == FIRST
    assert said


@pytest.mark.parametrize(
    ("file_name", "kept"),
    [
        ("train.csv.zip", "train.csv.zip"),
        ("train.csv.zip?download=1", "train.csv.zip"),
        ("train.csv#top", "train.csv"),
        ("my%20data%28v2%29.csv", "my-data-v2-.csv"),
        ("../../evil.zip", "evil.zip"),
        ("/etc/passwd", "passwd"),
        ("%2e%2e%2fevil.zip", "evil.zip"),
        ("..\\evil.zip", "evil.zip"),
        ("..", "download"),
        (".", "download"),
        ("", "download"),
        ("?a=b/../c", "download"),
        ("a\0b\n.zip", "a-b-.zip"),
        (".hidden", "hidden"),
        ("Größe.csv", "Gr-e.csv"),
        ("x" * 300 + ".zip", "x" * 96 + ".zip"),
    ],
)
def test_a_file_name_never_leaves_its_folder(
    workspace: Workspace, server: Server, file_name: str, kept: str
) -> None:
    path = download(workspace, server.url, file_name)

    assert path.name == kept
    assert path.parent.parent == workspace.downloads
    assert path.read_bytes() == FIRST


def test_quora_is_named_as_its_address_ends() -> None:
    assert QUORA.url.endswith("/" + QUORA.file_name)
