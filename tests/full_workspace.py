"""A workspace with one of everything in it, and ways to damage a file of it."""

import contextlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import save_slice
from core.data.importing.importer import import_file
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.errors import Cancelled
from core.evaluation.baselines.comparison import BaselinesRequest, baselines_key, fit_baselines
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.jobs.tasks import Task
from core.labels.assign.bulk import label_all
from core.labels.guidelines import write_guideline
from core.labels.store.store import open_labels
from core.labels.suspects.retraining import Retraining
from core.labels.suspects.suspects_file import Features, Suspects, suspects_path, write_suspects
from core.records import to_json
from core.runs.notes import write_notes
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.dashboard.app_pages.score.made_scorings import made_scoring
from tests.made_answers import answered_run

HARMED, SOUND = "harmed", "sound"
"""The data set and run whose files are damaged, and those beside them."""
ROWS = 240


def fill(workspace: Workspace) -> None:
    """Two data sets with a run each; of the first all else that can be kept."""
    _dataset_with_run(workspace, SOUND, seed=5)
    dataset, run = _dataset_with_run(workspace, HARMED, seed=3)
    save_slice(workspace, dataset, "rude", RowFilter(labels=("1",)), 60)
    keep_operating_point(workspace, run, OperatingPoint(0.4, Rule.HAND, (0.4,)))
    write_notes(workspace, run, "A note.")
    store = open_labels(workspace)
    write_guideline(store, dataset, text="Rude is rude.", classes=("0", "1"), author="ann")
    label_all(store, dataset, np.arange(5), "1", annotator="ann", reason="a test")
    made_scoring(workspace)
    _task(workspace, run)
    _cache(workspace, dataset, run)


def _dataset_with_run(workspace: Workspace, name: str, *, seed: int) -> tuple[Dataset, Run]:
    rows = [(*row, place % 7) for place, row in enumerate(toy.make_rows(ROWS, seed=seed))]
    workspace.root.mkdir(parents=True, exist_ok=True)
    path = toy.write_csv(workspace.root / f"{name}.csv", rows, ("text", "label", "weekday"))
    dataset = import_file(workspace, path).dataset
    save_split(workspace, dataset, "fixed", SplitPlan(0.6, 0.5, 1.0, seed=1))
    return dataset, answered_run(workspace, dataset, f"{name} run", split="fixed")


def _task(workspace: Workspace, run: Run) -> None:
    arguments = {"run": run.id}
    task = Task("map-1", JobKind.BASELINES, "Baselines", arguments, "2026-01-01T00:00:00+00:00")
    paths = workspace.task(task.id)
    paths.folder.mkdir(parents=True)
    paths.description.write_text(to_json(task), "utf-8")
    paths.result.write_text('{"path": "x", "fitted": 3}', "utf-8")
    write_status(paths, JobStatus(JobState.FINISHED))


def _cache(workspace: Workspace, dataset: Dataset, run: Run) -> None:
    def before_the_encoder(stage: str, *_: int) -> None:
        if "linear head" in stage:
            raise Cancelled(stage)

    with contextlib.suppress(Cancelled):
        fit_baselines(workspace, BaselinesRequest(run.id), before_the_encoder)
    nothing = pd.DataFrame(
        {"row": [4], "label": [0], "suggestion": [1], "quality": [0.1], "sure": [0.9],
         "reason": ["words"], "copy": [-1]}
    )  # fmt: skip
    effect = Retraining(rows=90, left_out=0.0, corrected=0, before={}, differences={})
    path = suspects_path(workspace, dataset, Features.WORDS)
    write_suspects(workspace, path, Suspects(nothing, 90, 0, effect, 0))
    curve = workspace.learning_curve(baselines_key(workspace, run))
    curve.parent.mkdir(parents=True)
    pq.write_table(
        pa.table({"rows": [10, 20], "value": [0.5, 0.6], "low": [0.4, 0.5], "high": [0.6, 0.7]}),
        curve,
    )


FILES: dict[str, Callable[[Workspace], Path]] = {
    "texts": lambda at: at.dataset(_dataset_id(at)).texts,
    "dataset.json": lambda at: at.dataset(_dataset_id(at)).description,
    "terms": lambda at: at.dataset(_dataset_id(at)).terms,
    "lengths": lambda at: at.dataset(_dataset_id(at)).lengths,
    "duplicates": lambda at: at.dataset(_dataset_id(at)).duplicates,
    "findings": lambda at: at.dataset(_dataset_id(at)).findings,
    "profile": lambda at: at.dataset(_dataset_id(at)).profile,
    "split": lambda at: at.dataset(_dataset_id(at)).splits / "fixed.parquet",
    "slice": lambda at: at.dataset(_dataset_id(at)).slices / "rude.json",
    "run's job.json": lambda at: at.run("harmed-run").description,
    "run's status": lambda at: at.run("harmed-run").status,
    "run's result": lambda at: at.run("harmed-run").result,
    "examples": lambda at: at.run("harmed-run").examples,
    "predictions": lambda at: at.run("harmed-run").predictions,
    "operating point": lambda at: at.run("harmed-run").operating_point,
    "notes": lambda at: at.run("harmed-run").notes,
    "task's job.json": lambda at: at.task("map-1").description,
    "task's status": lambda at: at.task("map-1").status,
    "task's result": lambda at: at.task("map-1").result,
    "scoring's job.json": lambda at: next(at.scorings.iterdir()) / "job.json",
    "scoring's status": lambda at: next(at.scorings.iterdir()) / "status.json",
    "scoring's result": lambda at: next(at.scorings.iterdir()) / "result.json",
    "scores": lambda at: next(at.scorings.iterdir()) / "scores.parquet",
    "majority baseline": lambda at: next(at.cache.glob("baselines/*majority.parquet")),
    "words baseline": lambda at: next(at.cache.glob("baselines/*words.parquet")),
    "suspects": lambda at: next(at.cache.glob("suspects/*.parquet")),
    "learning curve": lambda at: next(at.cache.glob("curves/*.parquet")),
    "labels": lambda at: at.labels,
}


def _dataset_id(workspace: Workspace) -> str:
    return next(path.name for path in workspace.datasets.iterdir() if HARMED in path.name)


def _instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Puts something else in a file's place."""

    def damage(path: Path) -> None:
        path.unlink()
        make(path)

    return damage


def _write_wild_numbers(path: Path) -> None:
    numbers = re.compile(rb"(?<=[:\[ ])-?\d[\d.]*(?=[,\]}\s])")
    path.write_bytes(numbers.sub(b"-1e999", path.read_bytes()))


def _flip(path: Path, share: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * share)] ^= 0x10
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "null": lambda path: path.write_bytes(b"null"),
    "{}": lambda path: path.write_bytes(b"{}"),
    "levels without end": lambda path: path.write_bytes(b'{"id":' + b"[" * 100_000),
    "numbers without end": _write_wild_numbers,
    "a folder": _instead(Path.mkdir),
    "a pipe": _instead(os.mkfifo),
    "an endless file": _instead(lambda path: path.symlink_to("/dev/zero")),
    **{
        f"flipped at {share:.0%}": lambda path, share=share: _flip(path, share)
        for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
    },
}


def damaged_copy(whole: Workspace, folder: Path, file: str, damage: str) -> Workspace:
    """A copy of a workspace with one file damaged."""
    shutil.copytree(whole.root, folder)
    copy = Workspace(folder)
    DAMAGES[damage](FILES[file](copy))
    return copy
