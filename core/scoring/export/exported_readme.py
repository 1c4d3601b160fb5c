"""The README of an exported model: what it does, what it is worth, how it is used."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from core.data.splits.split import TEST, VALIDATION
from core.evaluation.assessment import Assessment, assess, limits
from core.evaluation.doctor.frozen_rows import frozen_rows
from core.evaluation.intervals import Estimate
from core.evaluation.operating_point import OperatingPoint, Rule
from core.evaluation.predictions import scored_parts
from core.runs.metric_names import TITLES
from core.runs.result import RunResult
from core.runs.run import Run
from core.workspace import Workspace

Values = Mapping[str, Mapping[str, float | Estimate]]
"""By part, then by name of the figure."""

_TEMPLATE = Path(__file__).with_name("exported_readme.md")
_MARKS = re.compile(r"[\\`*_\[\]<>|~&#$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""Characters that Markdown, or GitHub's form of it, would make something of."""
_UNMEASURED = (
    "The run had not come to its end when it was exported: these figures are what training"
    " measured on the rows that chose the model and the threshold, so they flatter."
)
_MEANINGS = {
    "f1": "Harmonic mean of precision and recall",
    "precision": "Share of the texts called positive that are",
    "recall": "Share of the positive texts that are called so",
    "specificity": "Share of the other texts that are not called so",
    "pr_auc": "Mean precision over all recalls: how well scores rank, at any threshold",
    "roc_auc": "How often a positive text scores higher than another; luck gives 0.5",
    "macro_f1": "Mean of the classes' F1, in which rare ones count as much",
    "macro_precision": "Mean of the classes' precision",
    "macro_recall": "Mean of the classes' recall",
    "mcc": "Matthews correlation of predicted and true label; luck gives 0, no mistake 1",
    "accuracy": "Share of predictions that are right, to be held against the next line",
    "majority": "What answering the commonest class always would reach",
    "loss": "Cross-entropy in nats; less is better",
    "ece": "Mean distance of scores from the shares that are so (ECE)",
    "ece_calibrated": "The same of `calibrated`",
}
_RULES = {
    Rule.F_BETA: "the best F-beta on validation rows, with a beta of {:g}",
    Rule.MCC: "the best Matthews correlation on validation rows",
    Rule.PRECISION: "chosen on validation rows for a precision of at least {:g}",
    Rule.RECALL: "chosen on validation rows for a recall of at least {:g}",
    Rule.COSTS: "the cheapest on validation rows where a false alarm costs {:g} and a miss {:g}",
    Rule.WORKLOAD: "chosen on validation rows so that {:g} of {:g} arriving texts are reviewed",
    Rule.NEVER_MORE: "chosen on validation rows so that never more than {:g} of {:g} arriving texts"
    " are reviewed",
    Rule.HAND: "set by hand",
}


@dataclass(frozen=True)
class ExportFacts:
    """What a README says that does not stand in the run's folder.

    `encoder` is its name for others, `versions` are those of libraries, by name; `batch_size` texts
    are computed at a time.
    """

    point: OperatingPoint
    temperature: float
    lower_case: bool
    batch_size: int
    encoder: str
    versions: Mapping[str, str]
    written: datetime


def readme(workspace: Workspace, run: Run, result: RunResult, facts: ExportFacts) -> str:
    """Markdown, in which what people wrote is text and never markup.

    Raises:
        BadInput: the run's predictions cannot be read.
    """
    found = assess(workspace, run) if scored_parts(workspace, run) else None
    values = _measured(found) if found else _while_training(run, result)
    environment = Environment(
        finalize=_plain, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        **vars(facts),
        run=run,
        result=result,
        rows=frozen_rows(workspace.run(run.id).examples),
        binary=len(run.classes) == 2,
        rule=_RULES[facts.point.rule].format(*facts.point.amounts),
        separator=_quoted(run.text_recipe.separator) if run.text_recipe else "",
        settings={**vars(run.config), "encoder": facts.encoder},
        measured=found is not None,
        limits=limits(found) if found else [_UNMEASURED],
        parts=list(values),
        figures=_table(values),
        shown_date=f"{facts.written:%Y-%m-%d}",
    )


def _measured(found: Assessment) -> Values:
    return {
        name: {
            **part.figures,
            "majority": part.majority,
            "loss": part.loss,
            "ece": part.ece,
            "ece_calibrated": part.ece_calibrated,
        }
        for name, part in found.parts.items()
    }


def _while_training(run: Run, result: RunResult) -> Values:
    """What training has measured so far, at the run's own threshold."""
    renamed = {} if len(run.classes) == 2 else {"f1": "macro_f1"}
    parts = {TEST: result.test, VALIDATION: result.validation}
    return {
        part: {renamed.get(name, name): value for name, value in values.items()}
        for part, values in parts.items()
        if values
    }


def _table(values: Values) -> list[tuple[str, list[str], str]]:
    """Title, value on each part and meaning of each figure that there is."""
    known = set().union(*values.values())
    return [
        (TITLES[name], [_figure(part.get(name)) for part in values.values()], meaning)
        for name, meaning in _MEANINGS.items()
        if name in known
    ]


def _figure(value: float | Estimate | None) -> str:
    """A value for people, with its interval where there is one."""
    number = value.value if isinstance(value, Estimate) else value
    if number is None or isnan(number):
        return "–"
    if isinstance(value, Estimate) and not isnan(value.low):
        return str(value)
    return f"{number:.3f}"


def _quoted(separator: str) -> str:
    """A separator as programs write it, so that spaces and new lines are seen."""
    return json.dumps(separator, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """What a value is in Markdown: one line of the characters it has; marked-safe ones stay."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    line = " ".join(value.split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return _MARKS.sub(r"\\\g<0>", shown)
