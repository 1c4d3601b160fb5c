from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.encoders.encoders import vocabulary_key
from core.errors import Cancelled, EncoderError
from core.explore.token_counts_job import (
    TokenCounts,
    count_tokens,
    find_token_counts,
    start_token_counts,
)
from core.jobs.launcher import wait_for_end
from core.jobs.registry import JobKind
from core.jobs.status import JobState
from core.jobs.tasks import task_result
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def dataset(jobs: Workspace) -> Dataset:
    return toy.import_rows(jobs, toy.make_rows(60))


def test_counts_are_made_once_in_the_background_and_found(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    assert find_token_counts(jobs, dataset, str(toy_encoder)) is None

    task = start_token_counts(jobs, dataset, str(toy_encoder))

    assert (task.kind, task.title) == (JobKind.TOKEN_COUNTS, "Counting the tokens of toy")
    assert start_token_counts(jobs, dataset, str(toy_encoder)) == task
    status = wait_for_end(jobs.task(task.id), timeout_s=60)
    assert (status.state, status.done, status.total, status.unit) == (
        JobState.FINISHED, 60, 60, "rows",
    )  # fmt: skip
    path = find_token_counts(jobs, dataset, str(toy_encoder))
    assert path == jobs.token_counts(dataset.fingerprint, vocabulary_key(str(toy_encoder)))
    assert task_result(jobs, task) == TokenCounts(str(path), 60)
    assert pq.read_metadata(path).num_rows == 60
    assert start_token_counts(jobs, dataset, str(toy_encoder)) == task


def test_counting_again_reads_nothing(jobs: Workspace, dataset: Dataset, toy_encoder: Path) -> None:
    path = count_tokens(jobs, dataset, str(toy_encoder))
    before = path.stat().st_mtime_ns
    jobs.dataset(dataset.id).texts.unlink()

    assert count_tokens(jobs, dataset, str(toy_encoder)) == path
    assert path.stat().st_mtime_ns == before


def test_a_count_that_is_stopped_leaves_nothing(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled("counting")

    with pytest.raises(Cancelled):
        count_tokens(jobs, dataset, str(toy_encoder), progress=stop)

    assert find_token_counts(jobs, dataset, str(toy_encoder)) is None
    assert list((jobs.root / "staging").iterdir()) == []


def test_an_encoder_that_is_nowhere_is_said_before_anything_starts(
    jobs: Workspace, dataset: Dataset
) -> None:
    with pytest.raises(EncoderError, match="none of these at '/no/such'"):
        start_token_counts(jobs, dataset, "/no/such")

    assert not jobs.tasks.exists()
