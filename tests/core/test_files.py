import json
import os
import threading
from pathlib import Path

import pytest

from core.errors import DamagedFile
from core.files import (
    MAX_TEXT_BYTES,
    damage_said,
    put_in_place,
    read_all,
    read_text,
    write_atomically,
)


def test_small_files_are_read_and_damaged_ones_left_out(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one", "two", "gone")]
    paths[0].write_text("1", "utf-8")
    paths[1].write_text("no number", "utf-8")

    assert read_all(paths, json.loads) == [1]


def test_a_small_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("ä\n".encode() + b"\xff")

    assert read_text(path, "replace") == "ä\n\N{REPLACEMENT CHARACTER}"
    with pytest.raises(ValueError):
        read_text(path)


def test_what_is_no_small_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(MAX_TEXT_BYTES + 1)

    for name, error in (
        ("pipe", ValueError),
        ("endless", ValueError),
        ("huge", ValueError),
        ("folder", OSError),
        ("none", FileNotFoundError),
    ):
        with pytest.raises(error):
            read_text(tmp_path / name)


def test_writing_atomically_makes_the_folder_and_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "status.json"
    write_atomically(path, "first")
    write_atomically(path, "zweitens: ä\n")

    assert path.read_bytes() == "zweitens: ä\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    write_atomically(path, "old")

    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "half a pair: \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_readers_see_the_old_or_the_new_text_and_never_half(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    texts = {letter * 100_000 for letter in "ab"}
    write_atomically(path, "a" * 100_000)
    done = threading.Event()

    def write() -> None:
        for number in range(40):
            write_atomically(path, "ab"[number % 2] * 100_000)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(path.read_text())
    writer.join()

    assert seen <= texts


def test_whatever_a_reader_raises_is_said_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "toy" / "texts"
    path.parent.mkdir(parents=True)
    with (
        pytest.raises(DamagedFile, match="the texts in runs/toy/texts, but found no file: import"),
        damage_said("the texts", path, "import them again"),
    ):
        path.read_bytes()


def test_too_little_memory_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(MemoryError), damage_said("the texts", tmp_path / "texts", "wait"):
        raise MemoryError


def test_a_pipe_in_a_files_place_is_said_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "texts")
    with (
        pytest.raises(DamagedFile, match="found a folder or a pipe"),
        damage_said("the texts", tmp_path / "texts", "import again"),
    ):
        pytest.fail("it was read")


def test_a_folder_that_somebody_names_as_a_file_keeps_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "letter.txt").write_text("dear", "utf-8")

    with pytest.raises(OSError):
        write_atomically(tmp_path / "documents", "a report")

    assert (tmp_path / "documents" / "letter.txt").read_text("utf-8") == "dear"
    assert [path.name for path in tmp_path.iterdir()] == ["documents"]


def test_a_file_takes_the_place_of_a_folder_but_leaves_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("folder", "link", "new"):
        (tmp_path / "made").write_text(name)
        put_in_place(tmp_path / "made", tmp_path / name)
        assert (tmp_path / name).read_text() == name
        write_atomically(tmp_path / name, "again")
    assert (tmp_path / "elsewhere").is_dir()
