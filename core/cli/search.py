"""Subcommands that find rows: search, slices."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

import pandas as pd

from core.cli.conditions import add_conditions, files_beside, row_filter_of
from core.cli.export_rows import rows_sink, say_written
from core.cli.terminal import AddCommand, between, one_line, print_json, say
from core.data.column import Column, column_called
from core.data.dataset import (
    LABEL,
    ROW,
    TEXT,
    Dataset,
    find_dataset,
)
from core.data.filters.row_filter import NO_LABEL
from core.data.filters.slices import delete_slice, list_slices, save_slice
from core.data.importing.import_report import rows_of
from core.data.labelled import LABELLED_BY, LabelledBy
from core.errors import BadInput
from core.explore.export import ExportParts, export_rows
from core.explore.order import ORDERS, column_order
from core.explore.search import PAGE_ROWS, FoundRows, find_rows
from core.labels.label_set import row_labels
from core.labels.store.store import open_labels
from core.workspace import Workspace

_MAX_PAGE = 2**31
_MAX_PAGE_ROWS = 10_000


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("search", _search, "rows that hold some words and meet some conditions")
    sub.add_argument("dataset")
    add_conditions(sub)
    sub.add_argument("--save", metavar="NAME", help="save these conditions as a slice")
    how = sub.add_mutually_exclusive_group()
    how.add_argument("--order", choices=ORDERS, default=ORDERS[0])
    how.add_argument("--order-by", metavar="COLUMN", help="lowest first, rows without a value last")
    sub.add_argument("--descending", action="store_true", help="with --order-by: highest first")
    sub.add_argument("--page", type=between(1, _MAX_PAGE), default=1)
    sub.add_argument("--page-size", type=between(1, _MAX_PAGE_ROWS), default=PAGE_ROWS)
    sub.add_argument(
        "--sensitive", action="store_true", help="with the columns marked as sensitive, too"
    )
    form = sub.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", metavar="PATH", help="write all rows found as CSV; - for stdout")

    sub = add("slices", _slices, "list the saved slices of a data set, or delete one")
    sub.add_argument("dataset")
    sub.add_argument("--delete", metavar="NAME")
    sub.add_argument("--json", action="store_true")


def _search(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    row_filter = row_filter_of(workspace, dataset, options)
    labels = row_labels(workspace, open_labels(workspace), dataset)
    columns = [each for each in dataset.columns if options.sensitive or not each.sensitive]
    files = files_beside(workspace, dataset, row_filter, options.encoder)
    if options.csv:
        with rows_sink(options.csv) as sink:
            parts = ExportParts(numbered=True, labels=labels, columns=columns)
            written = export_rows(
                workspace, dataset, row_filter, sink, parts, labels=labels, **files
            )
        say_written(written)
        count = written.rows
    else:
        found = find_rows(
            workspace,
            dataset,
            row_filter,
            page=options.page - 1,
            page_size=options.page_size,
            order=_order(dataset, options),
            labels=labels,
            columns=columns,
            **files,
        )
        count = found.total
        if options.json:
            _print_found_json(found, columns)
        else:
            _print_found(found)
    if options.save:
        save_slice(workspace, dataset, options.save, row_filter, count)


def _order(dataset: Dataset, options: argparse.Namespace) -> str:
    if options.order_by is None:
        return str(options.order)
    column = column_called(dataset.columns, options.order_by)
    if column is None:
        offered = (repr(each.name) for each in dataset.columns if not each.sensitive)
        names = ", ".join(offered) or "none"
        raise BadInput(f"a column ({names})", repr(options.order_by), "choose one of these")
    return column_order(column, descending=options.descending)


def _print_found(found: FoundRows) -> None:
    """The rows of the page on stdout, one a line; how many there are on stderr."""
    counts = ", ".join(f"{_name(label)}: {count:,}" for label, count in found.labels.items())
    page = f"; page {found.page + 1:,} of {found.pages:,}" if found.pages > 1 else ""
    say(f"{rows_of(found.total)} ({counts or 'no labels'}){page}")
    people = found.rows.get(LABELLED_BY, pd.Series("", found.rows.index)) == LabelledBy.PEOPLE.value
    columns = (found.rows[ROW], found.rows[LABEL], people, found.rows[TEXT])
    for row, label, by_people, text in zip(*columns, strict=True):
        shown = one_line(label) if isinstance(label, str) else ""
        print(f"{row}\t{shown}{' (people)' if by_people else ''}\t{one_line(text)}")


def _print_found_json(found: FoundRows, columns: Sequence[Column]) -> None:
    rows: list[dict[str, object]] = json.loads(found.rows.to_json(orient="records"))
    for row in rows if columns else ():
        row["columns"] = {column.name: row.pop(column.cells) for column in columns}
    print_json(
        {
            "total": found.total,
            "labels": {label or NO_LABEL: count for label, count in found.labels.items()},
            "page": found.page + 1,
            "pages": found.pages,
            "rows": [{**row, "hits": hits} for row, hits in zip(rows, found.spans, strict=True)],
        }
    )


def _slices(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    if options.delete is not None:
        delete_slice(workspace, dataset, options.delete)
        return
    slices = list_slices(workspace, dataset)
    if options.json:
        print_json([json.loads(one.to_json()) for one in slices])
        return
    for one in slices:
        print(f"{one.name}\t{rows_of(one.rows)}\t{one.row_filter.describe()}")


def _name(label: str | None) -> str:
    return "no label" if label is None else one_line(label)
