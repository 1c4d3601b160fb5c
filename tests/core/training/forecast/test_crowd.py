import filelock
import pytest

from core.jobs.devices import cpu_cores
from core.training.forecast.crowd import crowding
from core.workspace import Workspace

CORES = cpu_cores()


def test_a_quiet_machine_is_not_crowded(workspace: Workspace) -> None:
    assert crowding(workspace, 0.4) == 1.0


def test_as_many_programs_as_cores_halve_the_speed(workspace: Workspace) -> None:
    assert crowding(workspace, 0.5 + CORES) == pytest.approx(2.0)


def test_a_run_of_this_workspace_does_not_count(workspace: Workspace) -> None:
    path = workspace.device_lock("cpu")
    path.parent.mkdir(parents=True)

    with filelock.FileLock(path):
        assert crowding(workspace, 0.5 + CORES) == pytest.approx(1.0)
    assert crowding(workspace, 0.5 + CORES) == pytest.approx(2.0)


def test_the_real_load_gives_a_number(workspace: Workspace) -> None:
    assert crowding(workspace) >= 1.0


def test_a_run_that_has_just_begun_leaves_its_own_lock_out_of_account(workspace: Workspace) -> None:
    path = workspace.device_lock("cpu")
    path.parent.mkdir(parents=True)

    with filelock.FileLock(path):
        assert crowding(workspace, 0.5 + CORES, at_work=True) == pytest.approx(2.0)
