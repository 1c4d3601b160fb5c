"""The conditions that rows must meet, as arguments that several subcommands share."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from core.cli.terminal import between
from core.data.dataset import N_CHARS, N_TOKENS, N_WORDS, Dataset
from core.data.filters.row_filter import NO_LABEL, Match, RowFilter
from core.data.filters.slices import find_slice
from core.data.labelled import LabelledBy
from core.data.splits.split import PARTS
from core.data.text.profile import HealthCheck
from core.encoders.encoders import EMBEDDED
from core.explore.token_counts_job import find_token_counts
from core.labels.exchange.dataset_export import run_of_dataset
from core.runs.run import find_run
from core.workspace import Workspace

_UNITS = {"words": N_WORDS, "characters": N_CHARS, "tokens": N_TOKENS}
_MOST = 2**31
_WHERE = (
    "what further columns must meet: country in ('US', 'CA') and posted >= '2026-01-31' and not"
    " (score > 0.8 or \"the title\" is missing); also =, !=, between … and …, contains '…'. Names"
    " with spaces or signs stand in double quotes, texts and dates in single ones. Columns marked"
    " as sensitive can be asked about, too"
)


class FilesBeside(TypedDict):
    """A run's predictions and an encoder's token counts, where conditions ask for them."""

    scores: Path | None
    tokens: Path | None


def add_conditions(sub: argparse.ArgumentParser) -> None:
    """Add the words to look for and all conditions."""
    sub.add_argument(
        "text",
        nargs="?",
        metavar="TEXT",
        help='words, all of which must occur; "in quotes" together, -without; all rows if left out',
    )
    how = sub.add_mutually_exclusive_group()
    how.add_argument("--phrase", action="store_true", help="TEXT stands together, in that order")
    how.add_argument("--regex", action="store_true", help="TEXT is a regular expression (RE2)")
    sub.add_argument("--slice", metavar="NAME", help="begin with the conditions of a saved slice")
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
    sub.add_argument("--encoder", default=EMBEDDED, help="whose tokens count (default: embedded)")


def row_filter_of(workspace: Workspace, dataset: Dataset, options: argparse.Namespace) -> RowFilter:
    """The conditions asked for, on top of those of a slice.

    Raises:
        NotFound: the slice or the run is not there.
        BadInput: the conditions cannot be met together.
    """
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


def files_beside(
    workspace: Workspace, dataset: Dataset, row_filter: RowFilter, encoder: str
) -> FilesBeside:
    """The files of the scores and of the token counts that the conditions ask for, if any.

    Raises:
        NotFound: the run is gone.
        BadInput: it is of another data set.
    """
    scores = tokens = None
    if row_filter.run:
        path = workspace.run(run_of_dataset(workspace, dataset, row_filter.run).id).predictions
        scores = path if path.is_file() else None
    if row_filter.unit == N_TOKENS:
        tokens = find_token_counts(workspace, dataset, encoder)
    return {"scores": scores, "tokens": tokens}
