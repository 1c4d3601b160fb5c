import numpy as np
import pytest

from core.errors import Cancelled
from core.evaluation.baselines.baselines import Part, Parts
from core.evaluation.baselines.learning_curve import DRAWS, SHARES, learning_curve


def ignore(done: int, total: int) -> None:
    """A report that nobody reads."""


def part(rows: int, seed: int, classes: int) -> Part:
    """Vectors of 60 numbers, each of which knows a little of the class."""
    rng = np.random.default_rng(seed)
    class_ids = np.arange(rows) % (4 if classes == 2 else classes)
    class_ids = (class_ids == 0).astype(np.int64) if classes == 2 else class_ids
    centres = np.random.default_rng(0).normal(0, 0.25, (classes, 60))
    vectors = rng.normal(0, 1, (rows, 60)) + centres[class_ids]
    return Part([""] * rows, class_ids, vectors.astype(np.float32))


def parts(classes: int = 2, train: int = 600, test: int = 300) -> Parts:
    return Parts(part(train, 1, classes), part(300, 2, classes), part(test, 3, classes))


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 3])
def test_more_rows_reach_more_where_there_is_more_to_learn(classes: int) -> None:
    found = learning_curve(parts(classes), tuple("abc"[:classes]), on_progress=ignore)

    assert found["rows"].tolist() == [round(share * 600) for share in SHARES]
    assert found["value"].iloc[-1] > found["value"].iloc[0] + 0.05
    assert ((found["low"] < found["value"]) & (found["value"] < found["high"])).all()


def test_sizes_too_small_to_hold_every_class_are_left_out() -> None:
    found = learning_curve(parts(train=40), ("a", "b"), on_progress=ignore)

    assert found["rows"].tolist() == [4, 8, 16, 28, 40]


def test_a_class_of_one_row_does_not_stop_it() -> None:
    drawn = parts(3, train=60)
    class_ids = np.where(np.arange(60) == 7, 2, np.arange(60) % 2)
    rare = Part(drawn.train.texts, class_ids, drawn.train.vectors)

    found = learning_curve(
        Parts(rare, drawn.validation, drawn.test), ("a", "b", "c"), on_progress=ignore
    )

    assert found["rows"].tolist() == [6, 12, 24, 42, 60]


def test_without_a_test_part_validation_is_measured() -> None:
    drawn = parts()
    nothing = Part([], np.zeros(0, np.int64), np.zeros((0, 60), np.float32))

    found = learning_curve(
        Parts(drawn.train, drawn.validation, nothing), ("a", "b"), on_progress=ignore
    )

    assert found["value"].between(0, 1).all()


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []

    def stop_at_third(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise Cancelled("fitting")

    with pytest.raises(Cancelled):
        learning_curve(parts(), ("a", "b"), on_progress=stop_at_third)

    fits = DRAWS * (len(SHARES) - 1) + 1
    assert told == [(0, fits), (1, fits), (2, fits)]
