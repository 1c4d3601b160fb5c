"""Runs with curves as real ones have them, for the doctor to look at."""

import math

import numpy as np

from core.evaluation.doctor.case import Case
from core.evaluation.doctor.doctor import diagnose
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.jobs.status import JobState, JobStatus
from core.runs.config import TrainConfig
from core.runs.metrics import RESOURCES, STEP, VALIDATION, Measurements
from core.runs.result import RunResult

SHARE = 0.06
GUESS = -(SHARE * math.log(SHARE) + (1 - SHARE) * math.log(1 - SHARE))


def frozen(rows: int = 2000, share: float = SHARE, leaked: int = 0) -> FrozenRows:
    positives = round(rows * share)
    part = {"0": rows - positives, "1": positives}
    counts = {
        "train": {"0": 8 * part["0"], "1": 8 * part["1"]},
        "validation": part,
        "test": part,
    }
    return FrozenRows(counts, {"validation": leaked} if leaked else {}, {"validation": leaked // 2})


def measured(steps: dict[str, object], validations: dict[str, list[float]]) -> Measurements:
    def columns(table: dict[str, object]) -> dict[str, np.ndarray]:
        return {name: np.asarray(values, np.float64) for name, values in table.items()}

    return Measurements({STEP: columns(steps), VALIDATION: columns(validations), RESOURCES: {}})


def steps(loss: np.ndarray, *, total: int = 1000, **more: object) -> dict[str, object]:
    """Logged steps with the noise that means of a few batches of 32 have."""
    noise = np.random.default_rng(0).normal(scale=0.035, size=len(loss))
    at = np.linspace(total / len(loss), total, len(loss))
    return {"step": at, "loss": np.maximum(loss + noise, 0.001), **more}


def learned(points: int = 500, floor: float = 0.10) -> np.ndarray:
    """Training loss from 0.69 by way of guessing to `floor`."""
    x = np.linspace(0, 1, points)
    return floor + 0.59 * np.exp(-40 * x) + 0.06 * np.exp(-4 * x)


def validations(**columns: list[float]) -> dict[str, list[float]]:
    """A healthy run's validations, one half an epoch, but for what `columns` says."""
    healthy = {
        "step": [250.0, 500.0, 750.0, 1000.0],
        "epoch": [0.5, 1.0, 1.5, 2.0],
        "loss": [0.128, 0.112, 0.110, 0.113],
        "pr_auc": [0.55, 0.63, 0.651, 0.655],
        "roc_auc": [0.93, 0.95, 0.955, 0.956],
        "f1": [0.55, 0.62, 0.64, 0.64],
        "mcc": [0.52, 0.59, 0.61, 0.61],
        "accuracy": [0.945, 0.953, 0.955, 0.956],
        "accuracy_at_half": [0.948, 0.955, 0.956, 0.957],
        "majority": [1 - SHARE] * 4,
        "threshold": [0.22, 0.31, 0.35, 0.37],
    }
    count = min([len(values) for values in columns.values()] + [4])
    return {**{name: values[:count] for name, values in healthy.items()}, **columns}


GUESSING = validations(
    pr_auc=[0.061, 0.066, 0.064, 0.067],
    roc_auc=[0.50, 0.52, 0.51, 0.52],
    f1=[0.113, 0.115, 0.114, 0.115],
    mcc=[0.0, 0.02, 0.01, 0.02],
    accuracy=[0.06, 0.3, 0.2, 0.2],
    accuracy_at_half=[1 - SHARE] * 4,
    loss=[GUESS] * 4,
)
"""Validations of a run that answers at random, and never the positive class."""


def case(
    loss: np.ndarray | None = None,
    found: dict[str, list[float]] | None = None,
    *,
    state: JobState = JobState.FINISHED,
    message: str = "",
    config: TrainConfig | None = None,
    rows: FrozenRows | None = None,
    waits: object = None,
    kept: tuple[int, float, float] | None = (1000, 2.0, 0.37),
) -> Case:
    train = steps(learned() if loss is None else loss)
    if waits is not None:
        train["input_wait"] = waits
    result = None
    if kept is not None:
        result = RunResult(kept[0], kept[1], kept[2], {}, {}, 200.0, 600.0, "CPU")
    return Case(
        config=config or TrainConfig(),
        classes=("0", "1"),
        status=JobStatus(state, message, epochs=2, done=1000, total=1000),
        measured=measured(train, validations() if found is None else found),
        rows=rows or frozen(),
        result=result,
    )


def rules(case: Case) -> set[str]:
    return {finding.rule for finding in diagnose(case)}
