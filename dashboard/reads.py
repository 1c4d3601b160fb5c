"""Reads that several pages share; what one page reads stands in its own `reads`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import N_TOKENS, Dataset
from core.data.filters.row_filter import RowFilter
from core.data.importing.preview import Preview, preview_file
from core.data.labelled import LabelSource, RowLabels
from core.data.reading.formats import FileFormat
from core.data.splits.saved_split import draw_split, find_split, read_split
from core.data.splits.split import Split
from core.errors import NotFound, SincerelyError
from core.explore.length_stats import length_figures
from core.explore.length_stats import length_table as lengths_of
from core.explore.order import BY_ROW
from core.explore.search import Matches, find_matches, with_labels, without_labels
from core.explore.token_counts_job import find_token_counts
from core.jobs.launcher import current_status
from core.jobs.status import JobStatus
from core.labels.guidelines import guideline
from core.labels.label_set import label_set
from core.labels.label_set import row_labels as _row_labels
from core.labels.store.ledger import Ledger, shared_ledger
from core.labels.store.store import open_labels
from core.runs.config import DEFAULT_PRESET, preset
from core.runs.notes import read_notes
from core.runs.pace import pace_of
from core.runs.result import read_result, visible_damage
from core.runs.run import Run, list_runs
from core.training.forecast.rates import DeviceKind, find_device
from core.workspace import Workspace
from dashboard.cache import FEW, cached


@cached()
def lengths(workspace: Workspace, dataset: Dataset, column: str) -> dict[str, float]:
    """Rows, mean, median, p95 and max of a length column."""
    return asdict(length_figures(lengths_of(workspace, dataset, column)))


def split_of(workspace: Workspace, dataset: Dataset, name: str) -> Split:
    """A split saved by name; without one, the default preset's."""
    if name:
        return read_split(workspace, dataset, name)
    plan = preset(DEFAULT_PRESET, dataset.labelled).split_plan()
    return draw_split(workspace, dataset, plan)


def split_version(workspace: Workspace, dataset: Dataset, name: str) -> str:
    """When a saved split was drawn: another may have its name later."""
    return find_split(workspace, dataset, name).created if name else ""


def filter_version(workspace: Workspace, dataset: Dataset, row_filter: RowFilter) -> str:
    """What else a filter's rows depend on: when its split was drawn and its run scored."""
    scores = workspace.run(row_filter.run).predictions if row_filter.run else None
    scored = scores.stat().st_mtime_ns if scores is not None and scores.is_file() else 0
    return f"{split_version(workspace, dataset, row_filter.split)} {scored}"


def beside(workspace: Workspace, dataset: Dataset, row_filter: RowFilter) -> dict[str, Path | None]:
    """Files that a filter may need beside the texts: scores of a run and counts of tokens.

    None where there is no such file, as after the run was deleted.
    """
    scores = workspace.run(row_filter.run).predictions if row_filter.run else None
    scores = scores if scores is not None and scores.is_file() else None
    tokens = find_token_counts(workspace, dataset) if row_filter.unit == N_TOKENS else None
    return {"scores": scores, "tokens": tokens}


@cached(
    key=lambda workspace, dataset, row_filter, order: (
        workspace,
        dataset,
        row_filter,
        order,
        filter_version(workspace, dataset, row_filter),
    ),
    max_entries=FEW,
    spinner="Searching",
    shared=True,
)
def _matches(workspace: Workspace, dataset: Dataset, row_filter: RowFilter, order: str) -> Matches:
    """Kept as it is: a million row numbers are not worth a copy a page."""
    return find_matches(
        workspace, dataset, row_filter, order=order, **beside(workspace, dataset, row_filter)
    )


def matches(workspace: Workspace, dataset: Dataset, row_filter: RowFilter, order: str) -> Matches:
    """The numbers of the rows that a filter finds, in an order, by the labels they have now."""
    labels = known_labels(workspace, dataset)
    if labels is None:
        return _matches(workspace, dataset, row_filter, order)
    found = _matches(workspace, dataset, without_labels(row_filter), order)
    return with_labels(found, row_filter, labels)


def known_labels(workspace: Workspace, dataset: Dataset) -> RowLabels | None:
    """`row_labels`; the file's, too, where the label store cannot be read, which pages say."""
    with suppress(SincerelyError):
        return row_labels(workspace, dataset)
    return None


def rows_of_filter(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter
) -> NDArray[np.integer]:
    """The numbers of all rows that a filter finds."""
    return matches(workspace, dataset, row_filter, BY_ROW).rows


@cached()
def device_kind(setting: str, precision: str) -> DeviceKind:
    """What a run would train on; asking the GPUs takes a moment, and they stay."""
    return find_device(setting, precision)


MOST_LISTED = 300
"""Runs in a box to choose from; Runs lists all of them."""


def newest_runs(
    runs: Iterable[Run], fits: Callable[[Run], bool], also: Collection[str] = ()
) -> list[Run]:
    """The newest MOST_LISTED runs that fit, and those that do of the ids `also`.

    Args:
        runs: Newest first.
        fits: Whether a run is meant; asked only until there are enough.
        also: Such as those that somebody has chosen, however old.
    """
    found: list[Run] = []
    for run in runs:
        if (len(found) < MOST_LISTED or run.id in also) and fits(run):
            found.append(run)
    return found


def scorable_runs(workspace: Workspace, also: Collection[str] = ()) -> list[Run]:
    """Runs that have ended and kept a model, newest first; see `newest_runs`."""

    def can_score(run: Run) -> bool:
        ended = not current_status(workspace.run(run.id)).state.active
        return ended and read_result(workspace, run) is not None

    return newest_runs(list_runs(workspace), can_score, also)


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
        pace = pace_of(found[run.id], result)
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
                "Rows/s": pace.rows_per_s,
                "Seconds": pace.seconds,
                "Started": pd.Timestamp(run.created),
                "Notes": read_notes(workspace, run),
                "Damage": visible_damage(workspace, run, found[run.id], result),
            }
        )
    table = pd.DataFrame(rows)
    whole = table.empty or not table["Damage"].any()
    return table.drop(columns="Damage", errors="ignore") if whole else table


def ledger(workspace: Workspace, dataset: Dataset) -> Ledger:
    """Who has answered what, up to date."""
    store = open_labels(workspace)
    return shared_ledger(store, dataset.fingerprint, dataset.rows).refresh()


def label_counts(workspace: Workspace, dataset: Dataset) -> dict[str, int]:
    """How many rows people gave each class."""
    store = open_labels(workspace)
    classes = guideline(store, dataset).classes
    class_ids = ledger(workspace, dataset).class_ids_in(classes)
    found = np.bincount(class_ids[class_ids >= 0], minlength=len(classes))
    return dict(zip(classes, found.tolist(), strict=True))


def labels_key(workspace: Workspace, dataset: Dataset, source: object) -> tuple[object, ...]:
    """What depends on the labels of a source, as they are now, is kept by this."""
    classes = guideline(open_labels(workspace), dataset).classes
    return workspace, dataset, source, classes, ledger(workspace, dataset).last


def given_labels_key(workspace: Workspace, dataset: Dataset) -> object:
    """What depends on the labels that people gave is kept by this; None where there are none."""
    given = known_labels(workspace, dataset) is not None
    return labels_key(workspace, dataset, "given") if given else None


@cached(
    key=lambda workspace, dataset: labels_key(workspace, dataset, "rows"),
    max_entries=FEW,
    shared=True,
)
def row_labels(workspace: Workspace, dataset: Dataset) -> RowLabels | None:
    """See `core.labels.label_set.row_labels`; None where the file's labels are all there are.

    Raises:
        SincerelyError: the label store cannot be read.
    """
    return _row_labels(workspace, open_labels(workspace), dataset)


@cached(key=labels_key, max_entries=FEW)
def described(workspace: Workspace, dataset: Dataset, source: LabelSource) -> Dataset:
    """The data set as it is with the labels of a source."""
    return label_set(workspace, open_labels(workspace), dataset, source).used().described(dataset)


@cached(key=lambda path, file_format=None: (path, file_version(path), file_format), max_entries=FEW)
def file_preview(path: Path, file_format: FileFormat | None = None) -> Preview:
    """See `core.data.importing.preview.preview_file`; a file that has changed is read again.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it cannot be read as this format, or as any.
    """
    return preview_file(path, file_format)


def file_version(path: Path) -> tuple[int, int]:
    """When a file was changed last (ns), and its bytes.

    Raises:
        NotFound: there is no such file, or it may not be read.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:  # A path with a NUL is a ValueError.
        raise NotFound(
            "the path of a file", f"nothing at {str(path)!r}", "check the path"
        ) from error
    return found.st_mtime_ns, found.st_size
