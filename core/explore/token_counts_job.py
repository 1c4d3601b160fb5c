"""Count the tokens of a data set's texts once for an encoder, kept in the workspace's cache."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.artifacts import new_artifact
from core.data.dataset import Dataset, find_dataset
from core.data.kept_table import sound_table
from core.data.reading.bytestream import Progress, ignore_progress
from core.encoders.encoders import EMBEDDED, find_encoder, vocabulary_key
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, start_task
from core.model.keras_import import import_keras
from core.workspace import Workspace


@dataclass(frozen=True)
class TokensRequest:
    """Whose texts to count, and the encoder whose tokenizer counts."""

    dataset_id: str
    encoder: str


@dataclass(frozen=True)
class TokenCounts:
    """The file with the counts, and how many rows it has."""

    path: str
    rows: int


def find_token_counts(
    workspace: Workspace, dataset: Dataset, encoder: str = EMBEDDED
) -> Path | None:
    """The Parquet file (row, n_tokens) of an encoder's token counts, if they have been counted.

    Raises:
        EncoderError: the encoder has no vocabulary.
    """
    path = _path(workspace, dataset, encoder)
    return sound_table(path)


def start_token_counts(workspace: Workspace, dataset: Dataset, encoder: str = EMBEDDED) -> Task:
    """Start counting in the background, or give the count that is under way or done.

    Raises:
        EncoderError: the encoder has no vocabulary.
        JobError: the system refused a process.
    """
    return start_task(
        workspace,
        TOKEN_COUNTS,
        TokensRequest(dataset.id, encoder),
        title=f"Counting the tokens of {dataset.name}",
        task_id=f"tokens-{dataset.fingerprint}-{vocabulary_key(encoder, workspace)}",
    )


def count_tokens(
    workspace: Workspace,
    dataset: Dataset,
    encoder: str = EMBEDDED,
    *,
    progress: Progress = ignore_progress,
) -> Path:
    """Count the tokens of every text, unless that was done before. This loads TensorFlow.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        encoder: Whose tokenizer counts.
        progress: Called with rows done and in all; raising from it leaves nothing.

    Returns:
        A Parquet file with the columns row and n_tokens ([CLS] and [SEP] included, uncut).

    Raises:
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    target = _path(workspace, dataset, encoder)
    if target.is_file():
        return target
    # Imported here: pages look for counts without TensorFlow.
    import_keras()
    from core.model.token_counts import write_token_counts

    with new_artifact(workspace, target, "the token counts") as path:
        texts = workspace.dataset(dataset.id).texts
        write_token_counts(find_encoder(encoder, workspace), texts, path, progress=progress)
    return target


def _run(workspace: Workspace, request: TokensRequest, report: Report) -> TokenCounts:
    report("Loading TensorFlow", 0, 0)
    dataset = find_dataset(workspace, request.dataset_id)
    progress = partial(report, "Counting tokens")
    path = count_tokens(workspace, dataset, request.encoder, progress=progress)
    return TokenCounts(str(path), dataset.rows)


def _path(workspace: Workspace, dataset: Dataset, encoder: str) -> Path:
    return workspace.token_counts(dataset.fingerprint, vocabulary_key(encoder, workspace))


TOKEN_COUNTS = TaskJob(JobKind.TOKEN_COUNTS, TokensRequest, TokenCounts, _run, unit="rows")
