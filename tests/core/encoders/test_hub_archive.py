import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.encoders.hub_archive import fetch_module
from core.errors import Cancelled, EncoderError
from tests.core.data.download_server import Server, running
from tests.messages import assert_one_sentence


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server


def member(name: str, *, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for info, content in members:
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def ignore(stage: str, done: int, total: int) -> None:
    pass


def refusal(server: Server, content: bytes, folder: Path) -> str:
    server.content = content
    folder.mkdir(exist_ok=True)
    with pytest.raises(EncoderError) as caught:
        fetch_module(server.url, folder, ignore)
    assert_one_sentence(caught.value)
    return caught.value.found


def test_a_module_is_fetched_and_unpacked(server: Server, tmp_path: Path) -> None:
    folder = member("./assets", kind=tarfile.DIRTYPE)
    server.content = archive(
        (folder, b""), (member("./assets/vocab.txt"), b"a"), (member("saved_model.pb"), b"b")
    )
    told: list[str] = []
    module = fetch_module(server.url, tmp_path, lambda stage, *_: told.append(stage))

    assert (module / "assets" / "vocab.txt").read_bytes() == b"a"
    assert (module / "saved_model.pb").read_bytes() == b"b"
    assert set(told) == {"Downloading the encoder", "Unpacking the encoder"}


def test_what_leads_out_of_its_folder_is_refused(server: Server, tmp_path: Path) -> None:
    for number, info in enumerate(
        [
            member("assets/vocab.txt", kind=tarfile.SYMTYPE, target="/etc/passwd"),
            member("assets/vocab.txt", kind=tarfile.LNKTYPE, target="../../secret"),
            member("assets/pipe", kind=tarfile.FIFOTYPE),
            member("../out.txt"),
        ]
    ):
        refusal(server, archive((info, b"")), tmp_path / str(number))
    assert not (tmp_path / "out.txt").exists()


def test_thousands_of_files_are_refused(server: Server, tmp_path: Path) -> None:
    files = ((member(f"{number}"), b"") for number in range(1_001))

    assert "thousands" in refusal(server, archive(*files), tmp_path)


def test_what_grows_without_end_is_refused(server: Server, tmp_path: Path) -> None:
    found = refusal(server, gzip.compress(bytes(300_000_000), 1), tmp_path)

    assert "over 50 times what it takes now" in found
    assert "no TF Hub module there" in found


@pytest.mark.parametrize("content", [b"", b"<html>", gzip.compress(b"no archive" * 100, mtime=0)])
def test_what_is_no_archive_is_refused(server: Server, tmp_path: Path, content: bytes) -> None:
    assert "TF Hub module" in refusal(server, content, tmp_path)


def test_a_stop_is_heard(server: Server, tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        raise Cancelled(stage)

    with pytest.raises(Cancelled):
        fetch_module(server.url, tmp_path, stop)
