"""The subcommand that writes a data set or a slice of it to a file: export-rows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from core.cli.conditions import add_conditions, files_beside, row_filter_of
from core.cli.terminal import AddCommand, heard_between_steps, say, show_rows
from core.data.dataset import find_dataset
from core.data.importing.import_report import rows_of
from core.data.output.output_kind import OutputKind, kind_of
from core.data.output.target_file import whole_file
from core.explore.export import ExportedRows
from core.labels.exchange.dataset_export import ExportChoice, LabelLayer, export_dataset
from core.labels.store.store import open_labels
from core.workspace import Workspace

_STDOUT = "-"


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    about = "write a data set, or the rows that meet some conditions, as CSV, Parquet, JSONL, Excel"
    sub = add("export-rows", _export_rows, about)
    sub.add_argument("dataset")
    sub.add_argument("output", metavar="OUT", help="a file, or - for the standard output")
    add_conditions(sub)
    sub.add_argument(
        "--format",
        type=OutputKind,
        choices=OutputKind,
        metavar="{csv,parquet,jsonl,xlsx}",
        help="default: by the file's ending, else csv",
    )
    sub.add_argument(
        "--labels",
        type=LabelLayer,
        choices=LabelLayer,
        default=LabelLayer.PRESENT,
        metavar="{present,file,everyone}",
        help="those that rows have now and whose they are (default), the file's, or the file's and"
        " a column for each person",
    )
    sub.add_argument(
        "--with-split", metavar="NAME", help="with each row's part of this split (default: --split)"
    )
    sub.add_argument(
        "--with-run",
        metavar="RUN",
        help="with this run's score and predicted label (default: --run)",
    )
    sub.add_argument(
        "--sensitive", action="store_true", help="with the columns marked as sensitive, too"
    )
    sub.add_argument(
        "--typed",
        action="store_true",
        help="numbers, times and yes/no of further columns as such, not as the file has them",
    )
    sub.add_argument(
        "--unguarded",
        action="store_true",
        help="CSV: cells such as =1+1 as they are, without an apostrophe that spreadsheets need",
    )


@contextmanager
def rows_sink(output: str) -> Iterator[BinaryIO]:
    """The standard output, or a file that appears whole or not at all."""
    if output == _STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(output), "the rows") as sink:
        yield sink


def say_written(written: ExportedRows) -> None:
    """How many rows were written, and what was changed in them."""
    say(rows_of(written.rows))
    if written.guarded:
        cells = "1 cell" if written.guarded == 1 else f"{written.guarded:,} cells"
        say(f"{cells} that a spreadsheet would run as a formula written behind an apostrophe")


def _export_rows(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    kind = options.format or (
        OutputKind.CSV if options.output == _STDOUT else kind_of(Path(options.output))
    )
    row_filter = row_filter_of(workspace, dataset, options)
    choice = ExportChoice(
        kind,
        labels=options.labels,
        split=options.with_split or row_filter.split,
        run=options.with_run or row_filter.run,
        sensitive=options.sensitive,
        typed=options.typed,
        guards=not options.unguarded,
        delimiter="\t" if Path(options.output).suffix.lower() == ".tsv" else ",",
    )
    files = files_beside(workspace, dataset, row_filter, options.encoder)
    with heard_between_steps() as interrupted, rows_sink(options.output) as sink:
        written = export_dataset(
            workspace,
            open_labels(workspace),
            dataset,
            row_filter,
            sink,
            choice,
            progress=partial(interrupted(show_rows), "Writing"),
            **files,
        )
    say_written(written)
