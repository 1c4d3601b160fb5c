import numpy as np
import pytest
import streamlit as st

from core.data.column import ColumnKind
from core.data.dataset import delete_dataset
from core.evaluation.by_column import evaluate_by
from core.workspace import Workspace
from dashboard.app_pages.evaluate import column_reads
from tests.column_runs import column_dataset, unfair_run


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def test_what_the_page_reads_is_what_the_command_measures(workspace: Workspace) -> None:
    columns = {
        "c": (ColumnKind.CATEGORY, lambda row: "ab"[row % 2]),
        "n": (ColumnKind.NUMBER, lambda row: str(row % 3)),
    }
    dataset = column_dataset(workspace, columns, rows=300)
    run = unfair_run(workspace, dataset, lambda row: row % 2 == 0)

    masks = column_reads.column_masks(workspace, run, "test")
    table = column_reads.column_table(workspace, run, "test", 0.5, dataset)
    one = column_reads.by_column(workspace, run, "test", 0.5, dataset, dataset.columns[0])

    assert set(masks) == set(table["slice"]) == {"c: a", "c: b", "n: 0", "n: 1", "n: 2"}
    assert np.array_equal(masks["c: a"], ~masks["c: b"])
    same = evaluate_by(workspace, run, "test", 0.5, "c")
    assert one.slices.equals(same.slices)
    assert one.groups.verdict == same.groups.verdict

    delete_dataset(workspace, dataset)
    assert column_reads.column_masks(workspace, run, "test") == {}
