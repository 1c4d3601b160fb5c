import pytest
import tensorflow as tf

from core.model.meter import Meter, Sums


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def add(meter: Meter, rows: int, loss: float, right: float) -> None:
    meter.add(rows, tf.constant(loss * rows), tf.constant(right))


def test_loss_and_accuracy_are_means_over_the_rows_since_the_last_report(clock: Clock) -> None:
    meter = Meter(4, 2, clock)
    add(meter, 30, 0.5, 15)
    add(meter, 10, 0.1, 9)
    clock.now_s += 1

    first = meter.report(2, 0.5, 1e-3)
    add(meter, 10, 0.3, 10)
    clock.now_s += 1
    second = meter.report(3, 0.75, 5e-4)

    assert (first.loss, first.accuracy) == (pytest.approx(0.4), pytest.approx(24 / 40))
    assert (second.loss, second.accuracy) == (pytest.approx(0.3), 1.0)
    assert (first.step, first.steps, first.epoch, first.learning_rate) == (2, 4, 0.5, 1e-3)


def test_sums_of_an_earlier_process_count_in_the_first_report(clock: Clock) -> None:
    meter = Meter(4, 2, clock)
    assert not meter.has_rows
    meter.restore(Sums(loss=6.0, right=4.0, rows=10))
    assert meter.has_rows
    add(meter, 10, 0.4, 6)

    assert meter.sums() == Sums(pytest.approx(10.0), 10.0, 20)
    clock.now_s += 1
    assert meter.report(2, 0.5, 0.0).loss == pytest.approx(0.5)
    assert not meter.has_rows


@pytest.mark.parametrize(
    ("steps", "every", "due"), [(7, 3, [3, 6, 7]), (6, 3, [3, 6]), (2, 5, [2]), (3, 1, [1, 2, 3])]
)
def test_reports_are_due_after_so_many_steps_and_after_the_last(
    steps: int, every: int, due: list[int], clock: Clock
) -> None:
    meter = Meter(steps, every, clock)

    assert [step for step in range(1, steps + 1) if meter.is_due(step)] == due


def test_the_first_stretch_which_compiles_does_not_count_for_the_speed(clock: Clock) -> None:
    meter = Meter(100, 1, clock)
    seen = []
    for seconds in (50.0, 1.0, 3.0):
        add(meter, 20, 0.5, 10)
        clock.now_s += seconds
        seen.append(meter.report(len(seen) + 1, 0.0, 0.0))

    assert [found.rows_per_s for found in seen] == [0.4, 20.0, 10.0]


def test_the_speed_is_that_of_the_last_reports_and_the_mean_that_of_all(clock: Clock) -> None:
    meter = Meter(1000, 1, clock)
    for seconds in (9.0, *[1.0] * 20, *[4.0] * 20):
        add(meter, 8, 0.5, 4)
        clock.now_s += seconds
        found = meter.report(1, 0.0, 0.0)

    assert found.rows_per_s == pytest.approx(2.0)
    assert found.mean_rows_per_s == pytest.approx(8 * 40 / 100)


def test_time_in_a_pause_counts_for_nothing(clock: Clock) -> None:
    meter = Meter(10, 1, clock)
    add(meter, 10, 0.5, 5)
    clock.now_s += 1
    with meter.paused():
        clock.now_s += 1000
    clock.now_s += 1

    assert meter.report(1, 0.1, 0.0).rows_per_s == pytest.approx(5.0)


def test_waiting_for_batches_is_told_as_a_share_of_the_time(clock: Clock) -> None:
    def batches() -> object:
        for number in range(3):
            clock.now_s += 1.0
            yield number

    meter, seen = Meter(3, 3, clock), []
    for batch in meter.waited_for(batches()):
        seen.append(batch)
        add(meter, 4, 0.5, 2)
        clock.now_s += 3.0

    assert seen == [0, 1, 2]
    assert meter.report(3, 1.0, 0.0).input_wait == pytest.approx(3 / 12)
    add(meter, 4, 0.5, 2)
    clock.now_s += 1.0
    assert meter.report(4, 1.0, 0.0).input_wait == 0.0


def test_a_training_without_measurable_time_has_a_speed_all_the_same(clock: Clock) -> None:
    meter = Meter(2, 1, clock)
    add(meter, 4, 0.5, 2)

    found = meter.report(1, 0.5, 0.0)

    assert found.rows_per_s > 0
    assert found.input_wait == 0.0
