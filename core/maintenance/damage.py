"""What is damaged where some work failed: what to say of it, and what can be made again."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from core.data.dataset import Dataset, list_datasets
from core.data.text.profile import write_profile
from core.errors import SincerelyError, disk_errors
from core.jobs.tasks import Task, list_tasks
from core.maintenance.inspection import (
    Damage,
    dataset_damage,
    job_damage,
    run_damage,
    table_damage,
)
from core.records import Unreadable, unreadable_records
from core.runs.run import Run, list_runs
from core.scoring.scoring_job import Scoring, list_scorings
from core.workspace import DatasetPaths, Workspace

_log = logging.getLogger(__name__)
_MET: TypeAlias = Dataset | Run | Task | Scoring
_MOST_VALUES = 20


def explained(workspace: Workspace, error: Exception) -> SincerelyError | None:
    """The damaged file that made some work fail, as an error for people; None if it is a bug.

    Only the things that the failed code had in hand are looked through, so that this costs no more
    than reading one of them. What can be made again is, and the error says so.

    Args:
        workspace: Where the work was done.
        error: What it raised.
    """
    try:
        for damage in _suspected(workspace, error):
            _log.warning("damaged: %s", damage, exc_info=error)
            return damage.error(repair(workspace, damage))
    except SincerelyError as said:  # It cannot be repaired: the disk is full.
        return said
    return None


def all_damage(workspace: Workspace) -> Iterator[Damage]:
    """Every damaged file of a workspace, after reading all of it."""
    for found in unreadable(workspace):
        yield record_damage(found)
    for dataset in list_datasets(workspace):
        yield from dataset_damage(workspace, dataset)
    for run in list_runs(workspace):
        yield from run_damage(workspace, run)
    jobs: list[Task | Scoring] = [*list_tasks(workspace), *list_scorings(workspace)]
    for job in jobs:
        yield from _of_job(workspace, job)
    for path in sorted(workspace.cache.glob("*/*.parquet")):
        yield from _of_cache(path)


def unreadable(workspace: Workspace) -> list[Unreadable]:
    """Data sets, runs, scored files and tasks whose record is damaged, so that no list has them."""
    datasets, runs = list_datasets(workspace), list_runs(workspace)
    scorings, tasks = list_scorings(workspace), list_tasks(workspace)
    return [
        *unreadable_records(
            workspace.datasets, "dataset.json", Dataset.from_json, {one.id for one in datasets}
        ),
        *unreadable_records(workspace.runs, "job.json", Run.from_json, {one.id for one in runs}),
        *unreadable_records(
            workspace.scorings, "job.json", Scoring.from_json, {one.id for one in scorings}
        ),
        *unreadable_records(workspace.tasks, "job.json", Task.from_json, {one.id for one in tasks}),
    ]


def repair(workspace: Workspace, damage: Damage) -> str:
    """Make again what can be: gives what to do next, empty where only a person can decide.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    if damage.profile_of is not None:
        _remake_profile(workspace, damage.profile_of)
        return "it has been made again, so do it once more"
    if damage.path.is_relative_to(workspace.cache):
        with disk_errors("the workspace"):
            damage.path.unlink(missing_ok=True)
        return "it is made again when it is needed, so do it once more"
    return ""


def _remake_profile(workspace: Workspace, dataset: Dataset) -> None:
    """Write anew what the import found in the texts, each file in one step."""
    paths = workspace.dataset(dataset.id)
    with disk_errors("the profile"), workspace.staging() as folder:
        staged = DatasetPaths(folder)
        staged.texts.symlink_to(paths.texts.resolve())
        write_profile(folder)
        for path in (staged.terms, staged.lengths, staged.duplicates, staged.findings):
            os.replace(path, paths.folder / path.name)
        os.replace(staged.profile, paths.profile)


def _suspected(workspace: Workspace, error: Exception) -> Iterator[Damage]:
    """Damage to what the code that raised an error had in hand, the innermost first."""
    seen: set[object] = set()
    for value in _values(error):
        for subject in _subjects(workspace, value):
            key = subject if isinstance(subject, Path) else (type(subject), subject.id)
            if key in seen:
                continue
            seen.add(key)
            if isinstance(subject, Path):
                yield from _of_cache(subject)
            elif isinstance(subject, Dataset):
                yield from dataset_damage(workspace, subject)
            elif isinstance(subject, Run):
                yield from run_damage(workspace, subject)
            else:
                yield from _of_job(workspace, subject)


def _values(error: BaseException) -> Iterator[object]:
    """The local variables where an error was raised, from there outwards, and what is in them."""
    frames = []
    step = error.__traceback__
    while step is not None:
        frames.append(step.tb_frame)
        step = step.tb_next
    for frame in reversed(frames):
        for value in list(frame.f_locals.values()):
            yield value
            if isinstance(value, list | tuple | set):
                yield from list(value)[:_MOST_VALUES]
            elif isinstance(value, dict):
                yield from list(value.values())[:_MOST_VALUES]


def _subjects(workspace: Workspace, value: object) -> Iterator[Path | _MET]:
    """The thing of the workspace that a value is, or in whose folder a path leads."""
    if isinstance(value, _MET):
        if _folder(workspace, value).is_dir():  # Else it was deleted meanwhile.
            yield value
        return
    folder = getattr(value, "folder", value)
    if not isinstance(folder, Path) or not folder.is_relative_to(workspace.root):
        return
    parts = folder.relative_to(workspace.root).parts
    if parts[:1] == (workspace.cache.name,):
        yield folder
    elif len(parts) > 1:
        yield from _things(workspace, parts[0], parts[1])


def _folder(workspace: Workspace, thing: _MET) -> Path:
    if isinstance(thing, Dataset):
        return workspace.dataset(thing.id).folder
    if isinstance(thing, Run):
        return workspace.run(thing.id).folder
    job = workspace.task(thing.id) if isinstance(thing, Task) else workspace.scoring(thing.id)
    return job.folder


def _things(workspace: Workspace, kind: str, thing_id: str) -> Iterator[_MET]:
    listed: dict[str, list[_MET]] = {
        workspace.datasets.name: [*list_datasets(workspace)],
        workspace.runs.name: [*list_runs(workspace)],
        workspace.tasks.name: [*list_tasks(workspace)],
        workspace.scorings.name: [*list_scorings(workspace)],
    }
    yield from (one for one in listed.get(kind, []) if one.id == thing_id)


def _of_cache(path: Path) -> Iterator[Damage]:
    if path.suffix == ".parquet" and path.is_file() and (cause := table_damage(path)):
        yield Damage("a file of the cache", path, cause, "remove that file")


def _of_job(workspace: Workspace, job: Task | Scoring) -> Iterator[Damage]:
    if isinstance(job, Task):
        paths, what = workspace.task(job.id), f"task {job.title!r}"
        yield from job_damage(paths, what, "dismiss the task and start it again")
        return
    scoring = workspace.scoring(job.id)
    yield from job_damage(scoring, f"scored file {job.file_name!r}", "resume it, or delete it")
    if scoring.scores.exists() and (cause := table_damage(scoring.scores)):
        action = "delete the scored file and score it again"
        yield Damage(f"the scores of {job.file_name!r}", scoring.scores, cause, action)


def record_damage(found: Unreadable) -> Damage:
    """What is wrong with a thing that no list has, and what to do about it."""
    kind, identifier = found.folder.parts[-2:]
    what, name = _RECORDS[kind]
    action = f"put the file back, or remove it all by `python -m core delete {identifier}`"
    return Damage(f"the record of {what} {identifier}", found.folder / name, found.cause, action)


_RECORDS = {
    "datasets": ("data set", "dataset.json"),
    "runs": ("run", "job.json"),
    "scorings": ("scored file", "job.json"),
    "tasks": ("task", "job.json"),
}
