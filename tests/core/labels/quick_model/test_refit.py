from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.jobs.launcher import current_status, stop_job
from core.jobs.registry import JobKind
from core.jobs.status import JobState
from core.jobs.tasks import Task, list_tasks
from core.labels.quick_model.quick_model import QuickModel, write_quick_model
from core.labels.quick_model.quick_model_job import Scope, quick_model_path
from core.labels.quick_model.refit import REFIT, REFIT_S, refit_if_due
from core.labels.store.events import Action, LabelEvent
from core.labels.store.ledger import Ledger
from core.labels.store.store import open_labels
from core.workspace import Workspace
from tests import toy

ROWS = 60


@pytest.fixture
def dataset(jobs: Workspace) -> Dataset:
    """Texts of which the file gives no label."""
    return toy.import_rows(jobs, [(text, "") for text, _ in toy.make_rows(ROWS)])


@pytest.fixture
def scope(toy_encoder: Path) -> Scope:
    return Scope(source=LabelSource.HUMAN, encoder=str(toy_encoder))


def give(workspace: Workspace, dataset: Dataset, labels: int, *, first: int = 0) -> Ledger:
    """So many rows are labelled by one person, every other one as "1"; gives a fresh ledger."""
    store = open_labels(workspace)
    with store.writing() as batch:
        for row in range(first, first + labels):
            batch.add(
                LabelEvent(
                    fingerprint=dataset.fingerprint,
                    row=row,
                    action=Action.LABEL,
                    value=str(row % 2),
                    annotator="ann",
                    queue="random",
                )
            )
    ledger = Ledger(store, dataset.fingerprint, dataset.rows)
    ledger.refresh()
    return ledger


def fitted(workspace: Workspace, dataset: Dataset, scope: Scope, last_event: int) -> QuickModel:
    """A model that knows the labels up to an event, kept where it belongs."""
    answers = np.full((ROWS, 2), 0.5, np.float32)
    model = QuickModel(np.arange(ROWS), (answers,), ("0", "1"), 20, last_event)
    write_quick_model(workspace, quick_model_path(workspace, dataset, scope), model)
    return model


def fitted_at_s(workspace: Workspace, dataset: Dataset, scope: Scope) -> float:
    return quick_model_path(workspace, dataset, scope).stat().st_mtime


def tasks(workspace: Workspace) -> list[Task]:
    return list_tasks(workspace, JobKind.QUICK_MODEL)


@pytest.mark.parametrize(("labels", "due"), [(REFIT - 1, False), (REFIT, True)])
def test_the_first_model_is_fitted_as_soon_as_there_are_labels_enough(
    jobs: Workspace, dataset: Dataset, scope: Scope, labels: int, due: bool
) -> None:
    task = refit_if_due(jobs, dataset, scope, give(jobs, dataset, labels), None)

    assert (task is not None) is due
    assert len(tasks(jobs)) == due


def test_labels_of_one_class_are_not_enough(
    jobs: Workspace, dataset: Dataset, scope: Scope
) -> None:
    ledger = give(jobs, dataset, 2 * REFIT)
    ledger.class_ids[ledger.class_ids > 0] = 0

    assert refit_if_due(jobs, dataset, scope, ledger, None) is None


def test_the_labels_of_the_file_are_enough_where_they_count(
    jobs: Workspace, toy_encoder: Path
) -> None:
    labelled = toy.import_rows(jobs, toy.make_rows(ROWS))
    ledger = give(jobs, labelled, 0)
    corrected, human = (
        Scope(source=source, encoder=str(toy_encoder))
        for source in (LabelSource.CORRECTED, LabelSource.HUMAN)
    )

    assert refit_if_due(jobs, labelled, human, ledger, None) is None
    assert refit_if_due(jobs, labelled, corrected, ledger, None) is not None


@pytest.mark.parametrize(("new", "due"), [(REFIT - 1, False), (REFIT, True)])
def test_a_model_is_fitted_again_after_so_many_new_labels(
    jobs: Workspace, dataset: Dataset, scope: Scope, new: int, due: bool
) -> None:
    model = fitted(jobs, dataset, scope, give(jobs, dataset, REFIT).last)
    later_s = fitted_at_s(jobs, dataset, scope) + REFIT_S

    ledger = give(jobs, dataset, new, first=REFIT)

    task = refit_if_due(jobs, dataset, scope, ledger, model, now_s=later_s)
    assert (task is not None) is due


@pytest.mark.parametrize(("new", "due"), [(REFIT - 1, False), (REFIT, True)])
def test_a_model_of_the_files_labels_is_fitted_again_whoever_labelled_before(
    jobs: Workspace, dataset: Dataset, scope: Scope, new: int, due: bool
) -> None:
    other = toy.import_rows(jobs, [(f"text {n}", "") for n in range(ROWS)], name="other")
    give(jobs, other, REFIT)
    model = fitted(jobs, dataset, scope, 0)
    later_s = fitted_at_s(jobs, dataset, scope) + REFIT_S

    ledger = give(jobs, dataset, new)

    task = refit_if_due(jobs, dataset, scope, ledger, model, now_s=later_s)
    assert (task is not None) is due


def test_a_model_stands_for_a_while_however_many_label(
    jobs: Workspace, dataset: Dataset, scope: Scope
) -> None:
    model = fitted(jobs, dataset, scope, give(jobs, dataset, REFIT).last)
    ledger = give(jobs, dataset, REFIT, first=REFIT)
    soon_s = fitted_at_s(jobs, dataset, scope) + REFIT_S - 1

    assert refit_if_due(jobs, dataset, scope, ledger, model, now_s=soon_s) is None


def test_labels_of_other_data_sets_do_not_count(
    jobs: Workspace, dataset: Dataset, scope: Scope
) -> None:
    model = fitted(jobs, dataset, scope, give(jobs, dataset, REFIT).last)
    later_s = fitted_at_s(jobs, dataset, scope) + REFIT_S
    other = toy.import_rows(jobs, [(f"text {n}", "") for n in range(ROWS)], name="other")
    give(jobs, other, REFIT)
    ledger = give(jobs, dataset, 1, first=REFIT)
    assert ledger.last - model.last_event > REFIT

    assert refit_if_due(jobs, dataset, scope, ledger, model, now_s=later_s) is None


def test_a_fit_that_failed_is_tried_again_only_after_a_while(
    jobs: Workspace, dataset: Dataset, scope: Scope
) -> None:
    ledger = give(jobs, dataset, REFIT)
    first = refit_if_due(jobs, dataset, scope, ledger, None)
    assert first is not None
    paths = jobs.task(first.id)
    stop_job(paths, at_once=True)
    status = current_status(paths)
    assert status.state is JobState.STOPPED
    ended_s = paths.status.stat().st_mtime

    assert refit_if_due(jobs, dataset, scope, ledger, None, now_s=ended_s + REFIT_S / 2) is None
    again = refit_if_due(jobs, dataset, scope, ledger, None, now_s=ended_s + REFIT_S + 1)
    assert again is not None
