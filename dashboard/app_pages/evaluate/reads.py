"""What Evaluate reads about what a run answered, kept by when its answers were made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.dataset import TEXT, Dataset, list_datasets, take_rows
from core.data.filters.slices import list_slices
from core.data.text.lengths import count_words
from core.errors import BadInput, DamagedFile, NotFound
from core.evaluation.baselines.compared_model import ComparedModel
from core.evaluation.baselines.comparison import (
    FittedBaseline,
    baseline_as_model,
    baselines_key,
    find_fitted,
    rows_key,
    run_as_models,
)
from core.evaluation.baselines.comparison import left_out as left_out_run
from core.evaluation.baselines.learning_curve_job import find_learning_curve
from core.evaluation.calibration import calibration_error, reliability
from core.evaluation.intervals import Estimate, area_estimates
from core.evaluation.mistakes import class_table, confusion_matrix, mistakes, top_confusions
from core.evaluation.operating_point import operating_point
from core.evaluation.paired import Paired, flips, paired, same_rows
from core.evaluation.predictions import Predictions, read_predictions, scored_parts, texts_of
from core.evaluation.slice_metrics import Mask, slice_table, term_slices, text_slices
from core.evaluation.temperature import calibrated
from core.evaluation.thresholds import Sweep
from core.labels.suspects.suspects_file import Features, Suspects, read_suspects, suspects_path
from core.runs.predicted_labels import DEFAULT_THRESHOLD
from core.runs.result import kept_result, read_result
from core.runs.run import Run, list_runs
from core.workspace import Workspace
from dashboard.cache import FEW, cached
from dashboard.reads import rows_of_filter

Version = tuple[str, int]
"""When a run was made (ISO 8601) and its answers (ns)."""


def version(workspace: Workspace, run: Run) -> Version:
    """When the run was made and last measured.

    Raises:
        FileNotFoundError: it has not been measured, or was deleted.
    """
    return run.created, workspace.run(run.id).predictions.stat().st_mtime_ns


def _of_run(workspace: Workspace, run: Run, *rest: object) -> object:
    """What anything about a run's answers depends on: they change when it is trained on."""
    return workspace, run, version(workspace, run), rest


def parts(workspace: Workspace, run: Run) -> tuple[str, ...]:
    """The parts that the run has answers for."""
    if not workspace.run(run.id).predictions.exists():
        return ()
    return _parts(workspace, run)


@cached(key=_of_run)
def _parts(workspace: Workspace, run: Run) -> tuple[str, ...]:
    return scored_parts(workspace, run)


@cached(key=_of_run, max_entries=FEW, shared=True)
def predictions(workspace: Workspace, run: Run, part: str) -> Predictions:
    """See `core.evaluation.predictions.read_predictions`."""
    return read_predictions(workspace, run, part)


@cached(key=_of_run, max_entries=FEW, shared=True)
def sweep(workspace: Workspace, run: Run, part: str) -> Sweep:
    """What every threshold gives on a part of a run of two classes."""
    found = predictions(workspace, run, part)
    return Sweep.of(found.class_ids, found.scores)


@cached(key=_of_run, spinner="Working out the intervals")
def areas(workspace: Workspace, run: Run, part: str) -> dict[str, Estimate]:
    """PR-AUC and ROC-AUC with intervals, of a run of two classes."""
    found = predictions(workspace, run, part)
    return area_estimates(found.class_ids, found.scores)


@cached(key=_of_run, max_entries=FEW, shared=True)
def _texts(workspace: Workspace, run: Run, part: str) -> list[str]:
    """The run's own copy of a part's texts, in the order of its predictions."""
    found = predictions(workspace, run, part)
    wanted: list[str] = texts_of(workspace, run, found.rows.tolist())["text"].tolist()
    return wanted


@cached(key=_of_run)
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


@cached(key=_of_run, max_entries=FEW)
def predicted_label_table(
    workspace: Workspace, run: Run, part: str, threshold: float
) -> pd.DataFrame:
    """All rows with predicted labels, texts and words, the worst first; see `mistakes`."""
    found = predictions(workspace, run, part)
    by_row = pd.DataFrame({"row": found.rows, "text": _texts(workspace, run, part)})
    table = mistakes(found, threshold).merge(by_row, on="row", how="left")
    texts = pa.array(table["text"].tolist(), pa.string(), from_pandas=True)
    words = count_words(texts)
    return table.assign(words=words.to_numpy())


@cached(key=_of_run, max_entries=FEW, spinner="Measuring slices")
def slice_tables(
    workspace: Workspace, run: Run, part: str, threshold: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures by slices of any text, and by common words; see `slice_table`."""
    found = predictions(workspace, run, part)
    kinds, words = _slices(workspace, run, part)
    return slice_table(found, threshold, kinds), slice_table(found, threshold, words)


@cached(key=_of_run, max_entries=FEW, spinner="Finding slices", shared=True)
def _slices(
    workspace: Workspace, run: Run, part: str
) -> tuple[Mapping[str, Mask], Mapping[str, Mask]]:
    own = _texts(workspace, run, part)
    return text_slices(own), term_slices(own)


def baselines(workspace: Workspace, run: Run, part: str) -> list[ComparedModel]:
    """As `core.evaluation.baselines.comparison.compared_models`; each is measured once."""
    key = _rows_key(workspace, run)
    fitted_baselines = find_fitted(workspace, run, key).values()
    steps = [_baseline_as_model(run, each, part) for each in fitted_baselines if each.has(part)]
    others = [each for each in _runs_on_rows(workspace, run, key) if part in parts(workspace, each)]
    return steps + [step for other in others for step in _run_steps(workspace, other, part)]


def left_out(workspace: Workspace, run: Run, part: str) -> list[str]:
    """As `core.evaluation.baselines.comparison.runs_left_out`."""
    others = _runs_on_rows(workspace, run, _rows_key(workspace, run))
    return [left_out_run(each, part) for each in others if part not in parts(workspace, each)]


def _runs_on_rows(workspace: Workspace, run: Run, key: str) -> list[Run]:
    others = [other for other in measured_runs(workspace) if other.fingerprint == run.fingerprint]
    return [other for other in reversed(others) if _rows_key(workspace, other) == key]


@cached(
    key=lambda run, fitted, part: (run, fitted, part, fitted.path.stat().st_mtime_ns),
    spinner="Working out the intervals",
)
def _baseline_as_model(run: Run, fitted: FittedBaseline, part: str) -> ComparedModel:
    return baseline_as_model(run, fitted, part)


@cached(
    key=lambda workspace, run, part: (
        _of_run(workspace, run, part),
        operating_point(workspace, run),
    ),
    spinner="Working out the intervals",
)
def _run_steps(workspace: Workspace, run: Run, part: str) -> list[ComparedModel]:
    return run_as_models(workspace, run, part)


@cached()
def _rows_key(workspace: Workspace, run: Run) -> str:
    return rows_key(workspace, run)


@cached(
    key=lambda workspace, runs, part, thresholds: (
        tuple(_of_run(workspace, run, part) for run in runs),
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


def dataset_of(workspace: Workspace, run: Run) -> Dataset | None:
    """The data set that the run was drawn from, if it is still here with that content."""
    for dataset in list_datasets(workspace):
        if dataset.fingerprint == run.fingerprint:
            return dataset
    return None


def saved_slice_table(
    workspace: Workspace, run: Run, part: str, threshold: float
) -> pd.DataFrame | None:
    """Figures of the data set's saved slices; None where there are none, or no data set."""
    masks = _saved_slices(workspace, run, part)
    if not masks:
        return None
    return slice_table(predictions(workspace, run, part), threshold, masks)


def slices(workspace: Workspace, run: Run, part: str) -> dict[str, Mask]:
    """All slices of a part by name: saved ones first, then kinds of text, then common words."""
    kinds, words = _slices(workspace, run, part)
    return {**_saved_slices(workspace, run, part), **kinds, **words}


def _saved_slices(workspace: Workspace, run: Run, part: str) -> dict[str, Mask]:
    """The data set's saved slices that have rows in the part; none where what they name is gone."""
    dataset = dataset_of(workspace, run)
    found: dict[str, Mask] = {}
    for one in list_slices(workspace, dataset) if dataset else []:
        try:
            rows = rows_of_filter(workspace, dataset, one.row_filter)
        except (BadInput, NotFound):  # Its split or run was deleted: it finds nothing.
            continue
        mask = np.isin(predictions(workspace, run, part).rows, rows)
        if mask.any():
            found[one.name] = mask
    return found


def comparable(workspace: Workspace, run: Run, part: str) -> list[Run]:
    """Other runs with answers for rows of the same content and the same classes, newest first."""
    return [
        other
        for other in list_runs(workspace)
        if other.id != run.id
        and other.fingerprint == run.fingerprint
        and other.classes == run.classes
        and part in parts(workspace, other)
    ]


def measured_runs(workspace: Workspace) -> list[Run]:
    """Runs that have answers for some of their rows, newest first; damaged ones stay to be seen."""
    return [run for run in list_runs(workspace) if _measured(workspace, run)]


def _measured(workspace: Workspace, run: Run) -> bool:
    try:
        return bool(parts(workspace, run))
    except DamagedFile:
        return True


def learning_curve(workspace: Workspace, run: Run) -> pd.DataFrame | None:
    """See `core.evaluation.baselines.learning_curve_job.find_learning_curve`."""
    return find_learning_curve(workspace, _baselines_key(workspace, run))


@cached()
def _baselines_key(workspace: Workspace, run: Run) -> str:
    return baselines_key(workspace, run)


@cached(key=_of_run, max_entries=FEW, spinner="Working out the intervals")
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
