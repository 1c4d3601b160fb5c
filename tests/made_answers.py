"""Runs that were never trained but have answers to their rows, as good as a test wants them."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import Dataset
from core.data.splits.split import TEST, VALIDATION
from core.evaluation.calibration import fit_temperature
from core.evaluation.metrics import classification_metrics, f1_threshold
from core.evaluation.predictions import prediction_table
from core.files import write_atomically
from core.jobs.status import JobState, JobStatus, write_status
from core.runs.predicted_labels import DEFAULT_THRESHOLD
from core.runs.result import RunResult
from core.runs.run import Run, create_run, read_examples
from core.workspace import Workspace
from tests import toy


def answered_run(
    workspace: Workspace,
    dataset: Dataset,
    name: str = "Answered",
    *,
    skill: float = 2.0,
    seed: int = 0,
    parts: tuple[str, ...] = (VALIDATION, TEST),
    **settings: object,
) -> Run:
    """A finished run whose scores know something of the labels: nothing at a skill of 0."""
    config = toy.recipe("minilm", **settings)
    run = create_run(workspace, dataset, config, name=name)
    rng, tables, measured = np.random.default_rng(seed), [], {}
    threshold, temperature = DEFAULT_THRESHOLD, 1.0
    for part in parts:
        examples = read_examples(workspace, run, part)
        classes = len(run.classes)
        odds = rng.normal(0, 1, (len(examples.class_ids), classes))
        odds += skill * np.eye(classes)[examples.class_ids]
        shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
        shares = shares.astype(np.float32)
        if part == VALIDATION:
            temperature = fit_temperature(examples.class_ids, shares)
            if classes == 2:
                threshold = f1_threshold(examples.class_ids, shares[:, 1])
        measured[part] = classification_metrics(examples.class_ids, shares, threshold)
        tables.append(prediction_table(part, examples.rows, examples.class_ids, shares))
    paths = workspace.run(run.id)
    pq.write_table(pa.concat_tables(tables), paths.predictions)
    result = RunResult(
        best_step=10, best_epoch=1.0, threshold=threshold,
        validation=measured.get(VALIDATION, {}), test=measured.get(TEST, {}), rows_per_s=100.0,
        seconds=12.0, device="CPU", temperature=temperature,
    )  # fmt: skip
    write_atomically(paths.result, result.to_json())
    write_status(paths, JobStatus(JobState.FINISHED))
    return run
