import numpy as np
import pytest

from core.data.dataset import Dataset
from core.labels.assign.bulk import label_all, undo_all
from core.labels.guidelines import write_guideline
from core.labels.left_behind import LeftBehind, left_behind
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(8))


def give(store: LabelStore, dataset: Dataset, rows: int, who: str) -> str:
    return label_all(store, dataset, np.arange(rows), "1", annotator=who, reason="a test")


def test_rows_are_counted_once_whoever_labelled_them_and_not_those_of_other_sets(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(8, seed=9), name="other")
    give(store, other, 5, "eve")
    assert left_behind(store, dataset) == LeftBehind()
    give(store, dataset, 3, "bob")
    give(store, dataset, 2, "ann")

    found = left_behind(store, dataset)

    assert (found.labels, set(found.people), found.answers) == (3, {"ann", "bob"}, True)
    assert not found.guideline


def test_answers_that_gave_no_label_or_were_taken_back_are_left_behind_too(
    store: LabelStore, dataset: Dataset
) -> None:
    undo_all(store, dataset, give(store, dataset, 3, "ann"), annotator="ann")
    store.add(LabelEvent(fingerprint=dataset.fingerprint, row=1, action=Action.SKIP,
                         annotator="ann"))  # fmt: skip

    found = left_behind(store, dataset)

    assert (found.labels, found.answers, bool(found)) == (0, True, True)


def test_a_guideline_alone_is_left_behind(store: LabelStore, dataset: Dataset) -> None:
    assert not left_behind(store, dataset)
    write_guideline(store, dataset, text="", classes=("0", "1"), author="ann")

    assert left_behind(store, dataset) == LeftBehind(guideline=True)


def test_nothing_is_described_by_nothing() -> None:
    assert not LeftBehind()
    assert LeftBehind().describe() == LeftBehind().named() == ""


@pytest.mark.parametrize(
    ("people", "words"),
    [("a", "1 of its rows (a)"), ("abcd", "1 of its rows (a, b, c, d)"),
     ("abcdef", "1 of its rows (a, b, c, d and 2 more)")],
)  # fmt: skip
def test_many_people_are_cut(people: str, words: str) -> None:
    assert LeftBehind(1, tuple(people), answers=True).describe() == f"People have labelled {words}"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (LeftBehind(), ""),
        (LeftBehind(guideline=True), "the guideline for labelling"),
        (LeftBehind(answers=True, guideline=True), "their answers"),
        (LeftBehind(1, answers=True), "the 1 label by people"),
        (LeftBehind(1_200, answers=True), "the 1,200 labels by people"),
    ],
)
def test_what_can_be_deleted_too_is_named(found: LeftBehind, words: str) -> None:
    assert found.named() == words
