import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core.errors import JobError
from core.jobs.process import (
    ProcessIdentity,
    WorkerRecord,
    exit_signal,
    kill,
    record_process,
    recorded_process,
    start_detached,
    worker_record,
)
from core.workspace import JobPaths, Workspace
from tests.core.small_disk import PROJECT, python
from tests.messages import assert_one_sentence
from tests.toy import wait_until

SLEEP = ["-c", "import time; print('here', flush=True); time.sleep(60)"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "log.txt"


@pytest.fixture
def sleeper(workspace: Workspace, log: Path) -> Iterator[ProcessIdentity]:
    identity = start_detached(workspace, SLEEP, log)
    yield identity
    kill(identity)


def test_a_process_is_alive_until_it_ends(sleeper: ProcessIdentity) -> None:
    assert sleeper.alive()
    assert ProcessIdentity.of(sleeper.pid) == sleeper

    kill(sleeper)

    wait_until(lambda: not sleeper.alive())


def test_a_process_that_has_ended_but_was_not_waited_for_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        identity = ProcessIdentity.of(child.pid)
        zombie = psutil.Process(child.pid)
        wait_until(lambda: zombie.status() == psutil.STATUS_ZOMBIE)

        assert not identity.alive()


def test_another_process_that_has_the_pid_now_is_neither_taken_for_it_nor_signalled(
    sleeper: ProcessIdentity,
) -> None:
    former = replace(sleeper, start=sleeper.start - 3600)

    assert not former.alive()
    kill(former)

    time.sleep(0.1)  # A signal would have reached it by now.
    assert sleeper.alive()


def test_signals_to_a_process_that_is_gone_go_nowhere() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"], start_new_session=True) as child:
        identity = ProcessIdentity.of(child.pid)

    kill(identity)

    assert not identity.alive()


def test_a_process_that_leads_no_group_of_its_own_is_no_worker_and_not_signalled() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        kill(ProcessIdentity.of(child.pid))

        child.communicate(b"\n", timeout=30)
    assert child.returncode == 0


AS_PROCESS_1 = """
import os, subprocess, sys
from core.jobs.process import ProcessIdentity, kill

other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
init = ProcessIdentity.of(1)
assert init.alive() and os.getpid() == 1
kill(init)
other.communicate(b"\\n", timeout=30)
print("others ended with", other.returncode)
"""


def test_a_record_of_process_1_never_becomes_a_signal_to_everybody() -> None:
    # In a process namespace of its own, where a signal to everybody reaches nobody else.
    inside = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]
    try:
        subprocess.run([*inside, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this user may not make a process namespace ({error})")

    done = subprocess.run(
        [*inside, sys.executable, "-c", AS_PROCESS_1],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stdout == "others ended with 0\n", done.stderr


def test_killing_a_worker_kills_its_children(workspace: Workspace, log: Path) -> None:
    script = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c',"
        " 'import time; time.sleep(60)']); print(child.pid, flush=True); child.wait()"
    )
    identity = start_detached(workspace, ["-c", script], log)
    wait_until(lambda: log.read_text().strip())
    child = ProcessIdentity.of(int(log.read_text()))

    kill(identity)

    wait_until(lambda: not child.alive() and not identity.alive())


def test_a_worker_has_a_session_a_workspace_and_a_log_of_its_own(
    workspace: Workspace, log: Path
) -> None:
    log.parent.mkdir()
    log.write_text("earlier\n")
    script = (
        "import core, os, sys; own = os.getsid(0) == os.getpid();"
        " print(os.environ['SINCERELY_WORKSPACE'], own, repr(sys.stdin.read()));"
        " print('said to stderr', file=sys.stderr)"
    )

    identity = start_detached(workspace, ["-c", script], log)

    wait_until(lambda: not identity.alive())
    assert log.read_text().splitlines() == [
        "earlier",
        f"{workspace.root} True ''",
        "said to stderr",
    ]


@pytest.mark.parametrize(
    ("name", "own"), [("OMP_WAIT_POLICY", "passive"), ("TF_FORCE_GPU_ALLOW_GROWTH", "true")]
)
def test_a_worker_leaves_cores_and_gpu_memory_to_others_unless_somebody_decides(
    workspace: Workspace, log: Path, monkeypatch: pytest.MonkeyPatch, name: str, own: str
) -> None:
    script = f"import os; print(os.environ[{name!r}])"
    monkeypatch.delenv(name, raising=False)
    first = start_detached(workspace, ["-c", script], log)
    wait_until(lambda: not first.alive())
    monkeypatch.setenv(name, "another")

    second = start_detached(workspace, ["-c", script], log)

    wait_until(lambda: not second.alive())
    assert log.read_text().split() == [own, "another"]


def test_a_worker_outlives_the_process_that_started_it(workspace: Workspace, log: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from core.workspace import Workspace;"
        " from core.jobs.process import start_detached;"
        f" identity = start_detached(Workspace(Path(sys.argv[1])), {SLEEP!r}, Path(sys.argv[2]));"
        " print(identity.pid, identity.boot, identity.start)"
    )

    done = python(["-c", script, str(workspace.root), str(log)])

    pid, boot, start = done.stdout.split()
    identity = ProcessIdentity(int(pid), boot, float(start))
    wait_until(lambda: "here" in log.read_text())
    assert identity.alive()
    kill(identity)


def test_workers_that_have_ended_are_no_zombies_when_the_next_one_has_started(
    workspace: Workspace, log: Path
) -> None:
    first = start_detached(workspace, ["-c", "pass"], log)
    wait_until(lambda: not first.alive())

    start_detached(workspace, ["-c", "pass"], log)

    assert not psutil.pid_exists(first.pid)


def test_a_process_that_the_system_refuses_is_an_error_for_people(
    workspace: Workspace, log: Path
) -> None:
    with pytest.raises(JobError, match="Argument list too long") as refusal:
        start_detached(workspace, ["-c", "#" * (20 << 20)], log)

    assert_one_sentence(refusal.value)


def test_the_process_of_a_job_is_remembered(workspace: Workspace) -> None:
    paths = JobPaths(workspace.root / "job")
    assert recorded_process(paths) is None

    record = WorkerRecord(ProcessIdentity(17, "a-boot", 123_456.0), 78, {"/proc/vmstat": 9})
    record_process(paths, record)

    assert worker_record(paths) == record
    assert recorded_process(paths) == record.process


def test_without_the_machines_id_a_process_is_told_by_the_wall_clock(workspace: Workspace) -> None:
    paths = JobPaths(workspace.root / "job")
    paths.folder.mkdir(parents=True)
    created = psutil.Process().create_time()

    def recorded(start: float) -> ProcessIdentity:
        record_process(paths, WorkerRecord(ProcessIdentity(os.getpid(), "", start)))
        return recorded_process(paths)

    assert recorded(created).alive()
    assert not recorded(created).before_restart()
    assert not recorded(created - 3600).alive()
    assert recorded(1e9).before_restart()


def test_a_process_of_before_the_machines_restart_is_not_alive_whatever_its_pid_and_start(
    sleeper: ProcessIdentity,
) -> None:
    former = replace(sleeper, boot="11111111-2222-3333-4444-555555555555")

    assert former.before_restart()
    assert not former.alive()
    assert not sleeper.before_restart()


def test_a_name_with_brackets_and_blanks_hides_no_process(tmp_path: Path, log: Path) -> None:
    python_with_a_name = tmp_path / "a ) R 1 (b"
    python_with_a_name.symlink_to(Path(sys.executable).resolve())
    with subprocess.Popen([python_with_a_name, "-c", "input()"], stdin=subprocess.PIPE) as child:
        identity = ProcessIdentity.of(child.pid)

        assert identity.alive()
        child.communicate(b"\n")
        assert not identity.alive()


def test_a_start_is_told_by_the_clock_that_nobody_can_set(sleeper: ProcessIdentity) -> None:
    seconds_since_boot = sleeper.start / os.sysconf("SC_CLK_TCK")

    uptime = float(Path("/proc/uptime").read_text().split()[0])
    assert 0 <= uptime - seconds_since_boot < 60


def test_how_a_process_ended_is_known_where_it_was_started(
    workspace: Workspace, sleeper: ProcessIdentity, log: Path
) -> None:
    assert exit_signal(sleeper) is None
    kill(sleeper)
    wait_until(lambda: not sleeper.alive())
    assert exit_signal(sleeper) is signal.SIGKILL

    ended = start_detached(workspace, ["-c", "pass"], log)
    wait_until(lambda: not ended.alive())

    assert exit_signal(ended) is None
    assert exit_signal(sleeper) is signal.SIGKILL
    assert exit_signal(ProcessIdentity.of(os.getpid())) is None


AUTOGROUP = "/proc/self/autogroup"
GIVES_WAY = (
    "import os; from core.jobs.process import give_way; give_way();"
    "cores = len(os.sched_getaffinity(0));"
    f"print(os.nice(0), open('{AUTOGROUP}').read().split()[-1], cores, flush=True)"
)
IN_A_NEW_SESSION = (
    "import os, subprocess, sys; os.setsid();"
    "sys.exit(subprocess.run([sys.executable, '-c', sys.argv[1]]).returncode)"
)
LEFT = str(max(len(os.sched_getaffinity(0)) - 1, 1))
"""How many of the cores it may work on."""


def has_autogroups() -> bool:
    """Whether a new session gets one here; the file is empty where control groups divide cores."""
    shown = python(["-c", IN_A_NEW_SESSION, f"print(open('{AUTOGROUP}').read())"])
    return "autogroup" in shown.stdout


needs_autogroup = pytest.mark.skipif(not has_autogroups(), reason="no autogroups here")


@needs_autogroup
def test_a_worker_gives_way_to_other_sessions_too(workspace: Workspace, log: Path) -> None:
    start_detached(workspace, ["-c", GIVES_WAY], log)

    wait_until(lambda: log.exists() and log.read_text().endswith("\n"))
    assert log.read_text().split() == ["19", "19", LEFT]


@needs_autogroup
def test_what_runs_in_somebody_elses_session_gives_way_alone() -> None:
    assert python(["-c", IN_A_NEW_SESSION, GIVES_WAY]).stdout.split() == ["19", "0", LEFT]
