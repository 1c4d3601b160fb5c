"""What Explore reads."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.data.column import Column
from core.data.dataset import LABEL, N_CHARS, N_TOKENS, N_WORDS, ROW, Dataset
from core.data.filters.row_filter import RowFilter
from core.data.splits.column_parts import parts_of_values
from core.data.splits.group_leaks import GroupLeak, group_leak
from core.data.splits.saved_split import draw_split, read_split
from core.data.splits.split import SplitPlan, SplitRule
from core.explore import summary
from core.explore.length_stats import length_table as lengths_of
from core.explore.map import MapChoice, find_map
from core.explore.search import FoundRows, find_rows, read_page
from core.explore.term_stats import common_terms, distinctive_terms
from core.explore.token_counts_job import find_token_counts
from core.labels.exchange.dataset_export import ExportChoice, export_dataset
from core.labels.store.store import open_labels
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.cache import cached
from dashboard.reads import beside, known_labels, matches, split_of, split_version


@cached()
def terms(workspace: Workspace, dataset: Dataset, label: str | None, size: int) -> pd.DataFrame:
    """The terms most typical of a label, or the commonest of all where it is None."""
    if label is None:
        return common_terms(workspace, dataset, size=size)
    return distinctive_terms(workspace, dataset, label, size=size)


def known_units(workspace: Workspace, dataset: Dataset) -> list[str]:
    """Length columns there are: tokens only once they have been counted."""
    units = [N_WORDS, N_CHARS]
    return [*units, N_TOKENS] if find_token_counts(workspace, dataset) else units


@cached(
    key=lambda workspace, dataset, unit, by, split_name: (
        workspace,
        dataset,
        unit,
        by,
        split_version(workspace, dataset, split_name),
        split_name,
    ),
    spinner="Counting",
)
def length_table(
    workspace: Workspace, dataset: Dataset, unit: str, by: str, split_name: str
) -> pd.DataFrame:
    """See `core.explore.length_stats.length_table`; without a name, the default preset's split."""
    tokens = find_token_counts(workspace, dataset) if unit == N_TOKENS else None
    split = split_of(workspace, dataset, split_name) if by == "part" else None
    return lengths_of(workspace, dataset, unit, by=by, split=split, tokens=tokens)


def found_rows(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    page: int,
    order: str,
    columns: Sequence[Column] = (),
) -> FoundRows:
    """One page of the rows that a filter finds; see `core.explore.search`."""
    found = matches(workspace, dataset, row_filter, order)
    files = beside(workspace, dataset, row_filter)
    labels = known_labels(workspace, dataset)
    return read_page(
        workspace, dataset, row_filter, found, page=page, labels=labels, columns=columns, **files
    )


def exported_rows(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter, choice: ExportChoice
) -> bytes:
    """All rows that a filter finds as a file; see `core.labels.exchange.dataset_export`."""
    sink = io.BytesIO()
    files = beside(workspace, dataset, row_filter)
    export_dataset(workspace, open_labels(workspace), dataset, row_filter, sink, choice, **files)
    return sink.getvalue()


def map_points(
    workspace: Workspace, dataset: Dataset, sample: int, run: Run | None
) -> pd.DataFrame | None:
    """The points of a map with their texts, labels and lengths; None before it is made."""
    path = find_map(workspace, dataset, MapChoice(sample, run=run))
    if path is None:
        return None
    points, labels = _map_points(workspace, dataset, path), known_labels(workspace, dataset)
    if labels is not None:
        points[LABEL] = labels.names(points[ROW].to_numpy()).to_pandas().to_numpy()
    return points


@cached(max_entries=4)
def _map_points(workspace: Workspace, dataset: Dataset, path: Path) -> pd.DataFrame:
    points = pd.read_parquet(path)
    rows = RowFilter(rows=tuple(points[ROW].tolist()))
    texts = find_rows(workspace, dataset, rows, page_size=len(points)).rows
    return points.merge(texts, on=ROW)


@cached(spinner="Splitting")
def split_tables(workspace: Workspace, dataset: Dataset, plan: SplitPlan) -> summary.SplitTables:
    """See `core.explore.summary.split_tables`."""
    return summary.split_tables(workspace, dataset, plan)


@cached(
    key=lambda workspace, dataset, name: (
        workspace,
        dataset,
        name,
        split_version(workspace, dataset, name),
    ),
    spinner="Splitting",
)
def saved_split_tables(workspace: Workspace, dataset: Dataset, name: str) -> summary.SplitTables:
    """See `core.explore.summary.describe_split`, of a split saved by name."""
    return summary.describe_split(workspace, dataset, read_split(workspace, dataset, name))


@cached(
    key=lambda workspace, dataset, plan, name, column: (
        workspace,
        dataset,
        plan,
        split_version(workspace, dataset, name),
        column,
    ),
)
def split_leak(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan, name: str, column: str
) -> GroupLeak:
    """See `core.data.splits.group_leaks`, of a split saved by name or, without one, as planned."""
    split = read_split(workspace, dataset, name) if name else draw_split(workspace, dataset, plan)
    return group_leak(workspace, dataset, split, column)


@cached()
def values_of_parts(
    workspace: Workspace, dataset: Dataset, column: str
) -> list[tuple[str, int, str | None]]:
    """See `core.data.splits.column_parts.parts_of_values`, as the usual words have it."""
    plan = SplitPlan(rule=SplitRule.COLUMN, column=column)
    return parts_of_values(workspace, dataset, plan)
