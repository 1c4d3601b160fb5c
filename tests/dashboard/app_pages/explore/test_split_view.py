import pytest

from core.data.dataset import Dataset
from core.data.splits.saved_split import list_splits, save_split
from core.data.splits.split import SplitPlan
from core.workspace import Workspace
from dashboard.app_pages.explore.split_view import split_view
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import field, said, sent, table


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(400))


def figures(app):
    return table(app, "mean words").set_index("part")


def test_every_label_has_the_same_share_in_all_parts(draw: Draw, dataset: Dataset) -> None:
    app = draw(split_view, dataset)

    shown = figures(app)
    assert shown["rows"].sum() == 400
    assert shown["positive share"].tolist() == pytest.approx([0.25] * 3, abs=0.01)
    assert said(app, "The shares of a class differ by at most 0.00 percentage points.")


@pytest.mark.parametrize("words", [True, False])
def test_parts_that_look_alike_are_called_so_by_chance_alone(
    draw: Draw, workspace: Workspace, dataset: Dataset, words: bool
) -> None:
    app = draw(split_view, dataset)

    sentence = next(each.value for each in app.caption if "Kolmogorov" in unescaped(each.value))
    numbers = [float(part) for part in unescaped(sentence).split() if part[:2] == "0."][:3]
    alike = max(numbers[0], numbers[1]) <= numbers[2]
    assert ("look alike" in sentence) is alike


@pytest.mark.parametrize("label", ["x", None])
def test_without_two_labels_there_is_nothing_to_split(
    draw: Draw, workspace: Workspace, label: str | None
) -> None:
    rows = [("one", label or ""), ("two", label or "")]

    app = draw(split_view, toy.import_rows(workspace, rows, name="same"))

    assert said(app, "A split needs labels of two classes.")
    assert not app.number_input


def test_a_saved_split_is_shown_and_deleted(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    save_split(workspace, dataset, "*mine*", SplitPlan(0.5, 0.5, 1.0, seed=1))
    app = draw(split_view, dataset)
    field(app.segmented_control, "Split").set_value("*mine*").run()
    assert figures(app)["rows"].tolist() == [200, 100, 100]
    assert not app.number_input

    app.get_by_key("split_delete").click().run()

    assert not app.exception
    assert list_splits(workspace, dataset) == []
    assert app.session_state["notice"] == "Deleted the split *mine*."
    assert app.number_input


@pytest.mark.parametrize("name", ["", "mine"])
def test_a_name_that_cannot_be_one_or_is_taken_is_refused(
    draw: Draw, workspace: Workspace, dataset: Dataset, name: str
) -> None:
    save_split(workspace, dataset, "mine", SplitPlan(0.5, 0.5, 1.0, seed=1))
    app = draw(split_view, dataset)

    field(app.text_input, "Name").set_value(name)
    app.get_by_key("split_save").click().run()

    assert [unescaped(each.value)[:8] for each in app.error] == ["Expected"]
    assert len(list_splits(workspace, dataset)) == 1


def test_histograms_lie_over_one_another_or_side_by_side(draw: Draw, dataset: Dataset) -> None:
    app = draw(split_view, dataset)
    assert [len(chart["series"]) for chart in sent(app)] == [2, 2]

    app.get_by_key("split_layout").set_value("Side by side").run()

    assert not app.exception
    assert [len(chart["series"]) for chart in sent(app)] == [1, 1, 1, 1]
    # A part has its colour in both.
    colors = [chart["series"][0]["color"] for chart in sent(app)]
    assert colors == [0, 1, 0, 1]


def test_sizes_of_a_preset_are_what_it_trains_with(draw: Draw, dataset: Dataset) -> None:
    app = draw(split_view, dataset)
    app.get_by_key("split_preset").set_value("best").run()

    assert not app.exception
    assert figures(app)["rows"].get("test", 0) == 0
    assert figures(app).loc["train", "rows"] == 360
