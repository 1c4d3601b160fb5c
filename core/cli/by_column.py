"""What `evaluate --by COLUMN` prints: a run's slices by a column, and how groups fare."""

from __future__ import annotations

from typing import Any

from core.cli.terminal import one_line, print_json
from core.evaluation.assessment import judged_part
from core.evaluation.by_column import ByColumn, as_values, evaluate_by
from core.evaluation.groups import FIGURES, Group, GroupFigure, Groups
from core.evaluation.intervals import Estimate
from core.evaluation.operating_point import operating_point
from core.runs.run import Run
from core.workspace import Workspace


def show_by_column(workspace: Workspace, run: Run, column: str, *, as_json: bool) -> None:
    """Measure the run by a column on the part that speaks for unseen rows, and print it.

    Raises:
        SincerelyError: as `core.evaluation.by_column.evaluate_by`.
    """
    threshold = operating_point(workspace, run).threshold
    found = evaluate_by(workspace, run, judged_part(workspace, run), threshold, column)
    if as_json:
        print_json(as_values(found))
        return
    if found.groups is not None:
        _print_groups(found.groups)
    _print_slices(found, "f1" if len(run.classes) == 2 else "accuracy")


def _print_groups(groups: Groups) -> None:
    print(one_line(groups.verdict))
    if groups.auc.value == groups.auc.value:
        print(f"auc of all rows {groups.auc}")
    for group in groups.groups:
        print("\t".join([one_line(group.name), f"{group.rows:,} rows", *_figures(group)]))


def _figures(group: Group) -> list[str]:
    return [f"{name} {_figure(group.figures[name])}" for name in FIGURES]


def _figure(figure: GroupFigure) -> str:
    if figure.said:
        return one_line(figure.said)
    return f"{figure.estimate}{' worse' if figure.worse else ''}"


def _print_slices(found: ByColumn, figure: str) -> None:
    if found.slices.empty:
        print(one_line(f"{found.column.name} tells no {found.part} rows apart."))
    for record in found.slices.to_dict("records"):
        print(_slice(record, figure))


def _slice(record: dict[Any, Any], figure: str) -> str:
    shown = Estimate(*(record[f"{figure}{end}"] for end in ("", "_low", "_high")))
    value = f"{figure} {shown}" if shown.value == shown.value else "no positive row"
    worse = ["worse"] if record["worse"] else []
    return "\t".join([one_line(record["slice"]), f"{record['rows']:,} rows", value, *worse])
