import numpy as np
import pytest
from sklearn import metrics

from core.evaluation.intervals import (
    Confusion,
    Estimate,
    area_estimates,
    count_estimates,
    count_figures,
    ranking_areas,
    resamples,
)
from core.runs.predicted_labels import predicted_labels


def drawn_rows(seed: int, rows: int = 300, share: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Codes, and scores that know something of them, in few enough values to have equals."""
    rng = np.random.default_rng(seed)
    class_ids = (rng.random(rows) < share).astype(np.int64)
    class_ids[:2] = 0, 1
    scores = np.round(1 / (1 + np.exp(-rng.normal(2.0 * class_ids - 2.0, 1.0))), 2)
    return class_ids, scores.astype(np.float32)


def confusion_of(class_ids: np.ndarray, answers: np.ndarray) -> Confusion:
    tn, fp, fn, tp = metrics.confusion_matrix(class_ids, answers, labels=[0, 1]).ravel()
    return Confusion(int(tn), int(fp), int(fn), int(tp))


@pytest.mark.parametrize("seed", range(20))
def test_figures_of_counts_are_scikit_learns(seed: int) -> None:
    class_ids, scores = drawn_rows(seed)
    answers = (scores >= 0.5).astype(np.int64)

    found = count_estimates(confusion_of(class_ids, answers))

    expected = {
        "accuracy": metrics.accuracy_score(class_ids, answers),
        "f1": metrics.f1_score(class_ids, answers, zero_division=0),
        "precision": metrics.precision_score(class_ids, answers, zero_division=0),
        "recall": metrics.recall_score(class_ids, answers),
        "specificity": metrics.recall_score(class_ids, answers, pos_label=0),
        "mcc": metrics.matthews_corrcoef(class_ids, answers),
    }
    assert {name: estimate.value for name, estimate in found.items()} == pytest.approx(
        expected, abs=1e-9
    )
    assert all(each.low <= each.value <= each.high for each in found.values())


@pytest.mark.parametrize("seed", range(20))
def test_areas_are_scikit_learns_with_equal_scores_and_with_repeated_rows(seed: int) -> None:
    class_ids, scores = drawn_rows(seed)
    times = next(resamples(len(class_ids), 1, seed=seed))

    for weights in (np.ones(len(class_ids)), times):
        found = ranking_areas(class_ids, scores)(weights)

        repeated = np.repeat(np.arange(len(class_ids)), weights.astype(int))
        assert found == pytest.approx(
            {
                "pr_auc": metrics.average_precision_score(class_ids[repeated], scores[repeated]),
                "roc_auc": metrics.roc_auc_score(class_ids[repeated], scores[repeated]),
            },
            abs=1e-9,
        )


@pytest.mark.parametrize("figure", ["precision", "recall", "f1", "accuracy", "mcc"])
def test_intervals_of_counts_hold_the_truth_as_often_as_they_say(figure: str) -> None:
    shares = np.array([0.90, 0.03, 0.03, 0.04])
    truth = count_figures(shares)[figure]
    rng = np.random.default_rng(1)
    held = 0

    for counts in rng.multinomial(400, shares, size=400):
        estimate = count_estimates(Confusion(*map(int, counts)))[figure]
        held += estimate.low <= truth <= estimate.high

    # Four standard errors of 400 tries about 95 %.
    assert held / 400 == pytest.approx(0.95, abs=0.044)


@pytest.mark.slow
def test_intervals_of_areas_hold_the_truth_as_often_as_they_say() -> None:
    class_ids, scores = drawn_rows(0, rows=100_000)
    truth = ranking_areas(class_ids, scores)(np.ones(len(class_ids)))
    held = {"pr_auc": 0, "roc_auc": 0}

    for seed in range(200):
        sample = drawn_rows(seed + 1, rows=600)
        for name, estimate in area_estimates(*sample, draws=200).items():
            held[name] += estimate.low <= truth[name] <= estimate.high

    assert held["pr_auc"] / 200 == pytest.approx(0.95, abs=0.06)
    assert held["roc_auc"] / 200 == pytest.approx(0.95, abs=0.06)


FIVE = np.array([1, 1, 1, 0, 0])


@pytest.mark.parametrize(
    ("class_ids", "scores", "most"),
    [
        (FIVE, np.linspace(1, 0, 5), 0.6),
        (FIVE[::-1], np.linspace(0, 1, 5), 0.6),
        (np.array([1, 0, 0, 0, 0]), np.linspace(1, 0, 5), 0.5),
        (np.array([1, 1, 1, 1, 0]), np.linspace(1, 0, 5), 0.8),
        (np.array([1, 0]), np.array([0.9, 0.1]), 0.5),
        (np.repeat([1, 0], 10), np.repeat([0.9, 0.1], 10), 0.9),
    ],
)
def test_few_rows_in_perfect_order_are_no_certainty(
    class_ids: np.ndarray, scores: np.ndarray, most: float
) -> None:
    found = area_estimates(class_ids, scores)

    for estimate in found.values():
        assert (estimate.value, estimate.high) == (1.0, 1.0)
        assert 0 < estimate.low < most
    # A guesser reaches this with so few rows.
    assert found["pr_auc"].low < class_ids.mean() or len(class_ids) > 5


def test_many_rows_in_perfect_order_are_nearly_a_certainty() -> None:
    class_ids = np.repeat([1, 0], [200, 800])

    for estimate in area_estimates(class_ids, np.linspace(1, 0, 1_000)).values():
        assert 0.97 < estimate.low < estimate.high == 1.0


@pytest.mark.parametrize("positives", [1, 2, 4])
def test_equal_scores_of_few_rows_say_little_either_way(positives: int) -> None:
    class_ids = np.repeat([1, 0], [positives, 5 - positives])

    found = area_estimates(class_ids, np.full(5, 0.5))

    assert found["roc_auc"].value == 0.5
    assert found["roc_auc"].low < 0.35
    assert found["roc_auc"].high > 0.65
    assert found["pr_auc"].value == pytest.approx(positives / 5)
    assert found["pr_auc"].low < positives / 5 - 0.1
    assert found["pr_auc"].high > positives / 5 + 0.1


def test_few_rows_in_the_worst_order_are_no_certainty() -> None:
    found = area_estimates(FIVE, np.linspace(0, 1, 5))

    assert (found["roc_auc"].value, found["roc_auc"].low) == (0.0, 0.0)
    assert found["roc_auc"].high > 0.3


@pytest.mark.parametrize(("rows", "share"), [(20_000, 0.3), (20_000, 0.01), (1_500, 0.5)])
def test_rows_in_groups_have_the_interval_of_the_rows(rows: int, share: float) -> None:
    class_ids, scores = drawn_rows(3, rows=rows, share=share)
    areas = ranking_areas(class_ids, scores)
    redrawn = [areas(times) for times in resamples(rows, 200)]

    for name, found in area_estimates(class_ids, scores).items():
        low, high = np.percentile([each[name] for each in redrawn], (2.5, 97.5))
        assert found.high - found.low == pytest.approx(high - low, rel=0.25)
        assert (found.low + found.high) / 2 == pytest.approx(
            (low + high) / 2, abs=0.2 * (high - low)
        )


@pytest.mark.parametrize(
    ("rows", "positives", "skill"),
    [
        (5, 2, 0.0),
        (5, 3, 3.0),
        pytest.param(10, 1, 1.5, marks=pytest.mark.slow),
        pytest.param(20, 2, 0.0, marks=pytest.mark.slow),
        pytest.param(20, 6, 1.5, marks=pytest.mark.slow),
        pytest.param(50, 5, 3.0, marks=pytest.mark.slow),
        pytest.param(200, 12, 1.5, marks=pytest.mark.slow),
    ],
)
def test_intervals_of_areas_of_few_rows_hold_the_truth(
    rows: int, positives: int, skill: float
) -> None:
    rng = np.random.default_rng(1)

    def drawn(times: int) -> tuple[np.ndarray, np.ndarray]:
        class_ids = np.repeat([1, 0], [times * positives, times * (rows - positives)])
        return class_ids, rng.normal(skill * class_ids, 1.0)

    population = drawn(100_000 // rows)
    truth = ranking_areas(*population)(np.ones(len(population[0])))
    held = dict.fromkeys(truth, 0)

    for _ in range(200):
        for name, estimate in area_estimates(*drawn(1)).items():
            held[name] += estimate.low <= truth[name] <= estimate.high

    # The plain bootstrap holds it in as few as 7 of 100 tries.
    assert min(held.values()) / 200 >= 0.85


def test_three_right_answers_of_three_are_no_certainty() -> None:
    recall = count_estimates(Confusion(tn=0, fp=0, fn=0, tp=3))["recall"]

    assert (recall.value, recall.high) == (1.0, 1.0)
    assert recall.low < 0.6


def test_more_rows_make_the_interval_narrower() -> None:
    few = count_estimates(Confusion(90, 4, 3, 3))["f1"]
    many = count_estimates(Confusion(9000, 400, 300, 300))["f1"]

    assert many.value == few.value
    assert many.high - many.low < 0.2 * (few.high - few.low)


def test_areas_of_one_class_have_no_value() -> None:
    found = area_estimates(np.zeros(5, np.int64), np.linspace(0, 1, 5))

    assert all(np.isnan([each.value, each.low, each.high]).all() for each in found.values())


def test_figures_without_any_flagged_row_are_0() -> None:
    found = count_estimates(Confusion(tn=10, fp=0, fn=2, tp=0))

    assert (found["precision"].value, found["f1"].value, found["mcc"].value) == (0.0, 0.0, 0.0)


def test_the_confusion_matrix_tells_its_margins() -> None:
    class_ids = np.array([0, 0, 1, 1, 1])
    answers = predicted_labels(
        np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.6, 0.4], [0.1, 0.9]]), 0.5
    )

    confusion = confusion_of(class_ids, answers)

    assert (confusion.rows, confusion.flagged, confusion.positives) == (5, 3, 3)


def test_an_estimate_reads_as_value_and_interval() -> None:
    assert str(Estimate(0.5, 0.4, 0.61)) == "0.500 (0.400 to 0.610)"
