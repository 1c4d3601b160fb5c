"""How much of the machine a training uses: CPU, memory and GPU, measured every few seconds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

import psutil

from core.jobs.devices import CPU, ask_nvidia

_EVERY_S = 5.0
_JOIN_S = 15.0


@dataclass(frozen=True)
class ResourceUse:
    """What this process and its children use.

    `cpu` is a share from 0 to 1 of all the cores they may run on, since the sample before;
    `memory_bytes` what they hold in memory; `gpu` a share from 0 to 1 of the time in which the
    run's GPUs were busy, their mean, and `gpu_memory_bytes` what is taken of their memory by
    all processes together: both 0 without a GPU.
    """

    cpu: float
    memory_bytes: int
    gpu: float = 0.0
    gpu_memory_bytes: int = 0


class ResourceSampler:
    """Measures in a thread of its own while its block runs.

    Args:
        on_sample: Told each measurement, in that thread. After an OSError, as on a full disk,
            it is told no more.
        devices: The run's devices, such as ("gpu:0",) or ("cpu",).
        every_s: Seconds between two measurements.
    """

    def __init__(
        self,
        on_sample: Callable[[ResourceUse], None],
        *,
        devices: tuple[str, ...] = (CPU,),
        every_s: float = _EVERY_S,
    ) -> None:
        self._on_sample = on_sample
        self._gpus = {device.partition(":")[2] for device in devices if device != CPU}
        self._every_s = every_s
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="resources", daemon=True)

    def __enter__(self) -> ResourceSampler:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join(_JOIN_S)

    def _work(self) -> None:
        used_s, measured = _cpu_seconds(), time.monotonic()
        while not self._end.wait(self._every_s):
            before_s, before = used_s, measured
            used_s, measured = _cpu_seconds(), time.monotonic()
            # A child that has ended takes its time with it.
            share = max(0.0, used_s - before_s) / (measured - before) / _cores()
            gpu, gpu_memory = gpu_use(self._gpus)
            try:
                self._on_sample(
                    ResourceUse(round(min(1.0, share), 4), _memory_bytes(), gpu, gpu_memory)
                )
            except OSError:
                return


def gpu_use(indices: set[str]) -> tuple[float, int]:
    """Mean share of busy time and taken memory in bytes of these GPUs, by nvidia-smi."""
    if not indices:
        return 0.0, 0
    rows = ask_nvidia("index,utilization.gpu,memory.used")
    values = [
        (float(busy), int(memory))
        for index, busy, memory in (row for row in rows if len(row) == 3)
        # A card that does not tell says [N/A].
        if index in indices and busy.isdigit() and memory.isdigit()
    ]
    if not values:
        return 0.0, 0
    busy = sum(busy for busy, _ in values) / len(values) / 100.0
    return round(busy, 4), sum(memory for _, memory in values) << 20


def _processes() -> list[psutil.Process]:
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def _cpu_seconds() -> float:
    """Time on all cores that this process and its children have used so far."""
    seconds = 0.0
    for process in _processes():
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        seconds += times.user + times.system
    return seconds


def _memory_bytes() -> int:
    held = 0
    for process in _processes():
        try:
            held += process.memory_info().rss
        except psutil.Error:
            continue
    return held


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
