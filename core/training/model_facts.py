"""What the model of some settings is made of, and the device that it would train on.

Only TensorFlow knows, so a task finds it out, and keeps it for a day: a driver may be updated.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass

from core.artifacts import removed_if_damaged
from core.encoders.encoders import find_encoder
from core.errors import BadInput, disk_errors
from core.files import read_text, write_atomically
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, start_task
from core.records import from_json, to_json
from core.runs.config import TrainConfig
from core.workspace import Workspace

_FRESH_S = 24 * 3600


@dataclass(frozen=True)
class LayerFacts:
    """One layer. `depth` is 1 inside the encoder; parameters are counts."""

    name: str
    kind: str
    output_shape: str
    parameters: int
    trainable: int
    depth: int


@dataclass(frozen=True)
class ModelFacts:
    """A model's layers, size and diagram (Graphviz's DOT), and the device it would train on."""

    layers: tuple[LayerFacts, ...]
    parameters: int
    trainable: int
    diagram: str
    device: str


@dataclass(frozen=True)
class ModelFactsRequest:
    """The settings that change what a model is made of; see `TrainConfig`."""

    encoder: str
    pooling: str
    freeze_embeddings: bool
    frozen_layers: int
    n_classes: int

    @classmethod
    def of(cls, config: TrainConfig, n_classes: int) -> ModelFactsRequest:
        """The request for the model of these settings."""
        return cls(
            config.encoder,
            config.pooling,
            config.freeze_embeddings,
            config.frozen_layers,
            n_classes,
        )

    @property
    def key(self) -> str:
        """Names the model."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ModelFactsFile:
    """The file that the facts are in."""

    path: str


def find_model_facts(workspace: Workspace, request: ModelFactsRequest) -> ModelFacts | None:
    """The facts if they are known and of today."""
    path = workspace.model_facts(request.key)
    with suppress(FileNotFoundError), removed_if_damaged(path):
        if time.time() - path.stat().st_mtime < _FRESH_S:
            return from_json(ModelFacts, read_text(path))
    return None


def start_model_facts(workspace: Workspace, request: ModelFactsRequest) -> Task:
    """Start finding them out in the background (seconds), or give the task that is at it.

    Raises:
        EncoderError: the encoder's files are missing or altered.
        JobError: the system refused a process.
    """
    find_encoder(request.encoder, workspace)
    if find_model_facts(workspace, request) is None:
        workspace.model_facts(request.key).unlink(missing_ok=True)
    return start_task(
        workspace, MODEL_FACTS, request, title="Model", task_id=f"model-facts-{request.key}"
    )


def build_model_facts(workspace: Workspace, request: ModelFactsRequest) -> ModelFacts:
    """Build the model and look at it. Loads TensorFlow.

    Raises:
        BadInput: there are not two classes to tell apart.
        EncoderError: the encoder's files are missing, altered or cannot be loaded.
    """
    if request.n_classes < 2:
        raise BadInput("two classes or more", f"{request.n_classes}", "label some rows first")
    from core.model.backbone import load_backbone
    from core.model.classifier import build_classifier, freeze
    from core.model.devices import find_device
    from core.training.anatomy import describe_model

    network = build_classifier(
        load_backbone(find_encoder(request.encoder, workspace)),
        n_classes=request.n_classes,
        pooling=request.pooling,
        dropout=0.0,
    )
    freeze(network, embeddings=request.freeze_embeddings, layers=request.frozen_layers)
    return describe_model(network, device=str(find_device()))


def _run(workspace: Workspace, request: ModelFactsRequest, report: Report) -> ModelFactsFile:
    report("TensorFlow is building it to count its parameters", 0, 0)
    path = workspace.model_facts(request.key)
    with disk_errors("the facts about the model"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, to_json(build_model_facts(workspace, request)))
    return ModelFactsFile(str(path))


MODEL_FACTS = TaskJob(JobKind.MODEL_FACTS, ModelFactsRequest, ModelFactsFile, _run)
