import errno
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.runs.checkpoints import (
    Checkpoint,
    drop_checkpoints,
    newest_checkpoint,
    newest_step,
    write_checkpoint,
)
from core.workspace import RunPaths
from tests.core.small_disk import python_on_full_disk


@pytest.fixture
def paths(tmp_path: Path) -> RunPaths:
    return RunPaths(tmp_path / "run")


def checkpoint(step: int, size: int = 10) -> Checkpoint:
    arrays = {"layer/kernel": np.full((size, 2), step, np.float32), "updates": np.int64(step)}
    return Checkpoint(step, arrays, {"seconds": step / 2, "best": None})


def write(paths: RunPaths, *steps: int) -> None:
    for step in steps:
        write_checkpoint(paths, checkpoint(step))


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def test_there_is_none_before_the_first(paths: RunPaths) -> None:
    assert newest_checkpoint(paths) is None
    assert newest_step(paths) is None


def test_what_was_written_is_read(paths: RunPaths) -> None:
    write(paths, 7)

    found = newest_checkpoint(paths)

    assert found is not None
    assert (found.step, found.facts) == (7, {"seconds": 3.5, "best": None})
    assert found.arrays["updates"] == 7
    assert found.arrays["updates"].shape == ()
    np.testing.assert_array_equal(found.arrays["layer/kernel"], np.full((10, 2), 7.0))


def test_the_newest_two_are_kept_in_the_order_of_steps_not_of_names(paths: RunPaths) -> None:
    write(paths, 8, 9, 10)

    assert sorted(path.name for path in paths.checkpoints.iterdir()) == ["step-10", "step-9"]
    assert newest_step(paths) == 10


@pytest.mark.parametrize("name", ["state.safetensors", "manifest.json"])
def test_a_damaged_one_is_passed_over_for_the_one_before(paths: RunPaths, name: str) -> None:
    write(paths, 1, 2)
    newest = paths.checkpoints / "step-2"
    if name == "manifest.json":
        (newest / name).write_text(json.dumps({"step": 2})[:-4], "utf-8")
    else:
        damage(newest / name)

    found = newest_checkpoint(paths)

    assert found is not None
    assert found.step == 1
    assert newest_step(paths) == 1


@pytest.mark.parametrize("name", ["state.safetensors", "manifest.json"])
def test_one_that_lacks_a_file_is_passed_over(paths: RunPaths, name: str) -> None:
    write(paths, 1, 2)
    (paths.checkpoints / "step-2" / name).unlink()

    found = newest_checkpoint(paths)

    assert found is not None
    assert found.step == 1


def test_what_a_killed_writer_left_is_no_checkpoint(paths: RunPaths) -> None:
    write(paths, 3)
    shutil.copytree(paths.checkpoints / "step-3", paths.checkpoints / ".step-4.new")

    assert newest_step(paths) == 3
    write(paths, 4)
    assert newest_step(paths) == 4
    assert not list(paths.checkpoints.glob(".*"))


def test_a_step_can_be_written_again(paths: RunPaths) -> None:
    write(paths, 3)
    write_checkpoint(paths, Checkpoint(3, {"a": np.zeros(1)}, {"second": True}))

    found = newest_checkpoint(paths)

    assert found is not None
    assert found.facts == {"second": True}


_FILL = """
import sys
from pathlib import Path

import numpy as np

from core.runs.checkpoints import Checkpoint, newest_checkpoint, write_checkpoint
from core.workspace import RunPaths

paths = RunPaths(Path(sys.argv[1]) / "run")
write_checkpoint(paths, Checkpoint(1, {"a": np.ones(200_000, np.float32)}, {}))
try:
    write_checkpoint(paths, Checkpoint(2, {"a": np.ones(900_000, np.float32)}, {}))
except OSError as error:
    print(error.errno, newest_checkpoint(paths).step, [p.name for p in paths.checkpoints.iterdir()])
"""


def test_a_full_disk_costs_only_the_new_one(tmp_path: Path) -> None:
    disk = tmp_path / "disk"

    done = python_on_full_disk(_FILL, disk, str(disk), kilobytes=4096)

    assert done.stdout.strip() == f"{errno.ENOSPC} 1 ['step-1']", done.stderr


def test_all_can_be_dropped(paths: RunPaths) -> None:
    drop_checkpoints(paths)
    write(paths, 1, 2)

    drop_checkpoints(paths)

    assert newest_step(paths) is None
