import fcntl
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from core.data.output.target_file import check_target, whole_file
from core.errors import BadInput, DiskError
from tests.core.small_disk import PROJECT, no_file_above
from tests.messages import assert_one_sentence

HALF = """
import sys, time
from pathlib import Path
from core.data.output.target_file import whole_file

with whole_file(Path(sys.argv[1]), "a file") as sink:
    sink.write(b"half")
    sink.flush()
    print("at work", flush=True)
    time.sleep(600)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(target: Path, content: bytes = b"new") -> None:
    with whole_file(target, "a file") as sink:
        sink.write(content)


def test_the_file_appears_at_the_end_and_nothing_else_stays(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    with whole_file(target, "a file") as sink:
        sink.write(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["a.csv"]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    with pytest.raises(KeyError), whole_file(target, "a file") as sink:
        sink.write(b"new")
        raise KeyError
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.csv"]


def test_a_new_file_may_be_read_by_those_who_may_read_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "a.csv")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o640


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    target.chmod(0o604)
    write(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o604


def test_a_link_stays_one_and_what_it_means_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "real" / "a.csv")
    write(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real" / "a.csv").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["n" * 255, "ü" * 127, "a[b]*?.csv", ".hidden", "-x"])
def test_every_name_that_a_file_can_have_will_do(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, b"old")
    write(tmp_path / name)
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_bytes() == b"new"


def a_pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def a_socket(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))
    return path


def a_circle(path: Path) -> Path:
    path.symlink_to(path)
    return path


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda path: path.parent, "a folder of that name"),
        (lambda path: path / "a.csv", "no such folder"),
        (a_pipe, "a device, a pipe or a socket"),
        (a_socket, "a device, a pipe or a socket"),
        (lambda path: Path("/dev/null"), "a device, a pipe or a socket"),
        (lambda path: path.with_name("n" * 256), "a name that no file can have"),
        (lambda path: path.with_name("a\0b"), "a name that no file can have"),
        (a_circle, "a name that no file can have"),
    ],
)
def test_a_place_where_no_file_can_be_is_said(
    tmp_path: Path, make: Callable[[Path], Path], found: str
) -> None:
    target = make(tmp_path / "it")
    before = names(tmp_path)
    for refused in (check_target, write):
        with pytest.raises(BadInput, match=f"but found {found}: choose another place") as caught:
            refused(target)
        assert_one_sentence(caught.value)
    assert names(tmp_path) == before


def test_a_folder_closed_to_this_user_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("nothing is closed to this user")
        with pytest.raises(BadInput, match="a folder this user may not write"):
            check_target(tmp_path / "a.csv")
    finally:
        tmp_path.chmod(0o700)


def test_a_file_too_large_for_the_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    message = "room to write a file, but found a file larger"
    with no_file_above(1), pytest.raises(DiskError, match=message):
        write(tmp_path / "a.csv", bytes(1 << 20))
    assert names(tmp_path) == []


def test_what_a_killed_process_left_goes_away_and_what_a_living_one_writes_stays(
    tmp_path: Path,
) -> None:
    target = tmp_path / "a.csv"
    (tmp_path / ".a.csv-backup").write_bytes(b"somebody's own")
    with subprocess.Popen(
        [sys.executable, "-c", HALF, str(target)],
        stdout=subprocess.PIPE, text=True, cwd=PROJECT,
    ) as worker:  # fmt: skip
        assert worker.stdout.readline() == "at work\n"
        half = set(names(tmp_path)) - {".a.csv-backup"}
        write(target)
        assert set(names(tmp_path)) == {".a.csv-backup", "a.csv"} | half
        worker.send_signal(signal.SIGKILL)
    assert len(half) == 1

    write(target, b"newer")
    assert names(tmp_path) == [".a.csv-backup", "a.csv"]
    assert target.read_bytes() == b"newer"


def test_a_writer_that_comes_before_the_first_has_its_lock_leaves_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, lock = tmp_path / "a.csv", fcntl.flock

    def late(file: IO[bytes], how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        write(target, b"the second's")
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    write(target, b"the first's")

    assert target.read_bytes() == b"the first's"
    assert names(tmp_path) == ["a.csv"]


def test_the_folder_is_synced_after_the_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, sync = [], os.fsync

    def noted(handle: int) -> None:
        place = Path(f"/proc/self/fd/{handle}").readlink()
        synced.append((place, (tmp_path / "a.csv").exists()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    write(tmp_path / "a.csv")

    assert synced[-1] == (tmp_path, True)
