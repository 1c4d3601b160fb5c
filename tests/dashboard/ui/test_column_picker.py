from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.importing.column_choice import ColumnChoices
from core.workspace import Workspace
from dashboard.ui.column_picker import column_picker
from tests.core.data.imported import imported
from tests.dashboard.conftest import Draw

CSV = "text,note,a,b,c,d,secret\n" + "".join(
    f"some words {n},a longer note of number {n} here,{n},{n % 2},x{n % 3},{n}.5,{n}\n"
    for n in range(40)
)


@pytest.fixture
def dataset(workspace: Workspace, tmp_path: Path) -> Dataset:
    choices = ColumnChoices(sensitive=("secret",))
    return imported(workspace, tmp_path / "t.csv", CSV, choices=choices)


def drawn(draw: Draw, dataset: Dataset):
    found: list[list[str]] = []

    def show() -> None:
        found.append([column.name for column in column_picker(dataset, key="t", first=3)])

    return draw(show), found


def test_three_short_columns_are_shown_at_first_and_none_that_is_sensitive(
    draw: Draw, dataset: Dataset
) -> None:
    app, found = drawn(draw, dataset)

    assert found == [["a", "c", "d"]]
    assert app.multiselect[0].options == ["note", "a", "c", "d"]


def test_columns_stand_in_the_order_in_which_they_are_chosen(draw: Draw, dataset: Dataset) -> None:
    app, found = drawn(draw, dataset)

    places = {column.name: column.cells for column in dataset.columns}
    app.multiselect[0].set_value([places["note"], places["a"]]).run()

    assert found[-1] == ["note", "a"]


def test_a_data_set_without_further_columns_is_asked_nothing(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    app, found = drawn(draw, imported(workspace, tmp_path / "u.csv", "text\na b\n"))

    assert not app.multiselect
    assert found == [[]]
