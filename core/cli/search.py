"""Subcommands that find rows: search, slices."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from core.cli.terminal import AddCommand, between, one_line, print_json, say
from core.data.column import Column, column_called
from core.data.dataset import (
    LABEL,
    N_CHARS,
    N_TOKENS,
    N_WORDS,
    ROW,
    TEXT,
    Dataset,
    find_dataset,
)
from core.data.filters.row_filter import NO_LABEL, Match, RowFilter
from core.data.filters.slices import delete_slice, find_slice, list_slices, save_slice
from core.data.importing.import_report import rows_of
from core.data.labelled import LABELLED_BY, LabelledBy
from core.data.output.target_file import whole_file
from core.data.splits.split import PARTS
from core.data.text.profile import HealthCheck
from core.encoders.encoders import EMBEDDED
from core.errors import BadInput
from core.explore.export import export_rows
from core.explore.order import ORDERS, column_order
from core.explore.search import PAGE_ROWS, FoundRows, find_rows
from core.explore.token_counts_job import find_token_counts
from core.labels.label_set import row_labels
from core.labels.store.store import open_labels
from core.runs.run import find_run
from core.workspace import Workspace

_UNITS = {"words": N_WORDS, "characters": N_CHARS, "tokens": N_TOKENS}
_MAX_PAGE_ROWS = 10_000
_MOST = 2**31
_WHERE = (
    "what further columns must meet: country in ('US', 'CA') and posted >= '2026-01-31' and not"
    " (score > 0.8 or \"the title\" is missing); also =, !=, between … and …, contains '…'. Names"
    " with spaces or signs stand in double quotes, texts and dates in single ones. Columns marked"
    " as sensitive can be asked about, too"
)


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("search", _search, "rows that hold some words and meet some conditions")
    sub.add_argument("dataset")
    sub.add_argument(
        "text",
        nargs="?",
        metavar="TEXT",
        help='words, all of which must occur; "in quotes" together, -without; all rows if left out',
    )
    how = sub.add_mutually_exclusive_group()
    how.add_argument("--phrase", action="store_true", help="TEXT stands together, in that order")
    how.add_argument("--regex", action="store_true", help="TEXT is a regular expression (RE2)")
    _add_conditions(sub)
    sub.add_argument("--slice", metavar="NAME", help="begin with the conditions of a saved slice")
    sub.add_argument("--save", metavar="NAME", help="save these conditions as a slice")
    how = sub.add_mutually_exclusive_group()
    how.add_argument("--order", choices=ORDERS, default=ORDERS[0])
    how.add_argument("--order-by", metavar="COLUMN", help="lowest first, rows without a value last")
    sub.add_argument("--descending", action="store_true", help="with --order-by: highest first")
    sub.add_argument("--page", type=between(1, _MOST), default=1)
    sub.add_argument("--page-size", type=between(1, _MAX_PAGE_ROWS), default=PAGE_ROWS)
    sub.add_argument("--encoder", default=EMBEDDED, help="whose tokens count (default: embedded)")
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


def _add_conditions(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--label", action="append", metavar="LABEL", help="one of these labels")
    sub.add_argument("--unlabelled", action="store_true", help="rows without a label (too)")
    sub.add_argument(
        "--labelled-by",
        choices=[whose.value for whose in LabelledBy],
        help="rows whose label is the file's, one of people's, or nobody's",
    )
    sub.add_argument("--shortest", type=between(0, _MOST), metavar="LENGTH")
    sub.add_argument("--longest", type=between(0, _MOST), metavar="LENGTH")
    sub.add_argument("--unit", choices=_UNITS, help="of the lengths (default: words)")
    sub.add_argument("--split", metavar="NAME", help="rows of a saved split")
    sub.add_argument("--part", choices=PARTS, help="rows of one part of it")
    sub.add_argument("--run", help="rows that a run has scored")
    sub.add_argument("--lowest", type=float, metavar="SCORE")
    sub.add_argument("--highest", type=float, metavar="SCORE")
    sub.add_argument("--check", choices=[check.value for check in HealthCheck])
    sub.add_argument("--group", metavar="KIND:NUMBER", help="rows of one group of duplicates")
    sub.add_argument("--where", metavar="EXPRESSION", help=_WHERE)


def _search(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    row_filter = _row_filter(workspace, dataset, options)
    labels = row_labels(workspace, open_labels(workspace), dataset)
    columns = [each for each in dataset.columns if options.sensitive or not each.sensitive]
    scores, tokens = _sources(workspace, dataset, row_filter, options.encoder)
    if options.csv:
        with _sink(options.csv) as sink:
            count = export_rows(
                workspace,
                dataset,
                row_filter,
                sink,
                scores=scores,
                tokens=tokens,
                labels=labels,
                columns=columns,
            )
        say(rows_of(count))
    else:
        found = find_rows(
            workspace,
            dataset,
            row_filter,
            page=options.page - 1,
            page_size=options.page_size,
            order=_order(dataset, options),
            scores=scores,
            tokens=tokens,
            labels=labels,
            columns=columns,
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
        names = ", ".join(repr(each.name) for each in dataset.columns) or "none"
        raise BadInput(f"a column ({names})", repr(options.order_by), "choose one of these")
    return column_order(column, descending=options.descending)


def _sink(path: str) -> AbstractContextManager[BinaryIO]:
    if path == "-":
        return nullcontext(sys.stdout.buffer)
    return whole_file(Path(path), "the rows found")


def _row_filter(workspace: Workspace, dataset: Dataset, options: argparse.Namespace) -> RowFilter:
    """The conditions asked for, on top of those of a slice."""
    match = Match.REGEX if options.regex else Match.PHRASE if options.phrase else Match.WORDS
    labels = (*(options.label or ()), *([NO_LABEL] if options.unlabelled else ()))
    asked = {
        "text": options.text,
        "match": match if options.text is not None else None,
        "labels": labels or None,
        "unit": _UNITS[options.unit] if options.unit else None,
        "run": find_run(workspace, options.run).id if options.run else None,
    }
    names = (
        "labelled_by",
        "shortest",
        "longest",
        "split",
        "part",
        "lowest",
        "highest",
        "check",
        "group",
        "where",
    )
    asked |= {name: getattr(options, name) for name in names}
    start = RowFilter()
    if options.slice:
        start = find_slice(workspace, dataset, options.slice).row_filter
    return replace(start, **{name: value for name, value in asked.items() if value is not None})


def _sources(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter, encoder: str
) -> tuple[Path | None, Path | None]:
    """The files of the scores and of the token counts that the conditions ask for, if any."""
    scores = tokens = None
    if row_filter.run:
        run = find_run(workspace, row_filter.run)
        if run.fingerprint != dataset.fingerprint:
            raise BadInput(
                f"a run on {dataset.name!r}", f"one on {run.dataset_name!r}", "choose another run"
            )
        path = workspace.run(run.id).predictions
        scores = path if path.is_file() else None
    if row_filter.unit == N_TOKENS:
        tokens = find_token_counts(workspace, dataset, encoder)
    return scores, tokens


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
