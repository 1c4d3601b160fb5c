import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# Before scikit-learn loads OpenMP: where cores are shared, threads that spin take ten times longer.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# And before NumPy loads OpenBLAS, whose threads always spin: every core has a process of tests.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from core.data.dataset import Dataset
from core.jobs.launcher import current_status, log_tail
from core.jobs.process import kill, recorded_process
from core.jobs.status import JobState
from core.runs.run import Run
from core.training.launch import start_training
from core.workspace import JobPaths, Workspace
from tests import toy

PROJECT = Path(__file__).resolve().parents[1]

# The same examples on every run, so that a failure is a change's own; no deadline, because the
# machines are shared. `pytest --hypothesis-profile default` looks for new ones.
settings.register_profile("sincerely", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("sincerely")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser files first: begun last, they would leave the other processes idle."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """No collection of garbage goes through nine thousand tests and what they import."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A real workspace of this test's own; workers that a page has started end with the test."""
    workspace = Workspace(tmp_path / "workspace")
    yield workspace
    for record in workspace.root.glob("*/*/process.json"):
        if identity := recorded_process(JobPaths(record.parent)):
            kill(identity)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with real data sets that are no part of the project."""
    folder = Path(os.environ.get("SINCERELY_SHARED_DATA") or PROJECT.parent / "shared" / "data")
    if not (folder / "quora" / "labelled.csv").is_file():
        pytest.skip(f"needs the real data sets of {folder}, or of SINCERELY_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def toy_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real BERT, two layers deep, with a vocabulary of some 150 tokens."""
    return toy.make_encoder(tmp_path_factory.mktemp("encoder") / "toy-bert")


@pytest.fixture(scope="session")
def shallow_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of one layer, which is loaded and traced in less time."""
    return toy.make_encoder(tmp_path_factory.mktemp("encoder") / "shallow-bert", layers=1)


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
    # Its worker removes them after it has said so, and tests copy the folder.
    toy.wait_until(lambda: not paths.checkpoints.exists(), timeout_s=120)
    return ToyTraining(toy_workspace, run, states)


@pytest.fixture(scope="session")
def toy_run(toy_training: ToyTraining) -> Run:
    """A finished run that knows kind texts ("0") from rude ones ("1")."""
    return toy_training.run
