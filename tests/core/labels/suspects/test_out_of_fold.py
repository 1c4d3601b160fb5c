from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from core.labels.suspects.out_of_fold import (
    FOLDS,
    Rows,
    fit_and_ask,
    judged_classes,
    out_of_fold,
    stratified_folds,
)


def known_rows(rows: int = 200, classes: int = 2) -> Rows:
    class_ids = np.arange(rows) % classes
    rng = np.random.default_rng(0)
    features = (rng.normal(0, 1, (rows, 6)) + 3 * np.eye(6)[class_ids]).astype(np.float32)
    groups = np.arange(rows)
    return Rows((features,), class_ids, groups, stratified_folds(class_ids, groups), classes)


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_come_from_classifiers_that_did_not_see_the_row(classes: int) -> None:
    rows = known_rows(classes=classes)
    steps: list[int] = []

    found = out_of_fold(rows, step=lambda: steps.append(1))

    assert (found.argmax(axis=1) == rows.class_ids).mean() > 0.9
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-5)
    assert len(steps) == FOLDS
    first = rows.folds == 0
    np.testing.assert_allclose(
        found[first], fit_and_ask(rows, rows.class_ids, ~first, first), atol=1e-6
    )


def test_folds_share_every_class_evenly_and_keep_copies_together() -> None:
    class_ids = np.repeat([0, 1], [80, 20])
    groups = np.arange(100)
    groups[[3, 4, 5]] = 3

    folds = stratified_folds(class_ids, groups)

    assert len(set(folds[[3, 4, 5]])) == 1
    assert np.bincount(folds[class_ids == 1]).tolist() == [4] * FOLDS
    assert np.ptp(np.bincount(folds)) <= 3


def test_classes_with_fewer_texts_than_folds_are_not_judged() -> None:
    class_ids = np.array([0] * 10 + [1] * 4 + [2] * 6)
    groups = np.arange(20)
    groups[class_ids == 2] = 50

    assert judged_classes(class_ids, groups).tolist() == [0]


def test_of_two_kinds_of_features_the_mean_of_the_answers_counts() -> None:
    rows = known_rows()
    vectors, words = rows.features[0], csr_matrix(rows.features[0][:, :2])
    train = rows.folds > 0
    alone = [
        fit_and_ask(replace(rows, features=(one,)), rows.class_ids, train, ~train)
        for one in (vectors, words)
    ]

    found = fit_and_ask(replace(rows, features=(vectors, words)), rows.class_ids, train, ~train)

    np.testing.assert_allclose(found, np.mean(alone, axis=0), atol=1e-6)
    assert np.abs(alone[0] - alone[1]).max() > 0.01


def test_a_class_that_nobody_has_seen_is_never_likely() -> None:
    rows = known_rows(classes=3)
    train = rows.class_ids != 2

    found = fit_and_ask(rows, rows.class_ids, train, ~train)

    assert (found[:, 2] == 0).all()
