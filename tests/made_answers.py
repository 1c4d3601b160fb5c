"""Runs that were never trained but have answers to their rows, as good as a test wants them."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

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
    examples = {part: read_examples(workspace, run, part) for part in parts}
    truth = tuple((part, tuple(found.class_ids.tolist())) for part, found in examples.items())
    answers = _answers(truth, len(run.classes), skill, seed)
    tables = [
        prediction_table(part, found.rows, found.class_ids, answers.shares[part])
        for part, found in examples.items()
    ]
    paths = workspace.run(run.id)
    pq.write_table(pa.concat_tables(tables), paths.predictions)
    result = RunResult(
        best_step=10, best_epoch=1.0, threshold=answers.threshold,
        validation=answers.measured.get(VALIDATION, {}), test=answers.measured.get(TEST, {}),
        rows_per_s=100.0, seconds=12.0, device="CPU", temperature=answers.temperature,
    )  # fmt: skip
    write_atomically(paths.result, result.to_json())
    write_status(paths, JobStatus(JobState.FINISHED))
    return run


@dataclass
class _Answers:
    """What is answered to each part's rows, and what is measured of it."""

    shares: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    measured: dict[str, dict[str, float]] = field(default_factory=dict)
    threshold: float = DEFAULT_THRESHOLD
    temperature: float = 1.0


@cache
def _answers(
    truth: tuple[tuple[str, tuple[int, ...]], ...], classes: int, skill: float, seed: int
) -> _Answers:
    """Made once for all runs on such labels: measuring takes a twentieth of a second."""
    rng, made = np.random.default_rng(seed), _Answers()
    for part, labels in truth:
        class_ids = np.array(labels, np.int64)
        odds = rng.normal(0, 1, (len(class_ids), classes))
        odds += skill * np.eye(classes)[class_ids]
        shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
        made.shares[part] = shares = shares.astype(np.float32)
        if part == VALIDATION:
            made.temperature = fit_temperature(class_ids, shares)
            if classes == 2:
                made.threshold = f1_threshold(class_ids, shares[:, 1])
        made.measured[part] = classification_metrics(class_ids, shares, made.threshold)
    return made
