from types import SimpleNamespace

import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.filters.row_filter import NO_LABEL, RowFilter
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.explore.length_stats import NO_LABEL_GROUP
from core.jobs.tasks import list_tasks
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.explore.lengths_view import _RowsOf, _use_limit, lengths_view
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said, table

TABLE = pd.DataFrame(
    {"group": ["0", "1", NO_LABEL_GROUP, "other labels"], "length": [3, 9, 4, 5], "count": [1] * 4}
)
KNOWN = SimpleNamespace(classes=("0", "1", "rare", "rarer"))


@pytest.mark.parametrize(
    ("by", "split", "bar", "row_filter"),
    [
        ("", "", ("", 2, 5), RowFilter(shortest=2, longest=5)),
        # The last bar holds all that are longer, too.
        ("", "", ("", 6, 9), RowFilter(shortest=6)),
        ("label", "", ("1", 2, 5), RowFilter(shortest=2, longest=5, labels=("1",))),
        ("label", "", (NO_LABEL_GROUP, 2, 5), RowFilter(shortest=2, longest=5, labels=(NO_LABEL,))),
        (
            "label", "", ("other labels", 2, 5),
            RowFilter(shortest=2, longest=5, labels=("rare", "rarer")),
        ),
        (
            "part", "mine", ("test", 2, 5),
            RowFilter(shortest=2, longest=5, split="mine", part="test"),
        ),
    ],
)  # fmt: skip
def test_a_bar_stands_for_its_rows(
    by: str, split: str, bar: tuple[str, int, int], row_filter: RowFilter
) -> None:
    rows_of = _RowsOf("n_words", by, split)

    assert rows_of.bar(KNOWN, TABLE, *bar) == row_filter


@pytest.mark.parametrize(
    ("by", "split", "found"),
    [("", "", True), ("label", "", True), ("part", "mine", True), ("part", "", False)],
)
def test_rows_of_a_split_that_nobody_saved_cannot_be_found(
    by: str, split: str, found: bool
) -> None:
    assert _RowsOf("n_words", by, split).can_be_found is found


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(200))


@pytest.mark.parametrize(
    ("unit", "measure"),
    [("Words", lambda text: len(text.split())), ("Characters", len)],
)
def test_figures_are_those_of_the_texts(draw: Draw, dataset: Dataset, unit: str, measure) -> None:
    lengths = [measure(text) for text, _ in toy.make_rows(200)]
    app = draw(lengths_view, dataset)

    field(app.segmented_control, "Length in").set_value(unit).run()

    shown = table(app, "p99").iloc[0]
    assert (shown["group"], shown["rows"], shown["max"]) == ("all texts", 200, max(lengths))
    assert shown["mean"] == pytest.approx(sum(lengths) / 200)


def test_parts_of_a_saved_split_are_compared_with_its_name(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    save_split(workspace, dataset, "mine", SplitPlan(0.6, 0.5, 1.0, seed=1))
    app = draw(lengths_view, dataset)
    field(app.segmented_control, "Compare").set_value("By part of a split").run()
    assert not said(app, "Click a bar to see its rows.")

    field(app.selectbox, "Split").set_value("mine").run()

    assert said(app, "Click a bar to see its rows.")
    rows = table(app, "p99").set_index("group")["rows"]
    assert rows.to_dict() == {"train": 120, "validation": 40, "test": 40}


def test_one_label_leaves_nothing_to_compare(draw: Draw, workspace: Workspace) -> None:
    same = toy.import_rows(workspace, [("one", "x"), ("two words", "x")], name="same")

    app = draw(lengths_view, same)

    assert field(app.segmented_control, "Compare").options == ["All texts"]


def test_tokens_are_counted_only_when_asked_for(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = draw(lengths_view, dataset)
    field(app.segmented_control, "Length in").set_value("Tokens").run()

    assert said(app, "Tokens are not counted yet")
    assert list_tasks(workspace) == []


@pytest.mark.parametrize(("limit", "kept"), [(3, 8), (64, 64), (2_000, 512)])
def test_a_limit_is_used_for_training_as_far_as_a_form_allows(
    draw: Draw, dataset: Dataset, limit: int, kept: int
) -> None:
    app = draw(_use_limit, dataset, limit)

    for preset in ("fast", "best", "tutorial"):
        assert app.session_state[f"{state.KEPT}train_{preset}_{dataset.id}_length"] == kept
    assert app.session_state["notice"] == f"New runs on toy take up to {kept:,} tokens."
