"""Cached reads for the pages: keyed by a data set's fingerprint, bounded in number."""

from __future__ import annotations

import time
from dataclasses import asdict

import pandas as pd
import streamlit as st

from core.datasets.dataset import Dataset, list_datasets
from core.datasets.importing import import_sample
from core.datasets.split import SplitPlan
from core.jobs.launcher import current_status
from core.jobs.services import ensure_scorer
from core.runs.run import Run, list_runs, read_result
from core.runs.status import JobStatus
from core.scoring.client import Answers, ask
from core.statistics import summary
from core.workspace import Workspace

_STALE_UPLOAD_S = 24 * 3600
_MAX_ENTRIES = 64


def ensure_sample(workspace: Workspace) -> None:
    """Write the synthetic sample into a workspace without data sets.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    if not list_datasets(workspace):
        with st.spinner("Writing the synthetic sample"):
            import_sample(workspace)


@st.cache_resource(show_spinner=False)
def drop_forgotten_uploads(workspace: Workspace) -> None:
    """Once a server: remove uploads of days ago that were never imported or scored."""
    for path in workspace.uploads.glob("*"):
        if time.time() - path.stat().st_mtime > _STALE_UPLOAD_S:
            path.unlink(missing_ok=True)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def first_rows(workspace: Workspace, dataset: Dataset, limit: int) -> pd.DataFrame:
    """See `core.statistics.summary.first_rows`."""
    return summary.first_rows(workspace, dataset, limit)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def lengths(workspace: Workspace, dataset: Dataset, column: str) -> dict[str, float]:
    """Rows, mean, median, p95 and max of a length column."""
    counts = summary.length_counts(workspace, dataset, column)
    return asdict(summary.length_figures(counts))


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Splitting")
def split_tables(workspace: Workspace, dataset: Dataset, plan: SplitPlan) -> summary.SplitTables:
    """See `core.statistics.summary.split_tables`."""
    return summary.split_tables(workspace, dataset, plan)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Asking the model; it loads first if need be")
def answers(workspace: Workspace, run: Run, texts: tuple[str, ...]) -> Answers:
    """A run's answers to typed texts; its scorer is started if it does not run.

    Raises:
        JobError: the scorer does not start or answer.
    """
    return ask(ensure_scorer(workspace, run).port, run.id, texts)


def statuses(workspace: Workspace, runs: list[Run]) -> dict[str, JobStatus]:
    """The present status of each run; never cached."""
    return {run.id: current_status(workspace.run(run.id)) for run in runs}


def runs_table(workspace: Workspace, runs: list[Run]) -> pd.DataFrame:
    """One row a run for people: name, data set, state, validation F1 and PR-AUC, when."""
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
                "F1": metrics.get("f1"),
                "PR-AUC": metrics.get("pr_auc"),
                "Accuracy": metrics.get("accuracy"),
                "Started": pd.Timestamp(run.created),
            }
        )
    return pd.DataFrame(rows)


def scorable_runs(workspace: Workspace) -> list[Run]:
    """Runs that have ended and kept a model, newest first."""
    return [
        run
        for run in list_runs(workspace)
        if read_result(workspace, run) is not None
        and not current_status(workspace.run(run.id)).state.active
    ]
