"""Whether a threshold keeps on other rows what its rule was asked for on validation rows."""

from __future__ import annotations

from dataclasses import dataclass

from core.evaluation.intervals import Confusion, count_estimates
from core.evaluation.operating_point import OperatingPoint, Rule
from core.evaluation.thresholds import workload


@dataclass(frozen=True)
class Promise:
    """What became of what was asked for: whether it holds, and a sentence with the range."""

    kept: bool
    said: str


def promise(point: OperatingPoint, confusion: Confusion, part: str) -> Promise | None:
    """What a part of the rows says of a threshold's rule.

    Args:
        point: The threshold and its rule.
        confusion: The threshold's on that part.
        part: Its name.

    Returns:
        None for rules that ask for no amount, and where the rows do not say.
    """
    if point.rule in (Rule.WORKLOAD, Rule.NEVER_MORE):
        return _of_workload(point, confusion, part)
    says = {Rule.PRECISION: confusion.flagged, Rule.RECALL: confusion.positives}
    return _of_share(point, confusion, part) if says.get(point.rule) else None


def _of_workload(point: OperatingPoint, confusion: Confusion, part: str) -> Promise:
    reviewed, arriving = point.amounts
    flagged = workload(confusion, arriving).flagged
    said = (
        f"On {part} rows it flags about {flagged.value:,.0f} ({flagged.low:,.0f} to"
        f" {flagged.high:,.0f}) of {arriving:,.0f} texts"
    )
    if flagged.value > reviewed:
        return Promise(False, f"{said}, more than the {reviewed:,.0f} that can be reviewed.")
    if flagged.high > reviewed:
        return Promise(True, f"{said}: perhaps more than the {reviewed:,.0f} asked for.")
    return Promise(True, f"{said}.")


def _of_share(point: OperatingPoint, confusion: Confusion, part: str) -> Promise:
    found = count_estimates(confusion)[point.rule.value]
    said = f"On {part} rows its {point.rule.value} is {found}"
    (least,) = point.amounts
    if found.value < least:
        return Promise(False, f"{said}, less than the {least:g} asked for.")
    if found.low < least:
        return Promise(True, f"{said}: perhaps less than the {least:g} asked for.")
    return Promise(True, f"{said}.")
