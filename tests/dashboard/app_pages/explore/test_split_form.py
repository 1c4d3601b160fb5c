from datetime import datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.splits.saved_split import find_split
from core.data.splits.split import SplitPlan, SplitRule
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.explore.split_view import split_view
from tests import toy
from tests.core.data.splits.columned_rows import make_columned_rows
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import field, said, table


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """Parts of which somebody mistyped one, authors, and days."""
    return make_columned_rows(
        workspace,
        ["0", "1"] * 50,
        {
            "author": [f"*a{place % 20}*" for place in range(100)],
            "Split": ["train"] * 70 + ["tset"] * 6 + ["test"] * 24,
            "posted": [datetime(2025, 1, 1) + timedelta(days=place // 2) for place in range(100)],
        },
        kinds={"posted": ColumnKind.TIME},
    )


def choose(app: AppTest, dataset: Dataset, rule: SplitRule) -> AppTest:
    app.get_by_key(f"{state.KEPT}split_rule_{dataset.id}").set_value(rule).run()
    assert not app.exception, app.exception
    return app


def sizes(app: AppTest) -> dict[str, int]:
    return table(app, "mean words").set_index("part")["rows"].to_dict()


def save(app: AppTest, workspace: Workspace, dataset: Dataset) -> SplitPlan:
    field(app.text_input, "Name").set_value("mine")
    app.get_by_key("split_save").click().run()
    assert not app.exception, app.exception
    return find_split(workspace, dataset, "mine").plan


def test_without_columns_only_chance_divides(draw: Draw, workspace: Workspace) -> None:
    bare = toy.import_rows(workspace, toy.make_rows(40), name="bare")

    app = draw(split_view, bare)

    assert not [each for each in app.segmented_control if each.label == "Divided by"]
    assert said(app, "texts with the same words always fall on the same side")


def test_a_column_of_parts_is_recognised_and_its_typo_can_be_said(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = choose(draw(split_view, dataset), dataset, SplitRule.COLUMN)

    assert field(app.selectbox, "Column").value == 1
    assert sizes(app) == {"train": 63, "validation": 7, "test": 24}
    assert said(app, "6 rows of 'tset' are in no part; did you mean test?")

    field(app.selectbox, "tset · 6 rows").set_value("test").run()
    field(app.number_input, "Validate by % of train").set_value(20.0).run()

    assert sizes(app) == {"train": 56, "validation": 14, "test": 30}
    assert save(app, workspace, dataset) == SplitPlan(
        rule=SplitRule.COLUMN, column="Split", values=(("tset", "test"),), from_train=0.2
    )


def test_groups_stay_whole_and_what_chance_would_share_is_shown(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = choose(draw(split_view, dataset), dataset, SplitRule.GROUP)

    assert sizes(app) == {"train": 80, "validation": 10, "test": 10}
    assert said(app, "Here no group of 'author' is on two sides. Divided by chance, 100.0% of")
    assert save(app, workspace, dataset) == SplitPlan(rule=SplitRule.GROUP, column="author")


def test_time_divides_by_sizes_or_by_moments(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = choose(draw(split_view, dataset), dataset, SplitRule.TIME)
    assert sizes(app) == {"train": 80, "validation": 10, "test": 10}
    assert said(app, "train from 2025-01-01 to 2025-02-09")

    field(app.segmented_control, "Cut by").set_value("Moments").run()
    assert said(app, "Say when validation and test begin")
    field(app.text_input, "Validation from").set_value("2025-01-11").run()
    field(app.text_input, "Test from").set_value("2025-02").run()

    assert sizes(app) == {"train": 20, "validation": 42, "test": 38}
    assert save(app, workspace, dataset).cuts == ("2025-01-11", "2025-02")


def test_moments_that_are_none_are_one_sentence(draw: Draw, dataset: Dataset) -> None:
    app = choose(draw(split_view, dataset), dataset, SplitRule.TIME)
    field(app.segmented_control, "Cut by").set_value("Moments").run()
    field(app.text_input, "Validation from").set_value("soon").run()
    field(app.text_input, "Test from").set_value("later").run()

    assert not app.exception
    (error,) = app.error
    assert "two moments" in unescaped(error.value)


def test_what_cannot_be_divided_is_one_sentence(draw: Draw, dataset: Dataset) -> None:
    app = choose(draw(split_view, dataset), dataset, SplitRule.COLUMN)

    field(app.selectbox, "train · 70 rows").set_value("").run()

    assert not app.exception
    (error,) = app.error
    assert "rows to train on" in unescaped(error.value)
