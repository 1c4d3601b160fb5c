from pathlib import Path
from typing import get_type_hints

import pytest

from core.jobs.registry import JobKind, find_job
from core.jobs.tasks import TaskJob
from core.workspace import Workspace

TASKS = [kind for kind in JobKind if kind not in (JobKind.TRAIN, JobKind.SCORE, JobKind.SERVE)]


@pytest.mark.parametrize("kind", JobKind)
def test_every_kind_has_a_job_with_a_folder_of_its_own(kind: JobKind, workspace: Workspace) -> None:
    paths = find_job(kind).paths(workspace, "some-id")

    assert paths.folder.name == "some-id"
    assert paths.folder.is_relative_to(workspace.root)


@pytest.mark.parametrize("kind", TASKS)
def test_a_task_is_registered_under_its_own_kind_with_typed_work(kind: JobKind) -> None:
    job = find_job(kind)

    assert isinstance(job, TaskJob)
    assert job.kind is kind
    hints = get_type_hints(job.work)
    assert (hints["request"], hints["return"]) == (job.request, job.result)


@pytest.mark.parametrize("kind", JobKind)
def test_nothing_is_said_of_resuming_where_there_is_nothing_to_resume_from(
    kind: JobKind, workspace: Workspace
) -> None:
    job = find_job(kind)
    said = job.resume_hint(job.paths(workspace, "some-id"))

    assert said == ("Resume starts again from the first step." if kind is JobKind.TRAIN else "")


@pytest.mark.parametrize("kind", [JobKind.TRAIN, JobKind.SCORE])
def test_what_can_be_resumed_knows_its_kind_by_its_folder(
    kind: JobKind, workspace: Workspace, tmp_path: Path
) -> None:
    assert JobKind(find_job(kind).paths(workspace, "some-id").kind) is kind
