"""The subcommand that scores a file: score."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.cli.file_format import add_format, chosen_format, say_doubts
from core.cli.terminal import WRONG_USAGE, AddCommand, say, show_line
from core.cli.text_columns import add_text_columns, chosen_text
from core.data.importing.preview import Columns, check_columns, preview_file
from core.data.output.output_kind import kind_of
from core.data.output.target_file import check_target
from core.data.reading.formats import FileFormat
from core.data.text_recipe import TextRecipe
from core.errors import BadInput, Cancelled, disk_errors
from core.jobs.cancellation import StopFlag
from core.model.keras_import import import_tensorflow_alone
from core.runs.run import Run, find_run
from core.scoring.input_rows import Reason
from core.scoring.prediction_cache import drop_cache
from core.scoring.scored_output import SCORED_KINDS
from core.scoring.summary import FileProgress, FileResult
from core.scoring.text_columns import LikelyRecipe, likely_recipe
from core.workspace import Workspace

_STANDARD = "-"
_INTERRUPTED = 130
_KEPT_S = 30 * 24 * 3600.0


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("score", _score, "copy a file with score, label and error added; resumes by itself")
    sub.add_argument("run", nargs="?")
    sub.add_argument(
        "input",
        nargs="?",
        metavar="IN",
        help="a file as `import` takes it, or - for the standard input",
    )
    sub.add_argument(
        "output",
        nargs="?",
        metavar="OUT",
        help="a file, CSV or Parquet by its ending; - for the standard output",
    )
    add_text_columns(sub, "those that the run learned from, else guessed")
    add_format(sub)
    sub.add_argument("--json", action="store_true", help="print figures, on stderr if OUT is -")


def _score(workspace: Workspace, options: argparse.Namespace) -> int:
    if not (options.run and options.input and options.output):
        print("Expected RUN, IN and OUT: see `python -m core score --help`.", file=sys.stderr)
        return WRONG_USAGE
    run = find_run(workspace, options.run)
    if options.output != _STANDARD:
        _check_output(Path(options.output), Path(options.input))
    try:
        with _local_file(options.input) as source:
            result = _scored(workspace, run, source, options)
    except Cancelled:
        say("Stopped; the same command goes on from what was scored.")
        return _INTERRUPTED
    _report(result, options)
    return 0


def _scored(
    workspace: Workspace, run: Run, source: Path, options: argparse.Namespace
) -> FileResult:
    format = chosen_format(source, options)
    preview = preview_file(source, format)
    chosen = chosen_text(options)
    recipe, doubt = LikelyRecipe(chosen) if chosen else likely_recipe(run, preview)
    say_doubts((*preview.doubts, *filter(None, [doubt])))
    check_columns(Columns(recipe), preview)
    # Imported here: what can be refused without TensorFlow is refused at once.
    import_tensorflow_alone()
    from core.scoring.scored_file import score_file
    from core.scoring.scorer import load_scorer

    scorer = load_scorer(workspace, run)
    store = workspace.prediction_cache(f"{run.id}-{_digest(source, recipe, format)}")
    _drop_abandoned(store)
    stop = StopFlag()
    stop.install()  # Before, nothing has begun that could go on.
    settings: dict[str, Any] = {
        "store": store,
        "text_recipe": recipe,
        "format": format,
        "on_progress": _show,
        "should_stop": lambda: stop.is_set,
    }
    if options.output == _STANDARD:
        result = score_file(scorer, source, sys.stdout.buffer, **settings)
        sys.stdout.buffer.flush()
    else:
        target = Path(options.output)
        result = score_file(scorer, source, target, kind=kind_of(target, SCORED_KINDS), **settings)
    drop_cache(store)
    return result


def _check_output(target: Path, source: Path) -> None:
    """Make sure that the rows can be written there, before anything slow begins.

    Raises:
        BadInput: no file can be there, its name asks for another kind, or it is the input.
    """
    check_target(target)
    kind_of(target, SCORED_KINDS)
    if source.exists() and target.exists() and target.samefile(source):
        raise BadInput(
            "another place for the scored rows than the file itself",
            f"{str(target)!r} for both",
            "choose another name",
        )


@contextmanager
def _local_file(name: str) -> Iterator[Path]:
    """The file of that name, or one with what comes in."""
    if name != _STANDARD:
        yield Path(name)
        return
    with TemporaryDirectory(prefix="sincerely-") as folder:
        path = Path(folder) / "stdin"
        with disk_errors("what comes in"), path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path


def _digest(source: Path, recipe: TextRecipe, format: FileFormat) -> str:
    """What the texts of a file depend on: its content, and how it is read."""
    digest = hashlib.sha256(repr((recipe, format)).encode())
    with source.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()[:16]


def _drop_abandoned(store: Path) -> None:
    """Take away the stores beside this one that nobody has gone on with for 30 days."""
    for path in store.parent.glob("*.sqlite"):
        # In use, a store has newer files beside it; as a command ends, it may drop its own.
        with suppress(OSError, ValueError):
            touched = max(part.stat().st_mtime for part in path.parent.glob(f"{path.name}*"))
            if path != store and time.time() - touched > _KEPT_S:
                drop_cache(path)


def _show(progress: FileProgress) -> None:
    left = progress.seconds_left
    told = "" if left is None else f", {progress.rows_per_s:,.0f} rows/s, {left:,.0f} s left"
    show_line(f"{progress.rows:,} of {progress.total:,} rows{told}")


def _report(result: FileResult, options: argparse.Namespace) -> None:
    show_line("")
    out = sys.stderr if options.output == _STANDARD else sys.stdout
    if options.json:
        print(result.to_json(), file=out)
        return
    print(
        f"{result.rows:,} rows, {result.scored:,} scored, {result.texts:,} different texts,"
        f" {result.seconds:,.1f} s",
        file=out,
    )
    for reason, count in result.unscored.items():
        say(f"{count:,} without a score: {Reason(reason).label}")
    if result.short:
        say(f"{result.short:,} rows with fewer cells than the header were filled up")
    if result.guarded:
        say(f"{result.guarded:,} cells that look like formulas stand behind an apostrophe")
    if result.replaced:
        say(f"{result.replaced:,} cells or characters could not be kept as they were")
