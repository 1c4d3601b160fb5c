"""The subcommand that scores a file: score."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.terminal import WRONG_USAGE, AddCommand, show_line
from core.datasets.bytestream import ENCODINGS
from core.jobs.process import StopFlag
from core.jobs.worker import run_job
from core.runs.run import find_run
from core.scoring.scoring import find_scoring, work_on_scoring
from core.scoring.table import check_target, score_file
from core.workspace import Workspace


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("score", _score, "copy a CSV file with score and label added")
    sub.add_argument("run", nargs="?")
    sub.add_argument("input", nargs="?", metavar="IN")
    sub.add_argument("output", nargs="?", metavar="OUT")
    sub.add_argument("--text", metavar="COLUMN", help="column with the text (default: guessed)")
    sub.add_argument("--encoding", choices=ENCODINGS, help="default: detected")
    sub.add_argument("--job", help=argparse.SUPPRESS)
    sub.add_argument("--json", action="store_true")


def _score(workspace: Workspace, options: argparse.Namespace) -> int:
    if options.job:
        return _score_job(workspace, options.job)
    if not (options.run and options.input and options.output):
        print("Expected RUN, IN and OUT: see `python -m core score --help`.", file=sys.stderr)
        return WRONG_USAGE
    stop = StopFlag()
    stop.install()
    target = Path(options.output)
    check_target(target)
    run = find_run(workspace, options.run)
    from core.scoring.scorer import load_scorer

    scorer = load_scorer(workspace, run)
    result = score_file(
        scorer,
        Path(options.input),
        target,
        text_column=options.text,
        encoding=options.encoding,
        on_progress=lambda p: show_line(f"{p.rows:,} of {p.total:,} rows, {p.rows_per_s:,.0f}/s"),
        should_stop=lambda: stop.is_set,
    )
    show_line("")
    if options.json:
        print(result.to_json())
    else:
        print(f"{result.rows:,} rows, {result.unscored:,} without text, {result.seconds:,.1f} s")
    return 0


def _score_job(workspace: Workspace, scoring_id: str) -> int:
    scoring = find_scoring(workspace, scoring_id)
    stop = StopFlag(workspace.scoring(scoring.id).stop_request)
    stop.install()
    return run_job(
        workspace.scoring(scoring.id),
        lambda status: work_on_scoring(workspace, scoring, status, lambda: stop.is_set),
    )
