"""All that is known of a run, as one value: what the report shows and `evaluate` prints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

import pandas as pd

from core.data.splits.split import TEST, VALIDATION
from core.errors import DamagedFile, NotFound
from core.evaluation.baselines.compared_model import ComparedModel
from core.evaluation.calibration import calibration_error, reliability
from core.evaluation.column_slices import (
    ColumnSlices,
    automatic_columns,
    column_slices,
    dataset_with_columns,
    named_slices,
)
from core.evaluation.doctor.frozen_rows import FrozenRows, frozen_rows
from core.evaluation.doctor.small_samples import small_sample
from core.evaluation.intervals import Estimate, area_estimates, count_estimates
from core.evaluation.metrics import classification_metrics
from core.evaluation.mistakes import class_table, confusion_matrix, one_against_all, top_confusions
from core.evaluation.operating_point import OperatingPoint, operating_point
from core.evaluation.predictions import Predictions, read_predictions, scored_parts, texts_of
from core.evaluation.promises import promise
from core.evaluation.slice_metrics import slice_table, term_slices, text_slices
from core.evaluation.temperature import calibrated
from core.evaluation.thresholds import Sweep
from core.runs.result import kept_result
from core.runs.run import Run
from core.workspace import Workspace

_FEW_POSITIVES = 100
_MOST_CONFUSIONS = 20


@dataclass(frozen=True)
class PartAssessment:
    """What a run reaches on one part of its rows.

    `figures` are those of the operating point with 95 % intervals, `loss` and `majority` without;
    `classes` is empty for two classes; `slices` has the columns of `slice_table`.
    """

    predictions: Predictions
    figures: dict[str, Estimate]
    loss: float
    majority: float
    matrix: list[list[int]]
    classes: dict[str, dict[str, Estimate]]
    confusions: pd.DataFrame
    slices: pd.DataFrame
    reliability: pd.DataFrame
    ece: float
    ece_calibrated: float

    @property
    def sweep(self) -> Sweep:
        """Every threshold, for two classes."""
        return Sweep.of(self.predictions.class_ids, self.predictions.scores)


@dataclass(frozen=True)
class Assessment:
    """A run, its rows, how it is used, and what it reaches on each part that it has answers for."""

    run: Run
    point: OperatingPoint
    temperature: float
    rows: FrozenRows
    parts: dict[str, PartAssessment]
    baselines: tuple[ComparedModel, ...]
    left_out: tuple[str, ...]
    seconds: float
    device: str

    @property
    def judged(self) -> PartAssessment:
        """The part that speaks for unseen rows: test, or validation where there is no test."""
        return self.parts[TEST] if TEST in self.parts else self.parts[VALIDATION]


def judged_part(workspace: Workspace, run: Run) -> str:
    """The part that speaks for unseen rows: test, or validation where there is no test."""
    return TEST if TEST in scored_parts(workspace, run) else VALIDATION


def assess(
    workspace: Workspace,
    run: Run,
    baselines: Sequence[ComparedModel] = (),
    *,
    left_out: Sequence[str] = (),
) -> Assessment:
    """Measure a run in every way.

    Args:
        workspace: Where it is.
        run: What to measure; it must have been measured once at its end.
        baselines: Classifiers on the same rows, if they are known.
        left_out: Which are missing among these, and why, in sentences.

    Raises:
        NotFound: the run has kept no model, or has not been measured.
        BadInput: its predictions cannot be read.
    """
    point, result = operating_point(workspace, run), kept_result(workspace, run)
    names = scored_parts(workspace, run)
    if not names:
        raise NotFound(
            "a run that has been measured", f"{run.name!r}, which has not", "wait for its end"
        )
    parts = {
        name: read_predictions(workspace, run, name) for name in (TEST, VALIDATION) if name in names
    }
    by_column, lost = _by_column(workspace, run, parts.values())
    return Assessment(
        run=run,
        point=point,
        temperature=result.temperature,
        rows=frozen_rows(workspace.run(run.id).examples),
        parts={
            name: _assess_part(workspace, run, rows, point, result.temperature, slices)
            for (name, rows), slices in zip(parts.items(), by_column, strict=True)
        },
        baselines=tuple(baselines),
        left_out=(*left_out, *lost),
        seconds=result.seconds,
        device=result.device,
    )


def _by_column(
    workspace: Workspace, run: Run, parts: Collection[Predictions]
) -> tuple[list[list[ColumnSlices]], list[str]]:
    """Each part's rows by the data set's columns, and a sentence where that cannot be."""
    try:
        dataset = dataset_with_columns(workspace, run)
        columns = automatic_columns(dataset)
        found = [
            [column_slices(workspace, dataset, column, part.rows) for column in columns]
            for part in parts
        ]
    except (NotFound, DamagedFile) as error:  # A run outlives its data set.
        return [[] for _ in parts], [str(error)]
    return found, []


def _assess_part(
    workspace: Workspace,
    run: Run,
    rows: Predictions,
    point: OperatingPoint,
    temperature: float,
    by_column: Sequence[ColumnSlices],
) -> PartAssessment:
    texts = texts_of(workspace, run, rows.rows.tolist())["text"].tolist()
    plain = classification_metrics(rows.class_ids, rows.probabilities, point.threshold)
    matrix = confusion_matrix(rows, point.threshold)
    slices = text_slices(texts) | named_slices(by_column) | term_slices(texts)
    return PartAssessment(
        predictions=rows,
        figures=_figures(rows, point, plain),
        loss=plain["loss"],
        majority=plain["majority"],
        matrix=matrix.tolist(),
        classes={} if rows.binary else class_table(matrix, run.classes),
        confusions=top_confusions(matrix, run.classes).head(_MOST_CONFUSIONS),
        slices=slice_table(rows, point.threshold, slices),
        reliability=reliability(rows.class_ids, rows.probabilities),
        ece=calibration_error(rows.class_ids, rows.probabilities),
        ece_calibrated=calibration_error(
            rows.class_ids, calibrated(rows.probabilities, temperature)
        ),
    )


def _figures(
    rows: Predictions, point: OperatingPoint, plain: dict[str, float]
) -> dict[str, Estimate]:
    matrix = confusion_matrix(rows, point.threshold)
    if rows.binary:
        return count_estimates(one_against_all(matrix, 1)) | area_estimates(
            rows.class_ids, rows.scores
        )
    averages = class_table(matrix, rows.classes)
    mcc = Estimate(plain["mcc"], float("nan"), float("nan"))
    found = {f"macro_{name}": each for name, each in averages["macro average"].items()}
    return {"accuracy": averages["micro average"]["f1"], **found, "mcc": mcc}


def limits(found: Assessment) -> list[str]:
    """What to keep in mind before trusting the figures, in sentences."""
    said = []
    if TEST not in found.parts:
        said.append(
            "There is no test part: the rows that chose the model and the threshold also judge it,"
            " so the figures flatter."
        )
    judged = found.judged
    if judged.predictions.one_class:
        said.append("All judged rows are of one class: precision, recall and areas say nothing.")
    elif judged.predictions.binary:
        positives = int(judged.predictions.class_ids.sum())
        if positives < _FEW_POSITIVES:
            said.append(f"Only {positives} judged rows are positive, so intervals are wide.")
    said += _small_samples(found) + _promises(found)
    leaked = found.rows.leaked.get(judged.predictions.part, 0)
    if leaked:
        said.append(f"{leaked:,} judged texts stand in the train part, too: these were not unseen.")
    worse = [] if judged.slices.empty else judged.slices.loc[judged.slices["worse"], "slice"]
    if len(worse):
        said.append("It does worse on: " + ", ".join(worse[:10]) + ".")
    said += found.left_out
    said.append("Intervals hold for rows drawn as these were; other texts may differ more.")
    return said


def _small_samples(found: Assessment) -> list[str]:
    """What the doctor says of few rows to judge by, and to tune by."""
    said = []
    for part in dict.fromkeys((found.judged.predictions.part, VALIDATION)):
        counts = found.rows.counts.get(part, {})
        few = small_sample(part, {name: counts.get(name, 0) for name in found.run.classes})
        said += [few.what] if few else []
    return said


def _promises(found: Assessment) -> list[str]:
    """Whether what the threshold was asked for is missed on the judged rows."""
    judged = found.judged
    if not judged.predictions.binary:
        return []
    confusion = judged.sweep.at(found.point.threshold)
    kept = promise(found.point, confusion, judged.predictions.part)
    return [] if kept is None or kept.kept else [kept.said]


def as_values(found: Assessment) -> dict[str, object]:
    """All numbers by name, for JSON; a value that is not known is None."""
    return {
        "run": {
            "id": found.run.id,
            "name": found.run.name,
            "created": found.run.created,
            "classes": list(found.run.classes),
            "device": found.device,
            "seconds": found.seconds,
        },
        "dataset": {"name": found.run.dataset_name, "fingerprint": found.run.fingerprint},
        "config": asdict(found.run.config),
        "rows": {part: dict(counts) for part, counts in found.rows.counts.items()},
        "threshold": {
            "value": found.point.threshold,
            "rule": found.point.rule.value,
            "amounts": list(found.point.amounts),
        },
        "temperature": found.temperature,
        "parts": {name: _part_values(part) for name, part in found.parts.items()},
        "baselines": [
            {
                "name": step.name,
                "baseline": step.baseline is not None,
                "seconds": step.seconds,
                "chosen": step.chosen,
                "threshold": step.threshold,
                "in_use": step.in_use,
                "figures": _estimates(step.estimates),
            }
            for step in found.baselines
        ],
        "limits": limits(found),
    }


def _part_values(part: PartAssessment) -> dict[str, object]:
    return {
        "rows": len(part.predictions),
        "figures": _estimates(part.figures),
        "loss": part.loss,
        "majority": part.majority,
        "confusion": part.matrix,
        "classes": {name: _estimates(figures) for name, figures in part.classes.items()},
        "ece": part.ece,
        "ece_calibrated": part.ece_calibrated,
        "reliability": _records(part.reliability),
        "slices": _records(part.slices),
    }


def _estimates(figures: dict[str, Estimate]) -> dict[str, dict[str, float | None]]:
    return {
        name: {key: _known(value) for key, value in asdict(each).items()}
        for name, each in figures.items()
    }


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {str(name): _known(value) for name, value in record.items()}
        for record in table.to_dict("records")
    ]


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and isnan(value) else value
