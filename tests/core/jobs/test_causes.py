import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.jobs.causes import cause_of_death, what_to_do
from core.jobs.launcher import current_status
from core.jobs.memory import oom_kills
from core.jobs.process import (
    ProcessIdentity,
    WorkerRecord,
    boot_id,
    record_process,
    start_detached,
)
from core.jobs.status import JobState
from core.workspace import RunPaths, TaskPaths, Workspace
from tests.core.small_disk import python, python_on_full_disk
from tests.toy import wait_until

GONE = ProcessIdentity(2**22 + 1, boot_id(), 1_000.0)  # No system has such a pid.
AFTER_ERROR = "Traceback (most recent call last):\n  File x\nKeyError: 'gone'\n"


@pytest.fixture
def paths(workspace: Workspace) -> RunPaths:
    paths = workspace.run("a-run")
    paths.folder.mkdir(parents=True)
    return paths


def test_a_job_without_a_process_did_not_start(paths: RunPaths) -> None:
    assert cause_of_death(paths) == (
        "Its worker process did not start. Resume starts again from the first step."
    )


def test_a_restart_of_the_machine_goes_before_all_other_causes(paths: RunPaths) -> None:
    former = replace(ProcessIdentity.of(os.getpid()), boot="11111111-2222-3333-4444-555555555555")
    record_process(paths, WorkerRecord(former))
    paths.log.write_text(AFTER_ERROR)

    assert cause_of_death(paths).startswith("The machine restarted while it was at work. Resume ")


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        (AFTER_ERROR, "The worker ended with an error: KeyError: 'gone'."),
        (
            f"{AFTER_ERROR}\nDuring handling of the above exception:\n\n"
            "Traceback (most recent call last):\n  File y\nOSError: [Errno 28] No space.\n",
            "The worker ended with an error: OSError: [Errno 28] No space.",
        ),
        (
            "a line\nFatal Python error: Segmentation fault\n\nThread 0x1:\n  File x\n",
            "The worker crashed: Fatal Python error: Segmentation fault.",
        ),
        ("a line\n", "Its process is gone without a word, as when somebody or the system ends it."),
    ],
)
def test_what_the_worker_wrote_last_is_its_cause(paths: RunPaths, log: str, cause: str) -> None:
    record_process(paths, WorkerRecord(GONE))
    paths.log.write_text(log)

    assert cause_of_death(paths) == f"{cause} Resume starts again from the first step."


def test_what_an_earlier_worker_of_the_same_run_wrote_is_no_cause(paths: RunPaths) -> None:
    paths.log.write_text(AFTER_ERROR)
    record_process(paths, WorkerRecord(GONE, log_offset=len(AFTER_ERROR)))

    assert "without a word" in cause_of_death(paths)


def test_a_real_crash_of_native_code_leaves_its_cause(
    workspace: Workspace, paths: RunPaths
) -> None:
    crash = ["-c", "import ctypes; ctypes.string_at(0)"]
    process = start_detached(workspace, crash, paths.log)
    record_process(paths, WorkerRecord(process))
    wait_until(lambda: not process.alive())

    assert cause_of_death(paths).startswith(
        "The worker crashed: Fatal Python error: Segmentation fault."
    )


def test_a_kill_is_named_where_the_worker_was_started_from_here(
    workspace: Workspace, paths: RunPaths
) -> None:
    process = start_detached(workspace, ["-c", "input()"], paths.log)
    sleeper = start_detached(workspace, ["-c", "import time; time.sleep(60)"], paths.log)
    sleeper.signal_group(signal.SIGKILL)
    wait_until(lambda: not sleeper.alive() and not process.alive())
    paths.log.unlink()
    record_process(paths, WorkerRecord(sleeper))
    assert cause_of_death(paths).startswith("Its process was ended from outside (SIGKILL).")

    record_process(paths, WorkerRecord(process))
    assert "without a word" in cause_of_death(paths)


def test_memory_that_ran_out_is_the_probable_cause_where_the_kernel_counted_one(
    paths: RunPaths,
) -> None:
    before = {file: count - 1 for file, count in oom_kills(os.getpid()).items()}
    record_process(paths, WorkerRecord(GONE, oom_kills=before))

    assert cause_of_death(paths).startswith(
        "The system ended its process, probably because memory ran out."
    )


OUT_OF_MEMORY = """
import os, sys
from pathlib import Path
from core.jobs.memory import oom_kills
from core.jobs.process import WorkerRecord, record_process, start_detached
from core.jobs.status import JobState, JobStatus, write_status
from core.workspace import RunPaths, Workspace

Path(sys.argv[2], "cgroup.procs").write_text(str(os.getpid()))
workspace = Workspace(Path(sys.argv[1]))
paths = workspace.run("a-run")
write_status(paths, JobStatus(JobState.RUNNING))
greedy = ["-c", "x = b'x' * 900_000_000; import time; time.sleep(60)"]
process = start_detached(workspace, greedy, paths.log)
record_process(paths, WorkerRecord(process, oom_kills=oom_kills(process.pid)))
"""


@pytest.fixture
def small_group() -> Iterator[Path]:
    """A control group whose processes get 400 MB of memory together."""
    own = next((Path(file) for file in oom_kills(os.getpid())), Path("/proc/vmstat")).parent
    group = own / "sincerely-test"
    limit = "memory.max" if (own / "memory.events").exists() else "memory.limit_in_bytes"
    try:
        group.mkdir()
        (group / limit).write_text(str(400 << 20))
    except OSError as error:
        pytest.skip(f"this user may not make a control group ({error})")
    yield group
    wait_until(lambda: not (group / "cgroup.procs").read_text())
    group.rmdir()


def test_a_worker_that_the_kernel_ends_for_want_of_memory_is_said_to_have_been(
    workspace: Workspace, paths: RunPaths, small_group: Path
) -> None:
    done = python(["-c", OUT_OF_MEMORY, str(workspace.root), str(small_group)])
    assert done.returncode == 0, done.stderr

    wait_until(lambda: not current_status(paths).state.active)

    assert current_status(paths).state is JobState.DIED
    assert current_status(paths).message.startswith(
        "The system ended its process, probably because memory ran out. Resume "
    )


FULL = """
import sys
from pathlib import Path
from core.jobs.causes import cause_of_death
from core.jobs.process import ProcessIdentity, WorkerRecord, boot_id, record_process
from core.workspace import RunPaths

paths = RunPaths(Path(sys.argv[1]))
record_process(paths, WorkerRecord(ProcessIdentity(2**22 + 1, boot_id(), 1.0)))
try:
    (paths.folder / "ballast").write_bytes(bytes(1 << 20))
except OSError:
    print(cause_of_death(paths))
"""


def test_a_full_disk_is_the_probable_cause(tmp_path: Path) -> None:
    disk = tmp_path / "disk"

    done = python_on_full_disk(FULL, disk, str(disk), kilobytes=100)

    assert done.returncode == 0, done.stderr
    assert "gone, probably because the disk is full: free some space." in done.stdout


def test_what_to_do_names_the_newest_checkpoint(workspace: Workspace, paths: RunPaths) -> None:
    for name in ("step-90", "step-1200", "step-2000.new", "other"):
        (paths.checkpoints / name).mkdir(parents=True)

    assert what_to_do(paths) == "Resume continues from step 1,200."
    assert what_to_do(TaskPaths(paths.folder)) == ""


def test_a_scoring_goes_on_from_what_was_scored_if_anything_was(workspace: Workspace) -> None:
    paths = workspace.scoring("a-scoring")
    paths.folder.mkdir(parents=True)
    record_process(paths, WorkerRecord(GONE))
    assert what_to_do(paths) == ""
    assert cause_of_death(paths).endswith(" Start it again.")

    paths.input.touch()
    assert cause_of_death(paths).endswith(" Resume starts it from the first row.")

    paths.prediction_cache.touch()
    assert cause_of_death(paths).endswith(" Resume goes on from what was scored.")
