"""Packed files that can be opened; most of what is refused stands in test_importing_refusals.py."""

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.importing.importer import import_file
from core.data.importing.preview import preview_file
from core.data.reading.compression import (
    COMPRESSIONS,
    decompress,
    detect_compression,
    office_document,
    open_file,
    read_head,
)
from core.errors import BadInput, NotFound, SincerelyError
from core.workspace import Workspace
from tests.core.data.workbooks import xlsx_bytes
from tests.messages import assert_one_sentence

CONTENT = b"".join(b"line %d of many, all alike\n" % number for number in range(20_000))


def packed(content: bytes, compression: str) -> bytes:
    if compression == "gzip":
        return gzip.compress(content)
    if compression == "zstd":
        return pa.Codec("zstd").compress(content).to_pybytes()
    if compression == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", content)
        return buffer.getvalue()
    return content


@pytest.fixture(params=COMPRESSIONS)
def compression(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def file(tmp_path: Path, compression: str) -> Path:
    (tmp_path / "file").write_bytes(packed(CONTENT, compression))
    return tmp_path / "file"


def test_every_packing_is_recognised_and_undone(file: Path, compression: str) -> None:
    assert detect_compression(file) == compression
    assert read_head(file, compression, 100) == CONTENT[:100]
    with open_file(file, compression) as source:
        assert b"".join(iter(lambda: source.read(999), b"")) == CONTENT


def test_it_tells_how_much_of_the_packed_file_is_read(file: Path, compression: str) -> None:
    places = []
    with open_file(file, compression) as source:
        while source.read(10_000):
            places.append(source.done)
        assert source.size == file.stat().st_size == source.done
    assert places == sorted(places)
    assert 0 < places[0] <= places[-1] <= file.stat().st_size


def test_a_file_is_unpacked_with_progress(file: Path, compression: str, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    decompress(file, compression, tmp_path / "out", progress=lambda *call: calls.append(call))

    assert (tmp_path / "out").read_bytes() == CONTENT
    assert calls == sorted(calls)
    assert {total for _, total in calls} == {file.stat().st_size}


def test_archives_may_have_several_parts(tmp_path: Path) -> None:
    for compression in ("gzip", "zstd"):
        (tmp_path / "file").write_bytes(packed(b"one,", compression) + packed(b"two", compression))
        with open_file(tmp_path / "file", compression) as source:
            assert b"".join(iter(lambda: source.read(99), b"")) == b"one,two"


def test_another_packing_than_said_is_refused(file: Path, compression: str) -> None:
    for other in COMPRESSIONS.keys() - {compression}:
        with pytest.raises(BadInput) as caught:
            open_file(file, other)
        assert_one_sentence(caught.value)


def test_office_documents_are_archives_that_nobody_unpacks(tmp_path: Path) -> None:
    content = xlsx_bytes({"a": [["text"]]})
    (tmp_path / "file").write_bytes(content)

    assert office_document(content)
    assert detect_compression(tmp_path / "file") == ""
    assert not office_document(packed(b"text", "zip"))


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="a folder at") as caught:
        detect_compression(tmp_path)
    assert_one_sentence(caught.value)


@given(
    compression=st.sampled_from(["gzip", "zip", "zstd"]),
    at=st.integers(4, 2_000),
    by=st.binary(max_size=20),
    cut=st.integers(0, 60) | st.just(0),
)
def test_damage_is_said_or_does_not_matter(
    compression: str, at: int, by: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = packed(CONTENT, compression)
    damaged = content[:at] + by + content[at + len(by) :]
    damaged = damaged[: len(damaged) - cut]
    file = tmp_path_factory.mktemp("damage") / "file"
    file.write_bytes(damaged)
    try:
        with open_file(file, compression) as source:
            found = b"".join(iter(lambda: source.read(50_000), b""))
    except SincerelyError as error:
        assert_one_sentence(error)
    else:
        assert found == CONTENT or compression == "zstd"  # Which may come without a checksum.


@pytest.mark.parametrize("compression", ["gzip", "zip", "zstd"])
def test_a_small_file_of_very_much_is_refused(tmp_path: Path, compression: str) -> None:
    (tmp_path / "bomb").write_bytes(packed(bytes(5 << 20), compression))
    with pytest.raises(BadInput, match="over 50 times what it takes now") as caught:
        decompress(
            tmp_path / "bomb",
            compression,
            tmp_path / "out",
            progress=lambda done, total: None,
            unsuspected=1 << 20,
        )
    assert_one_sentence(caught.value)
    assert (tmp_path / "out").stat().st_size <= 1 << 20


def test_a_zip_with_a_very_long_list_is_refused_before_it_is_read(tmp_path: Path) -> None:
    content = packed(b"text", "zip")
    start = content.rfind(b"PK\x05\x06")
    end = bytearray(content[start:])
    end[12:16] = (17 << 20).to_bytes(4, "little")
    (tmp_path / "file").write_bytes(content[:start] + bytes(18 << 20) + bytes(end))
    with pytest.raises(BadInput, match="a list of its files that takes 18 MB") as caught:
        open_file(tmp_path / "file", "zip")
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_text_without_line_ends_is_refused_however_small_it_is_packed(
    workspace: Workspace, tmp_path: Path, compression: str
) -> None:
    bomb = b"text,label\n" + b"x" * (17 << 20)
    (tmp_path / "bomb.csv").write_bytes(packed(bomb, compression))

    assert preview_file(tmp_path / "bomb.csv").header == ("text", "label")
    with pytest.raises(BadInput, match="a line of more than 16 MB") as caught:
        import_file(workspace, tmp_path / "bomb.csv")
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "hidden", [".DS_Store", "__MACOSX/._a.csv", "folder/._a.csv", "Thumbs.db", "a/desktop.ini"]
)
def test_what_systems_put_into_a_zip_beside_a_persons_file_is_passed_over(
    hidden: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr(hidden, b"\0")
        archive.writestr("folder/a.csv", CONTENT)

    assert read_head(tmp_path / "file", "zip", 100) == CONTENT[:100]


def test_a_hidden_file_that_is_alone_in_a_zip_is_the_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr(".a.csv", CONTENT)

    assert read_head(tmp_path / "file", "zip", 100) == CONTENT[:100]


def test_a_zstandard_file_of_a_wide_window_is_not_said_to_be_damaged(tmp_path: Path) -> None:
    header, window_of_2_gb = b"\x28\xb5\x2f\xfd\x00", bytes([21 << 3])
    block = (len(CONTENT[:999]) << 3 | 1).to_bytes(3, "little") + CONTENT[:999]
    (tmp_path / "file").write_bytes(header + window_of_2_gb + block)
    with pytest.raises(BadInput, match="--long=31") as caught:
        read_head(tmp_path / "file", "zstd")
    assert_one_sentence(caught.value)
    assert "undamaged" not in str(caught.value)
