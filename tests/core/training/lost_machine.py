"""Two machines train one run and one is lost: `make test-crash` runs this, `make test` does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.jobs.launcher import current_status, log_tail
from core.jobs.launcher import wait_for_end as wait_for_end_of
from core.jobs.status import JobState
from core.runs.checkpoints import newest_step
from core.training.launch import resume_training, start_training
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests import toy
from tests.core.model.test_distributed import free_addresses

WAIT_S = 600.0
PROJECT = Path(__file__).resolve().parents[3]


def task(addresses: list[str], index: int) -> str:
    return json.dumps(
        {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    )


def join(workspace: Workspace, run_id: str, tf_config: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "core", "join", run_id],
        cwd=PROJECT,
        env={
            **os.environ,
            ENVIRONMENT_VARIABLE: str(workspace.root),
            "TF_CONFIG": tf_config,
            "TF_CPP_MIN_LOG_LEVEL": "2",
        },
    )


def test_a_run_whose_second_machine_dies_ends_and_is_resumed_on_one(
    tmp_path: Path, toy_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, addresses = Workspace(tmp_path / "workspace"), free_addresses(2)
    dataset = toy.import_rows(workspace, toy.make_rows(1000))
    config = toy.recipe(
        toy_encoder, epochs=40, learning_rate=1e-3, validations_per_epoch=1, checkpoint_every_s=1
    )
    monkeypatch.setenv("TF_CONFIG", task(addresses, 0))
    run = start_training(workspace, dataset, config)
    paths = workspace.run(run.id)
    other = join(workspace, run.id, task(addresses, 1))
    toy.wait_until(lambda: (newest_step(paths) or 0) > 100, timeout_s=WAIT_S)

    other.kill()
    other.wait()

    status = wait_for_end_of(paths, timeout_s=WAIT_S)
    print(status)
    assert status.state.resumable, f"{status}\n{log_tail(paths)}"
    assert "achine" in status.message
    assert f"Resume continues from step {newest_step(paths):,}" in status.message
    monkeypatch.delenv("TF_CONFIG")
    resume_training(workspace, run)
    assert wait_for_end_of(paths, timeout_s=WAIT_S).state is JobState.FINISHED, log_tail(paths)
    assert current_status(paths).done == current_status(paths).total


def test_two_machines_finish_a_run_together(
    tmp_path: Path, toy_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, addresses = Workspace(tmp_path / "workspace"), free_addresses(2)
    dataset = toy.import_rows(workspace, toy.make_rows(200))
    monkeypatch.setenv("TF_CONFIG", task(addresses, 0))
    run = start_training(workspace, dataset, toy.recipe(toy_encoder))
    other = join(workspace, run.id, task(addresses, 1))

    assert other.wait(WAIT_S) == 0
    status = wait_for_end_of(workspace.run(run.id), timeout_s=WAIT_S)
    assert status.state is JobState.FINISHED, log_tail(workspace.run(run.id))
