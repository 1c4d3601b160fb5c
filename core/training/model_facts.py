"""Facts about a model and this machine's device that only TensorFlow knows, asked once."""

from __future__ import annotations

import hashlib
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.encoders.encoders import find_encoder
from core.errors import EncoderError, JobError
from core.jobs.process import start_detached
from core.runs.config import TrainConfig
from core.workspace import Workspace

_SETTINGS = ("encoder", "pooling", "freeze_embeddings", "frozen_layers")
"""Those that change what a model is made of."""
_FRESH_S = 24 * 3600
_ERROR_FRESH_S = 60.0
"""An encoder that could not be loaded is tried again after this: its folder may be mended."""
_GIVE_UP_S = 90.0


@dataclass(frozen=True)
class ModelFacts:
    """A model's layers, size and diagram, and the device it would train on."""

    layers: list[dict[str, Any]]
    parameters: int
    trainable: int
    diagram: str
    device: str


def model_facts(workspace: Workspace, config: TrainConfig, n_classes: int) -> ModelFacts | None:
    """The facts if they are known; None while a process finds them out (seconds).

    Raises:
        EncoderError: the encoder's files are missing, altered or cannot be loaded.
        JobError: the process that should find out gave up.
    """
    path = _facts_path(workspace, config, n_classes)
    asked = path.with_suffix(".asked")
    path_age_s, asked_age_s = _age_s(path), _age_s(asked)
    if path_age_s < _FRESH_S:
        values = json.loads(path.read_text("utf-8"))
        if "error" not in values:
            return ModelFacts(**values)
        if path_age_s < _ERROR_FRESH_S:
            raise EncoderError(*values["error"])
    if asked_age_s < path_age_s:  # The last question has no answer yet.
        if asked_age_s < _GIVE_UP_S:
            return None
        asked.unlink(missing_ok=True)
        raise JobError(
            "facts about the model", "no answer from TensorFlow", f"see {asked.stem}.log"
        )
    find_encoder(config.encoder, workspace)
    path.parent.mkdir(parents=True, exist_ok=True)
    asked.touch()
    settings = [f"--set={key}={getattr(config, key)}" for key in _SETTINGS]
    arguments = ["-m", "core", "describe", *settings, "--classes", str(n_classes)]
    start_detached(workspace, [*arguments, "--save", str(path)], path.with_suffix(".log"))
    return None


def _facts_path(workspace: Workspace, config: TrainConfig, n_classes: int) -> Path:
    key = "|".join([*(str(getattr(config, name)) for name in _SETTINGS), str(n_classes)])
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return workspace.cache / f"model-{digest}.json"


def _age_s(path: Path) -> float:
    """Seconds since a file was written; infinite if there is none."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return math.inf
