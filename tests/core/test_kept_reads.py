import os
from pathlib import Path

import pytest

from core.files import write_atomically
from core.kept_reads import KeptReads

MINUTE_NS = 60 * 10**9


class Reader:
    """Reads a file's text, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, path: Path) -> str:
        self.times += 1
        return path.read_text("utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.json"
    path.write_text("first", "utf-8")
    return path


def later(path: Path) -> int:
    """A minute after a file's last change."""
    return path.stat().st_ctime_ns + MINUTE_NS


def test_a_file_that_stays_as_it_is_is_read_once(path: Path) -> None:
    kept, read = KeptReads(10), Reader()

    found = [kept.read(path, read, now_ns=later(path)) for _ in range(3)]

    assert (found, read.times) == (["first"] * 3, 1)
    assert kept.read(str(path), read) == "first"
    assert read.times == 1


def test_a_file_that_has_only_just_changed_is_read_each_time(path: Path) -> None:
    """It may change again without another date."""
    kept, read = KeptReads(10), Reader()
    now = path.stat().st_ctime_ns

    for _ in range(3):
        assert kept.read(path, read, now_ns=now) == "first"

    assert read.times == 3


def test_a_clock_that_was_set_back_changes_nothing(path: Path) -> None:
    kept, read = KeptReads(10), Reader()

    for _ in range(3):
        kept.read(path, read, now_ns=path.stat().st_ctime_ns - MINUTE_NS)

    assert read.times == 1


@pytest.mark.parametrize("text", ["other", "a longer one"])
def test_a_change_is_seen_even_where_the_date_is_put_back(path: Path, text: str) -> None:
    kept, before = KeptReads(10), path.stat()
    assert kept.read(path, Path.read_text, now_ns=later(path)) == "first"

    write_atomically(path, text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert kept.read(path, Path.read_text, now_ns=later(path)) == text


def test_two_functions_read_one_file_each_in_its_way(path: Path) -> None:
    kept = KeptReads(10)

    for _ in range(2):
        assert kept.read(path, Path.read_text, now_ns=later(path)) == "first"
        assert kept.read(path, Path.read_bytes, now_ns=later(path)) == b"first"


def test_what_cannot_be_read_is_tried_again(path: Path) -> None:
    kept = KeptReads(10)

    def refuse(path: Path) -> str:
        raise ValueError(path.name)

    for _ in range(2):
        with pytest.raises(ValueError, match="some"):
            kept.read(path, refuse, now_ns=later(path))
    assert kept.read(path, Path.read_text, now_ns=later(path)) == "first"
    path.unlink()
    with pytest.raises(FileNotFoundError):
        kept.read(path, Path.read_text)


def test_of_many_files_the_one_kept_longest_is_forgotten(tmp_path: Path) -> None:
    kept, read = KeptReads(2), Reader()
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_text(path.name, "utf-8")
        kept.read(path, read, now_ns=later(path))
    assert read.times == 3

    for path in reversed(paths):
        assert kept.read(path, read, now_ns=later(path)) == path.name

    assert read.times == 4
