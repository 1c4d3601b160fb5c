"""The devices that a run may train on, found without TensorFlow."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.errors import JobError

CPU = "cpu"
_GPU = "gpu:"
_TIMEOUT_S = 10.0
_BFLOAT16 = {"avx512_bf16", "amx_bf16"}
"""What x86 processors call that they multiply bfloat16, about twice as fast as float32."""


@dataclass(frozen=True)
class Gpu:
    """A GPU of this machine: `index` as nvidia-smi counts, in the order of the slots."""

    index: int
    uuid: str

    @property
    def name(self) -> str:
        """What the settings call it: "gpu:0", "gpu:1" and so on."""
        return f"{_GPU}{self.index}"


def ask_nvidia(query: str) -> list[list[str]]:
    """What nvidia-smi says of each GPU, a list of values each; empty where there is none.

    Args:
        query: Names of values, with commas between them.
    """
    command = ["nvidia-smi", f"--query-gpu={query}", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    lines = [line for line in answer.stdout.splitlines() if line.strip()]
    return [[value.strip() for value in line.split(",")] for line in lines]


def find_gpus() -> list[Gpu]:
    """The GPUs that this process may use: all, or those CUDA_VISIBLE_DEVICES allows."""
    rows = [row for row in ask_nvidia("index,uuid") if len(row) == 2 and row[0].isdigit()]
    gpus = [Gpu(int(index), uuid) for index, uuid in rows]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return gpus
    allowed = [entry.strip() for entry in visible.split(",") if entry.strip()]
    return [gpu for gpu in gpus if any(_means(entry, gpu) for entry in allowed)]


def choices(setting: str, gpus: list[Gpu]) -> list[tuple[str, ...]]:
    """Sets of devices, any one of which satisfies a run's setting, each in sorted order.

    Args:
        setting: auto (one GPU, whichever is free first, or the CPU where there is none), cpu,
            or the GPUs to use together, such as gpu:0 or gpu:0,1.
        gpus: Those there are.

    Raises:
        JobError: the setting names a GPU that is not there.
    """
    if setting == CPU or (setting == "auto" and not gpus):
        return [(CPU,)]
    there = [gpu.name for gpu in gpus]
    if setting == "auto":
        return [(name,) for name in there]
    wanted = sorted({int(index) for index in setting.removeprefix(_GPU).split(",")})
    names = tuple(f"{_GPU}{index}" for index in wanted)
    if not set(names) <= set(there):
        found = f"{', '.join(there)} only" if there else "no GPU"
        raise JobError(f"the devices {', '.join(names)}", found, "choose the devices auto or cpu")
    return [names]


def check_devices(setting: str) -> None:
    """Make sure that the devices of a run's setting are there.

    Raises:
        JobError: one is not.
    """
    if setting.startswith(_GPU):
        choices(setting, find_gpus())


def tensorflow_environment(setting: str, devices: tuple[str, ...]) -> dict[str, str]:
    """Environment in which TensorFlow, not yet loaded, sees these devices and no others.

    Where "auto" found no GPU by nvidia-smi, nothing is said: TensorFlow may know of another kind.
    """
    if devices == (CPU,):
        return {"CUDA_VISIBLE_DEVICES": "-1"} if setting == CPU else {}
    indices = [name.removeprefix(_GPU) for name in devices]
    return {"CUDA_VISIBLE_DEVICES": ",".join(indices), "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}


def cpu_name() -> str:
    """What the processor calls itself."""
    names = _cpu_facts("model name")
    return names[0] if names else platform.machine()


def cpu_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_multiplies_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself."""
    flags = _cpu_facts("flags")
    return bool(flags and _BFLOAT16 & set(flags[0].split()))


def _cpu_facts(name: str) -> list[str]:
    """What Linux says of each core under a name; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return []
    parted = (line.partition(":") for line in lines)
    return [value.strip() for key, _, value in parted if key.strip() == name]


def spoken(devices: tuple[str, ...]) -> str:
    """Devices in a sentence: "the CPU", "GPU 0", "GPUs 0 and 1"."""
    if CPU in devices:
        return "the CPU"
    indices = [name.removeprefix(_GPU) for name in devices]
    if len(indices) == 1:
        return f"GPU {indices[0]}"
    return f"GPUs {', '.join(indices[:-1])} and {indices[-1]}"


def _means(entry: str, gpu: Gpu) -> bool:
    """Whether an entry of CUDA_VISIBLE_DEVICES, an index or the start of a UUID, is this GPU."""
    return entry == str(gpu.index) or (entry.startswith("GPU-") and gpu.uuid.startswith(entry))
