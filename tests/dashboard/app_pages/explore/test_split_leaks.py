import pytest

from core.data.dataset import Dataset
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan, SplitRule
from core.workspace import Workspace
from dashboard.app_pages.explore.split_leaks import split_leaks
from tests.core.data.splits.columned_rows import make_columned_rows
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import field, said


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    columns = {
        "*author*": [f"a{place % 10}" for place in range(100)],
        "own": [f"o{place}" for place in range(100)],
    }
    return make_columned_rows(workspace, ["0", "1"] * 50, columns)


def warnings(app) -> list[str]:
    return [unescaped(each.value) for each in app.warning]


def test_a_column_of_choice_is_looked_at(draw: Draw, dataset: Dataset) -> None:
    app = draw(split_leaks, dataset, SplitPlan(), {})
    assert not app.warning

    field(app.selectbox, "Look for groups on two sides").set_value(0).run()
    assert warnings(app) == [
        "100.0% of validation and 100.0% of test rows have a value in '*author*' that train rows"
        " have, too; divided by groups, none would."
    ]
    field(app.selectbox, "Look for groups on two sides").set_value(1).run()

    assert not app.warning
    assert said(app, "No validation or test row has a value in 'own' that train rows have.")


def test_a_saved_split_is_looked_at_as_it_was_drawn(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    plan = SplitPlan(rule=SplitRule.GROUP, column="*author*", seed=3)
    save_split(workspace, dataset, "whole", plan)

    app = draw(split_leaks, dataset, plan, {}, "whole")

    assert not app.selectbox
    assert said(app, "Here no group of '*author*' is on two sides.")


def test_repeated_texts_are_said(draw: Draw, dataset: Dataset) -> None:
    app = draw(split_leaks, dataset, SplitPlan(), {"validation": 1_200, "test": 3})

    assert warnings(app) == [
        "1,200 validation texts and 3 test texts have the same words as a train text: scores may be"
        " too good."
    ]
