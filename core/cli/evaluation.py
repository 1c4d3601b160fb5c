"""Subcommands that say what a run is good for: evaluate, threshold, baselines."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from core.cli.by_column import show_by_column
from core.cli.terminal import (
    AddCommand,
    heard_between_steps,
    one_line,
    print_json,
    say,
    show_rows,
)
from core.data.splits.split import VALIDATION
from core.errors import BadInput
from core.evaluation.assessment import Assessment, as_values, assess, judged_part, limits
from core.evaluation.baselines.comparison import (
    BaselinesRequest,
    compared_models,
    fit_baselines,
    runs_left_out,
)
from core.evaluation.intervals import Estimate
from core.evaluation.operating_point import (
    OperatingPoint,
    Rule,
    drop_operating_point,
    keep_operating_point,
    operating_point,
)
from core.evaluation.predictions import read_predictions, scored_parts
from core.evaluation.promises import promise
from core.evaluation.report import write_report
from core.evaluation.thresholds import Sweep, choose
from core.runs.run import Run, find_run
from core.workspace import Workspace

_NEVER_MORE = " Use --by never_more for a threshold that leaves room for chance."


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("evaluate", _evaluate, "measure a trained run: figures, intervals, slices, limits")
    sub.add_argument("run", help="id or name of the run")
    what = sub.add_mutually_exclusive_group()
    what.add_argument("--report", type=Path, metavar="FILE", help="also write a model card as HTML")
    what.add_argument(
        "--by",
        metavar="COLUMN",
        help="measure it by a column of its data set instead: slices, and how groups fare",
    )
    sub.add_argument("--json", action="store_true")

    sub = add("threshold", _threshold, "show, choose or reset the threshold a run is used with")
    sub.add_argument("run", help="id or name of the run")
    what = sub.add_mutually_exclusive_group()
    what.add_argument("--by", choices=[rule.value for rule in Rule], help="rule to choose it by")
    what.add_argument("--reset", action="store_true", help="go back to the run's own")
    sub.add_argument(
        "--amount",
        type=float,
        action="append",
        default=[],
        metavar="NUMBER",
        help="what the rule takes: beta; precision; recall; two costs; texts to review and texts"
        " that arrive; the threshold by hand",
    )
    sub.add_argument("--json", action="store_true")

    sub = add("baselines", _baselines, "fit the baselines of a run's rows and compare")
    sub.add_argument("run", help="id or name of the run")
    sub.add_argument("--json", action="store_true")


def _evaluate(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    if options.by is not None:
        show_by_column(workspace, run, options.by, as_json=options.json)
        return
    part = judged_part(workspace, run)
    models, out = compared_models(workspace, run, part), runs_left_out(workspace, run, part)
    found = assess(workspace, run, models, left_out=out)
    if options.report:
        write_report(options.report, found)
        say(f"Wrote {options.report}.")
    if options.json:
        print_json(as_values(found))
        return
    _print(found)


def _print(found: Assessment) -> None:
    for name, part in found.parts.items():
        print(f"{name}: {len(part.predictions):,} rows, threshold {found.point.threshold:.4g}")
        for figure, estimate in part.figures.items():
            print(f"  {figure:16}{_figure(estimate)}")
        print(f"  {'majority':16}{part.majority:.3f}")
        print(f"  {'ece':16}{part.ece:.4f}, calibrated {part.ece_calibrated:.4f}")
    for sentence in limits(found):
        print(one_line(sentence))


def _figure(estimate: Estimate) -> str:
    return str(estimate) if estimate.low == estimate.low else f"{estimate.value:.3f}"


def _threshold(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    if options.amount and not options.by:
        raise BadInput("amounts with a rule", "amounts alone", "name the rule by --by")
    if options.by and len(run.classes) > 2:
        raise BadInput("a run of two classes", f"{len(run.classes)}", "it needs no threshold")
    if options.reset:
        drop_operating_point(workspace, run)
    elif options.by:
        rows = read_predictions(workspace, run, VALIDATION)
        amounts = tuple(options.amount)
        keep_operating_point(
            workspace, run, choose(Rule(options.by), amounts, rows.class_ids, rows.scores)
        )
    point = operating_point(workspace, run)
    _show(point, as_json=options.json)
    if len(run.classes) == 2:
        _say_promise(workspace, run, point)


def _say_promise(workspace: Workspace, run: Run, point: OperatingPoint) -> None:
    """Whether what was asked for holds on the rows that nothing was tuned on."""
    if not scored_parts(workspace, run):
        return
    rows = read_predictions(workspace, run, judged_part(workspace, run))
    confusion = Sweep.of(rows.class_ids, rows.scores).at(point.threshold)
    if found := promise(point, confusion, rows.part):
        more = "" if found.kept else _NEVER_MORE if point.rule is Rule.WORKLOAD else ""
        say(found.said + more)


def _show(point: OperatingPoint, *, as_json: bool) -> None:
    values = {
        "threshold": point.threshold,
        "rule": point.rule.value,
        "amounts": list(point.amounts),
    }
    if as_json:
        print_json(values)
    else:
        print(f"{point.threshold:.6g}\t{point.rule.value}\t{json.dumps(list(point.amounts))}")


def _baselines(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    part = judged_part(workspace, run)
    with heard_between_steps() as interrupted:
        fit_baselines(workspace, BaselinesRequest(run.id), interrupted(show_rows))
    steps = compared_models(workspace, run, part)
    if options.json:
        print_json(as_values(assess(workspace, run, steps))["baselines"])
        return
    for sentence in runs_left_out(workspace, run, part):
        say(sentence)
    for step in steps:
        shown = "\t".join(f"{name} {each}" for name, each in step.estimates.items())
        print(f"{step.name}\t{step.seconds:,.0f} s\t{shown}")
    if len(run.classes) == 2:
        say("F1 and accuracy at each one's own threshold, tuned for F1 on validation rows.")
