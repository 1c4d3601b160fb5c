"""How fast a training would go on this machine: measured once in a process, kept, scaled.

The embedded encoder is measured once, on texts as long as Quora's questions. What other encoders,
texts and frozen layers would give is worked out from their multiply-adds and said to be an
estimate, until that very setting is measured as well.
"""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import filelock
import numpy as np

from core.data.dataset import N_WORDS, Dataset
from core.data.splits.saved_split import find_split
from core.data.splits.split import PARTS, TEST, TRAIN, VALIDATION, part_size
from core.encoders.encoders import EMBEDDED_SHAPE
from core.encoders.shapes import EncoderShape
from core.explore.length_stats import COUNT, LENGTH, length_table
from core.files import write_atomically
from core.jobs.devices import choices, find_gpus
from core.jobs.process import start_detached
from core.runs.config import TrainConfig
from core.training.forecast.forecast import Speed, expected_seconds
from core.workspace import Workspace

TOKENS_A_WORD = 1.25
"""WordPiece tokens a word of English questions; [CLS] and [SEP] come on top."""
_FRAME = 2
_QUANTILES = 32
_REFERENCE_BATCH = 32
_REFERENCE_LENGTHS = (8, 10, 10, 12, 12, 14, 14, 14, 16, 16, 16, 18, 20, 22, 26, 36)
"""Tokens of Quora's questions at evenly spaced quantiles, 17 in the mean."""
_GIVE_UP_S = 120.0
_FRESH_S = 7 * 24 * 3600
"""A machine is measured again after this: other work may have slowed it down the first time."""
SETTINGS = ("batch_size", "pooling", "frozen_layers", "freeze_embeddings", "precision", "devices")


@dataclass(frozen=True)
class SpeedQuestion:
    """What the speed depends on.

    `lengths` are tokens of evenly spaced quantiles of the texts, `settings` those of a
    `TrainConfig` that matter.
    """

    shape: EncoderShape
    lengths: tuple[int, ...]
    settings: dict[str, Any]

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> SpeedQuestion:
        values = json.loads(text)
        shape = EncoderShape(**values["shape"])
        return cls(shape, tuple(values["lengths"]), values["settings"])

    def of(self, shape: EncoderShape) -> SpeedQuestion:
        """The same question about another encoder."""
        return replace(self, shape=shape)

    @property
    def cost(self) -> float:
        """Multiply-adds of a training step a row: forward, to the inputs, to the weights."""
        layers = self.shape.layers
        trained = max(layers - int(self.settings["frozen_layers"]), 0)
        passed = trained if self.settings["freeze_embeddings"] else layers
        forward = float(np.mean([self.shape.multiply_adds(tokens) for tokens in self.lengths]))
        return forward * (layers + passed + trained) / layers


def speed_question(
    workspace: Workspace, dataset: Dataset, config: TrainConfig, shape: EncoderShape
) -> SpeedQuestion:
    """The question of how fast a configuration would train on a data set's texts."""
    counts = length_table(workspace, dataset, N_WORDS)
    lengths = _typical_lengths(counts[LENGTH].tolist(), counts[COUNT].tolist())
    settings = {name: getattr(config, name) for name in SETTINGS}
    return SpeedQuestion(shape, _cut(lengths, config.max_seq_length), settings)


def find_speed(workspace: Workspace, question: SpeedQuestion) -> Speed | None:
    """The measured speed, else an estimate from the embedded encoder's; None without either."""
    own = _read(workspace, question)
    if own is not None:
        return own
    reference = reference_question(question)
    measured = _read(workspace, reference)
    if measured is None:
        return None
    factor = reference.cost / question.cost
    rows_per_s = measured.rows_per_s * factor
    forward = reference.shape.multiply_adds(float(np.mean(reference.lengths)))
    own_forward = question.shape.multiply_adds(float(np.mean(question.lengths)))
    return replace(
        measured,
        rows_per_s=rows_per_s,
        scoring_rows_per_s=measured.scoring_rows_per_s * forward / own_forward,
        seconds_a_step=int(question.settings["batch_size"]) / rows_per_s,
        is_estimate=True,
    )


def expected_run_seconds(
    workspace: Workspace, dataset: Dataset, config: TrainConfig, speed: Speed
) -> float:
    """Seconds that a run of this configuration would take at most.

    Raises:
        NotFound: its saved split is gone.
    """
    if config.split:
        sizes = find_split(workspace, dataset, config.split).sizes
        rows = {part: sizes.get(part, 0) for part in PARTS}
    else:
        rows, left = {}, dataset.labelled
        for part in PARTS:
            rows[part] = part_size(left, getattr(config.split_plan(), part))
            left -= rows[part]
    trained = float(rows[TRAIN])
    if config.imbalance == "oversampling":
        trained *= dataset.majority_share * len(dataset.classes)
    return expected_seconds(
        speed,
        train_rows=round(trained),
        validation_rows=rows[VALIDATION],
        test_rows=rows[TEST],
        epochs=config.epochs,
        validations_per_epoch=config.validations_per_epoch,
    )


def ask_speed(workspace: Workspace, question: SpeedQuestion) -> bool:
    """Have the question measured in the background, unless it is being or a run is at work.

    Returns:
        Whether an answer can be waited for.

    Raises:
        JobError: the system refused a process, or a device of the settings is not there.
    """
    path = answer_path(workspace, question)
    asked = path.with_suffix(".question")
    if _age_s(asked) < _GIVE_UP_S:
        return not path.with_suffix(".gave-up").exists()
    if not devices_free(workspace, str(question.settings["devices"])):
        return False
    path.with_suffix(".gave-up").unlink(missing_ok=True)
    write_atomically(asked, question.to_json())
    arguments = ["-m", "core.training.forecast.speed_worker", str(asked)]
    start_detached(workspace, arguments, path.with_suffix(".log"))
    return True


def reference_question(question: SpeedQuestion) -> SpeedQuestion:
    """The measurement that those of its devices and precision are scaled from.

    It is of the embedded encoder, all of it trained.
    """
    settings = {
        **question.settings,
        "batch_size": _REFERENCE_BATCH,
        "frozen_layers": 0,
        "freeze_embeddings": False,
        "pooling": "mean",
    }
    return SpeedQuestion(EMBEDDED_SHAPE, _REFERENCE_LENGTHS, settings)


def answer_path(workspace: Workspace, question: SpeedQuestion) -> Path:
    """Where the answer is kept; another machine has another place."""
    key = f"{platform.node()} {question.to_json()}"
    return workspace.cache / "speed" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"


def devices_free(workspace: Workspace, setting: str) -> bool:
    """Whether no run holds one of the devices that a setting may take."""
    names = {name for choice in choices(setting, find_gpus()) for name in choice}
    with ExitStack() as taken:
        for name in sorted(names):
            path = workspace.device_lock(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                taken.enter_context(filelock.FileLock(path, timeout=0))
            except filelock.Timeout:
                return False
    return True


def _typical_lengths(lengths: Sequence[int], counts: Sequence[int]) -> tuple[int, ...]:
    """Tokens at evenly spaced quantiles of texts of so many words, to the nearest even number."""
    if not lengths:
        return (_FRAME,)
    order = np.argsort(lengths)
    reached = np.cumsum(np.asarray(counts)[order]) / max(sum(counts), 1)
    shares = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    words = np.asarray(lengths)[order][np.searchsorted(reached, shares)]
    tokens = words * TOKENS_A_WORD + _FRAME
    return tuple(int(2 * round(float(count) / 2)) for count in tokens)


def _cut(lengths: Sequence[int], longest: int) -> tuple[int, ...]:
    return tuple(min(max(tokens, _FRAME), longest) for tokens in lengths)


def _read(workspace: Workspace, question: SpeedQuestion) -> Speed | None:
    path = answer_path(workspace, question)
    if _age_s(path) > _FRESH_S:
        return None
    try:
        return Speed(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
