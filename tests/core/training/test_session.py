from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.data.splits.split import TEST, VALIDATION
from core.encoders.encoders import find_encoder
from core.errors import Cancelled
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, StatusWriter, read_status
from core.model.classifier import TrainedModel, load_model
from core.model.meter import Sums
from core.model.training import Snapshot
from core.runs.checkpoints import newest_checkpoint
from core.runs.metrics import KIND, MetricsLog, read_metrics
from core.runs.metrics import VALIDATION as VALIDATION_KIND
from core.runs.result import read_result
from core.runs.run import Run, create_run, read_examples
from core.training.best_model import BestModel
from core.training.event_files import EventFiles
from core.training.progress import ProgressReporter, Records
from core.training.session import TrainingSession
from core.training.validator import Validator
from core.workspace import Workspace
from tests import toy
from tests.core.training.test_progress import RATES, WORK


class Clock:
    """A clock that a test sets."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def run(workspace: Workspace, toy_encoder: Path) -> Run:
    config = toy.recipe(toy_encoder, checkpoint_every_s=30.0, early_stop=1)
    return create_run(workspace, toy.import_rows(workspace, toy.make_rows(240)), config)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def model(toy_workspace: Workspace, toy_run: Run) -> TrainedModel:
    """Which no session here goes on to train."""
    result = read_result(toy_workspace, toy_run)
    return load_model(toy_workspace.run(toy_run.id).model(result.best_step))


@pytest.fixture
def session(
    workspace: Workspace, run: Run, model: TrainedModel, clock: Clock
) -> Iterator[TrainingSession]:
    """A session whose network is the one that `toy_run` trained; it is asked to stop by a file."""
    paths = workspace.run(run.id)
    status = StatusWriter(paths)
    status.change(JobState.RUNNING, total=20, epochs=2)
    examples = read_examples(workspace, run, VALIDATION)
    validator = Validator(examples, model.tokenizer.encode(examples.texts), 2, patience=1)
    with MetricsLog(paths.metrics) as log, EventFiles(paths.events) as events:
        progress = ProgressReporter(
            run.config, status, Records(log, events), WORK, RATES, now_s=clock
        )
        encoder = find_encoder(run.config.encoder, workspace)
        best = BestModel(workspace, run, encoder, "CPU: toy", progress.effort)
        test = read_examples(workspace, run, TEST)
        yield TrainingSession(
            run, paths, model.network, validator, test, best, progress, status,
            StopFlag(paths.stop_request), clock,
        )  # fmt: skip


def parts(workspace: Workspace, run: Run) -> set[str]:
    return set(pq.read_table(workspace.run(run.id).predictions)["part"].to_pylist())


def test_a_validation_keeps_the_model_and_is_recorded(
    workspace: Workspace, run: Run, session: TrainingSession
) -> None:
    assert not session.on_validate(10, 1.0)

    assert read_result(workspace, run).best_step == 10
    rows = read_metrics(workspace.run(run.id).metrics).rows
    assert [row["step"] for row in rows if row[KIND] == VALIDATION_KIND] == [10]
    assert read_status(workspace.run(run.id)).message == ""


def test_the_second_validation_without_anything_better_ends_the_training(
    session: TrainingSession,
) -> None:
    session.on_validate(10, 1.0)

    assert session.on_validate(20, 2.0)


def test_a_run_that_is_to_stop_says_so(
    workspace: Workspace, run: Run, session: TrainingSession
) -> None:
    assert not session.should_stop()

    workspace.run(run.id).stop_request.touch()

    assert session.should_stop()
    assert read_status(workspace.run(run.id)).state is JobState.STOPPING


def test_a_stop_finishes_the_first_validation_and_cancels_any_other(
    workspace: Workspace, run: Run, session: TrainingSession
) -> None:
    workspace.run(run.id).stop_request.touch()
    session.on_validate(10, 1.0)

    with pytest.raises(Cancelled):
        session.on_validate(20, 2.0)

    assert read_result(workspace, run).best_step == 10


def test_a_snapshot_is_wanted_once_the_last_is_old_enough(
    workspace: Workspace, run: Run, session: TrainingSession, clock: Clock
) -> None:
    clock.now_s += 29.0
    assert not session.wants_snapshot()
    clock.now_s += 1.0
    assert session.wants_snapshot()

    session.on_snapshot(Snapshot(7, Sums(1.5, 2.0, 3), {"w": np.ones(2)}, True, False))

    assert not session.wants_snapshot()
    kept = newest_checkpoint(workspace.run(run.id))
    assert kept.step == 7
    assert kept.facts["run_created"] == run.created
    assert (kept.facts["seconds"], kept.facts["owes_validation"]) == (30.0, True)


def test_the_end_measures_the_test_part_with_the_kept_model(
    workspace: Workspace, run: Run, session: TrainingSession
) -> None:
    session.on_validate(10, 1.0)

    session.finish()

    assert parts(workspace, run) == {VALIDATION, TEST}
    assert read_result(workspace, run).test["pr_auc"] > 0.5


def test_a_run_without_a_validation_is_validated_at_its_end(
    workspace: Workspace, run: Run, session: TrainingSession
) -> None:
    session.finish()

    assert read_result(workspace, run).best_step == 0
    assert parts(workspace, run) == {VALIDATION, TEST}


def test_a_run_that_is_to_stop_leaves_the_test_part_unmeasured(
    workspace: Workspace, run: Run, session: TrainingSession
) -> None:
    workspace.run(run.id).stop_request.touch()

    session.finish()

    assert parts(workspace, run) == {VALIDATION}
    assert read_result(workspace, run).test == {}


def test_the_rows_to_measure_are_those_of_validations_to_come_and_of_the_test(
    workspace: Workspace, run: Run, session: TrainingSession
) -> None:
    hooks = session.hooks()
    assert hooks.should_stop() is False
    validation = len(session.validator.examples.rows)
    per_epoch = run.config.validations_per_epoch

    before = session.rows_to_measure()
    session.on_validate(10, 1.0)

    assert before == 2 * per_epoch * validation + len(session.test.rows)
    assert session.rows_to_measure() == before - validation
