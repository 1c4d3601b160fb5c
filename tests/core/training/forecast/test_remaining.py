import pytest

from core.encoders.encoders import EMBEDDED_SHAPE
from core.runs.config import TrainConfig
from core.training.forecast.rates import CPU_FLOAT32
from core.training.forecast.remaining import seconds_left
from core.training.forecast.work import PartSizes, run_work

WORK = run_work(EMBEDDED_SHAPE, TrainConfig(), [18], PartSizes(3200, 320, 320))
STEP_S = CPU_FLOAT32.step_seconds(WORK)


def left(**changes: object) -> float:
    values = {"steps": 50, "step_s": STEP_S, "rows": 640, "row_s": 0.01, **changes}
    return seconds_left(WORK, CPU_FLOAT32, **values)


def test_what_was_measured_counts_as_it_was() -> None:
    end = CPU_FLOAT32.once_s * 0.6

    assert left() == pytest.approx(50 * STEP_S + 640 * 0.01 + end)


def test_what_was_not_goes_at_the_pace_of_the_steps() -> None:
    usual, slow = (left(step_s=times * STEP_S, row_s=None) for times in (1, 3))

    assert slow == pytest.approx(3 * usual)
    assert usual > left(row_s=0.0)


def test_at_the_last_step_the_test_is_left() -> None:
    assert left(steps=0, rows=0) == pytest.approx(CPU_FLOAT32.once_s * 0.6)
