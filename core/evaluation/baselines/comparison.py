"""Baselines of a run: what cheap classifiers reach on the very rows that the run froze."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.artifacts import new_artifact, removed_if_damaged
from core.data.splits.split import PART, PARTS, TEST, VALIDATION
from core.errors import Cancelled
from core.evaluation.baselines.baselines import (
    Baseline,
    Fitted,
    Part,
    Parts,
    linear_head,
    majority,
    word_counts,
)
from core.evaluation.baselines.compared_model import ComparedModel, metric_estimates, own_threshold
from core.evaluation.baselines.shared_rows import (
    LOOKED_AT,
    MOST_RUNS,
    rows_key,
    runs_on_content,
    runs_on_rows,
)
from core.evaluation.operating_point import describe_point, operating_point
from core.evaluation.predictions import (
    Predictions,
    prediction_table,
    read_prediction_file,
    read_predictions,
    scored_parts,
)
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, start_task
from core.model.text_vectors import encoder_key, kept_vectors
from core.records import parse_json
from core.runs.result import kept_result
from core.runs.run import Examples, Run, find_run, read_examples
from core.workspace import Workspace

_FACTS = b"baseline"
_TITLES = {
    Baseline.MAJORITY: "Counting the classes",
    Baseline.WORDS: "Fitting TF-IDF and logistic regression",
    Baseline.FROZEN: "Fitting a linear head",
}


@dataclass(frozen=True)
class FittedBaseline:
    """A baseline that has been fitted: where its answers are, how long it took, what it chose."""

    baseline: Baseline
    path: Path
    seconds: float
    chosen: str

    def has(self, part: str) -> bool:
        """Whether it has answers for that part."""
        return part in pq.read_table(self.path, columns=[PART])[PART].unique().to_pylist()

    def predictions(self, run: Run, part: str) -> Predictions:
        """Its answers on a part of the run's rows.

        Raises:
            NotFound: the run has no rows in that part.
        """
        return read_prediction_file(self.path, run.classes, part, self.baseline.value)


def baselines_key(workspace: Workspace, run: Run) -> str:
    """Names the rows that a run froze together with its encoder.

    Raises:
        NotFound: the run has been deleted.
    """
    return f"{rows_key(workspace, run)}-{encoder_key(run.config.encoder)}"


def find_fitted(workspace: Workspace, run: Run, key: str) -> dict[Baseline, FittedBaseline]:
    """The baselines that have been fitted on these rows, cheapest first.

    Args:
        workspace: Where the run is.
        run: The run.
        key: Its `rows_key`.
    """
    found = {}
    for baseline in Baseline:
        path = _path(workspace, run, key, baseline)
        if path.is_file():
            with removed_if_damaged(path):
                facts = parse_json(pq.read_table(path).schema.metadata[_FACTS])
                found[baseline] = FittedBaseline(baseline, path, facts["seconds"], facts["chosen"])
    return found


def compared_models(workspace: Workspace, run: Run, part: str) -> list[ComparedModel]:
    """What every classifier known here reaches on the run's rows: baselines, then trained runs.

    Raises:
        NotFound: the run has been deleted.
    """
    key = rows_key(workspace, run)
    fitted_baselines = find_fitted(workspace, run, key).values()
    others = runs_on_rows(workspace, run, key)
    return [
        *(baseline_as_model(run, fitted, part) for fitted in fitted_baselines if fitted.has(part)),
        *(
            model
            for other in others
            if part in scored_parts(workspace, other)
            for model in run_as_models(workspace, other, part)
        ),
    ]


def runs_left_out(workspace: Workspace, run: Run, part: str) -> list[str]:
    """Runs on the same rows that were not measured on that part, or are too many, in sentences.

    Raises:
        NotFound: the run has been deleted.
    """
    others = runs_on_rows(workspace, run, rows_key(workspace, run))
    said = [
        f"{other.name} is left out: it ended before it was measured on the {part} rows."
        for other in others
        if part not in scored_parts(workspace, other)
    ]
    known = len(runs_on_content(workspace, run))
    if len(others) >= MOST_RUNS or known > LOOKED_AT:
        said.append(
            f"Of the {known:,} runs on this data set only the newest are looked at, and at most"
            f" {MOST_RUNS} on these very rows are compared."
        )
    return said


def baseline_as_model(run: Run, fitted: FittedBaseline, part: str) -> ComparedModel:
    """What a baseline reaches on a part, at its own threshold."""
    threshold = own_threshold(fitted.predictions(run, VALIDATION))
    estimates = metric_estimates(fitted.predictions(run, part), threshold)
    return ComparedModel(
        fitted.baseline.value, fitted.baseline, fitted.seconds, fitted.chosen, estimates, threshold
    )


def run_as_models(workspace: Workspace, run: Run, part: str) -> list[ComparedModel]:
    """What a measured run reaches on a part: at its own threshold, and at a chosen one if any.

    Raises:
        NotFound: the run has kept no model, or was not measured on that part.
    """
    result, point = kept_result(workspace, run), operating_point(workspace, run)
    found = read_predictions(workspace, run, part)
    own = ComparedModel(
        run.name,
        None,
        result.seconds,
        "",
        metric_estimates(found, result.threshold),
        result.threshold,
    )
    if not found.binary or point.threshold == result.threshold:
        return [own]
    in_use = replace(
        own,
        name=f"{run.name}, at the threshold in use",
        chosen=describe_point(point),
        estimates=metric_estimates(found, point.threshold),
        threshold=point.threshold,
        in_use=True,
    )
    return [own, in_use]


@dataclass(frozen=True)
class BaselinesRequest:
    """Beside which run: its id."""

    run: str


@dataclass(frozen=True)
class BaselinesResult:
    """The file of the dearest baseline, and how many were fitted."""

    path: str
    fitted: int


def start_baselines(workspace: Workspace, run: Run) -> Task:
    """Start fitting the missing baselines in the background, or give the task that is at it.

    Raises:
        NotFound: the run has been deleted.
        JobError: the system refused a process.
    """
    return start_task(
        workspace,
        BASELINES,
        BaselinesRequest(run.id),
        title=f"Baselines for {run.name}",
        task_id=f"baselines-{baselines_key(workspace, run)}",
    )


def fit_baselines(
    workspace: Workspace, request: BaselinesRequest, report: Report
) -> BaselinesResult:
    """Fit the missing baselines.

    Raises:
        NotFound: the run has been deleted.
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
        Cancelled: `report` said so; baselines that are fitted stay.
    """
    run = find_run(workspace, request.run)
    key = rows_key(workspace, run)
    missing = [each for each in Baseline if each not in find_fitted(workspace, run, key)]
    examples = {part: read_examples(workspace, run, part) for part in PARTS}
    for baseline in missing:
        report(_TITLES[baseline], 0, 0)
        start = time.perf_counter()
        fitted = _fit(workspace, run, baseline, examples, report)
        seconds = time.perf_counter() - start
        _keep(workspace, run, _path(workspace, run, key, baseline), examples, fitted, seconds)
    return BaselinesResult(str(_path(workspace, run, key, Baseline.FROZEN)), len(missing))


def _fit(
    workspace: Workspace,
    run: Run,
    baseline: Baseline,
    examples: dict[str, Examples],
    report: Report,
) -> Fitted:
    parts = _parts(examples)
    classes = len(run.classes)
    if baseline is Baseline.MAJORITY:
        return majority(parts, classes)
    fit = word_counts
    if baseline is Baseline.FROZEN:
        parts, fit = _with_vectors(workspace, run, parts, report), linear_head

    def should_stop() -> bool:
        try:
            report(_TITLES[baseline], 0, 0)
        except Cancelled:
            return True
        return False

    return fit(parts, classes, should_stop=should_stop)


def _parts(examples: dict[str, Examples]) -> Parts:
    return Parts(*(Part(examples[part].texts, examples[part].class_ids) for part in PARTS))


def encoded_parts(workspace: Workspace, run: Run, report: Report) -> Parts:
    """The run's frozen rows with their vectors by its encoder as it came. Loads TensorFlow.

    Raises:
        EncoderError: the encoder's files cannot be used.
    """
    examples = {part: read_examples(workspace, run, part) for part in PARTS}
    return _with_vectors(workspace, run, _parts(examples), report)


def _with_vectors(workspace: Workspace, run: Run, parts: Parts, report: Report) -> Parts:
    texts = [text for part in parts for text in part.texts]
    vectors = kept_vectors(
        workspace,
        baselines_key(workspace, run),
        lambda: texts,
        len(texts),
        encoder=run.config.encoder,
        report=report,
    )
    ends = np.cumsum([len(part.texts) for part in parts])[:-1]
    own = zip(parts, np.split(vectors, ends), strict=True)
    return Parts(*(replace(part, vectors=each) for part, each in own))


def _keep(
    workspace: Workspace,
    run: Run,
    target: Path,
    examples: dict[str, Examples],
    fitted: Fitted,
    seconds: float,
) -> None:
    tables = [
        prediction_table(part, examples[part].rows, examples[part].class_ids, probabilities)
        for part, probabilities in ((VALIDATION, fitted.validation), (TEST, fitted.test))
    ]
    facts = json.dumps({"seconds": seconds, "chosen": fitted.chosen})
    table = pa.concat_tables(tables).replace_schema_metadata({_FACTS: facts.encode()})
    with new_artifact(workspace, target, "the baseline") as path:
        pq.write_table(table, path)


def _path(workspace: Workspace, run: Run, key: str, baseline: Baseline) -> Path:
    suffix = f"-{encoder_key(run.config.encoder)}" if baseline is Baseline.FROZEN else ""
    return workspace.baseline(key, baseline.value + suffix)


BASELINES = TaskJob(
    JobKind.BASELINES, BaselinesRequest, BaselinesResult, fit_baselines, unit="rows"
)
