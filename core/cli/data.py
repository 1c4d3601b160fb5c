"""Subcommands for data sets themselves: import, datasets."""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from collections import defaultdict
from functools import partial
from pathlib import Path

from core.cli.file_format import add_format, chosen_format, say_doubts
from core.cli.terminal import (
    AddCommand,
    Tell,
    heard_between_steps,
    one_line,
    print_json,
    say,
    say_unreadable,
    show_bytes,
    show_percent,
)
from core.cli.text_columns import add_text_columns, chosen_text
from core.data.column import ColumnKind
from core.data.dataset import Dataset, list_datasets
from core.data.download import QUORA, download
from core.data.importing.column_check import doubts
from core.data.importing.column_choice import KEEP_ALL, ColumnChoices
from core.data.importing.import_job import percentage
from core.data.importing.import_report import OnProblem, Problem, rows_of
from core.data.importing.importer import ImportResult, import_file, import_sample
from core.data.importing.label_rules import LabelRules
from core.data.importing.preview import Columns, Preview, check_columns, preview_file
from core.data.reading.column_names import ACCEPTED, LABEL_NAMES, TEXT_NAMES
from core.data.sample.sample import SAMPLE_ROWS
from core.errors import disk_errors
from core.workspace import Workspace

_FIRST = 5
"""Row numbers that are shown of a problem, and classes of a data set."""


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("import", _import, "import a file and print the data set's id")
    sub.add_argument(
        "source",
        help="a CSV, TSV, JSON, JSONL, fastText, Parquet or Excel file, plain or compressed"
        " (.gz, .zip, .zst), an address, 'quora', or 'sample'",
    )
    sub.add_argument("--name", help="name of the data set (default: the file's)")
    add_text_columns(sub, "guessed")
    for role in ("label", "id"):
        sub.add_argument(f"--{role}", metavar="COLUMN", help=f"column with the {role}")
    for role in ("label", "id"):
        sub.add_argument(f"--no-{role}", action="store_true", help=f"no column holds the {role}")
    add_format(sub)
    sub.add_argument(
        "--on-problem",
        type=OnProblem,
        choices=OnProblem,
        default=OnProblem.SKIP,
        metavar="{skip,stop}",
        help="what to do at a row that cannot be used (default: skip)",
    )
    sub.add_argument(
        "--keep-label",
        action="append",
        default=[],
        metavar="LABEL",
        help="a label such as NA or null that is a class here; it would count as missing",
    )
    sub.add_argument(
        "--missing-label",
        action="append",
        default=[],
        metavar="LABEL",
        help="a label that means that there is none",
    )
    sub.add_argument(
        "--merge-spellings",
        action="store_true",
        help="make one class of labels such as Spam, spam and SPAM",
    )
    sub.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column that is not kept; all others are",
    )
    sub.add_argument(
        "--sensitive",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column that is kept, but shown nowhere and left out of exports unless asked for",
    )
    sub.add_argument(
        "--column-kind",
        action="append",
        default=[],
        type=_column_kind,
        metavar="COLUMN=KIND",
        help=f"what a column holds: {', '.join(kind.value for kind in ColumnKind)}"
        " (default: found in the whole file)",
    )
    sub.add_argument("--report", metavar="PATH", help="write every problem and row as CSV")
    sub.add_argument(
        "--rows", type=int, default=SAMPLE_ROWS, help="rows of the synthetic sample (default: all)"
    )

    sub = add("datasets", _datasets, "list the data sets")
    sub.add_argument("--json", action="store_true")


def _import(workspace: Workspace, options: argparse.Namespace) -> None:
    with heard_between_steps() as interrupted:
        progress = percentage(interrupted(show_percent))
        if options.source == "sample":
            print(import_sample(workspace, rows=options.rows, progress=progress).id)
            return
        path = _local_file(workspace, options.source, interrupted(show_bytes))
        file_format = chosen_format(path, options)
        preview = preview_file(path, file_format)
        columns = _columns(preview.guess, options)
        labels = LabelRules(
            tuple(options.keep_label), tuple(options.missing_label), options.merge_spellings
        )
        choices = ColumnChoices(
            tuple(options.leave_out), tuple(options.sensitive), dict(options.column_kind)
        )
        check_columns(columns, preview)  # What is chosen of others is checked with all keys known.
        guessed = _guessed(columns, options) + _unlabelled(preview, columns, options)
        say_doubts((*guessed, *preview.doubts, *doubts(preview, columns, labels)))
        result = import_file(
            workspace,
            path,
            columns,
            format=file_format,
            name=options.name or (QUORA.name if options.source == "quora" else None),
            on_problem=options.on_problem,
            labels=labels,
            choices=choices,
            progress=progress,
        )
    _say_report(workspace, result, chosen=choices != KEEP_ALL)
    if options.report:
        _save_report(workspace, result, Path(options.report))
    print(result.dataset.id)


def _column_kind(said: str) -> tuple[str, ColumnKind]:
    """What `COLUMN=KIND` says; a name may hold the sign, too."""
    name, _, kind = said.rpartition("=")
    if not name or kind not in [kind.value for kind in ColumnKind]:
        kinds = ", ".join(kind.value for kind in ColumnKind)
        raise argparse.ArgumentTypeError(f"{said!r} is not COLUMN=KIND with a kind among {kinds}")
    return name, ColumnKind(kind)


def _columns(guess: Columns, options: argparse.Namespace) -> Columns:
    """The guessed columns but for what was said; a column chosen for one use has no other."""
    text = chosen_text(options) or guess.text
    label, identifier = (None if name in text.columns else name for name in (guess.label, guess.id))
    return Columns(
        text=text,
        label=None if options.no_label else options.label or label,
        id=None if options.no_id else options.id or identifier,
    )


def _guessed(columns: Columns, options: argparse.Namespace) -> list[str]:
    """Which columns were guessed by what is in them, where their names do not say it."""
    guesses = (
        (options.text, columns.text.columns[0], TEXT_NAMES, "text"),
        (options.label, columns.label, (ACCEPTED, *LABEL_NAMES), "label"),
    )
    found = [
        f"{one_line(column)!r} as the {role}"
        for chosen, column, names, role in guesses
        if chosen is None and column is not None and column.lower() not in names
    ]
    if not found:
        return []
    listed = " and ".join(found)
    return [f"Read by what is in them: {listed} (--text, --label and --no-label choose others)."]


def _unlabelled(preview: Preview, columns: Columns, options: argparse.Namespace) -> list[str]:
    if columns.label is not None or options.no_label or len(preview.header) < 2:
        return []
    return ["No column is read as the label: --label chooses one, --no-label says that none is."]


def _local_file(workspace: Workspace, source: str, tell: Tell) -> Path:
    """The file to import, which may have to be fetched first."""
    url = QUORA.url if source == "quora" else source
    if not url.startswith(("http://", "https://")):
        return Path(source)
    progress = partial(tell, "Downloading")
    return download(workspace, url, url.rsplit("/", 1)[-1], progress=progress)


def _say_report(workspace: Workspace, result: ImportResult, *, chosen: bool) -> None:
    """What the import left out, changed or noticed, on stderr.

    Args:
        workspace: Where the data set is.
        result: Of the import.
        chosen: Whether something was said of columns.
    """
    dataset = result.dataset
    path = workspace.dataset(dataset.id).problems
    first = _first_rows(path) if result.is_new else {}
    labels = {name: Problem(name).label for name in result.problems}
    for name, count in result.problems.items():
        kept = "left out" if Problem(name).skips else "kept"
        numbers = ", ".join(f"{row}" for row in first.get(name, ()))
        where = f" (first: {numbers})" if numbers else ""
        say(f"{rows_of(count)} with {labels[name]} {kept}{where}")
    if not result.is_new:
        say(f"The same content is here already as {dataset.name!r}.")
        if chosen:
            say("Its columns stay as they are; delete it before to import it with other kinds.")
        return
    for column in dataset.columns:
        missing = f", {column.missing:,} missing" if column.missing else ""
        noted = f" ({column.note})" if column.note else ""
        say(f"Column {one_line(column.name)!r}: {column.kind.value}{missing}{noted}")
    for note in dataset.notes:
        if not any(label in note for label in labels.values()):  # Those are said above.
            say(note)
    if result.problems:
        say(f"Every problem and row: {path}")


def _save_report(workspace: Workspace, result: ImportResult, target: Path) -> None:
    source = workspace.dataset(result.dataset.id).problems
    with disk_errors("the report"):
        if source.exists():
            shutil.copyfile(source, target)
        else:  # Of a data set from before there were reports.
            target.write_text("problem,row,detail\n", "utf-8")
    if not result.is_new:
        say(f"The report is of the import that made {result.dataset.name!r}.")


def _first_rows(report: Path) -> dict[str, list[int]]:
    """The first row numbers of each problem in an import report."""
    found: dict[str, list[int]] = defaultdict(list)
    with report.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if len(found[line["problem"]]) < _FIRST:
                found[line["problem"]].append(int(line["row"]))
    return found


def _datasets(workspace: Workspace, options: argparse.Namespace) -> None:
    datasets = list_datasets(workspace)
    if options.json:
        print_json([json.loads(dataset.to_json()) for dataset in datasets])
        return
    for dataset in datasets:
        print(f"{dataset.id}\t{rows_of(dataset.rows)}\t{_classes(dataset)}")
    say_unreadable(workspace.datasets, "dataset.json", Dataset.from_json)


def _classes(dataset: Dataset) -> str:
    """The first classes with their rows, and how many more there are."""
    counts = [f"{one_line(name)}: {dataset.class_counts[name]:,}" for name in dataset.classes]
    more = [f"{len(counts) - _FIRST:,} more"] if len(counts) > _FIRST else []
    return ", ".join(counts[:_FIRST] + more) or "no labels"
