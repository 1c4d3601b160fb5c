from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom
from sklearn import metrics

from core.errors import BadInput
from core.evaluation.paired import FIRST, SECOND, flips, paired, same_rows
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import predicted_labels

HALF = (0.5, 0.5)


def scored(skill: float, *, rows: int = 1_500, seed: int = 0, labels_seed: int = 9) -> Predictions:
    class_ids = (np.random.default_rng(labels_seed).random(rows) < 0.25).astype(np.int64)
    odds = np.random.default_rng(seed).normal(0, 1, rows) + skill * (2 * class_ids - 1)
    positive = (1 / (1 + np.exp(-odds))).astype(np.float32)
    return Predictions(
        "test", ("0", "1"), np.arange(rows), class_ids, np.column_stack([1 - positive, positive])
    )


def test_the_counts_and_the_p_value_are_those_of_mcnemar() -> None:
    first, second = scored(0.6), scored(1.2, seed=1)

    found = paired(first, second, HALF)

    right = [
        predicted_labels(each.probabilities, 0.5) == each.class_ids for each in (first, second)
    ]
    assert found.both == (right[0] & right[1]).sum()
    assert found.only_first == (right[0] & ~right[1]).sum()
    assert found.only_second == (~right[0] & right[1]).sum()
    assert found.both + found.only_first + found.only_second + found.neither == found.rows
    differing = found.only_first + found.only_second
    by_hand = 2 * binom.cdf(min(found.only_first, found.only_second), differing, 0.5)
    assert found.p_value == pytest.approx(by_hand, rel=1e-6)


def test_a_better_run_is_told_from_luck_and_an_equal_one_is_not() -> None:
    better = paired(scored(0.6), scored(1.5, seed=1), HALF)
    equal = paired(scored(1.0), scored(1.0, seed=1), HALF)

    assert better.p_value < 1e-6
    assert all(each.low > 0 for each in better.differences.values())
    assert equal.p_value > 0.05
    assert all(each.low < 0 < each.high for each in equal.differences.values())


def test_differences_are_the_seconds_figures_less_the_firsts() -> None:
    first, second = scored(0.6), scored(1.2, seed=1)

    found = paired(first, second, (0.5, 0.4)).differences

    def figures(rows: Predictions, threshold: float) -> dict[str, float]:
        answers = predicted_labels(rows.probabilities, threshold)
        return {
            "accuracy": metrics.accuracy_score(rows.class_ids, answers),
            "f1": metrics.f1_score(rows.class_ids, answers),
            "pr_auc": metrics.average_precision_score(rows.class_ids, rows.scores),
            "roc_auc": metrics.roc_auc_score(rows.class_ids, rows.scores),
        }

    ours, theirs = figures(first, 0.5), figures(second, 0.4)
    assert {name: each.value for name, each in found.items()} == pytest.approx(
        {name: theirs[name] - ours[name] for name in ours}, abs=1e-9
    )


def test_a_run_beside_itself_differs_in_nothing() -> None:
    found = paired(scored(1.0), scored(1.0), HALF)

    assert (found.only_first, found.only_second, found.p_value) == (0, 0, 1.0)
    assert all(each.value == each.low == each.high == 0 for each in found.differences.values())
    assert flips(scored(1.0), scored(1.0), HALF).empty


def few(first: list[float], second: list[float], labels: list[int]) -> list[Predictions]:
    scores = (np.array(each, np.float32) for each in (first, second))
    class_ids = np.array(labels)
    return [
        Predictions("test", ("0", "1"), np.arange(len(labels)), class_ids, np.stack([1 - s, s], 1))
        for s in scores
    ]


def test_two_runs_that_are_right_about_five_rows_may_still_differ() -> None:
    first, second = few([0.9, 0.8, 0.7, 0.2, 0.1], [0.7, 0.9, 0.8, 0.1, 0.3], [1, 1, 1, 0, 0])

    found = paired(first, second, HALF)

    assert (found.both, found.rows) == (5, 5)
    for estimate in found.differences.values():
        assert estimate.value == 0
        assert estimate.low < -0.1
        assert estimate.high > 0.1


def test_one_run_that_is_right_about_all_of_five_rows_is_not_surely_better() -> None:
    first, second = few([0.9, 0.8, 0.1, 0.2, 0.3], [0.9, 0.8, 0.7, 0.2, 0.3], [1, 1, 1, 0, 0])

    found = paired(first, second, HALF).differences

    assert found["accuracy"].value == pytest.approx(0.2)
    assert all(each.low < 0 < each.value < each.high for each in found.values())


def test_rows_of_one_class_have_no_areas_to_differ() -> None:
    first, second = few([0.9, 0.8], [0.7, 0.6], [1, 1])

    found = paired(first, second, HALF).differences

    assert np.isnan([found["pr_auc"].low, found["roc_auc"].value]).all()
    assert found["accuracy"].low < 0 < found["accuracy"].high


@pytest.mark.parametrize("classes", [3, 40])
def test_of_many_classes_two_right_runs_on_few_rows_may_still_differ(classes: int) -> None:
    class_ids = np.arange(6) % classes
    sure, surer = (
        np.full((6, classes), rest / classes, np.float32) + (1 - rest) * np.eye(classes)[class_ids]
        for rest in (0.3, 0.1)
    )
    names = tuple(str(number) for number in range(classes))
    first, second = (
        Predictions("test", names, np.arange(6), class_ids, shares) for shares in (sure, surer)
    )

    found = paired(first, second, HALF).differences["accuracy"]

    assert found.low < -0.1
    assert found.high > 0.1


def test_flips_are_the_rows_with_other_predicted_labels_the_widest_gap_first() -> None:
    first, second = scored(0.6), scored(1.2, seed=1)

    found = flips(first, second, HALF)

    answers = [predicted_labels(each.probabilities, 0.5) for each in (first, second)]
    assert sorted(found["row"]) == np.flatnonzero(answers[0] != answers[1]).tolist()
    gaps = (found["first_score"] - found["second_score"]).abs()
    assert gaps.is_monotonic_decreasing
    assert set(found["right"]) == {FIRST, SECOND}
    ours = found[found["right"] == FIRST]
    assert (ours[FIRST] == ours["label"]).all()
    assert (ours[SECOND] != ours["label"]).all()


def test_many_classes_compare_macro_f1_and_accuracy() -> None:
    rng = np.random.default_rng(0)
    class_ids = rng.integers(0, 3, 300)

    def run(skill: float, seed: int) -> Predictions:
        odds = np.random.default_rng(seed).normal(0, 1, (300, 3)) + skill * np.eye(3)[class_ids]
        shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
        return Predictions("test", ("a", "b", "c"), np.arange(300), class_ids, shares)

    found = paired(run(0.5, 1), run(2.5, 2), HALF)

    assert set(found.differences) == {"accuracy", "f1"}
    assert found.differences["f1"].low > 0
    assert set(flips(run(0.5, 1), run(2.5, 2), HALF)["right"]) == {FIRST, SECOND, ""}


def test_only_rows_that_both_have_are_compared() -> None:
    first, second = scored(1.0), scored(1.0, seed=1)

    one, other = same_rows(first.take(np.arange(0, 900)), second.take(np.arange(1_499, 599, -1)))

    assert one.rows.tolist() == other.rows.tolist() == list(range(600, 900))
    assert one.class_ids.tolist() == other.class_ids.tolist() == first.class_ids[600:900].tolist()


def test_runs_that_cannot_be_compared_are_one_sentence() -> None:
    first = scored(1.0)

    with pytest.raises(BadInput, match="the same classes, but found others"):
        same_rows(first, replace(first, classes=("a", "b")))
    with pytest.raises(BadInput, match="but found no row in common: train them with one saved"):
        same_rows(first, replace(first, rows=first.rows + 10_000))
    with pytest.raises(BadInput, match=r"but found 1,500 labels that differ"):
        same_rows(first, replace(first, class_ids=1 - first.class_ids))
