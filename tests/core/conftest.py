import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.datasets.dataset import Dataset
from core.jobs.launcher import current_status, log_tail, start_training
from core.jobs.process import kill, recorded_process
from core.runs.run import Run
from core.runs.status import JobState
from core.workspace import JobPaths, Workspace
from tests.core import toy

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(scope="session")
def toy_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real BERT, two layers deep, with a vocabulary of some 150 tokens."""
    return toy.make_encoder(tmp_path_factory.mktemp("encoder") / "toy-bert")


@pytest.fixture(scope="session")
def toy_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The workspace of `toy_dataset` and `toy_run`: to be read, not to be written to."""
    return Workspace(tmp_path_factory.mktemp("toy-workspace"))


@pytest.fixture(scope="session")
def toy_dataset(toy_workspace: Workspace) -> Dataset:
    return toy.import_rows(toy_workspace, toy.make_rows(400))


@dataclass(frozen=True)
class ToyTraining:
    """A run that a worker process has trained to its end, and the states it was seen in."""

    workspace: Workspace
    run: Run
    states: list[JobState]


@pytest.fixture(scope="session")
def toy_training(toy_workspace: Workspace, toy_dataset: Dataset, toy_encoder: Path) -> ToyTraining:
    config = toy.recipe(toy_encoder, epochs=4)
    run = start_training(toy_workspace, toy_dataset, config, name="Toy run")
    paths, states = toy_workspace.run(run.id), []

    def ended() -> bool:
        state = current_status(paths).state
        if state not in states[-1:]:
            states.append(state)
        return not state.active

    toy.wait_until(ended, timeout_s=120)
    assert states[-1] is JobState.FINISHED, f"{current_status(paths)}\n{log_tail(paths)}"
    return ToyTraining(toy_workspace, run, states)


@pytest.fixture(scope="session")
def toy_run(toy_training: ToyTraining) -> Run:
    """A finished run that knows kind texts ("0") from rude ones ("1")."""
    return toy_training.run


@pytest.fixture
def jobs(workspace: Workspace) -> Iterator[Workspace]:
    """A workspace whose workers do not outlive the test."""
    yield workspace
    for folder in [*workspace.runs.glob("*"), *workspace.scorings.glob("*")]:
        identity = recorded_process(JobPaths(folder))
        if identity is not None:
            kill(identity)
