"""The subcommand for saved splits: split."""

from __future__ import annotations

import argparse

from core.cli.terminal import AddCommand, print_json
from core.data.dataset import Dataset, find_dataset
from core.data.splits.saved_split import SavedSplit, delete_split, list_splits, save_split
from core.data.splits.split import PARTS, SplitPlan
from core.records import to_plain
from core.runs.config import DEFAULT_PRESET, PRESETS, preset, with_settings
from core.workspace import Workspace


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("split", _split, "draw a split and save it under a name, or list the saved ones")
    sub.add_argument("dataset")
    what = sub.add_mutually_exclusive_group()
    what.add_argument("--name", help="draw a split and save it under this name")
    what.add_argument("--delete", metavar="NAME", help="delete a saved split")
    sub.add_argument(
        "--preset", choices=PRESETS, default=DEFAULT_PRESET, help="sizes where none are given"
    )
    for part in PARTS:
        sub.add_argument(
            f"--{part}",
            metavar="SIZE",
            help="a share of the rows that the parts before left, or with no point a number",
        )
    sub.add_argument("--seed", type=int, default=42)
    sub.add_argument("--json", action="store_true")


def _split(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    if options.delete is not None:
        delete_split(workspace, dataset, options.delete)
        return
    if options.name is None:
        splits = list_splits(workspace, dataset)
    else:
        splits = [save_split(workspace, dataset, options.name, _plan(dataset, options))]
    if options.json:
        print_json([to_plain(split) for split in splits])
        return
    for split in splits:
        print(_line(split))


def _plan(dataset: Dataset, options: argparse.Namespace) -> SplitPlan:
    """The preset's sizes with those that are given in their place."""
    sizes = {f"{part}_size": getattr(options, part) for part in PARTS}
    settings = [f"{name}={size}" for name, size in sizes.items() if size is not None]
    start = preset(options.preset, dataset.labelled)
    return with_settings(start, [*settings, f"seed={options.seed}"]).split_plan()


def _line(split: SavedSplit) -> str:
    sizes = ", ".join(f"{part} {rows:,}" for part, rows in split.sizes.items())
    return f"{split.name}\t{sizes}\tseed {split.plan.seed}"
