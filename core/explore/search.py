"""Find rows: how many of which class, page after page, with the hits marked.

One scan of the texts gives `Matches`: the row numbers found and their counts by class. A page is
then a lookup of its few rows, so that a caller that keeps the matches turns pages for little.

Labels are the file's, unless those that rows have now are given (`RowLabels`). These are looked up
in arrays after the scan, so a label that somebody gives costs no scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.data.column import Column
from core.data.dataset import ID, LABEL, N_CHARS, N_WORDS, ROW, TEXT, Dataset
from core.data.filters.row_filter import RowFilter, bad_pattern
from core.data.labelled import LABELLED_BY, RowLabels
from core.data.text.words import Span
from core.explore.cells import with_cells
from core.explore.conditions import (
    Conditions,
    columns_beside,
    row_conditions,
    row_sources,
)
from core.explore.expression_sql import CELLS
from core.explore.hits import find_spans
from core.explore.order import BY_ROW, in_order, order_column, sort_key
from core.explore.query import Source, query, query_table
from core.workspace import Workspace

PAGE_ROWS = 50
_CLASS_ID = "class_id"


@dataclass(frozen=True)
class Matches:
    """The rows that a filter found.

    Attributes:
        rows: Their numbers in the order asked for, shape (n,); 32 bits where these hold them, for
            callers that keep matches.
        labels: How many rows have each label: the data set's classes in their order, then None
            for rows without a label where the data set has any.
    """

    rows: NDArray[np.signedinteger]
    labels: dict[str | None, int]

    @property
    def total(self) -> int:
        """How many rows were found."""
        return len(self.rows)


@dataclass(frozen=True)
class FoundRows:
    """One page of the rows that a filter found.

    Attributes:
        total: Rows found, on all pages.
        labels: As in `Matches`, on all pages.
        page: The page shown, from 0; the last one if a later one was asked for.
        pages: How many there are, at least 1.
        rows: Columns row, id, text, label (NaN for none), n_words, n_chars, then as far as they
            are known n_tokens, part (of the filter's split), score and labelled_by, then those of
            the data set's columns that were asked for.
        spans: For each row shown the places of the hits in its text, in characters.
    """

    total: int
    labels: dict[str | None, int]
    page: int
    pages: int
    rows: pd.DataFrame
    spans: list[list[Span]]


def find_rows(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    *,
    page: int = 0,
    page_size: int = PAGE_ROWS,
    order: str = BY_ROW,
    scores: Path | None = None,
    tokens: Path | None = None,
    labels: RowLabels | None = None,
    columns: Sequence[Column] = (),
) -> FoundRows:
    """One page of the rows that meet a filter, and how many there are.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        row_filter: Which rows.
        page: Which page, from 0.
        page_size: Rows a page.
        order: One of ORDERS, or a `column_order`.
        scores: The predictions of the filter's run, for its score range and the score column.
        tokens: The token counts, for lengths in tokens.
        labels: Those that the rows have now; None takes the file's.
        columns: Further columns whose cells the page has, under `Column.cells`.

    Raises:
        BadInput: the filter needs scores, tokens or columns that are not there, or another order.
        NotFound: the filter's split, or the data set, is gone.
    """
    matches = find_matches(
        workspace, dataset, row_filter, order=order, scores=scores, tokens=tokens, labels=labels
    )
    return read_page(
        workspace,
        dataset,
        row_filter,
        matches,
        page=page,
        page_size=page_size,
        scores=scores,
        tokens=tokens,
        labels=labels,
        columns=columns,
    )


def matching_rows(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    *,
    scores: Path | None = None,
    tokens: Path | None = None,
    labels: RowLabels | None = None,
) -> NDArray[np.int64]:
    """The numbers of all rows that meet a filter, ascending; see `find_rows`."""
    found = find_matches(
        workspace, dataset, row_filter, scores=scores, tokens=tokens, labels=labels
    )
    return found.rows.astype(np.int64)


def find_matches(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    *,
    order: str = BY_ROW,
    scores: Path | None = None,
    tokens: Path | None = None,
    labels: RowLabels | None = None,
) -> Matches:
    """All rows that meet a filter, in one scan; arguments and errors as `find_rows`."""
    if labels is not None:
        scanned = without_labels(row_filter)
        found = find_matches(workspace, dataset, scanned, order=order, scores=scores, tokens=tokens)
        return with_labels(found, row_filter, labels)
    by_column = order_column(dataset, order)
    if row_filter.is_empty and order == BY_ROW:
        return Matches(_compact(np.arange(dataset.rows), dataset), _known_labels(dataset))
    sources = row_sources(workspace, dataset, row_filter, scores=scores, tokens=tokens)
    if by_column is not None:
        sources[CELLS] = workspace.dataset(dataset.id).columns
    key, join = sort_key(row_filter, order, by_column, sources)
    classes = pa.table(
        {LABEL: pa.array(dataset.classes, pa.string()), _CLASS_ID: _class_ids(dataset)}
    )
    conditions = row_conditions(dataset, row_filter, sources)
    table = _scan(
        workspace,
        dataset,
        row_filter,
        f"""SELECT texts.{ROW},
                   coalesce({_CLASS_ID}, {len(dataset.classes)}::USMALLINT) AS {_CLASS_ID}
                   {key}
            FROM {conditions.tables} LEFT JOIN classes USING ({LABEL}) {join}
            WHERE {conditions.where}""",
        conditions,
        classes=classes,
    )
    counts = np.bincount(table[_CLASS_ID].to_numpy(), minlength=len(dataset.classes) + 1).tolist()
    names = [*dataset.classes, *([None] if dataset.unlabelled else [])]
    rows = _compact(in_order(table, order), dataset)
    return Matches(rows, dict(zip(names, counts, strict=False)))


def without_labels(row_filter: RowFilter) -> RowFilter:
    """A filter without its conditions on labels: what `with_labels` wants the matches of."""
    return replace(row_filter, labels=(), labelled_by="")


def with_labels(found: Matches, row_filter: RowFilter, labels: RowLabels) -> Matches:
    """Of the rows found those that meet a filter's conditions on labels, and their counts."""
    rows = found.rows
    if row_filter.labels or row_filter.labelled_by:
        rows = rows[labels.meets(row_filter.labels, row_filter.labelled_by)[rows]]
    return Matches(rows, labels.counts(rows))


def read_page(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    matches: Matches,
    *,
    page: int = 0,
    page_size: int = PAGE_ROWS,
    scores: Path | None = None,
    tokens: Path | None = None,
    labels: RowLabels | None = None,
    columns: Sequence[Column] = (),
) -> FoundRows:
    """One page of what `find_matches` found; arguments as `find_rows`."""
    pages = max(1, -(-matches.total // page_size))
    page = min(max(page, 0), pages - 1)
    rows = matches.rows[page * page_size : (page + 1) * page_size].astype(np.int64)
    sources = row_sources(workspace, dataset, row_filter, scores=scores, tokens=tokens)
    shown = (ROW, ID, TEXT, LABEL, N_WORDS, N_CHARS)
    found = labelled_table(_rows_table(workspace, dataset, rows, shown, sources), rows, labels)
    table = with_cells(workspace, dataset, found, rows, columns).to_pandas()
    return FoundRows(
        total=matches.total,
        labels=matches.labels,
        page=page,
        pages=pages,
        rows=table,
        spans=find_spans(table[TEXT].tolist(), row_filter),
    )


def read_rows(
    workspace: Workspace, dataset: Dataset, rows: NDArray[np.int64], columns: tuple[str, ...]
) -> pa.Table:
    """Columns of a few rows with these numbers, in their order.

    Of many rows far apart `take_rows` is quicker.
    """
    return _rows_table(workspace, dataset, rows, columns, {})


def labelled_table(table: pa.Table, rows: NDArray[np.int64], labels: RowLabels | None) -> pa.Table:
    """The table of these rows with the labels that they have now, and whose they are."""
    if labels is None:
        return table
    table = table.set_column(table.schema.get_field_index(LABEL), LABEL, labels.names(rows))
    return table.append_column(LABELLED_BY, labels.labelled_by(rows))


def _compact(rows: NDArray[np.int64], dataset: Dataset) -> NDArray[np.signedinteger]:
    return rows.astype(np.int32) if dataset.rows < 2**31 else rows


def _known_labels(dataset: Dataset) -> dict[str | None, int]:
    """The counts of the whole data set, which nobody has to count again."""
    counts: dict[str | None, int] = {name: dataset.class_counts[name] for name in dataset.classes}
    return {**counts, None: dataset.unlabelled} if dataset.unlabelled else counts


def _class_ids(dataset: Dataset) -> pa.Array:
    return pa.array(np.arange(len(dataset.classes)), pa.uint16())


def _scan(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    sql: str,
    conditions: Conditions,
    **sources: pa.Table,
) -> pd.DataFrame:
    try:
        return query(
            workspace, dataset, sql, conditions.parameters, **conditions.sources, **sources
        )
    except duckdb.InvalidInputException as error:
        if not row_filter.pattern:
            raise
        # Arrow's RE2 has taken the pattern; DuckDB's may be of another version.
        raise bad_pattern(str(error).removeprefix("Invalid Input Error: ")) from error


def _rows_table(
    workspace: Workspace,
    dataset: Dataset,
    rows: NDArray[np.int64],
    columns: tuple[str, ...],
    sources: Mapping[str, Source],
) -> pa.Table:
    """Columns of the rows with these numbers, in their order, with those from beside the texts.

    DuckDB reads only the row groups that the numbers fall in, and decodes texts only near them.
    """
    beside = columns_beside(sources)
    joins = [
        f"""LEFT JOIN (SELECT * FROM ({asked}) SEMI JOIN wanted USING ({ROW})) AS of_{name}
            USING ({ROW})"""
        for name, asked in beside.items()
    ]
    return query_table(
        workspace,
        dataset,
        f"""SELECT {", ".join([*columns, *beside])} FROM texts JOIN wanted USING ({ROW})
            {" ".join(joins)} ORDER BY place""",
        None,
        wanted=pa.table({ROW: rows, "place": np.arange(len(rows))}),
        **sources,
    )
