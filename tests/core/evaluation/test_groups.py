import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.evaluation.groups import (
    BNSP,
    BPSN,
    FALSE_ALARMS,
    FEWEST,
    FIGURES,
    MISSES,
    SUBGROUP,
    Group,
    compare_groups,
)
from core.evaluation.predictions import Predictions

INSIDE = {1: [0.9, 0.8, 0.7, 0.6, 0.35], 0: [0.65, 0.55, 0.5, 0.4, 0.3]}
OUTSIDE = {1: [0.95, 0.85, 0.75, 0.45, 0.2], 0: [0.25, 0.15, 0.1, 0.05, 0.01]}


def answered(class_ids: np.ndarray, scores: np.ndarray) -> Predictions:
    shares = np.column_stack([1 - scores, scores]).astype(np.float32)
    return Predictions("test", ("kind", "rude"), np.arange(len(scores)), class_ids, shares)


def worked() -> tuple[Predictions, np.ndarray]:
    """Twenty rows, and which of them are in the group."""
    rows = [
        (class_id, score, side is INSIDE)
        for side in (INSIDE, OUTSIDE)
        for class_id, scores in side.items()
        for score in scores
    ]
    class_ids, scores, inside = map(np.array, zip(*rows, strict=True))
    return answered(class_ids, scores), inside


def simulated(rows: int, seed: int) -> tuple[Predictions, np.random.Generator]:
    rng = np.random.default_rng(seed)
    class_ids = (rng.random(rows) < 0.3).astype(np.int64)
    return answered(class_ids, 1 / (1 + np.exp(-rng.normal(2 * class_ids - 1, 1)))), rng


def values(group: Group) -> dict[str, float]:
    return {name: figure.estimate.value for name, figure in group.figures.items()}


def test_every_figure_of_a_small_example_is_the_one_worked_out_by_hand() -> None:
    predictions, inside = worked()

    (group,) = compare_groups(predictions, 0.5, [("g", inside)]).groups

    assert (group.name, group.rows, group.positives) == ("g", 10, 5)
    # Of 25 pairs each: 5 + 5 + 5 + 4 + 1; 5 + 5 + 5 + 2 + 0; all.
    assert values(group) == pytest.approx(
        {
            SUBGROUP: 20 / 25,
            BPSN: 17 / 25,
            BNSP: 25 / 25,
            FALSE_ALARMS: 3 / 5 - 0 / 5,
            MISSES: 1 / 5 - 2 / 5,
        }
    )
    for figure in group.figures.values():
        assert -1 <= figure.estimate.low <= figure.estimate.value <= figure.estimate.high <= 1
        assert figure.estimate.low < figure.estimate.high
        assert not figure.said


@pytest.mark.parametrize("seed", range(5))
def test_auc_of_a_group_is_that_of_its_rows_and_of_all_rows_that_of_all(seed: int) -> None:
    predictions, rng = simulated(400, seed)
    inside, everything = rng.random(400) < 0.4, np.ones(400, bool)

    found = compare_groups(predictions, 0.5, [("g", inside), ("all", everything)])

    some, whole = (group.figures[SUBGROUP].estimate.value for group in found.groups)
    auc = roc_auc_score(predictions.class_ids, predictions.scores)
    assert found.auc.value == pytest.approx(auc)
    assert whole == pytest.approx(auc)
    assert some == pytest.approx(
        roc_auc_score(predictions.class_ids[inside], predictions.scores[inside])
    )


def test_what_lacks_rows_is_said_instead_of_a_figure() -> None:
    predictions, _ = simulated(400, 1)
    positives = np.flatnonzero(predictions.class_ids == 1)
    negatives = np.flatnonzero(predictions.class_ids == 0)
    quiet, few, rude = np.zeros((3, 400), bool)
    quiet[negatives[:50]] = True
    few[np.append(negatives[:50], positives[: FEWEST - 1])] = True
    rude[positives[:50]] = True

    found = compare_groups(predictions, 0.5, [("quiet", quiet), ("few", few), ("rude", rude)])

    said = [{name: each.said for name, each in group.figures.items()} for group in found.groups]
    assert said[0] == {
        SUBGROUP: "no row of rude",
        BPSN: "",
        BNSP: "no row of rude",
        FALSE_ALARMS: "",
        MISSES: "no row of rude",
    }
    assert said[1][SUBGROUP] == said[1][BNSP] == said[1][MISSES] == "only 4 rows of rude"
    assert said[2][BPSN] == said[2][FALSE_ALARMS] == "no row of kind"
    assert np.isnan(found.groups[0].figures[SUBGROUP].estimate.value)
    assert not found.groups[0].figures[SUBGROUP].worse


def test_of_the_whole_there_are_no_other_rows() -> None:
    predictions, _ = simulated(400, 1)

    (group,) = compare_groups(predictions, 0.5, [("all", np.ones(400, bool))]).groups

    assert group.figures[BPSN].said == "no other row of rude"
    assert group.figures[FALSE_ALARMS].said == "no other row of kind"


def test_a_group_whose_harmless_rows_score_high_is_named_with_what_is_wrong() -> None:
    predictions, rng = simulated(3_000, 2)
    places = rng.integers(0, 4, 3_000)
    unfair = (places == 0) & (predictions.class_ids == 0)
    scores = np.where(unfair, np.minimum(predictions.scores + 0.4, 1), predictions.scores)
    spoiled = answered(predictions.class_ids, scores)

    found = compare_groups(spoiled, 0.5, [(f"g{each}", places == each) for each in range(4)])

    figures = found.groups[0].figures
    assert {name for name in FIGURES if figures[name].worse} == {SUBGROUP, BPSN, FALSE_ALARMS}
    # Beside the rows that score too high, those of the other groups score low: BNSP alone says so.
    others = [group.figures for group in found.groups[1:]]
    assert not any(each[name].worse for each in others for name in FIGURES if name != BNSP)
    assert "worse than chance explains. The surest is g0: " in found.verdict
    assert "of its rows of kind are false alarms, of all other rows" in found.verdict


def test_of_random_groups_hardly_any_is_said_to_fare_worse() -> None:
    called = 0
    for seed in range(20):
        predictions, rng = simulated(800, seed)
        groups = [(str(each), rng.random(800) < 0.2) for each in range(5)]
        called += any(group.worse for group in compare_groups(predictions, 0.5, groups).groups)

    # Of 20 reports 1 is expected to name one; 5 or more would happen once in 400 times.
    assert called <= 4


def test_without_a_worse_group_and_without_rows_the_verdict_says_so() -> None:
    predictions, rng = simulated(400, 3)
    groups = [(str(each), rng.random(400) < 0.5) for each in range(2)]

    assert compare_groups(predictions, 0.5, groups).verdict == (
        "No group fares worse than chance explains; 2 groups compared."
    )
    assert compare_groups(predictions, 0.5, []).verdict.startswith("No group can be compared: each")
    none = answered(np.zeros(30, np.int64), np.linspace(0, 0.4, 30))
    found = compare_groups(none, 0.5, [("x", np.arange(30) < 3)])
    assert np.isnan(found.auc.value)
    assert found.verdict.startswith("No group can be compared")


def test_groups_need_two_classes() -> None:
    shares = np.full((9, 3), 1 / 3, np.float32)
    three = Predictions("test", tuple("abc"), np.arange(9), np.arange(9) % 3, shares)

    with pytest.raises(ValueError, match="two classes"):
        compare_groups(three, 0.5, [])
