"""What is damaged where some work failed: what to say of it, and what can be made again."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Iterator, Set

from core.data.dataset import Dataset, list_datasets
from core.data.text.profile import write_profile
from core.errors import SincerelyError, disk_errors
from core.files import put_in_place
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


def explained(workspace: Workspace, shown: Iterable[object]) -> SincerelyError | None:
    """The damaged file that made some work fail, as an error for people; None if it is a bug.

    Only what was asked about is looked through. What can be made again is, and the error says so.

    Args:
        workspace: Where the work was done.
        shown: What a page shows or a command was given: among whatever else, ids or names of data
            sets, runs, tasks and scored files, or lists of these.
    """
    try:
        for damage in _damage_to(workspace, set(_texts(shown))):
            _log.warning("damaged: %s", damage, exc_info=True)
            done = repair(workspace, damage)
            return damage.error(f"{done}, so try again" if done else "")
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
    for job in _jobs(workspace):
        yield from _of_job(workspace, job)
    yield from _of_cache(workspace, "*")


def unreadable(workspace: Workspace) -> list[Unreadable]:
    """Data sets, runs, scored files and tasks whose record is damaged, so that no list has them."""
    return [
        *unreadable_records(workspace.datasets, "dataset.json", Dataset.from_json),
        *unreadable_records(workspace.runs, "job.json", Run.from_json),
        *unreadable_records(workspace.scorings, "job.json", Scoring.from_json),
        *unreadable_records(workspace.tasks, "job.json", Task.from_json),
    ]


def repair(workspace: Workspace, damage: Damage) -> str:
    """Make again what can be: gives what was done, empty where only a person can decide.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    if damage.profile_of is not None:
        _remake_profile(workspace, damage.profile_of)
        return "it has been made again"
    if damage.path.is_relative_to(workspace.cache):
        with disk_errors("the workspace"):
            if damage.path.is_dir():
                shutil.rmtree(damage.path)
            damage.path.unlink(missing_ok=True)
        return "it will be made again when it is needed"
    return ""


def _remake_profile(workspace: Workspace, dataset: Dataset) -> None:
    """Write anew what the import found in the texts, each file in one step."""
    paths = workspace.dataset(dataset.id)
    with disk_errors("the profile"), workspace.staging() as folder:
        staged = DatasetPaths(folder)
        staged.texts.symlink_to(paths.texts.resolve())
        write_profile(folder)
        for path in (staged.terms, staged.lengths, staged.duplicates, staged.findings):
            put_in_place(path, paths.folder / path.name)
        put_in_place(staged.profile, paths.profile)


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, str):
                yield each


def _damage_to(workspace: Workspace, names: Set[str]) -> Iterator[Damage]:
    """Damage to what has one of these ids or names, and to the data sets of such runs."""
    runs = [run for run in list_runs(workspace) if {run.id, run.name} & names]
    names = names | {run.dataset_id for run in runs}
    for dataset in list_datasets(workspace):
        if {dataset.id, dataset.name} & names:
            yield from dataset_damage(workspace, dataset)
            yield from _of_cache(workspace, f"{dataset.fingerprint}-*")
    for run in runs:
        yield from run_damage(workspace, run)
    for job in _jobs(workspace):
        if job.id in names:
            yield from _of_job(workspace, job)


def _jobs(workspace: Workspace) -> list[Task | Scoring]:
    return [*list_tasks(workspace), *list_scorings(workspace)]


def _of_cache(workspace: Workspace, name: str) -> Iterator[Damage]:
    for path in sorted(workspace.cache.glob(f"*/{name}.parquet")):
        if cause := table_damage(path):
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
    action = f"put the file back, or delete all of it with `python -m core delete {identifier}`"
    return Damage(f"the record of {what} {identifier}", found.folder / name, found.cause, action)


_RECORDS = {
    "datasets": ("data set", "dataset.json"),
    "runs": ("run", "job.json"),
    "scorings": ("scored file", "job.json"),
    "tasks": ("task", "job.json"),
}
