import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.core.model import distributed

PROJECT = Path(__file__).resolve().parents[3]
_TIMEOUT_S = 120

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def alone(toy_encoder: Path) -> dict[str, list[float]]:
    """The training on one device."""
    return distributed.run(toy_encoder)  # type: ignore[return-value]


def start(*arguments: object, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.core.model.distributed", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
    )


def result(process: "subprocess.Popen[str]") -> dict[str, list[float]]:
    output, errors = process.communicate(timeout=_TIMEOUT_S)
    assert process.returncode == 0, errors
    return json.loads(output.splitlines()[-1])  # type: ignore[no-any-return]


def free_addresses(count: int) -> list[str]:
    holders = [socket.socket() for _ in range(count)]
    for holder in holders:
        holder.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{holder.getsockname()[1]}" for holder in holders]
    for holder in holders:
        holder.close()
    return addresses


def two_machines(encoder: Path, *die_after: int) -> list["subprocess.Popen[str]"]:
    """Two processes of one cluster on this machine; the second may die after a step."""
    cluster = {"worker": free_addresses(2)}
    started = []
    for index in range(2):
        task = {"cluster": cluster, "task": {"type": "worker", "index": index}}
        deaths = die_after if index == 1 else ()
        started.append(start(encoder, 1, *deaths, TF_CONFIG=json.dumps(task)))
    return started


def assert_same(found: dict[str, list[float]], alone: dict[str, list[float]]) -> None:
    np.testing.assert_allclose(found["losses"], alone["losses"], rtol=2e-3)
    np.testing.assert_allclose(found["answers"], alone["answers"], atol=5e-3)


def test_three_devices_of_one_machine_learn_what_one_does(
    toy_encoder: Path, alone: dict[str, list[float]]
) -> None:
    found = result(start(toy_encoder, 3))

    assert found["replicas"] == 3
    assert_same(found, alone)


def test_two_machines_learn_what_one_does(toy_encoder: Path, alone: dict[str, list[float]]) -> None:
    for process in two_machines(toy_encoder):
        found = result(process)
        assert found["replicas"] == 2
        assert_same(found, alone)
