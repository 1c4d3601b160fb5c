"""Trains the toy encoder over the devices of a strategy and prints the losses as JSON.

Run as `python -m tests.core.model.distributed ENCODER CPUS [DIE_AFTER]`: over CPUS logical
devices, or over the machines of TF_CONFIG; a process that is to die does so after a step.
"""

import json
import os
import signal
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from core.encoders.encoders import find_encoder
from core.model.backbone import load_backbone
from core.model.classifier import build_classifier, predict_logits
from core.model.devices import find_strategy
from core.model.forward import backbone_of
from core.model.meter import TrainingProgress
from core.model.tokenizer import Tokenizer
from core.model.training import Hooks, train
from core.runs.config import TrainConfig
from tests import toy

RECIPE = TrainConfig(
    batch_size=15, epochs=2, learning_rate=1e-3, dropout=0.0, averaging=0.9, accumulation=2
)
ROWS = 80


def run(folder: Path, die_after: int = 0) -> dict[str, object]:
    """Losses of all steps, and the answers of the trained network to its first rows."""
    strategy = find_strategy()
    keras.utils.set_random_seed(1)
    encoder = find_encoder(str(folder))
    tokenizer = Tokenizer(encoder.vocabulary, lower_case=True, max_seq_length=32)
    rows = toy.make_rows(ROWS)
    ids = tokenizer.encode([text for text, _ in rows])
    class_ids = np.array([int(label) for _, label in rows])
    losses: list[float] = []

    def on_progress(progress: TrainingProgress) -> None:
        losses.append(progress.loss)
        if progress.step == die_after:
            os.kill(os.getpid(), signal.SIGKILL)

    with strategy.scope():
        network = build_classifier(load_backbone(encoder), n_classes=2, pooling="mean", dropout=0.0)
        backbone_of(network).dropout = 0.0
        hooks = Hooks(on_progress, lambda step, epoch: False, lambda: False)
        train(network, ids, class_ids, RECIPE, hooks)
        answers = predict_logits(network, ids[:8])[:, 0].tolist()
    replicas = strategy.num_replicas_in_sync
    return {"losses": losses, "answers": answers, "replicas": replicas}


if __name__ == "__main__":
    # Every device waits for the others in a thread of its own.
    tf.config.threading.set_inter_op_parallelism_threads(8)
    count = int(sys.argv[2])
    if count > 1:
        cpu = tf.config.list_physical_devices("CPU")[0]
        parts = [tf.config.LogicalDeviceConfiguration()] * count
        tf.config.set_logical_device_configuration(cpu, parts)
    print(json.dumps(run(Path(sys.argv[1]), *map(int, sys.argv[3:]))))
