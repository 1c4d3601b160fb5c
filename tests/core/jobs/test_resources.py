import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.jobs.resources import ResourceSampler, ResourceUse, gpu_use
from tests.conftest import PROJECT
from tests.toy import wait_until

EVERY_S = 0.1


MEASURE = """
import json, time
from dataclasses import asdict
from core.jobs.resources import ResourceSampler
idle, busy, held = [], [], bytearray(b"1" * 30_000_000)
with ResourceSampler(idle.append, every_s=0.1):
    while len(idle) < 3:
        time.sleep(0.02)
with ResourceSampler(busy.append, every_s=0.1):
    while len(busy) < 3:
        sum(range(10_000))
print(json.dumps([[asdict(use) for use in part] for part in (idle, busy)]))
"""


def test_a_busy_process_is_seen_to_use_a_core_and_one_that_waits_none() -> None:
    # In a process of its own: this one may have a browser among its children, which count too.
    command = [sys.executable, "-c", MEASURE]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)

    idle, busy = (
        [ResourceUse(**use) for use in part] for part in json.loads(done.stdout.splitlines()[-1])
    )
    assert 0.0 <= min(use.cpu for use in idle) < 0.3
    assert 0.05 < max(use.cpu for use in busy) <= 1.0
    assert all(use.memory_bytes > 20_000_000 for use in (*idle, *busy))
    assert all((use.gpu, use.gpu_memory_bytes) == (0.0, 0) for use in (*idle, *busy))


def test_what_children_hold_counts_too() -> None:
    seen: list[ResourceUse] = []
    hold = "x = bytearray(300_000_000); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "held\n"
        with ResourceSampler(seen.append, every_s=EVERY_S):
            wait_until(lambda: seen)
        child.communicate("\n")

    assert seen[0].memory_bytes > 300_000_000


def samplers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "resources"]


def test_it_ends_with_its_block_and_with_a_full_disk() -> None:
    def refuse(use: ResourceUse) -> None:
        told.append(use)
        raise OSError(28, "No space left on device")

    told: list[ResourceUse] = []
    with ResourceSampler(refuse, every_s=EVERY_S):
        wait_until(lambda: told and not samplers())
    assert len(told) == 1

    with ResourceSampler(told.append, every_s=3600.0):
        assert samplers()
    assert not samplers()


def test_gpus_are_measured_as_their_driver_tells(nvidia: Path) -> None:
    nvidia.write_text("#!/bin/sh\necho '0, 90, 1024'\necho '1, 50, 512'\necho '2, [N/A], 7'\n")

    assert gpu_use({"0"}) == (0.9, 1 << 30)
    assert gpu_use({"0", "1"}) == (0.7, 1536 << 20)
    assert gpu_use({"2"}) == gpu_use({"7"}) == gpu_use(set()) == (0.0, 0)


@pytest.mark.usefixtures("nvidia")
def test_a_driver_that_answers_something_else_measures_nothing() -> None:
    assert gpu_use({"0"}) == (0.0, 0)
