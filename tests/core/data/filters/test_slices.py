import shutil

import pytest

from core.data.dataset import Dataset
from core.data.filters.row_filter import Match, RowFilter
from core.data.filters.slices import delete_slice, find_slice, list_slices, save_slice
from core.errors import AlreadyExists, BadInput, DiskError, NotFound
from core.workspace import Workspace
from tests.core.explore.small import make_dataset
from tests.messages import assert_one_sentence

FILTER = RowFilter('trump "white house"', labels=("1", ""), shortest=3, run="quora-1", lowest=0.5)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return make_dataset(workspace, [("some text", "0")])


def test_a_saved_slice_is_found_again_as_it_was(workspace: Workspace, dataset: Dataset) -> None:
    saved = save_slice(workspace, dataset, " Rude é ones ", FILTER, 123)

    assert (saved.name, saved.row_filter, saved.rows) == ("Rude é ones", FILTER, 123)
    assert find_slice(workspace, dataset, "Rude é ones") == saved
    assert list_slices(workspace, dataset) == [saved]


def test_slices_come_oldest_first(workspace: Workspace, dataset: Dataset) -> None:
    saved = [
        save_slice(workspace, dataset, name, RowFilter(f"{name}+", Match.REGEX), rows=0)
        for name in ("c", "a", "b")
    ]

    assert sorted(list_slices(workspace, dataset), key=lambda s: s.name) == (
        sorted(saved, key=lambda s: s.name)
    )
    created = [one.created for one in list_slices(workspace, dataset)]
    assert created == sorted(created)


def test_each_data_set_has_its_own(workspace: Workspace, dataset: Dataset) -> None:
    other = make_dataset(workspace, [("another", "0")], name="other")
    save_slice(workspace, dataset, "a", FILTER, 1)

    assert list_slices(workspace, other) == []
    save_slice(workspace, other, "a", FILTER, 2)
    assert find_slice(workspace, dataset, "a").rows == 1


@pytest.mark.parametrize("name", ["Rude ones", "rude-ones", "RUDE ONES!"])
def test_a_name_that_is_taken_is_refused(workspace: Workspace, dataset: Dataset, name: str) -> None:
    save_slice(workspace, dataset, "Rude ones", FILTER, 1)

    with pytest.raises(AlreadyExists) as caught:
        save_slice(workspace, dataset, name, RowFilter("other"), 2)
    assert_one_sentence(caught.value)
    assert find_slice(workspace, dataset, "Rude ones").row_filter == FILTER


@pytest.mark.parametrize("name", ["", "  ", "?!", "a" * 49, "a\nb", "a\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(
    workspace: Workspace, dataset: Dataset, name: str
) -> None:
    with pytest.raises(BadInput) as caught:
        save_slice(workspace, dataset, name, FILTER, 1)
    assert_one_sentence(caught.value)
    assert list_slices(workspace, dataset) == []


def test_a_deleted_slice_is_gone_and_its_name_free(workspace: Workspace, dataset: Dataset) -> None:
    save_slice(workspace, dataset, "a", FILTER, 1)
    kept = save_slice(workspace, dataset, "b", FILTER, 2)
    delete_slice(workspace, dataset, "a")

    assert list_slices(workspace, dataset) == [kept]
    with pytest.raises(NotFound, match="'b'") as caught:
        delete_slice(workspace, dataset, "a")
    assert_one_sentence(caught.value)
    save_slice(workspace, dataset, "a", FILTER, 3)


def test_without_slices_none_is_found(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(NotFound, match="those you save") as caught:
        find_slice(workspace, dataset, "a")
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "[]",
        '{"name": "x"}',
        '{"name": "x", "row_filter": {"later": 1}, "rows": 1, "created": "2026"}',
        '{"name": "x", "row_filter": 5, "rows": 1, "created": "2026"}',
    ],
)
def test_a_damaged_slice_does_not_hide_the_others(
    workspace: Workspace, dataset: Dataset, damaged: str
) -> None:
    kept = save_slice(workspace, dataset, "a", FILTER, 1)
    (workspace.dataset(dataset.id).slices / "b.json").write_text(damaged)

    assert list_slices(workspace, dataset) == [kept]


def test_no_slice_is_saved_for_a_data_set_that_is_gone(
    workspace: Workspace, dataset: Dataset
) -> None:
    folder = workspace.dataset(dataset.id).folder
    shutil.rmtree(folder)

    with pytest.raises(NotFound):
        save_slice(workspace, dataset, "a", FILTER, 1)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_said(workspace: Workspace, dataset: Dataset) -> None:
    workspace.dataset(dataset.id).slices.write_text("a file where the folder should be")

    with pytest.raises(DiskError) as caught:
        save_slice(workspace, dataset, "a", FILTER, 1)
    assert_one_sentence(caught.value)
