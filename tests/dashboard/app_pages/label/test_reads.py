from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from core.data.dataset import Dataset
from core.errors import NotFound
from core.labels.assign.client_events import Target
from core.labels.guidelines import write_guideline
from core.labels.quick_model.quick_model import QuickModel, write_quick_model
from core.labels.quick_model.quick_model_job import Scope, quick_model_path
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from dashboard.app_pages.label import reads
from tests import toy
from tests.core.data.imported import imported


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(20))


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


def fit(workspace: Workspace, dataset: Dataset, labels: int = 10) -> None:
    answers = np.full((3, 2), 0.5, np.float32)
    model = QuickModel(np.arange(3), (answers,), ("0", "1"), labels, 0, 0.5)
    write_quick_model(workspace, quick_model_path(workspace, dataset, Scope()), model)


def test_the_newest_model_is_read(workspace: Workspace, dataset: Dataset) -> None:
    assert reads.quick_model(workspace, dataset, Scope()) is None

    for labels in (10, 30):
        fit(workspace, dataset, labels)
        assert reads.quick_model(workspace, dataset, Scope()).labels == labels


def test_a_damaged_model_is_none(workspace: Workspace, dataset: Dataset) -> None:
    fit(workspace, dataset)
    quick_model_path(workspace, dataset, Scope()).write_bytes(b"PAR1")

    assert reads.quick_model(workspace, dataset, Scope()) is None


def test_a_model_of_other_classes_is_none_until_it_is_fitted_again(
    workspace: Workspace, dataset: Dataset, store: LabelStore
) -> None:
    fit(workspace, dataset)
    write_guideline(store, dataset, text="Only words.", classes=("0", "1"), author="ann")
    assert reads.quick_model(workspace, dataset, Scope()) is not None

    # The class that is looked for is named by its position.
    write_guideline(store, dataset, text="", classes=("0", "1", "2"), author="ann")

    assert reads.quick_model(workspace, dataset, Scope()) is None


def test_an_event_is_about_a_data_set_with_the_classes_of_today(
    workspace: Workspace, dataset: Dataset, store: LabelStore
) -> None:
    found = reads.event_target(workspace, store, dataset.fingerprint)
    assert found == Target(20, ("0", "1"))

    write_guideline(store, dataset, text="", classes=("0", "1", "2"), author="ann")
    found = reads.event_target(workspace, store, dataset.fingerprint)
    assert found.classes == ("0", "1", "2")
    with pytest.raises(NotFound, match="a data set that is here"):
        reads.event_target(workspace, store, "another")


def test_cells_of_rows_come_by_name_without_missing_ones(
    workspace: Workspace, tmp_path: Path
) -> None:
    csv = "text,country,link\none word,US,\ntwo words,,http://x\nthree words,CA,y\n"
    dataset = imported(workspace, tmp_path / "t.csv", csv)
    country, link = dataset.columns

    assert reads.row_cells(workspace, dataset, (0, 1, 2), (link, country)) == {
        0: (("country", "US"),),
        1: (("link", "http://x"),),
        2: (("link", "y"), ("country", "CA")),
    }
    assert reads.row_cells(workspace, dataset, (0, 2), ()) == {0: (), 2: ()}
