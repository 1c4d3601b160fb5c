import math

import numpy as np
import pytest
from sklearn import metrics

from core.errors import BadInput
from core.evaluation.intervals import Confusion
from core.evaluation.metrics import f1_threshold
from core.evaluation.operating_point import Rule
from core.evaluation.thresholds import Sweep, choose, workload


def drawn_rows(seed: int, rows: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    class_ids = (rng.random(rows) < 0.08).astype(np.int64)
    odds = rng.normal(2.5 * class_ids - 2.0, 1.0)
    return class_ids, (1 / (1 + np.exp(-odds))).astype(np.float32)


def answers(scores: np.ndarray, threshold: float) -> np.ndarray:
    return (scores.astype(np.float64) >= threshold).astype(np.int64)


@pytest.mark.parametrize("seed", range(5))
def test_counts_at_every_threshold_are_those_of_the_rule(seed: int) -> None:
    class_ids, scores = drawn_rows(seed, rows=200)
    scores = np.round(scores, 1)
    sweep = Sweep.of(class_ids, scores)

    for threshold in [*np.linspace(0, 1, 41), *sweep.thresholds]:
        found = sweep.at(float(threshold))

        expected = metrics.confusion_matrix(class_ids, answers(scores, threshold), labels=[0, 1])
        assert [[found.tn, found.fp], [found.fn, found.tp]] == expected.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_curves_are_scikit_learns(seed: int) -> None:
    class_ids, scores = drawn_rows(seed)
    sweep = Sweep.of(class_ids, scores)
    figures = sweep.figures()

    precision, recall, thresholds = metrics.precision_recall_curve(class_ids, scores)
    fpr, tpr, _ = metrics.roc_curve(class_ids, scores, drop_intermediate=False)

    np.testing.assert_allclose(sweep.thresholds[1:], thresholds[::-1], atol=1e-12)
    np.testing.assert_allclose(figures["precision"][1:], precision[-2::-1], atol=1e-9)
    np.testing.assert_allclose(figures["recall"][1:], recall[-2::-1], atol=1e-9)
    np.testing.assert_allclose(1 - figures["specificity"], fpr, atol=1e-9)
    np.testing.assert_allclose(figures["recall"], tpr, atol=1e-9)
    middle = len(sweep.thresholds) // 3
    given = answers(scores, sweep.thresholds[middle])
    assert figures["mcc"][middle] == pytest.approx(
        metrics.matthews_corrcoef(class_ids, given), abs=1e-9
    )


def test_a_threshold_between_two_scores_flags_what_the_higher_one_does() -> None:
    class_ids, scores = drawn_rows(1, rows=300)
    sweep = Sweep.of(class_ids, scores)

    for place in range(len(sweep.thresholds)):
        assert sweep.at(sweep.between(place)) == sweep.at(sweep.thresholds[place])


def test_the_best_f1_is_the_threshold_that_training_chooses() -> None:
    class_ids, scores = drawn_rows(2)

    assert choose(Rule.F_BETA, (1.0,), class_ids, scores).threshold == f1_threshold(
        class_ids, scores
    )


def test_a_higher_beta_finds_more() -> None:
    class_ids, scores = drawn_rows(3)
    sweep = Sweep.of(class_ids, scores)

    found = [
        sweep.at(choose(Rule.F_BETA, (beta,), class_ids, scores).threshold).tp
        for beta in (0.25, 1.0, 4.0)
    ]

    assert found[0] < found[1] < found[2]


def test_the_best_mcc_is_nearly_reached() -> None:
    class_ids, scores = drawn_rows(4)
    sweep = Sweep.of(class_ids, scores)

    chosen = choose(Rule.MCC, (), class_ids, scores).threshold

    reached = metrics.matthews_corrcoef(class_ids, answers(scores, chosen))
    assert reached > 0.95 * sweep.figures()["mcc"].max()


@pytest.mark.parametrize("floor", [0.3, 0.6, 0.8])
def test_a_precision_floor_is_kept_with_as_many_found_as_it_allows(floor: float) -> None:
    class_ids, scores = drawn_rows(5)
    sweep = Sweep.of(class_ids, scores)

    chosen = sweep.at(choose(Rule.PRECISION, (floor,), class_ids, scores).threshold)

    assert chosen.tp / chosen.flagged >= floor
    figures = sweep.figures()
    assert chosen.tp == sweep.tp[figures["precision"] >= floor].max()


@pytest.mark.parametrize("floor", [0.5, 0.9, 1.0])
def test_a_recall_floor_is_kept_with_as_few_alarms_as_it_allows(floor: float) -> None:
    class_ids, scores = drawn_rows(6)
    sweep = Sweep.of(class_ids, scores)

    chosen = sweep.at(choose(Rule.RECALL, (floor,), class_ids, scores).threshold)

    assert chosen.tp / chosen.positives >= floor
    assert chosen.fp == sweep.fp[sweep.tp / sweep.positives >= floor].min()


def test_a_dear_miss_lowers_the_threshold_and_a_dear_alarm_raises_it() -> None:
    class_ids, scores = drawn_rows(7)

    low, middle, high = (
        choose(Rule.COSTS, costs, class_ids, scores).threshold
        for costs in ((1.0, 20.0), (1.0, 1.0), (20.0, 1.0))
    )

    assert low < middle < high


def test_where_an_alarm_costs_more_than_any_find_brings_no_row_is_flagged() -> None:
    class_ids, scores = drawn_rows(7)
    class_ids[np.argmax(scores)] = 0

    chosen = choose(Rule.COSTS, (1e6, 1.0), class_ids, scores).threshold

    assert answers(scores, chosen).sum() == 0


def test_the_cheapest_threshold_costs_no_more_than_any_other() -> None:
    class_ids, scores = drawn_rows(11)
    sweep = Sweep.of(class_ids, scores)

    chosen = sweep.at(choose(Rule.COSTS, (3.0, 7.0), class_ids, scores).threshold)

    costs = 3.0 * sweep.fp + 7.0 * (sweep.positives - sweep.tp)
    assert 3.0 * chosen.fp + 7.0 * chosen.fn == costs.min()


def test_equal_costs_are_nearly_the_best_accuracy() -> None:
    class_ids, scores = drawn_rows(8)
    accuracy = Sweep.of(class_ids, scores).figures()["accuracy"]

    chosen = choose(Rule.COSTS, (1.0, 1.0), class_ids, scores).threshold

    assert (answers(scores, chosen) == class_ids).mean() > accuracy.max() - 0.01


def test_a_workload_flags_no_more_than_can_be_reviewed_and_hardly_less() -> None:
    class_ids, scores = drawn_rows(9)

    chosen = choose(Rule.WORKLOAD, (400.0, 10_000.0), class_ids, scores).threshold

    assert answers(scores, chosen).sum() == 80


def test_a_workload_of_less_than_one_row_flags_none() -> None:
    class_ids, scores = drawn_rows(9)

    chosen = choose(Rule.WORKLOAD, (1.0, 100_000.0), class_ids, scores).threshold

    assert answers(scores, chosen).sum() == 0


def test_what_a_workload_makes_of_a_day_is_shares_times_texts() -> None:
    found = workload(Confusion(tn=900, fp=40, fn=20, tp=40), 10_000)

    assert [
        found.flagged.value, found.found.value, found.missed.value, found.alarms.value
    ] == pytest.approx([800, 400, 200, 400])  # fmt: skip
    assert found.missed.low < 200 < found.missed.high
    assert found.missed.low > 100


def test_a_threshold_set_by_hand_is_taken_as_it_is() -> None:
    class_ids, scores = drawn_rows(1)

    assert choose(Rule.HAND, (0.37,), class_ids, scores).threshold == 0.37


def test_a_precision_that_no_threshold_reaches_is_one_sentence() -> None:
    class_ids = np.array([0, 1, 0, 1, 0])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5], np.float32)

    with pytest.raises(BadInput, match=r"up to 0\.500 on these rows, but found 0\.9: ask for less"):
        choose(Rule.PRECISION, (0.9,), class_ids, scores)


@pytest.mark.parametrize("rule", [Rule.F_BETA, Rule.MCC, Rule.RECALL])
def test_rows_of_one_class_are_one_sentence(rule: Rule) -> None:
    amounts = () if rule is Rule.MCC else (1.0,)

    with pytest.raises(BadInput, match="both classes to tune a threshold on, but found rows of on"):
        choose(rule, amounts, np.zeros(4, np.int64), np.linspace(0, 1, 4, dtype=np.float32))


@pytest.mark.parametrize(
    ("rule", "amounts"),
    [
        (Rule.F_BETA, (0.0,)), (Rule.F_BETA, ()), (Rule.PRECISION, (1.5,)), (Rule.RECALL, (0.0,)),
        (Rule.COSTS, (0.0, 0.0)), (Rule.COSTS, (-1.0, 2.0)), (Rule.WORKLOAD, (500.0, 400.0)),
        (Rule.HAND, (1.2,)), (Rule.HAND, (math.nan,)), (Rule.MCC, (1.0,)),
    ],
)  # fmt: skip
def test_amounts_that_a_rule_cannot_take_are_one_sentence(
    rule: Rule, amounts: tuple[float, ...]
) -> None:
    class_ids, scores = drawn_rows(1, rows=50)

    with pytest.raises(BadInput, match=f"for the rule {rule.value}, but found"):
        choose(rule, amounts, class_ids, scores)


@pytest.mark.parametrize(("reviewed", "arriving"), [(500, 2_000), (40, 1_000), (4_000, 1_000_000)])
def test_never_more_is_kept_on_other_rows_where_the_average_is_not(
    reviewed: float, arriving: int
) -> None:
    rng = np.random.default_rng(0)
    rule, over = {Rule.WORKLOAD: 0, Rule.NEVER_MORE: 0}, {}
    for kind in rule:
        over[kind] = 0
        for _ in range(100):
            scores = rng.random(1_300).astype(np.float32)
            class_ids = (np.arange(1_300) % 4 == 0).astype(np.int64)
            point = choose(kind, (reviewed, arriving), class_ids, scores)
            # Scores to come are drawn as these were: uniform.
            over[kind] += rng.binomial(arriving, max(1 - point.threshold, 0.0)) > reviewed

    assert over[Rule.WORKLOAD] > 25
    assert over[Rule.NEVER_MORE] <= 8


def test_never_more_of_all_texts_flags_all_and_of_too_few_rows_is_refused() -> None:
    class_ids, scores = np.array([0, 1] * 10), np.linspace(0.1, 0.9, 20).astype(np.float32)

    every = choose(Rule.NEVER_MORE, (100.0, 100.0), class_ids, scores)
    assert (scores >= every.threshold).all()
    with pytest.raises(BadInput, match="never more than 4 of 1,000, but found 20, which"):
        choose(Rule.NEVER_MORE, (4.0, 1_000.0), class_ids, scores)


def test_never_more_may_leave_only_scores_above_all_that_were_seen() -> None:
    scores = np.linspace(0.0, 0.9, 1_000).astype(np.float32)
    class_ids = (np.arange(1_000) % 2).astype(np.int64)

    point = choose(Rule.NEVER_MORE, (300.0, 100_000.0), class_ids, scores)

    highest = float(scores.max())
    assert highest < point.threshold < highest + 1e-6
