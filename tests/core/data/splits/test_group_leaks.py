import numpy as np
import pytest

from core.data.splits.group_leaks import group_leak
from core.data.splits.saved_split import draw_split
from core.data.splits.split import Split, SplitPlan, SplitRule
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import make_columned_rows


def split_of(*parts: list[int]) -> Split:
    return Split(*(np.array(part, np.int64) for part in parts))


def test_rows_whose_author_trains_are_counted_by_part(workspace: Workspace) -> None:
    authors = ["a", "b", None, "a", "b", "c", None, "a", "c"]
    dataset = make_columned_rows(workspace, ["0"] * 9, {"x": ["x"] * 9, "author": authors})

    leak = group_leak(workspace, dataset, split_of([0, 1, 2], [3, 4, 5, 6], [7, 8]), "author")

    assert leak.rows == {"validation": 2, "test": 1}
    assert leak.shares() == "50.0% of validation and 50.0% of test"
    assert leak.any


def test_parts_without_rows_are_not_spoken_of(workspace: Workspace) -> None:
    dataset = make_columned_rows(workspace, ["0"] * 4, {"author": ["a", "a", "b", None]})

    leak = group_leak(workspace, dataset, split_of([0, 1], [2, 3], []), "author")

    assert leak.rows == {"validation": 0}
    assert leak.shares() == "0.0% of validation"
    assert not leak.any


def test_a_split_by_groups_leaks_none_where_chance_does(workspace: Workspace) -> None:
    authors = [place // 10 for place in range(300)]
    dataset = make_columned_rows(workspace, ["0", "1"] * 150, {"author": authors})

    by_group = draw_split(workspace, dataset, SplitPlan(rule=SplitRule.GROUP, column="author"))
    by_chance = draw_split(workspace, dataset, SplitPlan())

    assert group_leak(workspace, dataset, by_group, "author").rows == {"validation": 0, "test": 0}
    assert group_leak(workspace, dataset, by_chance, "author").rows["test"] >= 25
    with pytest.raises(BadInput):
        group_leak(workspace, dataset, by_chance, "autor")
