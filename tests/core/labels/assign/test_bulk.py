import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import BadInput, NotFound
from core.labels.assign.bulk import MAX_ROWS, BulkLabel, label_all, last_bulk, undo_all
from core.labels.store.events import BULK, Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(40))


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


def label(store: LabelStore, dataset: Dataset, rows: range, value: str = "1") -> str:
    return label_all(store, dataset, np.array(rows), value, annotator="ann", reason='has "rude"')


def test_one_click_labels_all_rows_and_says_how_they_were_found(
    store: LabelStore, dataset: Dataset
) -> None:
    label(store, dataset, range(5, 30))

    assert store.current_labels(dataset.fingerprint) == dict.fromkeys(range(5, 30), "1")
    events = store.events(dataset.fingerprint)
    assert {(event.queue, event.reason) for event in events} == {(BULK, 'has "rude"')}
    assert len({event.batch for event in events}) == 1
    assert len({event.client_event for event in events}) == 25


def test_one_undo_takes_all_of_them_back_and_what_was_there_before_returns(
    store: LabelStore, dataset: Dataset
) -> None:
    store.add(LabelEvent(fingerprint=dataset.fingerprint, row=6, action=Action.LABEL, value="0",
                         annotator="bob"))  # fmt: skip
    name = label(store, dataset, range(5, 30))
    other = label(store, dataset, range(35, 37))

    assert undo_all(store, dataset, name, annotator="ann") == 25

    assert store.current_labels(dataset.fingerprint) == {6: "0", 35: "1", 36: "1"}
    with pytest.raises(NotFound, match="labels to take back, but found none of that click"):
        undo_all(store, dataset, name, annotator="ann")
    assert undo_all(store, dataset, other, annotator="ann") == 2


def test_what_cannot_be_labelled_at_once_is_refused_and_nothing_is_stored(
    store: LabelStore, dataset: Dataset
) -> None:
    for rows, value in ((range(0), "1"), (range(MAX_ROWS + 1), "1"), (range(3), "2")):
        with pytest.raises(BadInput):
            label(store, dataset, rows, value)

    assert store.events(dataset.fingerprint) == []


def test_the_last_click_is_known_until_it_is_taken_back(
    store: LabelStore, dataset: Dataset
) -> None:
    assert last_bulk(store, dataset, "ann") is None
    first = label(store, dataset, range(3))
    second = label(store, dataset, range(1, 6))
    store.add(LabelEvent(fingerprint=dataset.fingerprint, row=6, action=Action.LABEL, value="0",
                         annotator="bob"))  # fmt: skip
    assert last_bulk(store, dataset, "ann") == BulkLabel(second, "1", 5)

    undo_all(store, dataset, second, annotator="bob")
    assert last_bulk(store, dataset, "ann") == BulkLabel(first, "1", 3)
    undo_all(store, dataset, first, annotator="ann")
    assert last_bulk(store, dataset, "ann") is None


def test_the_last_click_is_ones_own_and_of_the_data_set(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(10), name="other")
    own = label(store, dataset, range(3))
    label_all(store, dataset, np.arange(9), "0", annotator="bob", reason="")
    label(store, other, range(2))

    assert last_bulk(store, dataset, "ann") == BulkLabel(own, "1", 3)
    assert last_bulk(store, dataset, "eve") is None
