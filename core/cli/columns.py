"""The subcommand that looks into further columns: columns."""

from __future__ import annotations

import argparse
import json
import math

from core.cli.terminal import AddCommand, one_line, print_json, say
from core.data.column import Column, column_called
from core.data.dataset import Dataset, find_dataset
from core.data.importing.import_report import rows_of
from core.data.labelled import original_row_labels
from core.data.names import named
from core.errors import BadInput
from core.explore.columns.association import Association, ranked_columns, verdict
from core.explore.columns.expression import group_expression
from core.explore.columns.stats import (
    ColumnStats,
    column_stats,
    default_label,
    figure_written,
    shown_groups,
)
from core.labels.label_set import row_labels
from core.labels.store.store import open_labels
from core.workspace import Workspace


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("columns", _columns, "what further columns hold, and what they tell of the label")
    sub.add_argument("dataset")
    sub.add_argument(
        "column",
        nargs="?",
        help="its rows by value (default: all columns, those that tell most of the label first)",
    )
    sub.add_argument("--label", help="the class whose shares to give (default: the positive one)")
    sub.add_argument(
        "--sensitive", action="store_true", help="with the columns marked as sensitive, too"
    )
    sub.add_argument("--json", action="store_true")


def _columns(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    given = row_labels(workspace, open_labels(workspace), dataset)
    labels = given or original_row_labels(workspace, dataset)
    if options.column is None:
        columns = [each for each in dataset.columns if options.sensitive or not each.sensitive]
        ranking = ranked_columns(workspace, dataset, columns, labels)
        _print_ranking(ranking, as_json=options.json)
        return
    column = _found(dataset, options.column, sensitive=options.sensitive)
    label = _label(labels.described(dataset), options.label)
    stats = column_stats(workspace, dataset, column, labels, label)
    _print_stats(stats, as_json=options.json)


def _found(dataset: Dataset, name: str, *, sensitive: bool) -> Column:
    column = column_called(dataset.columns, name)
    if column is None:
        open_ones = [one_line(each.name) for each in dataset.columns if not each.sensitive]
        action = f"choose among {named(open_ones)}" if open_ones else "leave it out to see those"
        raise BadInput("the name of a further column", repr(name), action)
    if column.sensitive and not sensitive:
        raise BadInput("a column that may be shown", "a sensitive one", "add --sensitive to see it")
    return column


def _label(dataset: Dataset, label: str | None) -> str | None:
    if label is None:
        return default_label(dataset)
    if label not in dataset.classes:
        action = f"choose among {named(dataset.classes)}" if dataset.classes else "leave it out"
        raise BadInput("a label that rows have", repr(label), action)
    return label


def _print_ranking(ranking: list[Association], *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "name": one.column.name,
                    "kind": one.column.kind.value,
                    "missing": one.column.missing,
                    "different": one.column.different,
                    "sensitive": one.column.sensitive,
                    "note": one.column.note,
                    "association": one.value,
                    "gives_away": one.gives_away,
                    "not_compared": one.reason,
                }
                for one in ranking
            ]
        )
        return
    for one in ranking:
        column = one.column
        told = f"association {one.value:.2f}" if one.value is not None else one.reason
        missing = f"{column.missing:,} missing"
        different = f"{column.different:,} different"
        print(one_line(column.name), column.kind.value, missing, different, told, sep="\t")
    say(one_line(verdict(ranking)) if ranking else "No further columns.")


def _print_stats(stats: ColumnStats, *, as_json: bool) -> None:
    if as_json:
        print_json(_plain(stats))
        return
    for name, figure in stats.figures.items():
        said = figure if isinstance(figure, str) else figure_written(figure)
        print(f"{name.replace('_', ' ')}: {said}")
    shown = shown_groups(stats)
    for line in shown.table.to_dict("records"):
        share = ""
        if stats.label is not None and line["labelled"]:
            between = f"{line['low']:.2%} to {line['high']:.2%}"
            share = f"\t{line['share']:.2%} are {one_line(stats.label)} ({between})"
        print(f"{one_line(str(line['value']))}\t{rows_of(int(line['rows']))}{share}")


def _plain(stats: ColumnStats) -> dict[str, object]:
    """All of it, for JSON; a share that nobody knows is null."""
    records = json.loads(stats.table.to_json(orient="records"))
    for record, group in zip(records, stats.groups, strict=True):
        record["where"] = group_expression(stats.column, group)
    return {
        "name": stats.column.name,
        "kind": stats.column.kind.value,
        "missing": stats.column.missing,
        "different": stats.column.different,
        "label": stats.label,
        "share": None if math.isnan(stats.share) else stats.share,
        "unit": stats.unit,
        "figures": dict(stats.figures),
        "groups": records,
    }
