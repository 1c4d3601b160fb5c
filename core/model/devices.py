"""The devices that training would use, and in which precision they multiply."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

import psutil
import tensorflow as tf

from core.jobs.devices import cpu_cores, cpu_multiplies_bfloat16, cpu_name


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


def find_strategy() -> tf.distribute.Strategy:
    """How to spread training over devices: machines of TF_CONFIG, else GPUs, else one device.

    To be asked before TensorFlow has done anything else. The devices are those TensorFlow sees:
    logical CPUs count as several, too.
    """
    if os.environ.get("TF_CONFIG"):
        return tf.distribute.MultiWorkerMirroredStrategy()
    kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    devices = [device.name for device in tf.config.list_logical_devices(kind)]
    return (
        tf.distribute.MirroredStrategy(devices)
        if len(devices) > 1
        else tf.distribute.get_strategy()
    )


def matmul_dtype(precision: str) -> str:
    """What dense layers multiply in, "float32", "bfloat16" or "float16".

    Args:
        precision: A recipe's: auto (what the device multiplies fastest and safely), or a name
            of Keras's policies.
    """
    if precision != "auto":
        return precision.removeprefix("mixed_")
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        capability = details.get("compute_capability", (0, 0))
        return (
            "bfloat16" if capability >= (8, 0) else "float16" if capability >= (7, 0) else "float32"
        )
    return "bfloat16" if cpu_multiplies_bfloat16() else "float32"


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
    name = f"{cpu_name()}, {cpu_cores()} cores"
    return Device("CPU", name, psutil.virtual_memory().total)
