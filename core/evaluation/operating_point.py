"""The threshold that a run is used with, and the rule it was chosen by."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import Enum

from core.errors import BadInput, disk_errors
from core.files import read_text, write_atomically
from core.records import parse_json
from core.runs.result import kept_result
from core.runs.run import Run
from core.workspace import Workspace


class Rule(str, Enum):
    """How a threshold is chosen, with the amounts it takes.

    F_BETA: beta (1 weighs precision and recall alike, 2 counts recall more); highest F-beta.
    MCC: nothing; highest Matthews correlation.
    PRECISION: the least precision wanted, above 0 to 1.
    RECALL: the least recall wanted, above 0 to 1.
    COSTS: of a false alarm and of a miss, in one unit.
    WORKLOAD: texts that can be reviewed, and texts that arrive, in the same time.
    NEVER_MORE: the same, kept also where more score high than did on the rows it was tuned on.
    HAND: the threshold itself, 0 to 1.
    """

    F_BETA = "f_beta"
    MCC = "mcc"
    PRECISION = "precision"
    RECALL = "recall"
    COSTS = "costs"
    WORKLOAD = "workload"
    NEVER_MORE = "never_more"
    HAND = "hand"


def _share(value: float) -> bool:
    return 0 < value <= 1


def _costs(alarm: float, miss: float) -> bool:
    return alarm >= 0 and miss >= 0 and alarm + miss > 0


def _workload(reviewed: float, arriving: float) -> bool:
    return 0 < reviewed <= arriving


_ALLOWED: dict[Rule, tuple[str, int, Callable[..., bool]]] = {
    Rule.F_BETA: ("a beta from 0.1 to 10", 1, lambda beta: 0.1 <= beta <= 10),
    Rule.MCC: ("no amount", 0, lambda: True),
    Rule.PRECISION: ("a precision above 0, up to 1", 1, _share),
    Rule.RECALL: ("a recall above 0, up to 1", 1, _share),
    Rule.COSTS: ("two costs, not both 0", 2, _costs),
    Rule.WORKLOAD: ("texts to review, up to those that arrive", 2, _workload),
    Rule.NEVER_MORE: ("texts to review, up to those that arrive", 2, _workload),
    Rule.HAND: ("a threshold from 0 to 1", 1, lambda threshold: 0 <= threshold <= 1),
}


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold for the rule `score >= threshold`, and why it is that one.

    Raises:
        BadInput: amounts that the rule cannot take.
    """

    threshold: float
    rule: Rule = Rule.F_BETA
    amounts: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        wanted, count, allowed = _ALLOWED[self.rule]
        finite = all(math.isfinite(amount) for amount in self.amounts)
        if len(self.amounts) != count or not finite or not allowed(*self.amounts):
            found = ", ".join(f"{amount:g}" for amount in self.amounts) or "none"
            raise BadInput(f"{wanted} for the rule {self.rule.value}", found, "correct it")

    def moved(self, threshold: float) -> OperatingPoint:
        """The same rule with this threshold."""
        return replace(self, threshold=float(threshold))


def describe_point(point: OperatingPoint) -> str:
    """Why a threshold is what it is, such as `best F1 on validation rows`."""
    amounts = [f"{a:,.0f}" if a == round(a) else f"{a:,.6g}" for a in point.amounts]
    return {
        Rule.F_BETA: "best F{} on validation rows",
        Rule.MCC: "best MCC on validation rows",
        Rule.PRECISION: "precision of at least {} on validation rows",
        Rule.RECALL: "recall of at least {} on validation rows",
        Rule.COSTS: "a false alarm costs {}, a miss {}",
        Rule.WORKLOAD: "{} of {} texts can be reviewed",
        Rule.NEVER_MORE: "never more than {} of {} texts to review",
        Rule.HAND: "set by hand",
    }[point.rule].format(*amounts)


def operating_point(workspace: Workspace, run: Run) -> OperatingPoint:
    """What the run is used with: what somebody chose, else the best F1 on validation rows.

    Raises:
        NotFound: the run has kept no model yet.
    """
    result = kept_result(workspace, run)
    chosen = _chosen(workspace, run)
    if chosen is None or chosen[1] != result.best_step:
        return OperatingPoint(result.threshold)
    return chosen[0]


def keep_operating_point(workspace: Workspace, run: Run, point: OperatingPoint) -> None:
    """Use the run with this threshold from now on, everywhere.

    Raises:
        NotFound: the run has kept no model yet.
        DiskError: the disk is full or closed to this user.
    """
    result = kept_result(workspace, run)
    values = {**asdict(point), "best_step": result.best_step}
    with disk_errors("the threshold"):
        write_atomically(workspace.run(run.id).operating_point, json.dumps(values))


def drop_operating_point(workspace: Workspace, run: Run) -> None:
    """Go back to the run's own threshold.

    Raises:
        DiskError: the folder is closed to this user.
    """
    with disk_errors("the threshold"):
        workspace.run(run.id).operating_point.unlink(missing_ok=True)


def _chosen(workspace: Workspace, run: Run) -> tuple[OperatingPoint, int] | None:
    """What was kept, and for the model of which step; None if nothing was, or not readably."""
    try:
        values = parse_json(read_text(workspace.run(run.id).operating_point))
        step = values.pop("best_step")
        values["rule"], values["amounts"] = Rule(values["rule"]), tuple(values["amounts"])
        return OperatingPoint(**values), step
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadInput):
        return None
