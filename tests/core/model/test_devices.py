import os

import tensorflow as tf

from core.model.devices import _cpu, find_device


def test_the_device_found_is_the_one_tensorflow_would_use() -> None:
    device = find_device()

    kind = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
    assert device.kind == kind
    assert str(device).startswith(f"{kind}: ")
    assert device.name.strip()


def test_a_cpu_is_shown_with_its_cores_and_the_machines_memory() -> None:
    device = _cpu()

    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert device.memory_bytes == pages
    assert f"{len(os.sched_getaffinity(0))} cores, {pages / 2**30:.0f} GiB" in str(device)
