from dataclasses import replace

import pytest

from core.encoders.encoders import EMBEDDED_SHAPE
from core.encoders.known_encoders import PRESETS
from core.runs.config import TrainConfig
from core.training.forecast.forecast import forecast
from core.training.forecast.past_runs import PastRun
from core.training.forecast.rates import CPU_FLOAT32, DeviceKind
from core.training.forecast.work import PartSizes, run_work

DEVICE = DeviceKind("CPU: x", "2 processor cores", 1, CPU_FLOAT32)
SIZES = PartSizes(5000, 500, 500)
WORK = run_work(EMBEDDED_SHAPE, TrainConfig(), [18], SIZES)
START_S = CPU_FLOAT32.start_s


def took(times: float, work=WORK) -> PastRun:
    """A run that took so many times what the table says."""
    return PastRun(work, START_S, times * DEVICE.rates.seconds(work))


def test_without_past_runs_the_table_speaks_and_its_error_is_large() -> None:
    found = forecast(WORK, DEVICE)

    assert found.seconds == START_S + DEVICE.rates.seconds(WORK)
    assert found.low == pytest.approx(found.seconds / DEVICE.rates.error)
    assert found.high == pytest.approx(found.seconds * DEVICE.rates.error)
    assert (found.past, found.ratio) == (0, 1)
    assert "no run has finished on it here yet" in found.basis


def test_past_runs_correct_it_and_narrow_the_error() -> None:
    table, one = forecast(WORK, DEVICE), forecast(WORK, DEVICE, [took(1.5)])
    five = forecast(WORK, DEVICE, [took(1.5)] * 5)

    assert one.seconds == pytest.approx(START_S + 1.5 * DEVICE.rates.seconds(WORK))
    assert one.rows_per_s == pytest.approx(table.rows_per_s / 1.5)
    assert five.seconds == one.seconds
    widths = [each.high / each.low for each in (table, one, five)]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 3
    assert "times 1.5" in five.basis


def test_one_run_that_was_disturbed_is_outvoted() -> None:
    found = forecast(WORK, DEVICE, [took(9), took(1.1), took(1.2)])

    assert found.ratio == pytest.approx(1.2)


def test_runs_that_differ_make_the_error_wider() -> None:
    alike = forecast(WORK, DEVICE, [took(1.0), took(1.05), took(0.95)])
    apart = forecast(WORK, DEVICE, [took(1.0), took(1.4), took(0.7)])

    assert apart.high > alike.high
    assert apart.low < alike.low


def test_the_runs_most_like_it_speak_first() -> None:
    tiny = run_work(PRESETS["bert_tiny_en_uncased"], TrainConfig(), [18], SIZES)
    others = [took(3.0, tiny)] * 9

    found = forecast(WORK, DEVICE, [*others, *[took(1.2)] * 5])

    assert (found.ratio, found.past) == (pytest.approx(1.2), 5)


def test_runs_unlike_it_leave_more_error_but_never_more_than_the_tables() -> None:
    base = run_work(PRESETS["bert_base_en_uncased"], TrainConfig(), [18], SIZES)
    near, far = (forecast(work, DEVICE, [took(1.0), took(1.0)]) for work in (WORK, base))

    assert near.high / near.seconds < far.high / far.seconds <= DEVICE.rates.error + 1e-9


def test_of_runs_equally_like_it_the_newest_speak() -> None:
    found = forecast(WORK, DEVICE, [*[took(2.0)] * 5, *[took(1.0)] * 5])

    assert found.ratio == pytest.approx(2.0)


def test_starts_are_as_long_as_they_were() -> None:
    slow = replace(took(1.0), start_s=40.0)

    found = forecast(WORK, DEVICE, [slow, slow])

    assert found.start_s == 40.0
    assert found.seconds == pytest.approx(40.0 + DEVICE.rates.seconds(WORK))


def test_other_programs_make_it_longer_and_less_sure() -> None:
    alone, beside = forecast(WORK, DEVICE), forecast(WORK, DEVICE, crowding=3.0)

    assert beside.seconds == pytest.approx(3 * alone.seconds)
    assert beside.rows_per_s == pytest.approx(alone.rows_per_s / 3)
    assert beside.high / beside.seconds > alone.high / alone.seconds
    assert "3 times as long as alone" in beside.basis
    assert "Other programs" not in alone.basis


def test_a_gpu_does_not_mind_them() -> None:
    gpu = replace(DEVICE, label="GPU: x")

    assert forecast(WORK, gpu, crowding=3.0) == forecast(WORK, gpu)


def test_what_crowded_past_runs_took_is_not_expected_of_a_quiet_machine() -> None:
    crowded = [replace(took(3.0), start_s=3 * START_S, crowding=3.0)] * 3

    quiet, same = (forecast(WORK, DEVICE, crowded, crowding=times) for times in (1.0, 3.0))

    assert quiet.ratio == same.ratio == pytest.approx(1.0)
    assert same.seconds == pytest.approx(3 * quiet.seconds)
    assert quiet.high / quiet.seconds > same.high / same.seconds
