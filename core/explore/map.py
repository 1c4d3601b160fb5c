"""A picture of a data set's meaning: a sample of its texts as points on a plane, kept in cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.artifacts import new_artifact
from core.data.columns import row_class_ids
from core.data.dataset import ROW, TEXT, Dataset, find_dataset, take_rows
from core.data.kept_table import sound_table
from core.data.reading.bytestream import Progress
from core.encoders.encoders import EMBEDDED, find_encoder
from core.errors import BadInput
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, start_task
from core.runs.predicted_labels import scores_of
from core.runs.result import kept_result, read_result
from core.runs.run import Run, find_run
from core.workspace import Workspace

MAX_SAMPLE = 5_000
X = "x"
Y = "y"
SCORE = "score"
_SCORING_BATCH = 64
_POLL_S = 0.2
T = TypeVar("T")


@dataclass(frozen=True)
class MapRequest:
    """What to map: a data set, how many of its rows, and whose scores (a run's id, or None)."""

    dataset_id: str
    sample: int
    seed: int
    encoder: str
    run: str | None = None


@dataclass(frozen=True)
class MapFile:
    """The map's id and file, and how many rows are on it."""

    map_id: str
    path: str
    rows: int


@dataclass(frozen=True)
class MapChoice:
    """What a map shows.

    Attributes:
        sample: Rows to show, at most MAX_SAMPLE.
        seed: Of the sample and the projection.
        run: Whose kept model scores the points; None gives none.
        encoder: What the texts are encoded with.
    """

    sample: int
    seed: int = 0
    run: Run | None = None
    encoder: str = EMBEDDED


def map_id(workspace: Workspace, dataset: Dataset, choice: MapChoice) -> str:
    """Names a map: the same content, sample and model give the same id."""
    run = choice.run
    result = None if run is None else read_result(workspace, run)
    step = None if result is None else result.best_step
    run_key = None if run is None else [run.id, run.created, step]
    rows = min(choice.sample, dataset.rows)
    key = json.dumps([dataset.fingerprint, rows, choice.seed, choice.encoder, run_key])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def find_map(workspace: Workspace, dataset: Dataset, choice: MapChoice) -> Path | None:
    """The Parquet file of a map (row, x, y and with a run score), if it has been made."""
    return sound_table(workspace.embedding_map(map_id(workspace, dataset, choice)))


def start_map(workspace: Workspace, dataset: Dataset, choice: MapChoice) -> Task:
    """Start making a map in the background, or give the one that is under way or done.

    Raises:
        BadInput: the sample is too small or too large.
        JobError: the system refused a process.
    """
    _check_sample(choice.sample)
    run_id = choice.run.id if choice.run else None
    return start_task(
        workspace,
        MAP,
        MapRequest(dataset.id, choice.sample, choice.seed, choice.encoder, run_id),
        title=f"Mapping {dataset.name}",
        task_id=f"map-{map_id(workspace, dataset, choice)}",
    )


def make_map(workspace: Workspace, dataset: Dataset, choice: MapChoice, report: Report) -> Path:
    """Encode a sample of the texts and project it to a plane, unless that was done before.

    This loads TensorFlow.

    Args:
        workspace: Where the data set and the run are.
        dataset: The data set.
        choice: What the map shows.
        report: Told the stage, rows done and in all; raising from it leaves nothing.

    Returns:
        A Parquet file with the columns row, x, y and, with a run, score (as `Scorer` gives it).

    Raises:
        BadInput: the sample is too small or too large.
        NotFound: the run has kept no model yet.
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    _check_sample(choice.sample)
    target = workspace.embedding_map(map_id(workspace, dataset, choice))
    if target.is_file():
        return target
    report("Choosing the rows", 0, 0)
    rows = sample_rows(workspace, dataset, sample=choice.sample, seed=choice.seed)
    texts = take_rows(workspace, dataset, rows)[TEXT].to_pylist()
    report("Loading the encoder", 0, 0)
    # Imported here: pages look for maps without TensorFlow.
    from core.model.embedding import project, sentence_vectors

    found = find_encoder(choice.encoder, workspace)
    vectors = sentence_vectors(found, texts, progress=partial(report, "Encoding"))
    columns: dict[str, Any] = {ROW: rows}
    scores = None if choice.run is None else _scores(workspace, choice.run, texts, report)
    projecting = partial(report, "Projecting")
    points = _in_background(lambda: project(vectors, seed=choice.seed), projecting)
    columns |= {X: points[:, 0], Y: points[:, 1]}
    if scores is not None:
        columns[SCORE] = scores
    with new_artifact(workspace, target, "the map") as path:
        pq.write_table(pa.table(columns), path)
    return target


def sample_rows(
    workspace: Workspace, dataset: Dataset, *, sample: int, seed: int
) -> NDArray[np.int64]:
    """Row numbers of a sample in which every class is seen, and rows without a label, ascending.

    Each gets rows in proportion to its size, but a quarter of an even share at least where it
    has them.
    """
    # Position 0 is for rows without a label.
    class_ids = row_class_ids(workspace, dataset) + 1
    counts = np.bincount(class_ids)
    by_class = np.argsort(class_ids, kind="stable")  # 16 bits sort in linear time.
    generator = np.random.default_rng(seed)
    chosen = [
        generator.choice(members, size, replace=False)
        for members, size in zip(
            np.split(by_class, np.cumsum(counts)[:-1]), _sizes(counts, sample), strict=True
        )
    ]
    rows: NDArray[np.int64] = np.sort(np.concatenate(chosen))
    return rows


def _sizes(counts: NDArray[np.int64], sample: int) -> NDArray[np.int64]:
    """How many rows of each class to take, given how many each has."""
    total = min(sample, int(counts.sum()))
    least = np.minimum(counts, total // (4 * np.count_nonzero(counts)))
    others = counts - least
    shares, remainders = np.divmod(others * (total - least.sum()), max(1, others.sum()))
    sizes: NDArray[np.int64] = least + shares
    # What rounding down has left goes to those whom it cost most.
    sizes[np.argsort(-remainders, kind="stable")[: total - sizes.sum()]] += 1
    return sizes


def _scores(
    workspace: Workspace, run: Run, texts: list[str], report: Report
) -> NDArray[np.float32]:
    """What the run's kept model gives each text."""
    from core.model.classifier import load_model

    report("Loading the model", 0, 0)
    result = kept_result(workspace, run)
    model = load_model(workspace.run(run.id).model(result.best_step))
    scores = np.zeros(len(texts), np.float32)
    order = np.argsort([len(text) for text in texts], kind="stable")
    for start in range(0, len(texts), _SCORING_BATCH):
        report("Scoring", start, len(texts))
        rows = order[start : start + _SCORING_BATCH]
        probabilities = model.probabilities([texts[row] for row in rows])
        scores[rows] = scores_of(probabilities)
    return scores


def _in_background(work: Callable[[], T], progress: Progress) -> T:
    """Do work that tells nothing of its progress, and ask meanwhile whether to stop.

    Raising from `progress` leaves the work behind: its thread ends with the process.
    """
    answer: Future[T] = Future()

    def body() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=body, daemon=True).start()
    while not answer.done():
        progress(0, 0)
        wait([answer], timeout=_POLL_S)
    return answer.result()


def _check_sample(sample: int) -> None:
    if not 1 <= sample <= MAX_SAMPLE:
        raise BadInput(f"a sample of 1 to {MAX_SAMPLE:,} rows", f"{sample:,}", "change its size")


def _run(workspace: Workspace, request: MapRequest, report: Report) -> MapFile:
    dataset = find_dataset(workspace, request.dataset_id)
    run = find_run(workspace, request.run) if request.run else None
    choice = MapChoice(request.sample, request.seed, run, request.encoder)
    path = make_map(workspace, dataset, choice, report)
    return MapFile(path.stem, str(path), min(request.sample, dataset.rows))


MAP = TaskJob(JobKind.MAP, MapRequest, MapFile, _run, unit="rows")
