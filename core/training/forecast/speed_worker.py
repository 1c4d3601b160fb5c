"""The process that measures a speed: `python -m core.training.forecast.speed_worker QUESTION`.

It writes the answer beside the question; if a run took the device meanwhile, none.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from core.errors import SincerelyError
from core.files import write_atomically
from core.jobs.devices import choices, find_gpus, tensorflow_environment
from core.model.keras_import import import_keras
from core.runs.config import TrainConfig
from core.training.forecast.forecast import Speed
from core.training.forecast.speed import SpeedQuestion, answer_path, devices_free
from core.workspace import Workspace


def measure(workspace: Workspace, question: SpeedQuestion) -> Speed | None:
    """Measure one question and keep the answer; this loads TensorFlow.

    Returns:
        The answer; None if a run was at work on the device, so that it would not be true.

    Raises:
        JobError: the settings name a device that is not there, or no step was done in time.
    """
    setting = str(question.settings["devices"])
    if not devices_free(workspace, setting):
        return None
    os.environ.pop("TF_CONFIG", None)  # Only a training joins other machines.
    os.environ.update(tensorflow_environment(setting, choices(setting, find_gpus())[0]))
    # Imported here, after the environment says which devices TensorFlow may see.
    import_keras()
    from core.model.devices import find_device, find_strategy, matmul_dtype
    from core.training.forecast.speed_measurement import measure_speed

    config = replace(TrainConfig(epochs=1, validations_per_epoch=1), **question.settings)
    with find_strategy().scope():
        found = measure_speed(
            question.shape,
            question.lengths,
            config,
            pooling=config.pooling,
            freeze_embeddings=config.freeze_embeddings,
            frozen_layers=config.frozen_layers,
            matmul_dtype=matmul_dtype(config.precision),
        )
    if not devices_free(workspace, setting):
        return None
    answer = Speed(**asdict(found), device=str(find_device()))
    write_atomically(answer_path(workspace, question), json.dumps(asdict(answer)))
    return answer


def main(path: Path) -> int:
    """Answer the question in a file; returns the process's exit code."""
    answer = None
    with suppress(SincerelyError):
        question = SpeedQuestion.from_json(path.read_text("utf-8"))
        answer = measure(Workspace.from_environment(), question)
    if answer is None:
        path.with_suffix(".gave-up").touch()
    return 0 if answer else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
