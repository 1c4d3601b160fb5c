import math

import numpy as np
import pytest
from scipy.stats.contingency import association

from core.data.column import Column, ColumnKind
from core.data.labelled import original_row_labels
from core.explore.columns.association import Association, cramers_v, ranked_columns, verdict
from core.workspace import Workspace
from tests.core.explore.wide import wide_dataset

ROWS = 200
LABELS = ["1" if n % 4 == 0 else "0" for n in range(ROWS)]


def ranking(
    workspace: Workspace, columns: dict[str, list], labels=LABELS, **kinds
) -> list[Association]:
    dataset = wide_dataset(workspace, columns, labels, **kinds)
    known = original_row_labels(workspace, dataset)
    return ranked_columns(workspace, dataset, dataset.columns, known)


def test_v_is_bergsmas() -> None:
    # By hand: chi² is 20 of 80 rows, so phi² is 0.25; less 1/79 for chance; each side counts
    # 2 - 1/79 values.
    expected = math.sqrt((0.25 - 1 / 79) / (1 - 1 / 79))

    assert cramers_v(np.array([[30, 10], [10, 30]])) == pytest.approx(expected)
    assert expected == pytest.approx(0.4903, abs=1e-4)


def test_without_its_correction_it_is_cramers() -> None:
    counts = np.array([[30_000, 11_000, 700], [12_000, 33_000, 500]])

    uncorrected = association(counts, method="cramer")

    assert cramers_v(counts) == pytest.approx(uncorrected, abs=1e-4)


def test_chance_alone_is_no_association() -> None:
    rng = np.random.default_rng(1)
    counts = np.array([rng.multinomial(20, [0.9, 0.1]) for _ in range(100)])

    assert association(counts, method="cramer") > 0.15
    assert cramers_v(counts) < 0.1
    assert cramers_v(np.array([[10, 10], [10, 10]])) == 0


@pytest.mark.parametrize(
    ("counts", "value"),
    [([[50, 0], [0, 50]], 1.0), ([[50, 0, 0], [0, 30, 0], [0, 0, 20]], 1.0)],
)
def test_values_that_each_have_one_label_tell_all(counts: list[list[int]], value: float) -> None:
    assert cramers_v(np.array(counts)) == pytest.approx(value)


@pytest.mark.parametrize(
    "counts", [[[5, 5]], [[5], [5]], [[5, 0], [5, 0]], [[0, 0], [0, 0]], [[1, 0], [0, 1]]]
)
def test_too_little_to_compare_is_unknown(counts: list[list[int]]) -> None:
    found = cramers_v(np.array(counts))

    assert math.isnan(found) or len(counts) == 2


def test_columns_that_tell_more_come_first(workspace: Workspace) -> None:
    found = ranking(
        workspace,
        {
            "noise": ["a" if n % 3 else "b" for n in range(ROWS)],
            "half": ["x" if n % 4 == 0 or n % 8 == 1 else "y" for n in range(ROWS)],
            "all": ["deleted" if label == "1" else "kept" for label in LABELS],
            "words": [f"text {n * 7919} of it" for n in range(ROWS)],
            "user id": [f"user{n}" for n in range(ROWS)],
        },
    )

    assert [one.column.name for one in found] == ["all", "half", "noise", "words", "user id"]
    assert found[0].value == pytest.approx(1.0)
    assert [one.gives_away for one in found] == [True, False, False, False, False]
    assert 0.5 < found[1].value < 0.95
    assert found[2].value < 0.1
    assert [one.reason for one in found[3:]] == [
        "texts are not compared with labels", "ids are not compared with labels",
    ]  # fmt: skip


def test_numbers_and_dates_and_what_is_missing_tell_too(workspace: Workspace) -> None:
    bad = [n % 10 == 0 for n in range(ROWS)]
    labels = ["1" if one else "0" for one in bad]
    found = ranking(
        workspace,
        {
            "votes": [n + 1_000 * one for n, one in enumerate(bad)],
            "posted": [f"20{20 + one:02}-01-{1 + n % 28:02}" for n, one in enumerate(bad)],
            "edited": ["yes" if one else "no" for one in bad],
            "removed": ["rude" if one else "" for one in bad],
        },
        labels,
    )

    assert {one.column.kind for one in found} == {
        ColumnKind.NUMBER, ColumnKind.TIME, ColumnKind.YES_NO, ColumnKind.CATEGORY,
    }  # fmt: skip
    assert all(one.gives_away for one in found)


@pytest.mark.parametrize(
    ("cells", "labels", "reason"),
    [
        (["same"] * ROWS, LABELS, "one value in all labelled rows"),
        (["a", "b"] * 100, ["0"] * ROWS, "one label in all labelled rows"),
        (["a", "b"] * 100, [""] * ROWS, "no row has a label"),
        ([""] * ROWS, LABELS, "no row has a value"),
        ([f"v{n // 2}" for n in range(ROWS)], LABELS, "too many values (100 in 200 labelled rows)"),
    ],
)
def test_what_cannot_be_compared_says_why(
    workspace: Workspace, cells: list[str], labels: list[str], reason: str
) -> None:
    found = ranking(workspace, {"it": cells}, labels, it=ColumnKind.CATEGORY)

    assert [(one.value, one.reason) for one in found] == [(None, reason)]
    assert verdict(found) == f"No column can be compared with labels: {reason}."


def told(*values: float | None) -> list[Association]:

    columns = [Column(f"column {n}", ColumnKind.CATEGORY, n) for n in range(len(values))]
    pairs = zip(columns, values, strict=True)
    return [
        Association(column, value, "" if value is not None else "so") for column, value in pairs
    ]


@pytest.mark.parametrize(
    ("values", "start"),
    [
        ([0.97, 0.3], "“column 0” (0.97) gives the label away: it was probably written after"),
        ([1.0, 0.96, 0.2], "“column 0” (1.00) and “column 1” (0.96) give the label away: they"),
        (
            [1.0] * 5,
            "“column 0” (1.00), “column 1” (1.00), “column 2” (1.00) and 2 more give the label",
        ),
        ([0.3, 0.2], "“column 0” (0.30) says the most about the label, then “column 1” (0.20)."),
        ([0.3, 0.01, None], "“column 0” (0.30) says the most about the label. 0 is nothing"),
        ([0.01, None], "No column says much about the label; “column 0” (0.01) says the most."),
        ([None], "No column can be compared with labels: so."),
    ],
)
def test_the_verdict_is_what_matters_most(values: list[float | None], start: str) -> None:
    assert verdict(told(*values)).startswith(start)


def test_a_number_that_is_high_for_a_rare_class_alone_gives_it_away(workspace: Workspace) -> None:
    rare = [n % 50 == 0 for n in range(3_000)]
    cells = [n % 997 + 5_000 * one for n, one in enumerate(rare)]

    (found,) = ranking(workspace, {"flags": cells}, ["1" if one else "0" for one in rare])

    assert found.column.kind is ColumnKind.NUMBER
    assert found.gives_away
