"""The device that training would use."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil
import tensorflow as tf


@dataclass(frozen=True)
class Device:
    """A GPU or the CPU, and all the memory it has."""

    kind: str
    name: str
    memory_bytes: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}, {self.memory_bytes / 2**30:.0f} GiB"


def find_device() -> Device:
    """The first GPU TensorFlow can use, else the CPU."""
    gpus = tf.config.list_physical_devices("GPU")
    return _gpu(gpus[0]) if gpus else _cpu()


def _gpu(gpu: tf.config.PhysicalDevice) -> Device:
    details = tf.config.experimental.get_device_details(gpu)
    return Device("GPU", details.get("device_name", "unknown"), _gpu_memory())


def _gpu_memory() -> int:
    """Memory of the first visible GPU in bytes; 0 if nvidia-smi does not say."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0] or "0"
    command = ["nvidia-smi", f"--id={visible}", "--query-gpu=memory.total"]
    try:
        answer = subprocess.run(
            [*command, "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
        return int(answer.stdout.split()[0]) << 20
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return 0


def _cpu() -> Device:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    name = f"{_cpu_name()}, {cores} cores"
    return Device("CPU", name, psutil.virtual_memory().total)


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
