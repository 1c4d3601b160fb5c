from dataclasses import replace
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.errors import BadInput, EncoderError, JobError, NotFound, SincerelyError
from core.jobs.launcher import wait_for_end
from core.jobs.status import JobState, JobStatus, write_status
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import open_labels
from core.maintenance.deletion import delete_run
from core.runs.run import create_run, list_runs
from core.training.launch import resume_training, start_training
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence


@pytest.fixture
def dataset(jobs: Workspace) -> Dataset:
    return toy.import_rows(jobs, toy.make_rows(60))


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"encoder": "/no/such/encoder"}, EncoderError),
        ({"max_seq_length": 129}, BadInput),
        ({"frozen_layers": 3}, BadInput),
        ({"devices": "gpu:97"}, SincerelyError),
        ({"train_size": 10_000}, BadInput),
        ({"labels": "human"}, BadInput),
    ],
)
def test_what_does_not_allow_a_training_is_said_before_there_is_a_run(
    jobs: Workspace,
    dataset: Dataset,
    toy_encoder: Path,
    settings: dict[str, object],
    kind: type[SincerelyError],
) -> None:
    with pytest.raises(kind) as caught:
        start_training(jobs, dataset, replace(toy.recipe(toy_encoder), **settings))

    assert_one_sentence(caught.value)
    assert list_runs(jobs) == []


def test_a_training_on_peoples_labels_takes_those_in_the_store(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    with open_labels(jobs).writing() as batch:
        for row in range(40):
            batch.add(
                LabelEvent(
                    fingerprint=dataset.fingerprint, row=row, action=Action.LABEL,
                    annotator="ann", value=str(row % 2),
                )
            )  # fmt: skip

    run = start_training(jobs, dataset, toy.recipe(toy_encoder, labels="human", epochs=1))

    assert run.labels_by_people == 40
    assert run.labels_last_event == 40
    assert wait_for_end(jobs.run(run.id), timeout_s=180).state is JobState.FINISHED


def test_a_run_that_is_active_or_gone_cannot_be_resumed(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    run = create_run(jobs, dataset, toy.recipe(toy_encoder), name="Mine")
    with pytest.raises(JobError, match="that 'Mine' is queued") as caught:
        resume_training(jobs, run)
    assert_one_sentence(caught.value)

    write_status(jobs.run(run.id), JobStatus(JobState.STOPPED))
    delete_run(jobs, run)
    with pytest.raises(NotFound) as caught:
        resume_training(jobs, run)
    assert_one_sentence(caught.value)


def test_a_finished_run_cannot_be_resumed_and_what_to_do_is_said(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    run = create_run(jobs, dataset, toy.recipe(toy_encoder), name="Mine")
    write_status(jobs.run(run.id), JobStatus(JobState.FINISHED))

    with pytest.raises(JobError, match="start a new training to go further"):
        resume_training(jobs, run)
