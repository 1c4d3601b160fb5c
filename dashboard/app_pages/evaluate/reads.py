"""What Evaluate reads about what a run answered, kept by when its answers were made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.dataset import TEXT, Dataset, take_rows
from core.data.text.lengths import count_words
from core.errors import DamagedFile
from core.evaluation.baselines.compared_model import ComparedModel
from core.evaluation.baselines.comparison import (
    FittedBaseline,
    baseline_as_model,
    baselines_key,
    find_fitted,
    run_as_models,
)
from core.evaluation.baselines.learning_curve_job import find_learning_curve
from core.evaluation.baselines.shared_rows import rows_key, runs_on_rows
from core.evaluation.calibration import calibration_error, reliability
from core.evaluation.intervals import Estimate, area_estimates
from core.evaluation.mistakes import class_table, confusion_matrix, mistakes, top_confusions
from core.evaluation.operating_point import operating_point
from core.evaluation.paired import Paired, flips, paired, same_rows
from core.evaluation.predictions import Predictions, read_predictions, texts_of
from core.evaluation.predictions import scored_parts as parts
from core.evaluation.temperature import calibrated
from core.evaluation.thresholds import Sweep
from core.labels.suspects.suspects_file import Features, Suspects, read_suspects, suspects_path
from core.runs.predicted_labels import DEFAULT_THRESHOLD
from core.runs.result import kept_result, read_result
from core.runs.run import Run, list_runs
from core.workspace import Workspace
from dashboard.cache import FEW, cached
from dashboard.reads import (
    newest_runs,
)

Version = tuple[str, int]
"""When a run was made (ISO 8601) and its answers (ns)."""


def version(workspace: Workspace, run: Run) -> Version:
    """When the run was made and last measured.

    Raises:
        FileNotFoundError: it has not been measured, or was deleted.
    """
    return run.created, workspace.run(run.id).predictions.stat().st_mtime_ns


def of_run(workspace: Workspace, run: Run, *rest: object) -> object:
    """What anything about a run's answers depends on: they change when it is trained on."""
    return workspace, run, version(workspace, run), rest


@cached(key=of_run, max_entries=FEW, shared=True)
def predictions(workspace: Workspace, run: Run, part: str) -> Predictions:
    """See `core.evaluation.predictions.read_predictions`."""
    return read_predictions(workspace, run, part)


@cached(key=of_run, max_entries=FEW, shared=True)
def sweep(workspace: Workspace, run: Run, part: str) -> Sweep:
    """What every threshold gives on a part of a run of two classes."""
    found = predictions(workspace, run, part)
    return Sweep.of(found.class_ids, found.scores)


@cached(key=of_run, spinner="Working out the intervals")
def areas(workspace: Workspace, run: Run, part: str) -> dict[str, Estimate]:
    """PR-AUC and ROC-AUC with intervals, of a run of two classes."""
    found = predictions(workspace, run, part)
    return area_estimates(found.class_ids, found.scores)


@cached(key=of_run, max_entries=FEW, shared=True)
def own_texts(workspace: Workspace, run: Run, part: str) -> list[str]:
    """The run's own copy of a part's texts, in the order of its predictions."""
    found = predictions(workspace, run, part)
    wanted: list[str] = texts_of(workspace, run, found.rows.tolist())["text"].tolist()
    return wanted


@cached(key=of_run)
def calibration(
    workspace: Workspace, run: Run, part: str
) -> tuple[float, Mapping[str, tuple[pd.DataFrame, float]]]:
    """The temperature, and before and after it the reliability table and the ECE."""
    temperature = kept_result(workspace, run).temperature
    found = predictions(workspace, run, part)
    sides = {"As trained": found.probabilities}
    sides["Calibrated"] = calibrated(found.probabilities, temperature)
    return temperature, {
        name: (
            reliability(found.class_ids, probabilities),
            calibration_error(found.class_ids, probabilities),
        )
        for name, probabilities in sides.items()
    }


@cached(key=of_run, max_entries=FEW)
def predicted_label_table(
    workspace: Workspace, run: Run, part: str, threshold: float
) -> pd.DataFrame:
    """All rows with predicted labels, texts and words, the worst first; see `mistakes`."""
    found = predictions(workspace, run, part)
    by_row = pd.DataFrame({"row": found.rows, "text": own_texts(workspace, run, part)})
    table = mistakes(found, threshold).merge(by_row, on="row", how="left")
    texts = pa.array(table["text"].tolist(), pa.string(), from_pandas=True)
    words = count_words(texts)
    return table.assign(words=words.to_numpy())


def baselines(workspace: Workspace, run: Run, part: str) -> list[ComparedModel]:
    """As `core.evaluation.baselines.comparison.compared_models`; each is measured once."""
    key = rows_key(workspace, run)
    fitted_baselines = find_fitted(workspace, run, key).values()
    steps = [_baseline_as_model(run, each, part) for each in fitted_baselines if each.has(part)]
    others = [each for each in runs_on_rows(workspace, run, key) if part in parts(workspace, each)]
    return steps + [step for other in others for step in _run_steps(workspace, other, part)]


@cached(
    key=lambda run, fitted, part: (run, fitted, part, fitted.path.stat().st_mtime_ns),
    spinner="Working out the intervals",
)
def _baseline_as_model(run: Run, fitted: FittedBaseline, part: str) -> ComparedModel:
    return baseline_as_model(run, fitted, part)


@cached(
    key=lambda workspace, run, part: (
        of_run(workspace, run, part),
        operating_point(workspace, run),
    ),
    spinner="Working out the intervals",
)
def _run_steps(workspace: Workspace, run: Run, part: str) -> list[ComparedModel]:
    return run_as_models(workspace, run, part)


@cached(
    key=lambda workspace, runs, part, thresholds: (
        tuple(of_run(workspace, run, part) for run in runs),
        thresholds,
    ),
    max_entries=FEW,
    spinner="Comparing",
)
def comparison(
    workspace: Workspace,
    runs: tuple[Run, Run],
    part: str,
    thresholds: tuple[float, float],
) -> tuple[Paired, pd.DataFrame]:
    """Two runs on the rows that both have, and the rows whose predicted labels differ, with texts.

    Raises:
        BadInput: they have no rows in common or other classes.
        NotFound: one has no such part.
    """
    first, second = same_rows(*(predictions(workspace, run, part) for run in runs))
    table = flips(first, second, thresholds)
    own = texts_of(workspace, runs[0], table["row"].tolist())
    return paired(first, second, thresholds), table.assign(text=own["text"].to_numpy())


def tuned_threshold(workspace: Workspace, run: Run) -> float:
    """The threshold that training tuned."""
    result = read_result(workspace, run)
    return DEFAULT_THRESHOLD if result is None else result.threshold


def comparable(workspace: Workspace, run: Run, part: str, also: Collection[str] = ()) -> list[Run]:
    """Other runs with answers for rows of the same content and the same classes, newest first.

    Of many the newest; see `dashboard.reads.newest_runs`.
    """

    def fits(other: Run) -> bool:
        with suppress(DamagedFile):  # Those that are sound can be compared.
            return (
                other.id != run.id
                and other.fingerprint == run.fingerprint
                and other.classes == run.classes
                and part in parts(workspace, other)
            )
        return False

    return newest_runs(list_runs(workspace), fits, also)


def measured_runs(workspace: Workspace, also: Collection[str] = ()) -> list[Run]:
    """Runs that have answers for some of their rows, newest first; damaged ones stay to be seen.

    Of many the newest; see `dashboard.reads.newest_runs`.
    """

    def measured(run: Run) -> bool:
        try:
            return bool(parts(workspace, run))
        except DamagedFile:
            return True

    return newest_runs(list_runs(workspace), measured, also)


def learning_curve(workspace: Workspace, run: Run) -> pd.DataFrame | None:
    """See `core.evaluation.baselines.learning_curve_job.find_learning_curve`."""
    return find_learning_curve(workspace, _baselines_key(workspace, run))


@cached()
def _baselines_key(workspace: Workspace, run: Run) -> str:
    return baselines_key(workspace, run)


@cached(key=of_run, max_entries=FEW, spinner="Working out the intervals")
def class_tables(
    workspace: Workspace, run: Run, part: str
) -> tuple[dict[str, dict[str, Estimate]], pd.DataFrame, list[int]]:
    """Figures by class, which class is taken for which, and rows by class."""
    matrix = confusion_matrix(predictions(workspace, run, part), DEFAULT_THRESHOLD)
    counts = [int(count) for count in matrix.sum(axis=1)]
    return class_table(matrix, run.classes), top_confusions(matrix, run.classes), counts


def suspects(workspace: Workspace, dataset: Dataset, features: Features) -> Suspects | None:
    """The rows whose labels may be wrong; None before they have been looked for.

    Raises:
        BadInput: the file of suspects cannot be read.
    """
    path = suspects_path(workspace, dataset, features)
    return _suspects(path) if path.is_file() else None


@cached(key=lambda path: (path, path.stat().st_mtime_ns), max_entries=FEW, shared=True)
def _suspects(path: Path) -> Suspects:
    return read_suspects(path)


@cached()
def texts_of_rows(workspace: Workspace, dataset: Dataset, rows: tuple[int, ...]) -> dict[int, str]:
    """The texts of some rows, by row number."""
    taken = take_rows(workspace, dataset, np.array(rows, np.int64))
    return dict(zip(rows, taken[TEXT].to_pylist(), strict=True))
