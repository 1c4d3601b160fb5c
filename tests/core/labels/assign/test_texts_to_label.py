from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import list_datasets, take_rows
from core.errors import BadInput
from core.labels.assign.texts_to_label import texts_to_label
from core.labels.guidelines import guideline, write_guideline
from core.labels.store.store import open_labels
from core.workspace import Workspace

TEXTS = ["a rotten dog", "*so* <b>lovely</b>", "a rotten dog"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def asked(workspace: Workspace, texts: list[str] = TEXTS, **changes: object):
    settings = {
        "ids": [str(number) for number in range(len(texts))], "classes": ("fine", "rude"),
        "name": "typed", "source": "typed on Score", "author": "ann", **changes,
    }  # fmt: skip
    return texts_to_label(workspace, texts, **settings)


def test_texts_become_an_unlabelled_data_set_whose_guideline_has_the_classes(
    workspace: Workspace,
) -> None:
    dataset = asked(workspace)

    rows = take_rows(workspace, dataset, np.arange(3))
    assert (rows["text"].to_pylist(), rows["id"].to_pylist()) == (TEXTS, ["0", "1", "2"])
    assert (dataset.labelled, dataset.name, dataset.source) == (0, "typed", "typed on Score")
    guide = guideline(open_labels(workspace), dataset)
    assert (guide.classes, guide.positive, guide.author) == (("fine", "rude"), "rude", "ann")


def test_the_same_texts_again_are_the_data_set_that_is_there_with_its_guideline(
    workspace: Workspace,
) -> None:
    first = asked(workspace)
    store = open_labels(workspace)
    write_guideline(store, first, text="mind", classes=("fine", "rude", "unsure"), author="bo")

    assert asked(workspace, name="another").id == first.id
    assert len(list_datasets(workspace)) == 1
    assert guideline(store, first).classes == ("fine", "rude", "unsure")

    asked(workspace, classes=("spam", "ham"))
    again = guideline(store, first)
    assert (again.classes, again.text) == (("spam", "ham", "fine", "rude", "unsure"), "mind")


def test_no_texts_are_refused_and_leave_nothing(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="texts to label, but found none"):
        asked(workspace, [])
    assert list_datasets(workspace) == []
