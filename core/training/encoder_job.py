"""Get an encoder ready in the background: fetched, turned into a native model and checked."""

from __future__ import annotations

import os
from dataclasses import dataclass

from core.encoders.encoders import RECORD, find_encoder, is_ready, prepared_folder
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, start_task
from core.model.keras_import import import_keras
from core.training.encoder_list import describe_encoder
from core.workspace import Workspace


@dataclass(frozen=True)
class EncoderRequest:
    """An encoder's name, as `core.encoders.encoders.find_encoder` takes it."""

    name: str


@dataclass(frozen=True)
class ReadyEncoder:
    """The encoder's name, and the file that records that it was checked."""

    name: str
    path: str


def start_encoder(workspace: Workspace, name: str) -> Task:
    """Start getting an encoder ready, or give the task that is at it.

    Args:
        workspace: Whose cache it goes into.
        name: As `core.encoders.encoders.find_encoder` takes it, of one that needs preparing.

    Raises:
        EncoderError: nothing can have that name, or the folder is of no BERT.
        JobError: the system refused a process.
    """
    title = describe_encoder(workspace, name).title
    return start_task(
        workspace,
        ENCODER,
        EncoderRequest(name),
        title=f"Getting the encoder {title}",
        task_id=f"encoder-{prepared_folder(name, workspace).name}",
    )


def get_encoder(workspace: Workspace, request: EncoderRequest, report: Report) -> ReadyEncoder:
    """Get an encoder ready.

    This loads TensorFlow, unless the encoder is ready.

    Raises:
        EncoderError: it cannot be reached, is no BERT or does not match; nothing stays.
        DiskError: the disk is full or closed to this user.
    """
    name = request.name
    if not is_ready(name, workspace):
        report("Loading TensorFlow", 0, 0)
        # On the CPU: a GPU may be training, and its rounding would hide what differs.
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        # Imported here: pages start this and look for its result without TensorFlow.
        import_keras()
        from core.model.preparation import prepare_encoder

        prepare_encoder(name, workspace, report)
    find_encoder(name, workspace)
    return ReadyEncoder(name, str(prepared_folder(name, workspace) / RECORD))


ENCODER = TaskJob(
    JobKind.ENCODER,
    EncoderRequest,
    ReadyEncoder,
    get_encoder,
    unit="bytes",
    stopped="Stopped on request; what has arrived of a model of Hugging Face is kept.",
)
