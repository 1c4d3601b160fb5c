import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.labelled import LabelSource, original_labels
from core.errors import BadInput
from core.labels.guidelines import write_guideline
from core.labels.label_set import label_set, row_labels
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence

FILE = ["0", "1", "", "0", "", "1"]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """Six rows, of which the third and the fifth have no label."""
    return toy.import_rows(workspace, [(f"text {n}", label) for n, label in enumerate(FILE)])


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


def give(store: LabelStore, dataset: Dataset, row: int, value: str, who: str = "ann") -> LabelEvent:
    event = LabelEvent(
        fingerprint=dataset.fingerprint, row=row, action=Action.LABEL, value=value, annotator=who,
        queue="q",
    )  # fmt: skip
    return store.add(event)


def labels(workspace: Workspace, dataset: Dataset, source: LabelSource) -> dict[int, str]:
    found = label_set(workspace, open_labels(workspace), dataset, source)
    return {
        int(row): found.classes[code] for row, code in zip(found.rows, found.class_ids, strict=True)
    }


def test_peoples_labels_come_on_top_of_the_files_or_alone(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    give(store, dataset, 1, "0")
    give(store, dataset, 4, "1")
    last = give(store, dataset, 3, "0")  # The same as in the file.

    assert labels(workspace, dataset, LabelSource.ORIGINAL) == {0: "0", 1: "1", 3: "0", 5: "1"}
    corrected = {0: "0", 1: "0", 3: "0", 4: "1", 5: "1"}
    assert labels(workspace, dataset, LabelSource.CORRECTED) == corrected
    assert labels(workspace, dataset, LabelSource.HUMAN) == {1: "0", 3: "0", 4: "1"}
    found = label_set(workspace, store, dataset, LabelSource.CORRECTED)
    assert (found.by_people, found.last_event, found.source) == (3, last.id, LabelSource.CORRECTED)
    assert label_set(workspace, store, dataset, LabelSource.ORIGINAL).last_event == 0


def test_without_corrections_the_corrected_labels_are_the_files(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    corrected = label_set(workspace, store, dataset, LabelSource.CORRECTED)

    assert corrected.version == original_labels(workspace, dataset).version
    assert corrected.by_people == 0


def test_where_nobody_has_labelled_peoples_labels_are_one_sentence(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    with pytest.raises(BadInput, match="found none yet: label some rows first") as caught:
        label_set(workspace, store, dataset, LabelSource.HUMAN)
    assert_one_sentence(caught.value)

    give(store, dataset, 0, "0")
    store.undo(dataset.fingerprint, annotator="ann", queue="q")
    with pytest.raises(BadInput, match="none yet"):
        label_set(workspace, store, dataset, LabelSource.HUMAN)


def test_an_undone_correction_gives_the_files_label_back(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    give(store, dataset, 0, "1")
    assert labels(workspace, dataset, LabelSource.CORRECTED)[0] == "1"

    store.undo(dataset.fingerprint, annotator="ann", queue="q")

    assert labels(workspace, dataset, LabelSource.CORRECTED)[0] == "0"


def test_the_version_is_that_of_the_labels_in_whatever_order_they_came(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    sources = (LabelSource.CORRECTED, LabelSource.HUMAN)
    given = [(4, "1"), (0, "1"), (2, "0")]
    for row, value in given:
        give(store, dataset, row, value)
    first = [label_set(workspace, store, dataset, source).version for source in sources]
    assert first[0] != first[1]

    elsewhere = LabelStore(f"sqlite:///{workspace.root / 'elsewhere.sqlite'}")
    give(elsewhere, dataset, 0, "0")
    for row, value in reversed(given):
        give(elsewhere, dataset, row, value, who="bob")
    assert [label_set(workspace, elsewhere, dataset, source).version for source in sources] == first

    versions = set(first)
    for row, value in ((2, "1"), (5, "0"), (3, "0")):
        give(store, dataset, row, value)
        versions.add(label_set(workspace, store, dataset, LabelSource.HUMAN).version)
    assert len(versions) == 5


def test_classes_follow_the_guideline_and_labels_of_others_are_left_out(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    write_guideline(store, dataset, text="", classes=("1", "unsure", "0"), author="ann")
    give(store, dataset, 0, "unsure")
    give(store, dataset, 1, "a class of before")
    give(store, dataset, 2, "1")

    found = label_set(workspace, store, dataset, LabelSource.CORRECTED)

    assert found.classes == ("1", "unsure", "0")
    # Row 1 has the file's label again: what was said of it means nothing now.
    assert found.rows.tolist() == [0, 1, 2, 3, 5]
    assert found.class_ids.tolist() == [1, 0, 0, 2, 0]
    assert label_set(workspace, store, dataset, LabelSource.HUMAN).rows.tolist() == [0, 2]
    assert label_set(workspace, store, dataset, LabelSource.ORIGINAL).classes == ("0", "1")


def test_a_data_set_without_labels_can_be_labelled(workspace: Workspace, store: LabelStore) -> None:
    bare = toy.import_rows(workspace, [("one", ""), ("two", "")], name="bare")
    empty = label_set(workspace, store, bare, LabelSource.CORRECTED)
    assert (len(empty), empty.classes) == (0, ())

    write_guideline(store, bare, text="", classes=("ham", "spam"), author="ann")
    give(store, bare, 1, "spam")

    assert labels(workspace, bare, LabelSource.CORRECTED) == {1: "spam"}
    assert labels(workspace, bare, LabelSource.HUMAN) == {1: "spam"}
    assert np.issubdtype(
        label_set(workspace, store, bare, LabelSource.HUMAN).class_ids.dtype, np.int64
    )


def test_every_rows_label_is_the_newest_of_people_else_the_files(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    assert row_labels(workspace, store, dataset) is None
    write_guideline(store, dataset, text="", classes=("0", "2", "1"), author="ann")
    give(store, dataset, 1, "0")
    give(store, dataset, 1, "2", "bob")
    give(store, dataset, 2, "1")

    found = row_labels(workspace, store, dataset)

    assert found is not None
    every = np.arange(6)
    assert found.classes == ("0", "2", "1")
    assert found.names(every).to_pylist() == ["0", "2", "1", "0", None, "1"]
    assert found.labelled_by(every).to_pylist() == [
        "file", "people", "people", "file", None, "file",
    ]  # fmt: skip
    described = found.described(dataset)
    assert (described.classes, described.labelled) == (("0", "2", "1"), 5)
    assert described.class_counts == {"0": 2, "2": 1, "1": 2}
    same = label_set(workspace, store, dataset, LabelSource.CORRECTED)
    assert same.counts == described.class_counts


def test_a_label_of_a_class_that_is_no_more_gives_way_to_the_files(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    write_guideline(store, dataset, text="", classes=("0", "1", "2"), author="ann")
    give(store, dataset, 1, "2")
    give(store, dataset, 3, "1")
    write_guideline(store, dataset, text="", classes=("0", "1"), author="ann")

    found = row_labels(workspace, store, dataset)

    assert found is not None
    assert found.names(np.arange(6)).to_pylist() == ["0", "1", None, "1", None, "1"]
    assert found.by_people.tolist() == [False, False, False, True, False, False]


def test_where_all_labels_are_taken_back_the_files_are_all_there_are(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    give(store, dataset, 1, "0")
    store.undo(dataset.fingerprint, annotator="ann", queue="q")

    assert row_labels(workspace, store, dataset) is None
