import numpy as np
import pytest
from sklearn import metrics

from core.evaluation.mistakes import (
    MACRO,
    MICRO,
    class_table,
    confusion_matrix,
    mistakes,
    one_against_all,
    top_confusions,
)
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import DEFAULT_THRESHOLD

CLASSES = ("blue", "green", "red")


def three_classes(seed: int = 0, rows: int = 400) -> Predictions:
    rng = np.random.default_rng(seed)
    class_ids = rng.integers(0, 3, rows)
    odds = rng.normal(0, 1, (rows, 3)) + 1.5 * np.eye(3)[class_ids]
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    return Predictions("test", CLASSES, np.arange(rows), class_ids, shares.astype(np.float32))


def two_classes(scores: list[float], class_ids: list[int]) -> Predictions:
    positive = np.array(scores, np.float32)
    return Predictions(
        "test", ("0", "1"), np.arange(10, 10 + len(class_ids)), np.array(class_ids),
        np.column_stack([1 - positive, positive]),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_the_class_table_is_scikit_learns(seed: int) -> None:
    rows = three_classes(seed)
    answers = rows.probabilities.argmax(axis=1)

    found = class_table(confusion_matrix(rows, DEFAULT_THRESHOLD), CLASSES)

    expected = metrics.classification_report(
        rows.class_ids, answers, target_names=CLASSES, output_dict=True
    )
    for name in CLASSES:
        assert {figure: each.value for figure, each in found[name].items()} == pytest.approx(
            {
                "precision": expected[name]["precision"],
                "recall": expected[name]["recall"],
                "f1": expected[name]["f1-score"],
            },
            abs=1e-9,
        )
    assert found[MACRO]["f1"].value == pytest.approx(expected["macro avg"]["f1-score"], abs=1e-9)
    assert found[MICRO]["f1"].value == pytest.approx(expected["accuracy"], abs=1e-9)
    assert all(e.low <= e.value <= e.high for each in found.values() for e in each.values())
    assert found[MACRO]["f1"].low < found[MACRO]["f1"].high


def test_a_class_that_no_row_has_is_0_and_not_an_error() -> None:
    matrix = np.array([[5, 1, 0], [2, 4, 0], [0, 0, 0]])

    found = class_table(matrix, CLASSES)

    assert found["red"]["recall"].value == 0.0
    assert found["red"]["recall"].high > 0.5


@pytest.mark.parametrize("rows", [(2, 2, 1), (1, 1, 1), (5, 0, 3)])
def test_few_rows_that_are_all_right_are_no_certainty(rows: tuple[int, ...]) -> None:
    found = class_table(np.diag(rows), CLASSES)

    for figure in ("precision", "recall", "f1"):
        macro, micro = found[MACRO][figure], found[MICRO][figure]
        assert macro.high == macro.value == pytest.approx(np.mean(np.array(rows) > 0))
        assert macro.low < macro.value - 0.1
        assert (micro.value, micro.high) == (1.0, 1.0)
        assert micro.low < 0.7


def test_many_rows_that_are_all_right_are_nearly_a_certainty() -> None:
    found = class_table(np.diag([2_000, 1_000, 3_000]), CLASSES)

    assert found[MACRO]["f1"].low > 0.995
    assert found[MICRO]["f1"].low > 0.995


@pytest.mark.parametrize("accuracy", [0.7, 0.95])
def test_intervals_of_means_over_classes_hold_the_truth(accuracy: float) -> None:
    rng = np.random.default_rng(2)
    class_ids, held = np.repeat([0, 1, 2], 8), 0

    for _ in range(100):
        right = rng.random(24) < accuracy
        answers = np.where(right, class_ids, (class_ids + rng.integers(1, 3, 24)) % 3)
        matrix = metrics.confusion_matrix(class_ids, answers, labels=[0, 1, 2])
        recall = class_table(matrix, CLASSES)[MACRO]["recall"]
        held += recall.low <= accuracy <= recall.high

    assert held >= 88


def test_confusions_come_most_frequent_first_with_their_share_of_the_label() -> None:
    matrix = np.array([[8, 2, 0], [0, 5, 5], [1, 0, 9]])

    found = top_confusions(matrix, CLASSES)

    assert found[["label", "predicted_label", "rows"]].values.tolist() == [
        ["green", "red", 5], ["blue", "green", 2], ["red", "blue", 1],
    ]  # fmt: skip
    assert found["share"].tolist() == pytest.approx([0.5, 0.2, 0.1])


def test_perfect_predicted_labels_have_no_confusions() -> None:
    assert top_confusions(np.diag([3, 4, 5]), CLASSES).empty


def test_one_class_against_the_rest_counts_every_row_once() -> None:
    confusion = one_against_all(np.array([[8, 2, 0], [0, 5, 5], [1, 0, 9]]), 2)

    assert (confusion.tp, confusion.fp, confusion.fn, confusion.tn) == (9, 5, 1, 15)


def test_the_worst_rows_come_first_with_their_loss() -> None:
    rows = two_classes([0.9, 0.2, 0.05, 0.6], [0, 0, 1, 1])

    found = mistakes(rows, 0.5)

    assert found["row"].tolist() == [12, 10, 13, 11]
    assert found["loss"].tolist() == pytest.approx(-np.log([0.05, 0.1, 0.6, 0.8]), rel=1e-5)
    assert found["predicted_label"].tolist() == [0, 1, 1, 0]
    assert found["wrong"].tolist() == [True, True, False, False]
    assert found["score"].tolist() == pytest.approx([0.05, 0.9, 0.6, 0.2])


def test_with_many_classes_the_score_is_that_of_the_predicted_label() -> None:
    rows = three_classes(rows=50)

    found = mistakes(rows, DEFAULT_THRESHOLD).sort_values("row")

    assert found["score"].tolist() == rows.probabilities.max(axis=1).tolist()


def test_a_certain_mistake_has_a_loss_that_is_a_number() -> None:
    assert np.isfinite(mistakes(two_classes([1.0], [0]), 0.5)["loss"]).all()
