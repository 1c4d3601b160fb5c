import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data.dataset import rename_dataset
from core.errors import JobError, NetworkError
from core.locks import held, holder_of
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence

HOLDER = """
import sys
from pathlib import Path
from core.locks import held
with held(Path(sys.argv[1]), "it"):
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(path: Path) -> "subprocess.Popen[str]":
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], text=True, **pipes)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / ".lock"


@pytest.fixture
def holder(path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = start_holder(path)
    yield process
    process.kill()
    process.communicate()


def refusal(path: Path) -> JobError:
    with pytest.raises(JobError) as caught, held(path, "the list", patience_s=0.1):
        pass
    assert_one_sentence(caught.value)
    return caught.value


def test_who_waits_in_vain_is_told_who_holds_a_lock(
    path: Path, holder: "subprocess.Popen[str]"
) -> None:
    assert f"that process {holder.pid} (" in str(refusal(path))


def test_a_holder_that_is_stopped_is_said_to_be(
    path: Path, holder: "subprocess.Popen[str]"
) -> None:
    os.kill(holder.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, holder.pid, os.WSTOPPED)

    assert f"which is stopped (`kill -CONT {holder.pid}` lets it go on)" in str(refusal(path))


def test_a_lock_of_a_process_that_died_is_free(path: Path, holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()

    assert holder_of(path) == "another process"
    with held(path, "the list", patience_s=0):
        assert f"process {os.getpid()} (" in holder_of(path)
    assert list(path.parent.glob("*.holder")) == []


def test_a_holder_on_another_machine_is_not_taken_for_a_process_of_this_one(path: Path) -> None:
    note = {"pid": os.getpid(), "command": "core rename a b", "machine": "another.example"}
    path.parent.mkdir()
    path.with_name(".lock.holder").write_text(json.dumps(note), "utf-8")

    assert holder_of(path) == f"process {os.getpid()} (core rename a b) on another.example"


def test_an_error_inside_gives_the_lock_free(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(path, "the list"):
        raise ZeroDivisionError

    with held(path, "the list", patience_s=0):
        pass


def test_what_is_busy_may_be_an_error_of_another_kind(
    path: Path, holder: "subprocess.Popen[str]"
) -> None:
    def busy(who: str) -> NetworkError:
        return NetworkError("one download", f"another in {who}", "wait")

    with (
        pytest.raises(NetworkError, match=f"another in process {holder.pid}"),
        held(path, "it", patience_s=0, busy=busy),
    ):
        pass


@pytest.mark.slow
def test_a_rename_beside_a_stopped_process_ends_in_a_sentence(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(20))
    with start_holder(workspace.datasets_lock) as holder:
        os.kill(holder.pid, signal.SIGSTOP)
        with pytest.raises(JobError, match=f"that process {holder.pid} .* for 10 s"):
            rename_dataset(workspace, dataset, "another")
        holder.kill()
