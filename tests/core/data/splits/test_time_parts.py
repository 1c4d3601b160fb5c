from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.splits.saved_split import draw_split, save_split
from core.data.splits.split import SplitPlan, SplitRule
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import make_columned_rows
from tests.messages import assert_one_sentence

FIRST = datetime(2025, 1, 1)
Times = list[datetime | None]


def days(*numbers: float | None) -> Times:
    return [None if each is None else FIRST + timedelta(days=each) for each in numbers]


def timed(workspace: Workspace, times: Times, labels: list[str | None] | None = None) -> Dataset:
    labels = labels or [str(place % 2) for place in range(len(times))]
    columns = {"posted": times, "author": ["a"] * len(times)}
    return make_columned_rows(workspace, labels, columns, kinds={"posted": ColumnKind.TIME})


def plan(*sizes: float | int, column: str = "posted", cuts: tuple[str, ...] = ()) -> SplitPlan:
    return SplitPlan(*sizes, rule=SplitRule.TIME, column=column, cuts=cuts)


def test_early_rows_train_and_late_rows_test(workspace: Workspace) -> None:
    dataset = timed(workspace, days(9, 0, 8, 1, 7, 2, 6, 3, 5, 4))

    split = draw_split(workspace, dataset, plan(0.6, 0.5))

    assert [rows.tolist() for rows in split.parts().values()] == [
        [1, 3, 5, 7, 9, 8],
        [6, 4],
        [2, 0],
    ]
    assert split.notes[0] == (
        "In time (UTC): train from 2025-01-01 to 2025-01-06; validation from 2025-01-07 to"
        " 2025-01-08; test from 2025-01-09 to 2025-01-10."
    )


def test_rows_of_one_moment_stay_together_at_the_nearest_change(workspace: Workspace) -> None:
    dataset = timed(workspace, days(0, 0, 0, 0, 1, 1, 1, 2, 3, 3))

    split = draw_split(workspace, dataset, plan(0.5, 0.5))

    assert [rows.tolist() for rows in split.parts().values()] == [
        [0, 1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
    ]
    assert split.notes[1] == (
        "Rows of one moment stay together, so there are 4 instead of 5 in train."
    )


def test_moments_of_choice_divide(workspace: Workspace) -> None:
    times = [*days(0, 1, 2, 3, 4, 5), datetime(2025, 1, 3, 23, 59, 59, 999_999)]
    dataset = timed(workspace, times)

    split = draw_split(workspace, dataset, plan(cuts=("2025-01-04", "2025-01-05T00:00Z")))

    assert [rows.tolist() for rows in split.parts().values()] == [[0, 1, 2, 6], [3], [4, 5]]
    assert len(split.notes) == 2  # When each part is, and that validation has one class.


def test_rows_without_a_time_or_a_label_are_said_and_left_out(workspace: Workspace) -> None:
    dataset = timed(workspace, days(0, 1, None, 2, 3, None, 4, 5, 6), [*"01010101", None])

    split = draw_split(workspace, dataset, plan(0.4, 0.5))

    assert sorted(row for rows in split.parts().values() for row in rows) == [0, 1, 3, 4, 6, 7]
    assert "2 rows have no time and are in no part." in split.notes
    assert "1 row has no label and is in no part." in split.notes


def test_without_a_test_part_the_latest_rows_validate(workspace: Workspace) -> None:
    dataset = timed(workspace, days(0, 1, 2, 3))

    split = draw_split(workspace, dataset, plan(0.5, 1.0, 0))

    assert [rows.tolist() for rows in split.parts().values()] == [[0, 1], [2, 3], []]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (plan(column="author"), "a column of dates or times, but found 'author'.*'posted'"),
        (plan(column="gone"), "a further column of the data set"),
        (plan(50), "at least 50 rows with a label and a time for train"),
        (plan(cuts=("2024-01-01", "2025-01-03")), "in train, but found none; the 6 rows"),
        (plan(cuts=("2025-01-03T01:00", "2025-01-03T02:00")), "in validation, but found none"),
        (plan(cuts=("2025-01-03", "2026")), "in test.*from 2025-01-01 to 2025-01-06"),
        (plan(1, 0.5), "train rows of at least two classes"),
    ],
)
def test_what_cannot_be_divided_by_time_is_one_sentence(
    workspace: Workspace, asked: SplitPlan, said: str
) -> None:
    dataset = timed(workspace, days(0, 1, 2, 3, 4, 5))

    with pytest.raises(BadInput, match=said) as caught:
        save_split(workspace, dataset, "mine", asked)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "times", [days(0, 0, 0, 0), days(0, 0, 1, 1), days(None, None, None, None)]
)
def test_too_few_moments_for_the_parts_are_one_sentence(workspace: Workspace, times: Times) -> None:
    dataset = timed(workspace, times)

    with pytest.raises(BadInput, match="different moments") as caught:
        draw_split(workspace, dataset, plan())
    assert_one_sentence(caught.value)


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=4, max_size=60),
    train=st.one_of(st.floats(0.05, 0.95), st.integers(1, 40)),
    validation=st.floats(0.05, 1.0),
    test=st.sampled_from([0, 0.5, 1.0]),
)
def test_the_order_of_time_is_never_broken_and_no_moment_divided(
    tmp_path_factory: pytest.TempPathFactory,
    numbers: list[int | None],
    train: float | int,
    validation: float,
    test: float,
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("times") / "workspace")
    dataset = timed(workspace, days(*numbers))
    try:
        split = draw_split(workspace, dataset, plan(train, validation, test))
    except BadInput as error:
        assert_one_sentence(error)
        return
    parts = [[numbers[row] for row in rows.tolist()] for rows in split.parts().values()]
    there = [part for part in parts if part]
    assert all(None not in part for part in there)
    for before, after in pairwise(there):
        assert max(before) < min(after)
    rows = [row for part in split.parts().values() for row in part.tolist()]
    assert len(rows) == len(set(rows))
    timeless = numbers.count(None)
    assert any("no time" in note for note in split.notes) is bool(timeless)
