"""What is drawn of a run: which measures there are, and their points, few enough for a screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.runs.metrics import RESOURCES, STEP, VALIDATION, Measurements, Values, smoothed

MAX_POINTS = 400
DEFAULT_SMOOTHING = 0.6
MAX_SMOOTHING = 0.99


class Axis(str, Enum):
    """What a curve is drawn over: training steps, or the time since the training began."""

    STEP = "step"
    TIME = "time"


@dataclass(frozen=True)
class Measure:
    """One chart's worth of a run.

    `train`, `validation` and `resource` name the columns it shows of each kind, "" for none;
    `noisy` says that the training's is smoothed, `chance` what a model that knows nothing gets:
    "majority" (always the commonest class) or "share" (of the positive class). `unit` is ""
    where the title says it.
    """

    title: str
    unit: str
    train: str = ""
    validation: str = ""
    resource: str = ""
    noisy: bool = False
    chance: str = ""
    about: str = ""


MEASURES = (
    Measure("Loss", "nats", "loss", "loss", noisy=True),
    Measure(
        "PR-AUC",
        "share",
        validation="pr_auc",
        chance="share",
        about="Average precision over all thresholds, on validation rows.",
    ),
    Measure(
        "F1",
        "share",
        validation="f1",
        about="On validation rows, at the threshold that suits them best.",
    ),
    # Training knows no tuned threshold, so both curves are drawn at a half.
    Measure(
        "Accuracy",
        "share",
        "accuracy",
        "accuracy_at_half",
        noisy=True,
        chance="majority",
        about="At a threshold of 0.5.",
    ),
    Measure("MCC", "−1 to 1", validation="mcc", about="Matthews correlation, on validation rows."),
    Measure("Rows/s", "", "rows_per_s", noisy=True),
    Measure("Learning rate", "", "learning_rate"),
    Measure(
        "Input wait",
        "share",
        "input_wait",
        noisy=True,
        about="Share of the time in which a step waits for its rows.",
    ),
    Measure("CPU", "share", resource="cpu", about="Of all cores of this machine."),
    Measure("Memory", "GB", resource="memory_bytes"),
    Measure("GPU", "share", resource="gpu"),
    Measure("GPU memory", "GB", resource="gpu_memory_bytes"),
)
_SCALES = {"memory_bytes": 1e-9, "gpu_memory_bytes": 1e-9}
_TIME_UNITS = (("seconds", 1.0, 180.0), ("minutes", 60.0, 3 * 3600.0), ("hours", 3600.0, np.inf))


@dataclass(frozen=True, eq=False)
class Points:
    """At most MAX_POINTS points, shapes (n,); `smooth` is `y` smoothed at the same places."""

    x: Values
    y: Values
    smooth: Values | None = None


def shown_measures(runs: Iterable[Measurements], *, binary: bool) -> list[Measure]:
    """The measures that any of these runs can show now or, of a training's own, later."""
    seen = [measured.columns for measured in runs]

    def has(kind: str, name: str) -> bool:
        return any(bool(np.any(run.get(kind, {}).get(name, 0) != 0)) for run in seen)

    return [
        measure
        for measure in MEASURES
        if (not measure.resource or has(RESOURCES, measure.resource))
        and (measure.train != "input_wait" or has(STEP, "input_wait"))
        and (binary or measure.validation != "pr_auc")
    ]


def train_points(measured: Measurements, measure: Measure, axis: Axis, smoothing: float) -> Points:
    """The training's or the machine's curve of a measure; x in steps or seconds."""
    key = ("train", measure.title, axis, smoothing)
    if key not in measured.worked_out:
        measured.worked_out[key] = _train_points(measured, measure, axis, smoothing)
    points: Points = measured.worked_out[key]
    return points


def validation_points(measured: Measurements, measure: Measure, axis: Axis) -> Points:
    """A point a validation; x in steps or seconds."""
    y = measured.column(VALIDATION, measure.validation)
    places = thin(y)
    return Points(_x(measured, VALIDATION, axis)[places], y[places])


def last_x(measured: Measurements, axis: Axis) -> float:
    """Where the run's curves end at present, in steps or seconds."""
    ends = [_x(measured, kind, axis) for kind in (STEP, VALIDATION)]
    return max((float(x[-1]) for x in ends if len(x)), default=0.0)


def time_unit(seconds: float) -> tuple[str, float]:
    """The unit that suits an axis up to `seconds`, and how many seconds it has."""
    return next((name, size) for name, size, limit in _TIME_UNITS if seconds <= limit)


def thin(y: Values, limit: int = MAX_POINTS) -> NDArray[np.int64]:
    """Places of at most `limit` points: the first, the last, every stretch's lowest and highest.

    Stretches are 2, 4, 8 … points long and counted from the start, so points already chosen
    stay chosen as new ones arrive and the drawn line does not shimmer.

    Raises:
        ValueError: `limit` is below four.
    """
    if limit < 4:
        raise ValueError(f"A thinned curve needs room for four points, got a limit of {limit}.")
    if len(y) <= limit:
        return np.arange(len(y))
    size = 2
    while 2 * -(-len(y) // size) + 2 > limit:
        size *= 2
    starts = np.arange(0, len(y), size)
    padding = (0, len(starts) * size - len(y))
    low = np.pad(np.where(np.isnan(y), np.inf, y), padding, constant_values=np.inf)
    high = np.pad(np.where(np.isnan(y), -np.inf, y), padding, constant_values=-np.inf)
    lowest = starts + low.reshape(-1, size).argmin(axis=1)
    highest = starts + high.reshape(-1, size).argmax(axis=1)
    return np.unique(np.concatenate([[0, len(y) - 1], lowest, highest]))


def _train_points(measured: Measurements, measure: Measure, axis: Axis, smoothing: float) -> Points:
    kind = RESOURCES if measure.resource else STEP
    name = measure.resource or measure.train
    y = measured.column(kind, name) * _SCALES.get(name, 1.0)
    places = thin(y)
    smooth = None
    if measure.noisy and smoothing > 0:
        smooth = np.asarray(smoothed(y, smoothing))[places]
    return Points(_x(measured, kind, axis)[places], y[places], smooth)


def _x(measured: Measurements, kind: str, axis: Axis) -> Values:
    if axis is Axis.TIME:
        return measured.column(kind, "seconds")
    if kind != RESOURCES:
        return measured.column(kind, "step")
    # The machine is watched by the clock: its steps are those that were done by then.
    seconds, steps = measured.column(STEP, "seconds"), measured.column(STEP, "step")
    when = measured.column(RESOURCES, "seconds")
    if not len(steps):
        return np.zeros(len(when))
    return np.asarray(np.interp(when, [0.0, *seconds], [0.0, *steps]), np.float64)
