"""Subcommands for labels that people gave: labels export, import, show."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from core.cli.terminal import AddCommand, one_line, print_json, say
from core.data.dataset import find_dataset
from core.data.output.target_file import whole_file
from core.labels.annotators import this_annotator
from core.labels.counts import label_counts
from core.labels.exchange.exchange import export_current, export_history, import_labels
from core.labels.exchange.label_file import LabelFileFormat
from core.labels.store.store import open_labels
from core.workspace import Workspace

_STDOUT = "-"


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    about = "write, read and count the labels that people gave"
    actions = add("labels", _show, about).add_subparsers(required=True, metavar="ACTION")

    sub = actions.add_parser("export", help="write every event, or the current labels, to a file")
    sub.set_defaults(command=_export)
    sub.add_argument("dataset")
    sub.add_argument("output", metavar="OUT", help="a file, or - for the standard output")
    sub.add_argument("--current", action="store_true", help="one line a row: its current label")
    sub.add_argument(
        "--format",
        type=LabelFileFormat,
        choices=LabelFileFormat,
        metavar="{csv,jsonl}",
        help="default: by the file's ending, else csv",
    )

    sub = actions.add_parser(
        "import",
        help="store an exported history, or a table with `label` and `row` or `id`",
    )
    sub.set_defaults(command=_import)
    sub.add_argument("dataset")
    sub.add_argument("file", metavar="FILE")
    sub.add_argument(
        "--annotator",
        metavar="NAME",
        help="whose labels those of a table without a column `annotator` are (default: yours)",
    )

    sub = actions.add_parser("show", help="count labels, people and flags")
    sub.set_defaults(command=_show)
    sub.add_argument("dataset")
    sub.add_argument("--json", action="store_true")


def _export(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    store = open_labels(workspace)
    export = export_current if options.current else export_history
    file_format = options.format or _format_of(options.output)
    with _sink(options.output) as sink:
        written = export(workspace, store, dataset, sink, file_format=file_format)
    say(f"{written:,} {'labels' if options.current else 'events'} written")


def _format_of(name: str) -> LabelFileFormat:
    return (
        LabelFileFormat.JSONL
        if Path(name).suffix.lower() in (".jsonl", ".json")
        else LabelFileFormat.CSV
    )


@contextmanager
def _sink(name: str) -> Iterator[IO[bytes]]:
    """The standard output, or a file that appears whole or not at all."""
    if name == _STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(name), "the exported labels") as sink:
        yield sink


def _import(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    done = import_labels(
        workspace,
        open_labels(workspace),
        dataset,
        Path(options.file),
        annotator=options.annotator or this_annotator(),
    )
    blank = f", {done.unlabelled:,} lines without a label" if done.unlabelled else ""
    print(f"{done.stored:,} stored, {done.known_before:,} known before{blank}")


def _show(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    counts = label_counts(open_labels(workspace), dataset)
    if options.json:
        print_json(asdict(counts))
        return
    for title, figures in (("label", counts.rows), ("annotator", counts.annotators)):
        for name, count in figures.items():
            print(f"{title}\t{one_line(name)}\t{count:,}")
    print(f"flagged\t\t{counts.flagged:,}")
    print(f"events\t\t{counts.events:,}")
