import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

import numpy as np
import pytest
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from core.errors import Cancelled
from core.evaluation.intervals import Estimate
from core.labels.quick_model.quick_model import ask
from core.labels.quick_model.stop_meter import (
    NEXT,
    Fit,
    Point,
    Worth,
    is_enough,
    measured_worth,
    post_stratified,
)
from core.records import from_plain

ROWS, UNSEEN = 6_000, np.arange(1_500, 6_000)
NOISE = 0.003
"""Of a real gain's mean over the worlds."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads of so small a classifier would only wait for one another."""
    with threadpool_limits(limits=1):
        yield


def world(seed: int, *, classes: int = 2, shares: tuple[float, ...] = (0.7, 0.3)):
    """Points of classes that overlap a little, most of whose coordinates say nothing."""
    rng = np.random.default_rng(seed)
    class_ids = rng.choice(classes, ROWS, p=shares)
    points = rng.normal(0, 1, (ROWS, 30))
    points[:, :classes] += 1.6 * np.eye(classes)[class_ids]
    return points.astype(np.float32), class_ids


def classifier(points: np.ndarray, class_ids: np.ndarray, classes: int) -> Fit:
    def fit(own: np.ndarray, others: np.ndarray) -> np.ndarray:
        return ask([points], class_ids[own], own, others, classes)[0]

    return fit


def measured(
    points: np.ndarray, class_ids: np.ndarray, labels: int, classes: int = 2, **more: object
) -> tuple[Worth, float | None]:
    fit = classifier(points, class_ids, classes)
    asked = fit(np.arange(labels), np.arange(len(class_ids)))
    more = {"step": lambda: None, **more}
    return measured_worth(class_ids[:labels], classes, asked, fit, **more)


def real_f1(points: np.ndarray, class_ids: np.ndarray, labels: int) -> float:
    scores = classifier(points, class_ids, 2)(np.arange(labels), UNSEEN)[:, 1]
    truth = class_ids[UNSEEN]
    return max(f1_score(truth, scores >= edge) for edge in np.quantile(scores, np.arange(50) / 50))


@pytest.mark.slow
def test_the_gain_shrinks_as_labels_grow_and_its_interval_holds_what_really_came() -> None:
    worlds = [world(seed) for seed in range(5)]
    gains, real = {}, {}
    for labels in (60, 200, 800):
        found = [measured(points, class_ids, labels)[0].gain for points, class_ids in worlds]
        gains[labels] = np.mean([[each.value, each.low, each.high] for each in found], axis=0)
        real[labels] = np.mean(
            [real_f1(*one, labels + NEXT) - real_f1(*one, labels) for one in worlds]
        )

    assert gains[60][0] > gains[200][0] > gains[800][0] > 0
    widths = {labels: high - low for labels, (_, low, high) in gains.items()}
    assert widths[60] > widths[200] > widths[800]
    for labels, came in real.items():
        assert gains[labels][1] - NOISE <= came <= gains[labels][2] + NOISE
    assert gains[800][2] < 0.02


def test_the_curve_rises_by_size_and_says_what_the_model_really_reaches() -> None:
    points, class_ids = world(1)

    worth, threshold = measured(points, class_ids, 400)

    assert [point.labels for point in worth.points] == [160, 220, 280, 340, 400]
    assert worth.points[0].f1.value < worth.points[-1].f1.value
    last = worth.points[-1].f1
    assert last.low <= real_f1(points, class_ids, 400) <= last.high
    assert 0 <= last.low < last.value < last.high <= 1
    scores = classifier(points, class_ids, 2)(np.arange(400), UNSEEN)[:, 1]
    at_threshold = f1_score(class_ids[UNSEEN], scores >= threshold)
    assert at_threshold > real_f1(points, class_ids, 400) - 0.03
    assert worth.table.columns.tolist() == ["rows", "value", "low", "high"]
    assert worth.table["rows"].tolist() == [160, 220, 280, 340, 400]


def test_the_same_labels_are_measured_the_same() -> None:
    points, class_ids = world(2)

    assert measured(points, class_ids, 80) == measured(points, class_ids, 80)
    assert measured(points, class_ids, 80) != measured(points, class_ids, 80, seed=1)
    kept = measured(points, class_ids, 80)[0]
    assert from_plain(Worth, json.loads(json.dumps(asdict(kept)))) == kept


def test_labels_that_a_queue_picked_count_as_all_rows_would() -> None:
    said, naive, real = [], [], []
    for seed in range(4):
        points, class_ids = picked_by_a_queue(seed)
        fit, own = classifier(points, class_ids, 2), np.arange(LABELS)
        for found, rows in ((said, np.arange(UNSEEN[0])), (naive, own)):
            worth, _ = measured_worth(class_ids[own], 2, fit(own, rows), fit, step=lambda: None)
            found.append(worth.points[-1].f1.value)
        real.append(real_f1(points, class_ids, LABELS))

    assert np.mean(said) == pytest.approx(np.mean(real), abs=0.05)
    # The labelled rows alone, which are half positive, would say far more.
    assert np.mean(naive) > np.mean(real) + 0.1


LABELS = 500


def picked_by_a_queue(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A world whose first rows were labelled: likely positives first, and others at random."""
    points, class_ids = world(seed, shares=(0.9, 0.1))
    rng, places = np.random.default_rng(seed), np.arange(UNSEEN[0])
    likely = np.argsort(-(class_ids[places] + rng.normal(0, 0.4, len(places))))[: LABELS // 2]
    others = rng.permutation(np.setdiff1d(places, likely))
    order = [*rng.permutation([*likely, *others[: LABELS // 2]]), *others[LABELS // 2 :]]
    arranged = np.array([*order, *UNSEEN])
    return points[arranged], class_ids[arranged]


def test_weights_bring_the_mean_of_a_biased_sample_back() -> None:
    rng = np.random.default_rng(0)
    scores = rng.beta(1, 4, 20_000)
    truth = rng.random(20_000) < scores
    both = np.column_stack([1 - scores, scores])
    naive, weighted = [], []
    for _ in range(20):
        picked = rng.choice(20_000, 1_000, replace=False, p=scores / scores.sum())
        weights = post_stratified(both[picked], both)
        naive.append(truth[picked].mean())
        weighted.append(np.average(truth[picked], weights=weights))
        assert weights.sum() == pytest.approx(20_000)

    assert np.mean(naive) > 1.5 * truth.mean()
    assert np.mean(weighted) == pytest.approx(truth.mean(), rel=0.05)


def test_weights_of_more_classes_go_by_the_likeliest() -> None:
    labelled = np.eye(3)[[0, 0, 0, 1]]
    everything = np.eye(3)[[0] * 30 + [1] * 60 + [2] * 10]

    assert post_stratified(labelled, everything).tolist() == [10.0, 10.0, 10.0, 60.0]


def test_a_sample_like_all_rows_has_even_weights() -> None:
    everything = np.column_stack([np.linspace(1, 0, 400), np.linspace(0, 1, 400)])

    assert set(post_stratified(everything[::2], everything)) <= {1.9, 2.0, 2.1}


@pytest.mark.parametrize("first", [0, 1])
def test_scores_that_are_equal_tell_nothing_in_whatever_order_labels_came(first: int) -> None:
    class_ids = np.repeat([first, 1 - first], [40, 60])
    share = (class_ids == 1).mean()
    everything = np.full((500, 2), 0.5, np.float32)

    worth, threshold = measured_worth(
        class_ids, 2, everything, lambda _, others: everything[others], step=lambda: None
    )

    # Then the best is to call every row positive.
    assert worth.points[-1].f1.value == pytest.approx(2 * share / (1 + share))
    assert threshold == 0.5
    assert worth.gain.value == pytest.approx(0, abs=1e-12)


def test_with_more_classes_the_mean_of_their_f1_is_measured() -> None:
    points, class_ids = world(4, classes=3, shares=(0.5, 0.3, 0.2))

    worth, threshold = measured(points, class_ids, 300, classes=3)

    assert threshold is None
    guess = classifier(points, class_ids, 3)(np.arange(300), UNSEEN).argmax(axis=1)
    real = f1_score(class_ids[UNSEEN], guess, average="macro")
    assert worth.points[-1].f1.low <= real <= worth.points[-1].f1.high
    assert worth.gain.low < worth.gain.value < worth.gain.high


@pytest.mark.parametrize(
    "counts",
    [(30, 30, 1), (30, 30, 4, 3), (10, 10), (200, 10, 1, 1, 1), (40, 30, 0), (30, 30, 0, 2)],
)
def test_rare_classes_and_few_labels_give_no_warning(counts: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    class_ids = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    points = (
        np.eye(len(counts))[class_ids] + rng.normal(0, 0.3, (len(class_ids), len(counts)))
    ).astype(np.float32)

    worth, _ = measured(points, class_ids, len(class_ids), classes=len(counts))

    values = [*worth.table["value"], worth.gain.value, worth.gain.low, worth.gain.high]
    assert np.isfinite(values).all()
    assert worth.points[-1].f1.value > 0.3


def test_labels_that_were_first_of_one_class_are_measured() -> None:
    points, class_ids = world(5)
    arranged = np.argsort(class_ids[:200], kind="stable")

    worth, _ = measured(points[:200][arranged], class_ids[:200][arranged], 200)

    assert worth.points[0].f1.value < worth.points[-1].f1.value
    assert np.isfinite(worth.table["value"]).all()


def test_where_no_rows_are_left_the_labelled_ones_stand_for_themselves() -> None:
    points, class_ids = world(6)
    fit = classifier(points, class_ids, 2)
    nobody = np.zeros((0, 2), np.float32)

    worth, _ = measured_worth(class_ids[:200], 2, nobody, fit, step=lambda: None)

    assert worth.points[-1].f1.value > 0.5


@pytest.mark.parametrize(
    ("counts", "enough"),
    [((10, 10), True), ((9, 100), False), ((100,), False), ((0, 0), False), ((10, 0, 10), True),
     ((10, 9, 9, 9), False), ((), False)],
)  # fmt: skip
def test_ten_labels_of_two_classes_are_enough(counts: tuple[int, ...], enough: bool) -> None:
    class_ids = np.repeat(np.arange(len(counts)), np.array(counts, np.int64))

    assert is_enough(class_ids, len(counts)) is enough


def stop_after(steps: int) -> Callable[[], None]:
    left = iter(range(steps))

    def step() -> None:
        if next(left, None) is None:
            raise Cancelled("a fit")

    return step


def test_it_can_be_stopped_after_any_fit() -> None:
    points, class_ids = world(7)

    with pytest.raises(Cancelled):
        measured(points, class_ids, 60, step=stop_after(3))
    assert isinstance(measured(points, class_ids, 60, step=stop_after(50))[0].gain, Estimate)


@pytest.mark.parametrize("labels", [20, 40])
def test_few_labels_that_are_all_told_right_make_no_certainty(labels: int) -> None:
    class_ids = np.tile([0, 1], labels // 2)
    right = np.eye(2, dtype=np.float32)[class_ids] * 0.8 + 0.1

    worth, _ = measured_worth(
        class_ids, 2, right, lambda _, others: right[others], step=lambda: None
    )

    f1 = worth.points[-1].f1
    assert (f1.value, f1.high) == (1.0, 1.0)
    assert f1.low < 0.95
    assert worth.gain.low < 0
    assert worth.gain.high == 0 == pytest.approx(worth.gain.value)


@pytest.mark.parametrize(("f1", "gain"), [(0.97, 0.076), (1.0, 0.3), (0.02, -0.3), (0.5, 0.1)])
def test_no_gain_leads_above_1_or_below_0(f1: float, gain: float) -> None:
    points = (Point(100, Estimate(f1, 0.0, 1.0)),)

    found = Worth(points, Estimate(gain, gain - 0.2, gain + 0.2)).gain

    assert -f1 <= found.low <= found.value <= found.high <= 1 - f1
    again = from_plain(Worth, json.loads(json.dumps(asdict(Worth(points, found)))))
    assert again.gain == found
