import shutil

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import save_slice
from core.data.splits.saved_split import delete_split, save_split
from core.data.splits.split import TEST, TRAIN, VALIDATION, SplitPlan
from core.labels.assign.bulk import label_all
from core.labels.store.store import open_labels
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate import reads, slice_reads


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def saved_table(workspace: Workspace, run: Run, part: str) -> pd.DataFrame | None:
    saved = slice_reads.saved_slices(workspace, run)
    return slice_reads.saved_slice_table(workspace, run, part, 0.5, saved)


def test_saved_slices_come_first_and_are_measured_where_they_have_rows(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    inside = reads.predictions(workspace, run, TEST).rows[:3]
    outside = reads.predictions(workspace, run, VALIDATION).rows[:3]
    save_slice(workspace, dataset, "Inside", RowFilter(rows=tuple(inside.tolist())), 3)
    save_slice(workspace, dataset, "Outside", RowFilter(rows=tuple(outside.tolist())), 3)

    names = slice_reads.slice_names(workspace, run, TEST)

    assert names[:2] == ["Inside", "Outside"]
    assert len(names) == len(set(names)) > 10
    masks = {name: slice_reads.slice_mask(workspace, run, TEST, name) for name in names}
    assert all(len(mask) == 80 for mask in masks.values())
    assert np.flatnonzero(masks.pop("Inside")).tolist() == [0, 1, 2]
    assert not masks.pop("Outside").any()
    assert all(mask.any() for mask in masks.values())
    assert not slice_reads.slice_mask(workspace, run, TEST, "gone").any()
    table = saved_table(workspace, run, TEST)
    assert table is not None
    assert table[["slice", "rows"]].values.tolist() == [["Inside", 3]]
    assert saved_table(workspace, run, VALIDATION)["slice"].tolist() == ["Outside"]


def test_without_saved_slices_or_data_set_there_is_no_table_of_them(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    assert saved_table(workspace, run, TEST) is None

    save_slice(workspace, dataset, "All", RowFilter(text="the"), 3)
    shutil.rmtree(workspace.dataset(dataset.id).folder)
    assert saved_table(workspace, run, TEST) is None


def test_a_saved_slice_whose_split_is_gone_hides_no_other(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    save_split(workspace, dataset, "gone", SplitPlan())
    save_slice(workspace, dataset, "Of a split", RowFilter(split="gone", part=TRAIN), 3)
    save_slice(workspace, dataset, "Of a run", RowFilter(run="no-such-run", lowest=0.5), 3)
    save_slice(workspace, dataset, "Of a column", RowFilter(where="gone = 'US'"), 3)
    save_slice(workspace, dataset, "Cats", RowFilter(text="cat"), 3)
    delete_split(workspace, dataset, "gone")

    assert saved_table(workspace, run, TEST)["slice"].tolist() == ["Cats"]


def test_the_rows_of_a_saved_slice_are_those_that_it_has_now(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    """Labels that people give meanwhile, and a split drawn anew under its name, change them."""
    rows = reads.predictions(workspace, run, TEST).rows
    save_split(workspace, dataset, "mine", SplitPlan(seed=1))
    save_slice(workspace, dataset, "Drawn", RowFilter(split="mine", part=TRAIN), 3)
    save_slice(workspace, dataset, "People's", RowFilter(labelled_by="people"), 3)
    before = saved_table(workspace, run, TEST).set_index("slice")["rows"]
    assert "People's" not in before.index

    label_all(open_labels(workspace), dataset, rows[:5], "1", annotator="ann", reason="x")
    delete_split(workspace, dataset, "mine")
    save_split(workspace, dataset, "mine", SplitPlan(0.1, 0.5, 1.0, seed=1))

    after = saved_table(workspace, run, TEST).set_index("slice")["rows"]
    assert after["People's"] == 5
    assert after["Drawn"] < before["Drawn"]
