import pytest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import delete_slice, list_slices, save_slice
from core.workspace import Workspace
from dashboard.app_pages.explore.slices import slice_menu
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, buttons, field, press, said

CATS = RowFilter(text="cat")


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(60))


def drawn(draw: Draw, dataset: Dataset, row_filter: RowFilter, *, is_valid: bool = True):
    return draw(slice_menu, dataset, is_valid=is_valid, session={"row_filter": row_filter})


def save(app, name: str):
    field(app.text_input, "Name").set_value(name)
    app.get_by_key("slice_save").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("row_filter", "is_valid", "can_save", "can_clear"),
    [
        (RowFilter(), True, False, False),
        (CATS, True, True, True),
        (CATS, False, False, True),
        (RowFilter(), False, False, True),
    ],
)
def test_a_search_can_be_saved_where_there_is_one_and_cleared_where_anything_is_typed(
    draw: Draw, dataset: Dataset, row_filter: RowFilter, is_valid: bool, can_save: bool,
    can_clear: bool,
) -> None:  # fmt: skip
    app = drawn(draw, dataset, row_filter, is_valid=is_valid)

    assert app.get("popover")[0].proto.popover.disabled is not can_save
    assert button(app, "Clear").disabled is not can_clear


def test_a_saved_slice_keeps_its_search_and_how_many_rows_it_found(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    cats = sum("cat" in text.split() for text, _ in toy.make_rows(60))

    app = save(drawn(draw, dataset, CATS), "All *cats*")

    (found,) = list_slices(workspace, dataset)
    assert (found.name, found.row_filter, found.rows) == ("All *cats*", CATS, cats)
    assert app.session_state["notice"] == f"Saved {cats} rows as All *cats*."
    assert field(app.selectbox, "Slice").value == "All *cats*"


def test_a_name_that_cannot_be_one_is_refused_in_a_sentence(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = save(drawn(draw, dataset, CATS), "   ")

    assert unescaped(app.error[0].value).startswith("Expected a slice name of 1 to")
    assert list_slices(workspace, dataset) == []


def test_what_would_be_saved_is_said_as_plain_text(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset, RowFilter(text="*cat*"))

    assert said(app, 'has "cat"') or said(app, "*cat*")
    assert not any("*cat*" in each.value for each in app.caption)


def test_a_slice_is_opened_and_left_again(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    save_slice(workspace, dataset, "Cats", CATS, 1)
    save_slice(workspace, dataset, "Dogs", RowFilter(text="dog"), 1)
    app = drawn(draw, dataset, RowFilter())
    assert field(app.selectbox, "Slice").value is None

    field(app.selectbox, "Slice").set_value("Dogs").run()
    assert app.session_state["row_filter"] == RowFilter(text="dog")
    press(app, "Clear")

    assert app.session_state["row_filter"] == RowFilter()
    assert field(app.selectbox, "Slice").value is None
    assert "Delete this slice" not in buttons(app)


def test_a_deleted_slice_leaves_its_search(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    save_slice(workspace, dataset, "Cats", CATS, 1)
    app = drawn(draw, dataset, CATS)

    press(app, "Delete this slice")

    assert list_slices(workspace, dataset) == []
    assert app.session_state["row_filter"] == CATS
    assert "its search is still shown" in app.session_state["notice"]
    assert field(app.selectbox, "Slice").disabled


def test_one_that_somebody_else_has_deleted_is_said(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    save_slice(workspace, dataset, "Cats", CATS, 1)
    app = drawn(draw, dataset, CATS)
    delete_slice(workspace, dataset, "Cats")

    press(app, "Delete this slice")

    assert app.session_state["notice"].startswith("Expected ")
