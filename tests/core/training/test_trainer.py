"""The inside of the worker, run here without a process around it unless a test needs one."""

import math
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.splits.split import TEST, TRAIN, VALIDATION
from core.encoders.encoders import find_encoder
from core.evaluation.metrics import classification_metrics, f1_threshold
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, JobStatus, read_status
from core.jobs.worker import run_job
from core.model.backbone import load_backbone
from core.model.classifier import load_model
from core.model.devices import find_device
from core.records import from_json
from core.runs import metrics
from core.runs.checkpoints import Checkpoint
from core.runs.config import TrainConfig
from core.runs.metrics import MetricsReader
from core.runs.result import read_result
from core.runs.run import Run, create_run, read_examples
from core.training.forecast.past_runs import WorkRecord
from core.training.trainer import own_checkpoint, train_run
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests import toy
from tests.core.small_disk import limit_file_size, python


def work_on(workspace: Workspace, run: Run, stop: StopFlag | None = None) -> JobStatus:
    """Train a run in this process; returns its last status."""
    device = find_device()
    run_job(
        workspace.run(run.id),
        lambda status: (
            None if train_run(workspace, run, status, stop or StopFlag(), device) else "Stopped"
        ),
    )
    return read_status(workspace.run(run.id))


def make_run(workspace: Workspace, config: TrainConfig, *, classes: int = 2) -> Run:
    rows = toy.make_rows(240, classes=classes)
    return create_run(workspace, toy.import_rows(workspace, rows), config)


def probabilities_of(workspace: Workspace, run: Run, part: str) -> tuple[np.ndarray, np.ndarray]:
    """True class ids and probabilities from the run's predictions."""
    table = pq.read_table(workspace.run(run.id).predictions, filters=[("part", "=", part)])
    columns = [table[f"p_{position}"].to_numpy() for position in range(len(run.classes))]
    assert table["row"].to_pylist() == read_examples(workspace, run, part).rows.tolist()
    return table["class_id"].to_numpy(), np.stack(columns, axis=1)


def measured(workspace: Workspace, run: Run, kind: str) -> pd.DataFrame:
    """All measurements of one kind."""
    return pd.DataFrame(MetricsReader(workspace.run(run.id).metrics).read().columns[kind])


def test_the_result_is_what_the_predictions_give(toy_workspace: Workspace, toy_run: Run) -> None:
    result = read_result(toy_workspace, toy_run)

    class_ids, validation = probabilities_of(toy_workspace, toy_run, VALIDATION)
    assert result.threshold == f1_threshold(class_ids, validation[:, 1])
    expected = classification_metrics(class_ids, validation, result.threshold)
    assert result.validation == pytest.approx(expected, abs=1e-9)
    class_ids, test = probabilities_of(toy_workspace, toy_run, TEST)
    expected = classification_metrics(class_ids, test, result.threshold)
    assert result.test == pytest.approx(expected, abs=1e-9)


def test_the_kept_model_is_the_one_the_result_is_about(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    best_step = read_result(toy_workspace, toy_run).best_step
    model = load_model(toy_workspace.run(toy_run.id).model(best_step))

    for part in (VALIDATION, TEST):
        _, expected = probabilities_of(toy_workspace, toy_run, part)
        found = model.probabilities(read_examples(toy_workspace, toy_run, part).texts)
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert model.card.classes == toy_run.classes
    assert model.card.max_seq_length == toy_run.config.max_seq_length


def test_the_run_keeps_how_much_there_was_to_do(toy_workspace: Workspace, toy_run: Run) -> None:
    work = from_json(WorkRecord, toy_workspace.run(toy_run.id).work.read_text("utf-8")).work

    # 240 rows in batches of 16, 4 times; 80 rows validated twice an epoch, 80 tested.
    assert (work.steps, work.rows) == (60, 16)
    assert work.measured == 8 * 80 + 80


def test_the_best_validation_is_the_one_that_counts(toy_workspace: Workspace, toy_run: Run) -> None:
    table = measured(toy_workspace, toy_run, metrics.VALIDATION)
    result = read_result(toy_workspace, toy_run)

    best = table.loc[table["pr_auc"].idxmax()]

    assert result.best_step == best["step"]
    assert result.best_epoch == pytest.approx(best["epoch"], abs=1e-3)
    assert result.validation["pr_auc"] == best["pr_auc"]
    assert result.validation["f1"] > result.validation["majority"] - 0.25 > 0.4


def test_the_log_has_every_step_and_every_validation(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    steps, validations = (
        measured(toy_workspace, toy_run, kind) for kind in (metrics.STEP, metrics.VALIDATION)
    )

    # 240 rows in batches of 16, 4 times; twice an epoch validated.
    assert steps["step"].tolist() == list(range(1, 61))
    assert validations["step"].tolist() == [8, 15, 23, 30, 38, 45, 53, 60]
    assert steps["loss"].iloc[-5:].mean() < 0.6 * steps["loss"].iloc[:5].mean()
    assert steps["seconds"].is_monotonic_increasing
    for name in ("accuracy", "rows_per_s", "learning_rate", "epoch"):
        assert np.isfinite(steps[name]).all()


@pytest.mark.slow
def test_more_than_two_classes_are_measured_by_macro_f1(
    workspace: Workspace, toy_encoder: Path
) -> None:
    config = toy.recipe(toy_encoder, epochs=6, test_size=0)
    run = make_run(workspace, config, classes=3)

    status = work_on(workspace, run)

    result = read_result(workspace, run)
    table = measured(workspace, run, metrics.VALIDATION)
    class_ids, probabilities = probabilities_of(workspace, run, VALIDATION)
    assert status.state is JobState.FINISHED, status.message
    assert result.validation["f1"] == table["f1"].max() > 0.6
    assert "pr_auc" not in result.validation
    assert result.threshold == 0.5
    assert result.test == {}
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-6)
    found = classification_metrics(class_ids, probabilities, 0.5)
    assert found == pytest.approx(result.validation, abs=1e-9)


def test_a_run_asked_to_stop_before_its_first_step_still_has_a_model(
    workspace: Workspace, toy_encoder: Path
) -> None:
    run = make_run(workspace, toy.recipe(toy_encoder))
    stop = StopFlag(workspace.run(run.id).stop_request)
    workspace.run(run.id).stop_request.touch()

    status = work_on(workspace, run, stop)

    result = read_result(workspace, run)
    assert status.state is JobState.STOPPED
    assert (result.best_step, result.test) == (0, {})
    assert math.isfinite(result.validation["loss"])
    assert load_model(workspace.run(run.id).model(0)).probabilities(["the cat"]).shape == (1, 2)


def test_an_encoder_that_cannot_be_read_fails_the_run_in_a_sentence(
    workspace: Workspace, toy_encoder: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(toy_encoder, tmp_path / "broken")
    os.truncate(broken / "model.weights.h5", 1000)

    status = work_on(workspace, run := make_run(workspace, toy.recipe(broken)))

    assert status.state is JobState.FAILED
    assert status.message.startswith(
        "Expected a BERT checkpoint for the encoder broken, but found files that cannot be read"
    )
    assert read_result(workspace, run) is None


def test_a_length_the_encoder_has_no_positions_for_fails_the_run_in_a_sentence(
    workspace: Workspace, toy_encoder: Path
) -> None:
    config = replace(toy.recipe(toy_encoder), max_seq_length=512)

    status = work_on(workspace, make_run(workspace, config))

    assert status.state is JobState.FAILED
    assert status.message == (
        "Expected max_seq_length up to the encoder's 128, but found 512:"
        " train again with a smaller one."
    )


def test_answers_that_are_no_numbers_fail_the_run_in_a_sentence(
    workspace: Workspace, toy_encoder: Path, tmp_path: Path
) -> None:
    # One word, which only a validation text has, has no finite embedding.
    spoilt = shutil.copytree(toy_encoder, tmp_path / "spoilt")
    backbone = load_backbone(find_encoder(str(spoilt)))
    embeddings = backbone.token_embedding.embeddings.numpy()
    embeddings[toy.VOCABULARY.index("~")] = np.nan
    backbone.token_embedding.embeddings.assign(embeddings)
    backbone.save_to_preset(str(spoilt))
    run = make_run(workspace, toy.recipe(spoilt))
    paths = workspace.run(run.id)
    table = pq.read_table(paths.examples)
    texts = table["text"].to_pylist()
    texts[table["part"].to_pylist().index(VALIDATION)] = "the ~ cat"
    column = table.schema.get_field_index("text")
    pq.write_table(table.set_column(column, "text", pa.array(texts)), paths.examples)

    status = work_on(workspace, run)

    assert status.state is JobState.FAILED
    assert status.message == (
        "Expected finite numbers, but found answers without a value at step 4:"
        " train again with a lower learning rate."
    )


def test_examples_that_are_damaged_are_one_sentence_and_a_cause_in_the_log(
    workspace: Workspace, toy_encoder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(workspace, toy.recipe(toy_encoder))
    workspace.run(run.id).examples.write_bytes(b"PAR1 and then nothing")

    status = work_on(workspace, run)

    assert status.state is JobState.FAILED
    assert status.message.startswith("Expected the rows of run 'toy-1' in ")
    assert status.message.endswith(": delete the run and train it again.")


@pytest.mark.slow
def test_a_disk_that_fills_up_in_training_fails_the_run_in_a_sentence(
    workspace: Workspace, toy_encoder: Path
) -> None:
    run = make_run(workspace, toy.recipe(toy_encoder))
    script = limit_file_size(64) + (
        "import sys; from core.jobs.registry import JobKind; from core.jobs.worker import work;"
        " from core.workspace import Workspace;"
        " sys.exit(work(Workspace.from_environment(), JobKind.TRAIN, sys.argv[1]))"
    )

    environment = {ENVIRONMENT_VARIABLE: str(workspace.root), "TF_CPP_MIN_LOG_LEVEL": "2"}
    done = python(["-c", script, run.id], env=environment)

    status = read_status(workspace.run(run.id))
    assert done.returncode == 1, done.stderr
    assert status.state is JobState.FAILED
    assert status.message == (
        "Expected room to write the run, but found a file larger than this disk allows: free some"
        " space or set SINCERELY_WORKSPACE to another folder, then try again. Resume starts again"
        " from the first step."
    )
    assert not list(workspace.run(run.id).folder.glob("model-*"))
    assert len(read_examples(workspace, run, TRAIN).texts) == 144


def test_a_checkpoint_of_an_earlier_run_of_the_name_is_not_taken_up(toy_run: Run) -> None:
    own = Checkpoint(3, {}, {"run_created": toy_run.created})
    other = Checkpoint(3, {}, {"run_created": "2020-01-01T00:00:00.000+00:00"})

    assert own_checkpoint(own, toy_run) is own
    assert own_checkpoint(other, toy_run) is None
    assert own_checkpoint(None, toy_run) is None
