"""How fast kinds of devices train: a table, and which kind this machine has.

All of it is rough by nature: what a run really needed here corrects it (`forecast.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from core.jobs.devices import (
    CPU,
    ask_nvidia,
    choices,
    cpu_cores,
    cpu_multiplies_bfloat16,
    cpu_name,
    find_gpus,
)
from core.training.forecast.work import Work

_TABLE_CORES = 2
_MORE_CORES = 0.8
"""The power of the number of cores that speed grows with: 16 cores scored 5.8 times as much as 2
(tests/benchmarks/README.md)."""
_MORE_GPUS = 0.8
"""Likewise of GPUs; a guess."""
_FORWARD_SHARE = 1 / 3
"""Of a layer's small operations in a step: there is no way back when rows are only measured."""
_FORWARD_ELEMENTS = 3 / 5
"""Of a value's time there and back: neither dropout nor anything kept for the way back."""
_MEASURED_BATCH = 32


@dataclass(frozen=True)
class Rates:
    """What a kind of device does a second, and how far off that may be.

    Attributes:
        training: Multiply-adds of training steps a second.
        scoring: Multiply-adds of measuring a second.
        updates: Weights that the optimizer changes a second.
        elements: Values that a step's norms, GELU, softmax and dropout go through a second.
        layer_s: Seconds a step and layer however little there is to do.
        disk: Bytes of models and checkpoints a second.
        once_s: Seconds that every run takes once: compiling the steps, reading the kept model.
        start_s: Seconds before the first step: TensorFlow, weights, tokens.
        error: Factor by which a run may take longer, or shorter, than these say.
    """

    training: float
    scoring: float
    updates: float
    elements: float
    layer_s: float
    disk: float
    once_s: float
    start_s: float
    error: float

    def seconds(self, work: Work) -> float:
        """Seconds from the first step to the end."""
        measuring = work.measured * self.row_seconds(work)
        saving = work.saved_bytes / self.disk
        return self.once_s + work.steps * self.step_seconds(work) + measuring + saving

    def step_seconds(self, work: Work) -> float:
        """Seconds of one training step."""
        return (
            work.multiply_adds / self.training
            + work.elements / self.elements
            + work.updated / self.updates
            + work.layers * self.layer_s
        )

    def row_seconds(self, work: Work) -> float:
        """Seconds of one row of validation or test."""
        return (
            work.measured_multiply_adds / self.scoring
            + work.measured_elements / self.elements * _FORWARD_ELEMENTS
            + work.layers * self.layer_s * _FORWARD_SHARE / _MEASURED_BATCH
        )

    def times(self, factor: float) -> Rates:
        """Of a device that is so many times as fast at what can be divided."""
        return replace(
            self,
            training=self.training * factor,
            scoring=self.scoring * factor,
            updates=self.updates * factor,
            elements=self.elements * factor,
        )


@dataclass(frozen=True)
class DeviceKind:
    """What a run would train on: `label` is how its result will begin to name it."""

    label: str
    about: str
    count: int
    rates: Rates

    @property
    def is_processor(self) -> bool:
        """Whether other programs use it as well, as they do a processor."""
        return self.label.startswith("CPU")


# Two cores of an AMD EPYC with AVX-512. What share each part of a step has was fitted to processor
# time of five BERTs (2 layers of 32 to 6 of 384; batches of 8 and 32; texts of 17 and 68 tokens),
# which it gives back to 9 % in the median and 41 % at most. Then scaled to MiniLM's speed on such a
# machine with nothing else to do (tests/benchmarks/README.md): 142.7 rows/s, 106.1 in float32, 398
# scored.
CPU_BFLOAT16 = Rates(
    training=1.5e11,
    scoring=9.2e10,
    updates=6.3e8,
    elements=5.1e8,
    layer_s=4e-3,
    disk=3e8,
    once_s=8.0,
    start_s=10.0,
    error=2.5,
)
CPU_FLOAT32 = replace(CPU_BFLOAT16, training=9.2e10)
# An H100 trained MiniLM at 959 rows/s, three quarters of the time waiting for small operations,
# and scored 31,000 texts a second (the same file). The others are guesses, as no other was ever
# measured here: 2e12 is what a notebook reports of a GPU that it does not name (BERT base, 128
# tokens, 65 rows/s in training, 199 scored), and a card of the A100's time is put in between.
_HOPPER = Rates(
    training=6e12,
    scoring=6e12,
    updates=5e10,
    elements=1e12,
    layer_s=5e-3,
    disk=3e8,
    once_s=10.0,
    start_s=15.0,
    error=3.0,
)
_AMPERE = replace(_HOPPER, training=4e12, scoring=4e12, updates=3e10)
OTHER_GPU = replace(_HOPPER, training=2e12, scoring=2e12, updates=1e10, error=4.0)
GPUS = (
    (r"\b(H100|H200|GH200|B100|B200|GB200)\b", _HOPPER),
    (r"\b(A100|A800|L40S?|RTX (A6000|6000)|RTX [45]0[89]0)\b", _AMPERE),
)
"""By a mark in what the driver calls them."""


def find_device(setting: str, precision: str = "auto") -> DeviceKind:
    """The kind of device that a run's setting would take here. No TensorFlow.

    Args:
        setting: As `core.jobs.devices.choices` takes it.
        precision: As a `TrainConfig` has it.

    Raises:
        JobError: the setting names a GPU that is not there.
    """
    names = choices(setting, find_gpus())[0]
    return _cpu(precision) if names == (CPU,) else _gpus(names)


def _cpu(precision: str) -> DeviceKind:
    cores = cpu_cores()
    in_bfloat16 = precision in ("auto", "mixed_bfloat16") and cpu_multiplies_bfloat16()
    rates = CPU_BFLOAT16 if in_bfloat16 else CPU_FLOAT32
    about = f"{cores} processor core{'s' if cores > 1 else ''}"
    if in_bfloat16:
        about += " that multiply bfloat16"
    factor = (cores / _TABLE_CORES) ** _MORE_CORES
    return DeviceKind(f"CPU: {cpu_name()}, {cores} cores", about, 1, rates.times(factor))


def _gpus(names: tuple[str, ...]) -> DeviceKind:
    rows = [row for row in ask_nvidia("index,name") if len(row) == 2]
    titles = {f"gpu:{index}": title for index, title in rows}
    title = titles.get(names[0], "")
    rates = next((rates for mark, rates in GPUS if re.search(mark, title)), OTHER_GPU)
    label = f"GPU: {title}" if title else "GPU: "
    about = title or "a GPU of a kind that is not known"
    if len(names) > 1:
        about = f"{len(names)} × {about}"
    return DeviceKind(label, about, len(names), rates.times(len(names) ** _MORE_GPUS))
