from pathlib import Path

import pytest

from core.encoders.encoders import EMBEDDED_SHAPE
from core.encoders.known_encoders import PRESETS
from core.errors import JobError
from core.jobs.devices import cpu_cores, cpu_name
from core.runs.config import TrainConfig
from core.training.forecast.rates import (
    CPU_BFLOAT16,
    CPU_FLOAT32,
    GPUS,
    OTHER_GPU,
    DeviceKind,
    find_device,
)
from core.training.forecast.work import PartSizes, run_work

QUORA = (8, 10, 10, 12, 12, 14, 14, 14, 16, 16, 16, 18, 20, 22, 26, 36)
"""Tokens of Quora's questions."""
SIZES = PartSizes(16_718, 2_090, 2_090)


def minilm(**settings: object):
    return run_work(EMBEDDED_SHAPE, TrainConfig(**settings), QUORA, SIZES)


@pytest.fixture
def named(nvidia: Path):
    """The two GPUs of `nvidia`, which also say what they are called."""

    def name(title: str) -> None:
        nvidia.write_text(
            "#!/bin/sh\ncase $1 in *uuid*) x=GPU-aaaa y=GPU-bbbb;;"
            f" *) x='{title}' y='{title}';; esac\n"
            'echo "0, $x"; echo "1, $y"\n'
        )

    return name


@pytest.mark.parametrize(
    ("rates", "rows_per_s"), [(CPU_BFLOAT16, 142.7), (CPU_FLOAT32, 106.1), (GPUS[0][1], 959)]
)
def test_the_table_gives_back_what_was_measured(rates, rows_per_s: float) -> None:
    """Figures of tests/benchmarks/README.md."""
    work = minilm()

    assert work.rows / rates.step_seconds(work) == pytest.approx(rows_per_s, rel=0.1)


def test_the_table_gives_back_how_fast_rows_were_scored() -> None:
    assert 1 / CPU_BFLOAT16.row_seconds(minilm()) == pytest.approx(398, rel=0.15)


def test_larger_encoders_and_longer_texts_take_longer() -> None:
    def seconds(name: str, lengths=QUORA) -> float:
        return CPU_FLOAT32.seconds(run_work(PRESETS[name], TrainConfig(), lengths, SIZES))

    tiny, small, base = (seconds(f"bert_{size}_en_uncased") for size in ("tiny", "small", "base"))
    assert tiny < small < base
    assert seconds("bert_base_en_uncased", [100]) > 4 * base


def test_the_processor_is_known_by_name_cores_and_what_it_multiplies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = find_device("cpu", "float32")

    assert found.label == f"CPU: {cpu_name()}, {cpu_cores()} cores"
    assert "bfloat16" not in found.about
    factor = found.rates.training / CPU_FLOAT32.training
    assert factor == pytest.approx((cpu_cores() / 2) ** 0.8)
    assert found.rates.start_s == CPU_FLOAT32.start_s


def test_a_gpu_is_known_by_its_name(named) -> None:
    named("NVIDIA H100 80GB HBM3")
    found = find_device("auto")
    assert found == DeviceKind(
        "GPU: NVIDIA H100 80GB HBM3", "NVIDIA H100 80GB HBM3", 1, GPUS[0][1].times(1)
    )

    named("Something new")
    assert find_device("gpu:1").rates == OTHER_GPU.times(1)


def test_two_gpus_are_faster_than_one_and_not_twice(named) -> None:
    named("NVIDIA A100-SXM4-40GB")

    one, two = find_device("gpu:0"), find_device("gpu:0,1")

    assert (two.count, two.about) == (2, "2 × NVIDIA A100-SXM4-40GB")
    assert one.rates.training < two.rates.training < 2 * one.rates.training


def test_a_gpu_that_is_not_there_is_refused() -> None:
    with pytest.raises(JobError):
        find_device("gpu:77")
