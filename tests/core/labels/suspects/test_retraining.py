import numpy as np

from core.labels.suspects.out_of_fold import Rows, out_of_fold, stratified_folds
from core.labels.suspects.retraining import fits, retraining


def noisy_rows(wrong_share: float, rows: int = 900) -> tuple[Rows, np.ndarray]:
    """Rows whose labels are wrong in a one-sided way, and their true labels."""
    rng = np.random.default_rng(0)
    truth = (np.arange(rows) % 4 == 0).astype(np.int64)
    features = (rng.normal(0, 1, (rows, 5)) + 2.0 * truth[:, None]).astype(np.float32)
    given = np.where((truth == 0) & (rng.random(rows) < wrong_share), 1, truth)
    groups = np.arange(rows)
    return Rows((features,), given, groups, stratified_folds(given, groups), 2), truth


def test_leaving_out_wrong_labels_helps_where_the_judges_labels_are_right() -> None:
    rows, truth = noisy_rows(0.25)
    told: list[int] = []

    found = retraining(
        rows, truth, np.zeros(len(rows), bool), out_of_fold(rows, step=lambda: None),
        step=lambda: told.append(1),
    )  # fmt: skip

    assert len(told) == fits(len(rows))
    assert found.rows == len(rows)
    assert 0.05 < found.left_out < 0.4
    assert found.corrected == int((truth != rows.class_ids).sum())
    assert set(found.before) == set(found.differences) == {"pr_auc", "f1", "accuracy"}
    assert found.differences["f1"].low > -0.02


def test_settled_rows_are_never_left_out() -> None:
    rows, truth = noisy_rows(0.25)
    everything = np.ones(len(rows), bool)

    found = retraining(
        rows, truth, everything, out_of_fold(rows, step=lambda: None), step=lambda: None
    )

    assert found.left_out == 0.0


def test_clean_labels_lose_little() -> None:
    rows, truth = noisy_rows(0.0)

    found = retraining(
        rows, truth, np.zeros(len(rows), bool), out_of_fold(rows, step=lambda: None),
        step=lambda: None,
    )  # fmt: skip

    assert found.left_out < 0.1
    assert abs(found.differences["pr_auc"].value) < 0.02
