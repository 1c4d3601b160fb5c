"""Subcommands that look into a data set: stats, terms, tokens, map."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from functools import partial

from core.cli.terminal import (
    AddCommand,
    between,
    heard_between_steps,
    print_json,
    say,
    show_rows,
)
from core.data.dataset import N_TOKENS, Dataset, find_dataset
from core.data.splits.saved_split import draw_split, find_split, read_split
from core.data.splits.split import SplitRule
from core.encoders.encoders import EMBEDDED
from core.errors import BadInput
from core.explore import summary
from core.explore.health import GROUP_IN_TRAIN, health_figures
from core.explore.length_stats import cut_share, length_figures, length_table
from core.explore.map import MAX_SAMPLE, MapChoice, make_map
from core.explore.term_stats import (
    PAIRS,
    WORDS,
    WORDS_AND_PAIRS,
    common_terms,
    distinctive_terms,
)
from core.explore.token_counts_job import count_tokens
from core.runs.config import DEFAULT_PRESET, PRESETS, preset, with_settings
from core.runs.run import find_run
from core.workspace import Workspace

_DEFAULT_SAMPLE = 2_000
_USUAL_LENGTH = 128
_SIZES = {"words": WORDS, "pairs": PAIRS, "both": WORDS_AND_PAIRS}


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("stats", _stats, "figures of a data set, and of a split of it")
    sub.add_argument("dataset")
    which = sub.add_mutually_exclusive_group()
    which.add_argument("--split", action="store_true", help="also compare the parts of a split")
    which.add_argument("--saved", metavar="NAME", help="also compare those of a saved split")
    sub.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET, help="sizes of the parts")
    sub.add_argument("--seed", type=int, default=42)
    sub.add_argument(
        "--group",
        metavar="COLUMN",
        help="with a split, also count rows whose value here train rows have, too",
    )
    sub.add_argument("--json", action="store_true")

    sub = add("terms", _terms, "words and word pairs that tell a class from the others")
    sub.add_argument("dataset")
    sub.add_argument("--label", help="the class (default: the commonest terms of all rows)")
    sub.add_argument("--size", choices=_SIZES, default="both")
    sub.add_argument("--limit", type=between(1, 10_000), default=50)
    sub.add_argument("--json", action="store_true")

    sub = add("tokens", _tokens, "count an encoder's tokens and print the file's path")
    sub.add_argument("dataset")
    sub.add_argument(
        "--max-seq-length",
        type=between(3, 100_000),
        default=_USUAL_LENGTH,
        help=f"also say how many texts this would cut (default: {_USUAL_LENGTH})",
    )
    sub.add_argument("--encoder", default=EMBEDDED, help="a folder (default: the embedded one)")
    sub.add_argument("--json", action="store_true")

    sub = add("map", _map, "lay out a sample of the texts on a plane; print the file's path")
    sub.add_argument("dataset")
    sub.add_argument(
        "--sample", type=int, default=_DEFAULT_SAMPLE, help=f"rows, at most {MAX_SAMPLE:,}"
    )
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--run", help="also score the rows with this run")
    sub.add_argument("--encoder", default=EMBEDDED, help="a folder (default: the embedded one)")
    sub.add_argument("--json", action="store_true")


def _stats(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    figures = summary.dataset_figures(workspace, dataset)
    if options.group and not (options.split or options.saved):
        raise BadInput("--split or --saved NAME with --group", "neither", "add one of them")
    if options.split or options.saved:
        figures |= _split_figures(workspace, dataset, options)
    if options.json:
        print_json(figures)
        return
    for name, value in figures.items():
        print(f"{name}: {json.dumps(value, ensure_ascii=False)}")


def _split_figures(
    workspace: Workspace, dataset: Dataset, options: argparse.Namespace
) -> dict[str, object]:
    """The parts of a saved split, or of one drawn for this."""
    groups = options.group or ""
    if options.saved:
        split = read_split(workspace, dataset, options.saved)
        plan = find_split(workspace, dataset, options.saved).plan
        groups = groups or (plan.column if plan.rule is SplitRule.GROUP else "")
    else:
        config = with_settings(preset(options.preset, dataset.labelled), (f"seed={options.seed}",))
        split = draw_split(workspace, dataset, config.split_plan())
    tables = summary.describe_split(workspace, dataset, split)
    gap = None if math.isnan(tables.share_gap) else tables.share_gap
    found = {"split": tables.figures.to_dict("records"), "share_gap": gap}
    health = health_figures(workspace, dataset, split=split, groups=groups)
    leaks = {name: health[name] for name in ("shared_with_train", GROUP_IN_TRAIN) if name in health}
    return {**found, "notes": tables.notes, **leaks}


def _terms(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    size, limit = _SIZES[options.size], options.limit
    if options.label is None:
        table = common_terms(workspace, dataset, size=size, limit=limit)
    else:
        table = distinctive_terms(workspace, dataset, options.label, size=size, limit=limit)
    rows = json.loads(table.to_json(orient="records"))
    if options.json:
        print_json(rows)
        return
    for row in rows:
        z = f"\tz {row['z']:.1f}" if "z" in row else ""
        print(f"{row['term']}\t{row['rows']:,} rows{z}")


def _tokens(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    with heard_between_steps() as interrupted:
        progress = partial(interrupted(show_rows), "Counting tokens")
        path = count_tokens(workspace, dataset, options.encoder, progress=progress)
    table = length_table(workspace, dataset, N_TOKENS, tokens=path)
    figures = length_figures(table)
    cut = cut_share(table, options.max_seq_length)
    if options.json:
        print_json({"path": str(path), **asdict(figures), "cut_share": cut})
        return
    say(
        f"mean {figures.mean:.1f}, median {figures.median:g}, p95 {figures.p95:g},"
        f" p99 {figures.p99:g}, max {figures.max:,}; max_seq_length {options.max_seq_length}"
        f" would cut {cut:.2%} of the texts"
    )
    print(path)


def _map(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    with heard_between_steps() as interrupted:
        run = find_run(workspace, options.run) if options.run else None
        choice = MapChoice(options.sample, options.seed, run, options.encoder)
        path = make_map(workspace, dataset, choice, interrupted(show_rows))
    show_rows("", 0, 0)
    rows = min(options.sample, dataset.rows)
    if options.json:
        print_json({"map_id": path.stem, "path": str(path), "rows": rows})
    else:
        print(path)
