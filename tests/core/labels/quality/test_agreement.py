import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from core.labels.quality.agreement import (
    conflicts,
    independent_answers,
    overall,
    pairwise,
    self_agreement,
)
from core.labels.store.store import open_labels
from core.workspace import Workspace
from tests.label_frames import frame, label

PSYCHIATRIC = """0 0 0 6 0|0 3 0 0 3|0 1 4 0 1|0 0 0 0 6|0 3 0 3 0|2 0 4 0 0|0 0 4 0 2|2 0 3 1 0
2 0 0 4 0|0 0 0 0 6|1 0 0 5 0|1 1 0 4 0|0 3 3 0 0|1 0 0 5 0|0 2 0 3 1|0 0 5 0 1|3 0 0 1 2
5 1 0 0 0|0 2 0 4 0|1 0 2 0 3|0 0 0 0 6|0 1 0 5 0|0 2 0 1 3|2 0 0 4 0|1 0 0 4 1|0 5 0 1 0
4 0 0 0 2|0 2 0 4 0|1 0 5 0 0|0 0 0 0 6"""
"""Fleiss (1971), table 1: how many of six psychiatrists gave each of 30 patients which of five
diagnoses."""


def given(table: np.ndarray, names: str = "abcdefghij") -> pd.DataFrame:
    """Standing labels: a line a row, a column a person, -1 for no answer."""
    return frame(
        label(row, str(value), names[column])
        for row, line in enumerate(table)
        for column, value in enumerate(line)
        if value >= 0
    )


def drawn(rows: int, right: float, shares: list[float], seed: int) -> np.ndarray:
    """Two people who each see the true class so often and else say any other."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(len(shares), rows, p=shares)
    slips = rng.integers(1, len(shares), (2, rows)) * (rng.random((2, rows)) > right)
    return ((truth + slips) % len(shares)).T


@pytest.mark.parametrize("classes", [2, 3, 20])
def test_kappa_is_that_of_scikit_learn(classes: int) -> None:
    table = drawn(300, 0.8, [1 / classes] * classes, classes)
    third = drawn(300, 0.6, [1 / classes] * classes, 50)[:, :1]
    third[200:] = -1
    table = np.hstack([table, third])

    found = pairwise(given(table))

    assert list(found) == [("a", "b"), ("a", "c"), ("b", "c")]
    for (left, right), agreement in zip([(0, 1), (0, 2), (1, 2)], found.values(), strict=True):
        both = table[(table[:, left] >= 0) & (table[:, right] >= 0)]
        assert agreement.rows == len(both)
        assert agreement.share.value == pytest.approx((both[:, left] == both[:, right]).mean())
        expected = cohen_kappa_score(both[:, left], both[:, right])
        assert agreement.kappa.value == pytest.approx(expected, abs=1e-12)
        assert agreement.kappa.low < agreement.kappa.value < agreement.kappa.high


def test_kappa_of_many_is_that_of_fleiss_own_example() -> None:
    counts = np.array(
        [line.split() for line in PSYCHIATRIC.replace("\n", "|").split("|")], np.int64
    )
    table = np.array([np.repeat(np.arange(5), line) for line in counts])

    found = overall(given(table))

    assert (found.rows, found.people, found.cohen) == (30, 6, None)
    assert found.share.value == pytest.approx(0.5556, abs=5e-5)
    assert found.fleiss.value == pytest.approx(0.430, abs=5e-4)
    assert found.fleiss.low < 0.43 < found.fleiss.high


def test_rows_with_different_numbers_of_answers_count_alike() -> None:
    # By hand: rows agree 1, 1/3 and 0; classes 0 and 1 have (1 + 2/3 + 1/2) / 3 and the rest.
    table = np.array([[0, 0, -1], [0, 0, 1], [0, 1, -1], [1, -1, -1]])
    first = (1 + 2 / 3 + 1 / 2) / 3
    chance = first**2 + (1 - first) ** 2
    agreeing = (1 + 1 / 3 + 0) / 3

    found = overall(given(table))

    assert (found.rows, found.people) == (3, 3)
    assert found.share.value == pytest.approx(agreeing)
    assert found.fleiss.value == pytest.approx((agreeing - chance) / (1 - chance))


def test_two_people_have_cohens_kappa_too() -> None:
    table = drawn(80, 0.8, [0.5, 0.5], 1)

    found = overall(given(table))

    assert found.cohen == pairwise(given(table))["a", "b"].kappa
    assert found.share.value == pytest.approx((table[:, 0] == table[:, 1]).mean())
    with_a_stranger = np.vstack([np.insert(table, 1, -1, axis=1), [[-1, 1, -1]]])
    assert overall(given(with_a_stranger)) == found


@pytest.mark.parametrize(
    ("rows", "right", "shares"),
    [(20, 0.95, [0.5, 0.5]), (60, 0.9, [0.5, 0.5]), (60, 0.9, [0.9, 0.1]), (40, 0.9, [0.25] * 4)],
)
def test_intervals_hold_the_truth(rows: int, right: float, shares: list[float]) -> None:
    large = drawn(200_000, right, shares, 0)
    kappa, share = cohen_kappa_score(*large.T), (large[:, 0] == large[:, 1]).mean()
    tries = 150

    found = [
        pairwise(given(drawn(rows, right, shares, 1 + seed)))["a", "b"] for seed in range(tries)
    ]

    for true, estimates in ((kappa, [f.kappa for f in found]), (share, [f.share for f in found])):
        held = sum(each.low <= true <= each.high for each in estimates)
        assert held / tries > 0.88


def test_a_few_equal_answers_are_no_certainty() -> None:
    agreement = pairwise(given(np.array([[0, 0], [1, 1], [0, 0]])))["a", "b"]

    assert agreement.kappa.value == agreement.share.value == 1.0
    assert agreement.share.low < 0.6
    assert agreement.kappa.low < 0.5


def test_without_rows_or_with_one_class_there_is_no_kappa() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        apart = pairwise(given(np.array([[0, -1], [-1, 1]])))["a", "b"]
        alike = pairwise(given(np.array([[1, 1], [1, 1]])))["a", "b"]
        one = pairwise(given(np.array([[0, 1]])))["a", "b"]
        nobody = overall(frame([]))
        alone = overall(given(np.array([[0], [1]])))
        all_alike = overall(given(np.array([[1, 1, 1]])))

    assert apart.rows == 0
    assert np.isnan(
        [apart.share.value, apart.kappa.value, alike.kappa.value, alike.kappa.low]
    ).all()
    assert (alike.share.value, alike.rows) == (1.0, 2)
    assert (one.share.value, one.kappa.value) == (0.0, 0.0)
    assert (nobody.rows, nobody.people, pairwise(frame([]))) == (0, 0, {})
    assert alone.rows == 0
    assert np.isnan(alone.fleiss.value)
    assert alone.cohen is None
    assert all_alike.share.value == 1.0
    assert np.isnan(all_alike.fleiss.value)
    assert self_agreement(frame([])) == {}
    assert conflicts(frame([])).tolist() == []


def test_an_answer_is_the_last_label_that_somebody_gave_alone() -> None:
    standing = frame(
        [
            label(1, "0"),
            label(1, "1"),
            label(1, "0", queue="audit"),
            label(1, "0", queue="adjudication"),
            label(1, "0", "bob", queue="import"),
            label(2, "0", queue="bulk"),
            label(3, None, action="skip"),
            label(1, None, action="note"),
        ]
    )

    answers = independent_answers(standing)

    assert answers[["annotator", "row", "value"]].values.tolist() == [["ann", 1, "1"]]


def test_an_audit_is_held_against_the_answer_before_it() -> None:
    events = [label(row, str(row % 2)) for row in range(10)]
    events += [label(row, str(row % 2), queue="audit") for row in range(7)]
    events += [label(7, "0", queue="audit"), label(7, "0"), label(20, "1", queue="audit")]
    events += [label(8, "0", "bob"), label(8, "1", "bob", queue="audit")]

    found = self_agreement(frame(events))

    assert list(found) == ["ann", "bob"]
    assert (found["ann"].rows, found["bob"].rows) == (8, 1)
    assert found["ann"].share.value == pytest.approx(7 / 8)
    assert found["ann"].kappa.value == pytest.approx(
        cohen_kappa_score([0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1, 0, 0])
    )
    assert found["bob"].share.value == 0.0


def test_conflicts_come_oldest_first_until_somebody_settles_them() -> None:
    events = [
        label(5, "0"), label(4, "0"), label(3, "0"), label(2, "0"), label(1, "0"),
        label(4, "1", "bob"), label(5, "1", "bob"), label(3, "0", "bob"), label(2, "1", "bob"),
    ]  # fmt: skip
    assert conflicts(frame(events)).tolist() == [4, 5, 2]

    events += [label(4, "1", "cat", queue="adjudication"), label(2, "0", "bob")]
    assert conflicts(frame(events)).tolist() == [5]

    events.append(label(4, "0", "dan"))
    assert conflicts(frame(events)).tolist() == [4, 5]


def test_conflicts_are_read_from_a_store(workspace: Workspace) -> None:
    store = open_labels(workspace)
    assert store.newest("f") == 0
    for event in (label(7, "0"), label(7, "1", "bob"), label(8, "0")):
        stored = store.add(event)

    assert store.newest("f") == stored.id
    assert conflicts(store.standing("f")).tolist() == [7]
    assert overall(independent_answers(store.standing("f"))).rows == 1
    store.undo("f", annotator="bob", queue="q")
    assert store.newest("f") == stored.id + 1
    assert conflicts(store.standing("f")).tolist() == []
