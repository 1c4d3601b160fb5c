"""The subcommand for saved splits: split."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.cli.terminal import AddCommand, print_json, say
from core.data.dataset import Dataset, find_dataset
from core.data.splits.saved_split import SavedSplit, delete_split, list_splits, save_split
from core.data.splits.split import NO_PART, PARTS, SplitPlan, SplitRule
from core.errors import BadInput
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
    sub.add_argument("--preset", choices=PRESETS, help="sizes where none are given")
    for part in PARTS:
        sub.add_argument(
            f"--{part}",
            metavar="SIZE",
            help="a share of the rows that the parts before left, or with no point a number",
        )
    sub.add_argument("--seed", type=int, default=42)
    _add_rules(sub)
    sub.add_argument("--json", action="store_true")


def _add_rules(sub: argparse.ArgumentParser) -> None:
    """What else than chance may divide the rows."""
    rule = sub.add_mutually_exclusive_group()
    for name, about in (
        ("column", "parts as this column of the file names them"),
        ("group", "rows with one value of this column fall into one part"),
        ("time", "train on what was before, test on what was after"),
    ):
        rule.add_argument(f"--{name}", metavar="COLUMN", help=about)
    sub.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="VALUE=PART",
        help="with --column: the part that a value means, or none; may be repeated",
    )
    sub.add_argument(
        "--from-train",
        metavar="SIZE",
        help="with --column, where it names no validation rows: how many of train validate"
        " (default: 0.1)",
    )
    for part in ("validation", "test"):
        sub.add_argument(
            f"--{part}-from", metavar="MOMENT", help=f"with --time: where {part} begins"
        )


def _split(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    if options.delete is not None:
        delete_split(workspace, dataset, options.delete)
        return
    if options.name is None:
        _refuse_nameless(options)
        splits = list_splits(workspace, dataset)
    else:
        splits = [save_split(workspace, dataset, options.name, _plan(dataset, options))]
    if options.json:
        print_json([to_plain(split) for split in splits])
        return
    for split in splits:
        print(_line(split))
    if options.name is not None:
        for note in splits[0].notes:
            say(note)


def _refuse_nameless(options: argparse.Namespace) -> None:
    rules = [f"--{rule}" for rule in ("column", "group", "time") if getattr(options, rule)]
    if rules:
        raise BadInput("a name to save the split under", rules[0], "add --name NAME")


def _plan(dataset: Dataset, options: argparse.Namespace) -> SplitPlan:
    """The preset's sizes with those that are given in their place, and the rule."""
    rule, column = _rule(options)
    sizes = {f"{part}_size": getattr(options, part) for part in PARTS}
    settings = [f"{name}={size}" for name, size in sizes.items() if size is not None]
    cuts = tuple(cut for cut in (options.validation_from, options.test_from) if cut is not None)
    if settings and (rule is SplitRule.COLUMN or cuts):
        raise BadInput(
            "no sizes where " + ("moments divide" if cuts else "a column names the parts"),
            settings[0].partition("_")[0] + " size",
            "leave them out",
        )
    # A preset takes the first rows of many; what divides by time goes to the end of it.
    labelled = None if rule is SplitRule.TIME else dataset.labelled
    start = preset(options.preset or DEFAULT_PRESET, labelled)
    plan = with_settings(start, [*settings, f"seed={options.seed}"]).split_plan()
    values = tuple(_value_part(value) for value in options.value)
    plan = replace(plan, rule=rule, column=column, values=values, cuts=cuts)
    if options.from_train is None:
        return plan
    if rule is not SplitRule.COLUMN:
        raise BadInput("--from-train with --column only", rule.value, "leave it out")
    return replace(plan, from_train=_size(options.from_train))


def _rule(options: argparse.Namespace) -> tuple[SplitRule, str]:
    for rule in (SplitRule.COLUMN, SplitRule.GROUP, SplitRule.TIME):
        if (column := getattr(options, rule.value)) is not None:
            return rule, column
    return SplitRule.CHANCE, ""


def _value_part(given: str) -> tuple[str, str]:
    """A value and its part; a value may hold = itself."""
    value, equals, part = given.rpartition("=")
    if not equals:
        raise BadInput("a value and its part, such as tset=test", repr(given), "correct it")
    return value, NO_PART if part == "none" else part


def _size(given: str) -> float | int:
    try:
        return int(given) if given.lstrip("-").isdigit() else float(given)
    except ValueError as error:
        raise BadInput("a number for --from-train", repr(given), "correct it") from error


def _line(split: SavedSplit) -> str:
    sizes = ", ".join(f"{part} {rows:,}" for part, rows in split.sizes.items())
    return f"{split.name}\t{sizes}\t{split.plan.describe()}"
