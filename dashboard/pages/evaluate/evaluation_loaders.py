"""Cached reads about what a run answered: keyed by the model it kept, bounded in number."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from core.data.dataset import Dataset, list_datasets
from core.data.filters.slices import list_slices
from core.data.splits.split import VALIDATION
from core.evaluation.baselines.ladder import (
    Rung,
    baseline_step,
    find_rungs,
    ladder_key,
    rows_key,
    run_step,
)
from core.evaluation.baselines.learning_curve_job import find_learning_curve
from core.evaluation.baselines.rungs import Step
from core.evaluation.calibration import calibration_error, fit_temperature, reliability
from core.evaluation.intervals import Estimate, area_estimates
from core.evaluation.mistakes import class_table, confusion_matrix, mistakes, top_confusions
from core.evaluation.operating_point import OperatingPoint, operating_point
from core.evaluation.paired import Paired, flips, paired, same_rows
from core.evaluation.predicted_labels import DEFAULT_THRESHOLD
from core.evaluation.predictions import Predictions, read_predictions, scored_parts, texts_of
from core.evaluation.slice_metrics import Mask, slice_table, term_slices, text_slices
from core.evaluation.temperature import calibrated
from core.evaluation.thresholds import Sweep
from core.runs.run import Run, list_runs, read_result
from core.workspace import Workspace
from dashboard.loaders import rows_of_filter

_FEW = 8
_MANY = 64
Version = tuple[str, int]
"""What a run's answers are keyed by: they change when it is trained on."""


def version(workspace: Workspace, run: Run) -> Version:
    """When the run was made and last measured.

    Raises:
        FileNotFoundError: it has not been measured, or was deleted.
    """
    return run.created, workspace.run(run.id).predictions.stat().st_mtime_ns


def parts(workspace: Workspace, run: Run) -> tuple[str, ...]:
    """The parts that the run has answers for."""
    if not workspace.run(run.id).predictions.exists():
        return ()
    return _parts(workspace, run, version(workspace, run))


@st.cache_data(max_entries=_MANY, show_spinner=False)
def _parts(workspace: Workspace, run: Run, version: Version) -> tuple[str, ...]:
    return scored_parts(workspace, run)


def predictions(workspace: Workspace, run: Run, part: str) -> Predictions:
    """See `core.evaluation.predictions.read_predictions`."""
    return _predictions(workspace, run, part, version(workspace, run))


@st.cache_resource(max_entries=_FEW, show_spinner=False)
def _predictions(workspace: Workspace, run: Run, part: str, version: Version) -> Predictions:
    return read_predictions(workspace, run, part)


def sweep(workspace: Workspace, run: Run, part: str) -> Sweep:
    """What every threshold gives on a part of a run of two classes."""
    return _sweep(workspace, run, part, version(workspace, run))


@st.cache_resource(max_entries=_FEW, show_spinner=False)
def _sweep(workspace: Workspace, run: Run, part: str, version: Version) -> Sweep:
    found = _predictions(workspace, run, part, version)
    return Sweep.of(found.codes, found.scores)


def areas(workspace: Workspace, run: Run, part: str) -> dict[str, Estimate]:
    """PR-AUC and ROC-AUC with intervals, of a run of two classes."""
    return _areas(workspace, run, part, version(workspace, run))


@st.cache_data(max_entries=_MANY, show_spinner="Working out the intervals")
def _areas(workspace: Workspace, run: Run, part: str, version: Version) -> dict[str, Estimate]:
    found = _predictions(workspace, run, part, version)
    return area_estimates(found.codes, found.scores)


@st.cache_resource(max_entries=_FEW, show_spinner=False)
def _texts(workspace: Workspace, run: Run, part: str, version: Version) -> list[str]:
    """The run's own copy of a part's texts, in the order of its predictions."""
    found = _predictions(workspace, run, part, version)
    wanted: list[str] = texts_of(workspace, run, found.rows.tolist())["text"].tolist()
    return wanted


@st.cache_data(max_entries=_FEW, show_spinner=False)
def _temperature(workspace: Workspace, run: Run, version: Version) -> float:
    result = read_result(workspace, run)
    if result is not None and result.temperature is not None:
        return result.temperature
    # Of an earlier version, which kept none.
    found = _predictions(workspace, run, VALIDATION, version)
    return fit_temperature(found.codes, found.probabilities)


def calibration(
    workspace: Workspace, run: Run, part: str
) -> tuple[float, Mapping[str, tuple[pd.DataFrame, float]]]:
    """The temperature, and before and after it the reliability table and the ECE."""
    now = version(workspace, run)
    temperature = _temperature(workspace, run, now)
    return temperature, _calibration(workspace, run, part, temperature, now)


@st.cache_data(max_entries=_MANY, show_spinner=False)
def _calibration(
    workspace: Workspace, run: Run, part: str, temperature: float, version: Version
) -> Mapping[str, tuple[pd.DataFrame, float]]:
    found = _predictions(workspace, run, part, version)
    sides = {"As trained": found.probabilities}
    sides["Calibrated"] = calibrated(found.probabilities, temperature)
    return {
        name: (
            reliability(found.codes, probabilities),
            calibration_error(found.codes, probabilities),
        )
        for name, probabilities in sides.items()
    }


def verdict_table(workspace: Workspace, run: Run, part: str, threshold: float) -> pd.DataFrame:
    """All rows with verdicts, texts and words, the worst first; see `mistakes`."""
    return _verdict_table(workspace, run, part, threshold, version(workspace, run))


@st.cache_data(max_entries=_FEW, show_spinner=False)
def _verdict_table(
    workspace: Workspace, run: Run, part: str, threshold: float, version: Version
) -> pd.DataFrame:
    found = _predictions(workspace, run, part, version)
    by_row = pd.DataFrame({"row": found.rows, "text": _texts(workspace, run, part, version)})
    table = mistakes(found, threshold).merge(by_row, on="row", how="left")
    return table.assign(words=table["text"].str.count(r"\S+"))


def slice_tables(
    workspace: Workspace, run: Run, part: str, threshold: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures by slices of any text, and by common words; see `slice_table`."""
    return _slice_tables(workspace, run, part, threshold, version(workspace, run))


@st.cache_data(max_entries=_FEW, show_spinner="Measuring slices")
def _slice_tables(
    workspace: Workspace, run: Run, part: str, threshold: float, version: Version
) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = _predictions(workspace, run, part, version)
    kinds, words = _slices(workspace, run, part, version)
    return slice_table(found, threshold, kinds), slice_table(found, threshold, words)


@st.cache_resource(max_entries=_FEW, show_spinner="Finding slices")
def _slices(
    workspace: Workspace, run: Run, part: str, version: Version
) -> tuple[Mapping[str, Mask], Mapping[str, Mask]]:
    own = _texts(workspace, run, part, version)
    return text_slices(own), term_slices(own)


def ladder(workspace: Workspace, run: Run, part: str) -> list[Step]:
    """See `core.evaluation.baselines.ladder.ladder_steps`; every rung is measured once."""
    key = _rows_key(workspace, run, workspace.run(run.id).examples)
    rungs = find_rungs(workspace, run, key).values()
    steps = [_baseline_step(run, rung, part, rung.path.stat().st_mtime_ns) for rung in rungs]
    for other in _runs_on_rows(workspace, run, key):
        point = operating_point(workspace, other)
        steps.append(_run_step(workspace, other, part, point, version(workspace, other)))
    return steps


def _runs_on_rows(workspace: Workspace, run: Run, key: str) -> list[Run]:
    others = [other for other in measured_runs(workspace) if other.fingerprint == run.fingerprint]
    return [
        other
        for other in reversed(others)
        if _rows_key(workspace, other, workspace.run(other.id).examples) == key
    ]


@st.cache_data(max_entries=_MANY, show_spinner="Working out the intervals")
def _baseline_step(run: Run, rung: Rung, part: str, version: int) -> Step:
    return baseline_step(run, rung, part)


@st.cache_data(max_entries=_MANY, show_spinner="Working out the intervals")
def _run_step(
    workspace: Workspace, run: Run, part: str, point: OperatingPoint, version: Version
) -> Step:
    return run_step(workspace, run, part)


@st.cache_data(max_entries=_MANY, show_spinner=False)
def _rows_key(workspace: Workspace, run: Run, path: Path) -> str:
    return rows_key(workspace, run)


def comparison(
    workspace: Workspace,
    runs: tuple[Run, Run],
    part: str,
    thresholds: tuple[float, float],
) -> tuple[Paired, pd.DataFrame]:
    """Two runs on the rows that both have, and the rows whose verdicts differ, with texts.

    Raises:
        BadInput: they have no rows in common or other classes.
        NotFound: one has no such part.
    """
    versions = (version(workspace, runs[0]), version(workspace, runs[1]))
    return _comparison(workspace, runs, part, thresholds, versions)


@st.cache_data(max_entries=_FEW, show_spinner="Comparing")
def _comparison(
    workspace: Workspace,
    runs: tuple[Run, Run],
    part: str,
    thresholds: tuple[float, float],
    versions: tuple[Version, Version],
) -> tuple[Paired, pd.DataFrame]:
    first, second = same_rows(
        *(
            _predictions(workspace, run, part, when)
            for run, when in zip(runs, versions, strict=True)
        )
    )
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
    kinds, words = _slices(workspace, run, part, version(workspace, run))
    return {**_saved_slices(workspace, run, part), **kinds, **words}


def _saved_slices(workspace: Workspace, run: Run, part: str) -> dict[str, Mask]:
    """The data set's saved slices that have rows in the part."""
    dataset = dataset_of(workspace, run)
    found: dict[str, Mask] = {}
    for one in list_slices(workspace, dataset) if dataset else []:
        rows = rows_of_filter(workspace, dataset, one.row_filter)
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
    """Runs that have answers for some of their rows, newest first."""
    return [run for run in list_runs(workspace) if parts(workspace, run)]


def learning_curve(workspace: Workspace, run: Run) -> pd.DataFrame | None:
    """See `core.evaluation.baselines.learning_curve_job.find_learning_curve`."""
    return find_learning_curve(workspace, _ladder_key(workspace, run))


@st.cache_data(max_entries=_MANY, show_spinner=False)
def _ladder_key(workspace: Workspace, run: Run) -> str:
    return ladder_key(workspace, run)


def class_tables(
    workspace: Workspace, run: Run, part: str
) -> tuple[dict[str, dict[str, Estimate]], pd.DataFrame, list[int]]:
    """Figures by class, which class is taken for which, and rows by class."""
    return _class_tables(workspace, run, part, version(workspace, run))


@st.cache_data(max_entries=_FEW, show_spinner="Working out the intervals")
def _class_tables(
    workspace: Workspace, run: Run, part: str, version: Version
) -> tuple[dict[str, dict[str, Estimate]], pd.DataFrame, list[int]]:
    matrix = confusion_matrix(_predictions(workspace, run, part, version), DEFAULT_THRESHOLD)
    counts = [int(count) for count in matrix.sum(axis=1)]
    return class_table(matrix, run.classes), top_confusions(matrix, run.classes), counts
