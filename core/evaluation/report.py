"""A run's report: one HTML file, with all that it needs inside, that opens without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from jinja2 import Environment, StrictUndefined

from core.data.output.target_file import whole_file
from core.errors import disk_errors
from core.evaluation.assessment import Assessment, PartAssessment, limits
from core.evaluation.intervals import Array, Estimate
from core.evaluation.operating_point import describe_point
from core.runs.metric_names import TITLES

_TEMPLATE = Path(__file__).with_name("report.html")
_SIDE = 200
_POINTS = 200
_FEW_SLICES = 12
_MOST_SLICES = 40


def write_report(path: Path, found: Assessment, *, now: datetime | None = None) -> None:
    """Write the report to a file, which appears whole or not at all.

    Its folder is made if there is none.

    Raises:
        BadInput: no file can be written there, such as where a folder stands.
        DiskError: the disk is full or closed to this user.
    """
    with disk_errors("the report"):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, "the report") as file:
        file.write(report_html(found, now=now).encode())


def report_html(found: Assessment, *, now: datetime | None = None) -> str:
    """The report: data, split, settings, figures with intervals, curves, slices and limits.

    Everything that people wrote is escaped; the page has no scripts and asks for nothing.
    """
    # Escapes whatever is put in: names, classes and slices are other people's words.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["figure"] = _figure
    environment.filters["points"] = _points
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    when = now or datetime.now(timezone.utc)
    return template.render(
        found=found,
        run=found.run,
        config=vars(found.run.config),
        described=describe_point(found.point),
        written=f"{when:%Y-%m-%d %H:%M} UTC",
        titles=TITLES,
        limits=limits(found),
        side=_SIDE,
        curves={name: _curves(part) for name, part in found.parts.items()},
        slices={name: _shown_slices(part) for name, part in found.parts.items()},
    )


def _figure(estimate: Estimate) -> str:
    """A value for people, with its interval where there is one."""
    if estimate.value != estimate.value:
        return "–"
    if estimate.low != estimate.low:
        return f"{estimate.value:.3f}"
    return str(estimate)


def _points(pairs: Iterable[tuple[float, float]]) -> str:
    """Points of a square from 0 to 1 as SVG has them, from the upper left corner."""
    return " ".join(f"{_SIDE * x:.1f},{_SIDE * (1 - y):.1f}" for x, y in pairs)


def _curves(part: PartAssessment) -> Mapping[str, list[tuple[float, float]]]:
    """Points of each curve by its title, from 0 to 1 both ways."""
    table = part.reliability
    calibration = list(zip(table["score"], table["share"], strict=True))
    if not part.predictions.binary or part.predictions.one_class:
        return {"Reliability": calibration}
    figures, places = part.sweep.figures(), part.sweep.places(_POINTS)[1:]
    recall, precision = figures["recall"][places], figures["precision"][places]
    alarms = 1 - figures["specificity"][places]
    return {
        "Precision over recall": steps(recall, precision),
        "ROC: recall over false alarms": [(0.0, 0.0), *zip(alarms, recall, strict=True)],
        "Reliability: share over score": calibration,
    }


def steps(recall: Array, precision: Array) -> list[tuple[float, float]]:
    """Precision over recall as average precision adds it up: level between two recalls.

    Straight lines from point to point promise what no threshold gives: Davis and Goadrich (2006),
    The relationship between precision-recall and ROC curves.
    """
    before = np.append(0.0, recall[:-1])
    corners = np.stack([before, precision, recall, precision], axis=1).reshape(-1, 2)
    return [(float(x), float(y)) for x, y in corners]


@dataclass(frozen=True)
class _ShownSlice:
    """A line of the table of slices."""

    slice: str
    rows: int
    figure: Estimate
    worse: bool


def _shown_slices(part: PartAssessment) -> list[_ShownSlice]:
    """The slices that are worse, and the first ones beside."""
    if part.slices.empty:
        return []
    worse = part.slices["worse"]
    table = part.slices[worse | (part.slices.index < _FEW_SLICES)].head(_MOST_SLICES)
    name = "f1" if part.predictions.binary else "accuracy"
    return [
        _ShownSlice(
            record["slice"],
            record["rows"],
            Estimate(record[name], record[f"{name}_low"], record[f"{name}_high"]),
            record["worse"],
        )
        for record in table.to_dict("records")
    ]
