"""Cached reads for the pages: keyed by a data set's fingerprint, bounded in number."""

from __future__ import annotations

import io
import time
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.data.dataset import (
    N_CHARS,
    N_TOKENS,
    N_WORDS,
    ROW,
    TEXT,
    Dataset,
    list_datasets,
    take_rows,
)
from core.data.filters.row_filter import RowFilter
from core.data.importing.importer import import_sample
from core.data.splits.saved_split import draw_split, find_split, read_split
from core.data.splits.split import Split, SplitPlan
from core.data.text.profile import Profile, complete_profile, read_profile
from core.errors import BadInput
from core.evaluation.doctor.doctor import Finding, run_findings
from core.evaluation.doctor.frozen_rows import FrozenRows, frozen_rows
from core.evaluation.operating_point import OperatingPoint, operating_point
from core.explore import summary
from core.explore.health import health_table
from core.explore.length_stats import length_figures
from core.explore.length_stats import length_table as lengths_of
from core.explore.map import find_map
from core.explore.search import (
    BY_ROW,
    FoundRows,
    Matches,
    export_rows,
    find_matches,
    find_rows,
    read_page,
)
from core.explore.term_stats import common_terms, distinctive_terms
from core.explore.token_counts_job import find_token_counts
from core.jobs.launcher import current_status
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus
from core.jobs.tasks import Task, list_tasks
from core.labels.suspects.suspects_file import Features, Suspects, read_suspects, suspects_path
from core.runs.config import DEFAULT_PRESET, preset
from core.runs.metrics import Measurements, MetricsReader
from core.runs.notes import read_notes
from core.runs.run import Run, list_runs, read_result
from core.serving.client import Answers, ask
from core.serving.lifecycle import ensure_scorer
from core.workspace import Workspace

_STALE_UPLOAD_S = 24 * 3600
_MAX_ENTRIES = 64
_MAX_MATCHES = 8
_MAX_READERS = 64


def ensure_sample(workspace: Workspace) -> None:
    """Write the synthetic sample into a workspace without data sets.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    if not list_datasets(workspace):
        with st.spinner("Writing the synthetic sample"):
            import_sample(workspace)


@st.cache_resource(show_spinner="Completing data sets of an earlier version")
def complete_profiles(workspace: Workspace) -> None:
    """Once a server: profile what was imported before there were profiles.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    for dataset in list_datasets(workspace):
        complete_profile(workspace, dataset)


@st.cache_resource(show_spinner=False)
def drop_forgotten_uploads(workspace: Workspace) -> None:
    """Once a server: remove uploads of days ago that were never imported or scored."""
    for path in workspace.uploads.glob("*"):
        if time.time() - path.stat().st_mtime > _STALE_UPLOAD_S:
            path.unlink(missing_ok=True)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def first_rows(workspace: Workspace, dataset: Dataset, limit: int) -> pd.DataFrame:
    """See `core.explore.summary.first_rows`."""
    return summary.first_rows(workspace, dataset, limit)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def lengths(workspace: Workspace, dataset: Dataset, column: str) -> dict[str, float]:
    """Rows, mean, median, p95 and max of a length column."""
    return asdict(length_figures(lengths_of(workspace, dataset, column)))


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def profile(workspace: Workspace, dataset: Dataset) -> Profile:
    """See `core.data.text.profile.read_profile`."""
    return read_profile(workspace, dataset)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Checking")
def health(workspace: Workspace, dataset: Dataset) -> pd.DataFrame:
    """See `core.explore.health.health_table`; the split is the default preset's."""
    try:
        split = _split(workspace, dataset, "")
    except BadInput:  # Too few labels to split: the other checks hold without.
        split = None
    return health_table(workspace, dataset, split=split)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def terms(workspace: Workspace, dataset: Dataset, label: str | None, size: int) -> pd.DataFrame:
    """The terms most typical of a label, or the commonest of all where it is None."""
    if label is None:
        return common_terms(workspace, dataset, size=size)
    return distinctive_terms(workspace, dataset, label, size=size)


def known_units(workspace: Workspace, dataset: Dataset) -> list[str]:
    """Length columns there are: tokens only once they have been counted."""
    units = [N_WORDS, N_CHARS]
    return [*units, N_TOKENS] if find_token_counts(workspace, dataset) else units


def length_table(
    workspace: Workspace, dataset: Dataset, unit: str, by: str, split_name: str
) -> pd.DataFrame:
    """See `core.explore.length_stats.length_table`; without a name, the default preset's split."""
    drawn = _split_version(workspace, dataset, split_name)
    return _length_table(workspace, dataset, unit, by, split_name, drawn)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Counting")
def _length_table(
    workspace: Workspace, dataset: Dataset, unit: str, by: str, split_name: str, drawn: str
) -> pd.DataFrame:
    tokens = find_token_counts(workspace, dataset) if unit == N_TOKENS else None
    split = _split(workspace, dataset, split_name) if by == "part" else None
    return lengths_of(workspace, dataset, unit, by=by, split=split, tokens=tokens)


def _split(workspace: Workspace, dataset: Dataset, name: str) -> Split:
    if name:
        return read_split(workspace, dataset, name)
    plan = preset(DEFAULT_PRESET, dataset.labelled).split_plan()
    return draw_split(workspace, dataset, plan)


def _split_version(workspace: Workspace, dataset: Dataset, name: str) -> str:
    """When a saved split was drawn: another may have its name later."""
    return find_split(workspace, dataset, name).created if name else ""


def _filter_version(workspace: Workspace, dataset: Dataset, row_filter: RowFilter) -> str:
    """What else a filter's rows depend on: when its split was drawn and its run scored."""
    scores = workspace.run(row_filter.run).predictions if row_filter.run else None
    scored = scores.stat().st_mtime_ns if scores is not None and scores.is_file() else 0
    return f"{_split_version(workspace, dataset, row_filter.split)} {scored}"


@st.cache_resource(max_entries=_MAX_MATCHES, show_spinner="Searching")
def _matches(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter, order: str, version: str
) -> Matches:
    """Kept as it is: a million row numbers are not worth a copy a page."""
    beside = _beside(workspace, dataset, row_filter)
    return find_matches(workspace, dataset, row_filter, order=order, **beside)


def rows_of_filter(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter
) -> NDArray[np.integer]:
    """The numbers of all rows that a filter finds."""
    version = _filter_version(workspace, dataset, row_filter)
    return _matches(workspace, dataset, row_filter, BY_ROW, version).rows


def found_rows(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter, page: int, order: str
) -> FoundRows:
    """One page of the rows that a filter finds; see `core.explore.search`."""
    version = _filter_version(workspace, dataset, row_filter)
    matches = _matches(workspace, dataset, row_filter, order, version)
    beside = _beside(workspace, dataset, row_filter)
    return read_page(workspace, dataset, row_filter, matches, page=page, **beside)


def exported_rows(workspace: Workspace, dataset: Dataset, row_filter: RowFilter) -> bytes:
    """All rows that a filter finds, as CSV in UTF-8."""
    sink = io.BytesIO()
    export_rows(workspace, dataset, row_filter, sink, **_beside(workspace, dataset, row_filter))
    return sink.getvalue()


def _beside(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter
) -> dict[str, Path | None]:
    """Files that a filter may need beside the texts: scores of a run and counts of tokens."""
    scores = workspace.run(row_filter.run).predictions if row_filter.run else None
    tokens = find_token_counts(workspace, dataset) if row_filter.unit == N_TOKENS else None
    return {"scores": scores, "tokens": tokens}


def latest_task(workspace: Workspace, kind: JobKind, **arguments: object) -> Task | None:
    """The newest task of a kind with these arguments, unless it has finished."""
    for task in list_tasks(workspace, kind):
        if arguments.items() <= task.arguments.items():
            state = current_status(workspace.task(task.id)).state
            return None if state is JobState.FINISHED else task
    return None


def ended_for_s(workspace: Workspace, task: Task) -> float:
    """Seconds since a task ended; 0 while it is at work."""
    status = current_status(workspace.task(task.id))
    if status.state.active:
        return 0.0
    ended = datetime.fromisoformat(status.updated)
    return (datetime.now(timezone.utc) - ended).total_seconds()


def map_points(
    workspace: Workspace, dataset: Dataset, sample: int, run: Run | None
) -> pd.DataFrame | None:
    """The points of a map with their texts, labels and lengths; None before it is made."""
    path = find_map(workspace, dataset, sample=sample, run=run)
    return None if path is None else _map_points(workspace, dataset, path)


@st.cache_data(max_entries=4, show_spinner=False)
def _map_points(workspace: Workspace, dataset: Dataset, path: Path) -> pd.DataFrame:
    points = pd.read_parquet(path)
    rows = RowFilter(rows=tuple(points[ROW].tolist()))
    texts = find_rows(workspace, dataset, rows, page_size=len(points)).rows
    return points.merge(texts, on=ROW)


def suspects(workspace: Workspace, dataset: Dataset, features: Features) -> Suspects | None:
    """The rows whose labels may be wrong; None before they have been looked for.

    Raises:
        BadInput: the file of suspects cannot be read.
    """
    path = suspects_path(workspace, dataset, features)
    return _suspects(path, path.stat().st_mtime_ns) if path.is_file() else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _suspects(path: Path, version: int) -> Suspects:
    return read_suspects(path)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def texts_of_rows(workspace: Workspace, dataset: Dataset, rows: tuple[int, ...]) -> dict[int, str]:
    """The texts of some rows, by row number."""
    taken = take_rows(workspace, dataset, np.array(rows, np.int64))
    return dict(zip(rows, taken[TEXT].to_pylist(), strict=True))


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Splitting")
def split_tables(workspace: Workspace, dataset: Dataset, plan: SplitPlan) -> summary.SplitTables:
    """See `core.explore.summary.split_tables`."""
    return summary.split_tables(workspace, dataset, plan)


def saved_split_tables(workspace: Workspace, dataset: Dataset, name: str) -> summary.SplitTables:
    """See `core.explore.summary.describe_split`, of a split saved by name."""
    drawn = _split_version(workspace, dataset, name)
    return _saved_split_tables(workspace, dataset, name, drawn)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Splitting")
def _saved_split_tables(
    workspace: Workspace, dataset: Dataset, name: str, drawn: str
) -> summary.SplitTables:
    return summary.describe_split(workspace, dataset, read_split(workspace, dataset, name))


def answers(workspace: Workspace, run: Run, texts: tuple[str, ...], asked: int = 0) -> Answers:
    """A run's answers to typed texts; its scorer is started if it does not run.

    Texts asked again under another number `asked` are answered again, and timed again.

    Raises:
        JobError: the scorer does not start or answer.
    """
    # Not the cache's own spinner, which takes no room and lies over what is below it.
    with st.spinner("Asking the model; it loads first if need be"):
        return _answers(workspace, run, texts, operating_point(workspace, run), asked)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def _answers(
    workspace: Workspace, run: Run, texts: tuple[str, ...], point: OperatingPoint, asked: int
) -> Answers:
    return ask(ensure_scorer(workspace, run).port, run.id, texts)


def statuses(workspace: Workspace, runs: list[Run]) -> dict[str, JobStatus]:
    """The present status of each run; never cached."""
    return {run.id: current_status(workspace.run(run.id)) for run in runs}


def runs_table(workspace: Workspace, runs: list[Run]) -> pd.DataFrame:
    """One row a run for people: what it is, its state and validation metrics, speed, when."""
    found = statuses(workspace, runs)
    rows = []
    for run in runs:
        result = read_result(workspace, run)
        metrics = result.validation if result else {}
        rows.append(
            {
                "Run": run.name,
                "Data set": run.dataset_name,
                "State": found[run.id].state.value,
                "PR-AUC": metrics.get("pr_auc"),
                "F1": metrics.get("f1"),
                "Accuracy": metrics.get("accuracy"),
                "Majority": metrics.get("majority", run.majority_share),
                "Encoder": run.config.encoder,
                "Rows/s": result.rows_per_s if result else None,
                "Seconds": result.seconds if result else None,
                "Started": pd.Timestamp(run.created),
                "Notes": read_notes(workspace, run),
            }
        )
    return pd.DataFrame(rows)


def measurements(workspace: Workspace, run: Run) -> Measurements:
    """All that a run has measured so far; only what is new since the last call is read."""
    return _reader(workspace.run(run.id).metrics, run.created).read()


@st.cache_resource(max_entries=_MAX_READERS, show_spinner=False)
def _reader(path: Path, created: str) -> MetricsReader:
    return MetricsReader(path)


def rows_of_run(workspace: Workspace, run: Run) -> FrozenRows:
    """See `core.evaluation.doctor.frozen_rows`; a run's rows never change.

    Raises:
        FileNotFoundError: the run has been deleted.
    """
    return _frozen_rows(workspace.run(run.id).examples, run.created)


@st.cache_resource(max_entries=_MAX_ENTRIES, show_spinner="Looking for texts in two parts")
def _frozen_rows(path: Path, created: str) -> FrozenRows:
    return frozen_rows(path)


def findings(workspace: Workspace, run: Run, status: JobStatus) -> list[Finding]:
    """What the run doctor says; worked out again only when there is something new.

    Raises:
        FileNotFoundError: the run has been deleted.
    """
    measured, result = measurements(workspace, run), read_result(workspace, run)
    key = ("findings", status.state, status.message, result)
    # Unlike a cached function this costs an idle tick nothing.
    if (found := measured.worked_out.get(repr(key))) is None:
        rows = rows_of_run(workspace, run)
        found = run_findings(workspace, run, measured=measured, rows=rows, status=status)
        measured.worked_out[repr(key)] = found
    told: list[Finding] = found
    return told


def scorable_runs(workspace: Workspace) -> list[Run]:
    """Runs that have ended and kept a model, newest first."""
    return [
        run
        for run in list_runs(workspace)
        if read_result(workspace, run) is not None
        and not current_status(workspace.run(run.id)).state.active
    ]
