import os
from pathlib import Path

import pytest

from core.errors import JobError
from core.jobs.devices import (
    CPU,
    Gpu,
    check_devices,
    choices,
    cpu_cores,
    cpu_multiplies_bfloat16,
    cpu_name,
    find_gpus,
    spoken,
    tensorflow_environment,
)
from tests.messages import assert_one_sentence
from tests.test_architecture import TENSORFLOW, loaded_by, within

TWO = [Gpu(0, "GPU-aaaa"), Gpu(1, "GPU-bbbb")]


@pytest.mark.parametrize(
    ("setting", "gpus", "expected"),
    [
        ("auto", [], [(CPU,)]),
        ("cpu", TWO, [(CPU,)]),
        ("auto", TWO, [("gpu:0",), ("gpu:1",)]),
        ("gpu:1", TWO, [("gpu:1",)]),
        ("gpu:1,0", TWO, [("gpu:0", "gpu:1")]),
    ],
)
def test_a_setting_allows_these_devices(
    setting: str, gpus: list[Gpu], expected: list[tuple[str, ...]]
) -> None:
    assert choices(setting, gpus) == expected


@pytest.mark.parametrize(("setting", "gpus"), [("gpu:0", []), ("gpu:0,2", TWO)])
def test_a_gpu_that_is_not_there_is_refused(setting: str, gpus: list[Gpu]) -> None:
    with pytest.raises(JobError, match="choose the devices auto or cpu") as refusal:
        choices(setting, gpus)

    assert_one_sentence(refusal.value)


def test_gpus_are_found_as_far_as_they_are_allowed(
    nvidia: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_gpus() == TWO
    check_devices("gpu:1")
    for visible, found in (("1", TWO[1:]), ("GPU-aa", TWO[:1]), ("-1", []), ("", [])):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        assert find_gpus() == found
    with pytest.raises(JobError):
        check_devices("gpu:1")


@pytest.mark.parametrize("body", ["exit 9", "echo 'No devices were found'", "echo"])
def test_a_driver_that_does_not_answer_has_no_gpus(nvidia: Path, body: str) -> None:
    nvidia.write_text(f"#!/bin/sh\n{body}\n")

    assert find_gpus() == []
    check_devices("auto")
    check_devices("cpu")


def test_tensorflow_is_shown_the_chosen_devices_only() -> None:
    assert tensorflow_environment("cpu", (CPU,)) == {"CUDA_VISIBLE_DEVICES": "-1"}
    assert tensorflow_environment("auto", (CPU,)) == {}
    assert tensorflow_environment("gpu:0,1", ("gpu:0", "gpu:1")) == {
        "CUDA_VISIBLE_DEVICES": "0,1",
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
    }


def test_devices_are_spoken_of_as_people_do() -> None:
    assert spoken((CPU,)) == "the CPU"
    assert spoken(("gpu:3",)) == "GPU 3"
    assert spoken(("gpu:0", "gpu:1", "gpu:2")) == "GPUs 0, 1 and 2"


def test_a_worker_that_waits_has_not_loaded_tensorflow() -> None:
    loaded = loaded_by({"core.training.training_job"})

    assert "core.training.device_queue.devices_held" in loaded
    assert not {name for name in loaded if any(within(name, tf) for tf in TENSORFLOW)}


def test_the_processor_is_described_as_linux_describes_it() -> None:
    facts = Path("/proc/cpuinfo").read_text("utf-8")

    assert cpu_name() in facts
    assert cpu_cores() == len(os.sched_getaffinity(0))
    assert cpu_multiplies_bfloat16() == ("avx512_bf16" in facts or "amx_bf16" in facts)
