import numpy as np
import pytest

from core.data.dataset import Dataset, delete_dataset, list_datasets
from core.errors import BadInput, NotFound
from core.labels.assign.bulk import label_all, last_bulk, undo_all
from core.labels.guidelines import write_guideline
from core.labels.store.store import LabelStore, open_labels
from core.maintenance.dataset_deletion import delete_with_labels, uses_of
from core.workspace import Workspace
from tests import toy

KEPT = (
    "Unless it is deleted, too, this is kept in the label store and is there again when the same"
    " content is imported."
)


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(8))


def give(store: LabelStore, dataset: Dataset, rows: int, who: str = "ann") -> str:
    return label_all(store, dataset, np.arange(rows), "1", annotator=who, reason="a test")


def test_that_nothing_uses_it_is_said_only_where_it_is_so(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    assert uses_of(workspace, dataset) == [
        "Nothing uses it: no runs, slices, saved splits or labels by people."
    ]
    give(store, dataset, 3)
    give(store, dataset, 2, "bob")

    assert uses_of(workspace, dataset) == [f"People have labelled 3 of its rows (ann, bob). {KEPT}"]


def test_answers_without_a_label_and_a_guideline_are_said_too(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    write_guideline(store, dataset, text="", classes=("0", "1", "2"), author="ann")
    assert uses_of(workspace, dataset) == [f"A guideline for labelling was written for it. {KEPT}"]
    undo_all(store, dataset, give(store, dataset, 3), annotator="ann")
    assert last_bulk(store, dataset, "ann") is None

    assert uses_of(workspace, dataset) == [
        f"People have answered about its rows, though no label of theirs holds. {KEPT}"
    ]


def test_a_store_that_cannot_be_read_is_said_in_place_of_the_labels(
    workspace: Workspace, dataset: Dataset
) -> None:
    workspace.labels.write_bytes(b"no database at all" * 100)

    (sentence,) = uses_of(workspace, dataset)

    assert sentence.startswith("What people have labelled cannot be told. Expected a label store")


def test_labels_come_back_with_the_content_unless_they_are_deleted_with_it(
    workspace: Workspace, store: LabelStore
) -> None:
    rows = toy.make_rows(8)
    dataset = toy.import_rows(workspace, rows)
    other = toy.import_rows(workspace, toy.make_rows(8, seed=9), name="other")
    give(store, dataset, 3)
    give(store, other, 2)

    delete_dataset(workspace, dataset)
    again = toy.import_rows(workspace, rows)
    assert len(store.current_labels(again.fingerprint)) == 3

    assert delete_with_labels(workspace, again) == 3
    assert list_datasets(workspace) == [other]
    again = toy.import_rows(workspace, rows)
    assert store.events(again.fingerprint) == []
    assert uses_of(workspace, again) == [
        "Nothing uses it: no runs, slices, saved splits or labels by people."
    ]
    assert len(store.current_labels(other.fingerprint)) == 2


def test_a_store_that_cannot_be_written_keeps_the_data_set_too(
    workspace: Workspace, dataset: Dataset
) -> None:
    workspace.labels.write_bytes(b"no database at all" * 100)

    with pytest.raises(BadInput, match="a label store"):
        delete_with_labels(workspace, dataset)

    assert list_datasets(workspace) == [dataset]


def test_where_the_data_set_cannot_be_deleted_its_labels_stay(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    give(store, dataset, 3)
    delete_dataset(workspace, dataset)

    with pytest.raises(NotFound):
        delete_with_labels(workspace, dataset)

    assert len(store.current_labels(dataset.fingerprint)) == 3
