"""Subcommands that say why a run answers as it does: explain, swap."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.terminal import AddCommand, between, one_line, print_json, show_line, show_rows
from core.errors import NotFound
from core.explain.explanation_types import TOLERANCE, Method, Neighbours, Preparation, SwapSample
from core.explain.identity_swap import (
    DEFAULT_GROUPS,
    Group,
    pair_summaries,
    parse_groups,
)
from core.model.keras_import import import_tensorflow_alone
from core.runs.run import find_run
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.explain.explanation import Explainer

_MOST_NEIGHBOURS = 50
_MOST_ROWS = 10_000
_SLICE_ROWS = 16
_SLICE_S = 1.0
_SHOWN_PAIRS = 20


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("explain", _explain, "say what each word of a text adds to its score")
    sub.add_argument("run")
    sub.add_argument("text")
    sub.add_argument(
        "--method",
        choices=[method.value for method in Method],
        default=Method.INTEGRATED_GRADIENTS.value,
        help="default: %(default)s",
    )
    sub.add_argument(
        "--nearest",
        type=between(0, _MOST_NEIGHBOURS),
        default=0,
        metavar="N",
        help="also list the N training rows most like it",
    )
    sub.add_argument("--json", action="store_true")

    sub = add("swap", _swap, "exchange terms for groups of people and see the score move")
    sub.add_argument("run")
    sub.add_argument("text", nargs="?", help="default: rows of the run's test part")
    sub.add_argument("--terms", type=Path, metavar="FILE", help="a group a line, with commas")
    sub.add_argument(
        "--rows", type=between(1, _MOST_ROWS), default=100, help="rows tried (default: 100)"
    )
    sub.add_argument("--json", action="store_true")


def _explain(workspace: Workspace, options: argparse.Namespace) -> None:
    text = _argument(options.text)
    explainer, run_score = _explainer(workspace, options.run)
    score, label = run_score(text)
    found = explainer.explain([text], Method(options.method))[0]
    neighbours = _nearest(explainer, text, options.nearest) if options.nearest else None
    if options.json:
        values = {"text": text, "score": score, "predicted_label": label, **asdict(found)}
        for word in values["words"]:
            word["word"] = text[word["start"] : word["end"]]
        values |= {"neighbours": asdict(neighbours)} if neighbours else {}
        print_json(values)
        return
    print(f"score {score:.4f}, predicted label {one_line(label)}")
    for word in found.words:
        print(f"{word.contribution:+8.3f}  {one_line(text[word.start : word.end])}")
    if found.baseline is not None and found.gap is not None:
        print(
            f"{found.baseline:+.3f} for a blank text, {found.log_odds:+.3f} for this one;"
            f" {found.gap:+.4f} are in no word, with a tolerance of {TOLERANCE:g}"
            f" (log-odds of {one_line(found.label)})"
        )
    if text[found.read :].strip():
        print(f"cut off after {found.read:,} characters")
    for row in neighbours.found if neighbours else ():
        print(f"{row.similarity:8.3f}  {one_line(row.label)}  {one_line(row.text)}")


def _swap(workspace: Workspace, options: argparse.Namespace) -> None:
    groups = _groups(options.terms)
    explainer, _ = _explainer(workspace, options.run)
    if options.text is not None:
        swaps = explainer.swaps([_argument(options.text)], groups)
        if options.json:
            print_json([asdict(swap) for swap in swaps])
            return
        for swap in swaps:
            flip = f"  {one_line(swap.label_before)} → {one_line(swap.label_after)}"
            print(f"{swap.change:+.4f}{flip if swap.flips else ''}  {one_line(swap.swapped)}")
        return
    sample = _sample(explainer, groups, options.rows)
    summaries = pair_summaries(sample.swaps)
    if options.json:
        print_json({"pairs": [asdict(pair) for pair in summaries], **asdict(sample)})
        return
    print(f"{sample.tried:,} rows with a term among {sample.looked:,} of the {sample.part} part")
    for pair in summaries[:_SHOWN_PAIRS]:
        print(
            f"{pair.first} / {pair.second}\ttexts {pair.texts:,}\tmean {pair.mean:.4f}"
            f"\tmax {pair.largest:.4f}\tflips {pair.flips:,}"
        )


def _explainer(workspace: Workspace, reference: str) -> tuple[Explainer, Any]:
    run = find_run(workspace, reference)
    import_tensorflow_alone()
    from core.explain.explanation import Explainer
    from core.scoring.scorer import load_scorer

    scorer = load_scorer(workspace, run)

    def score(text: str) -> tuple[float, str]:
        scores = scorer.score([text])
        return float(scores.values[0]), scores.labels[0]

    return Explainer(scorer), score


def _nearest(explainer: Explainer, text: str, count: int) -> Neighbours:
    while isinstance(found := explainer.nearest(text, count, seconds=_SLICE_S), Preparation):
        show_rows("Reading training rows:", found.done, found.total)
    show_line("")
    return found


def _sample(explainer: Explainer, groups: Sequence[Group], rows: int) -> SwapSample:
    sample = explainer.sample_swaps(groups, start=0, most=min(_SLICE_ROWS, rows))
    while sample.tried < rows and sample.looked < sample.rows:
        show_rows("Exchanging terms:", sample.tried, rows)
        most = min(_SLICE_ROWS, rows - sample.tried)
        sample = sample.joined(explainer.sample_swaps(groups, start=sample.looked, most=most))
    show_line("")
    return sample


def _groups(path: Path | None) -> tuple[Group, ...]:
    if path is None:
        return DEFAULT_GROUPS
    try:
        return parse_groups(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound("a file of terms in UTF-8", f"none at {str(path)!r}", "check it") from error


def _argument(text: str) -> str:
    """A text from the command line, where bytes that are no UTF-8 are lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
