import pytest
import streamlit as st

from core.data.splits.split import SplitPlan
from dashboard.app_pages.explore import reads


@pytest.fixture(autouse=True)
def fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


def test_split_tables_agree_with_each_other(toy_workspace, toy_dataset) -> None:
    plan = SplitPlan(0.5, 0.5, 1.0, 1)
    tables = reads.split_tables(toy_workspace, toy_dataset, plan)
    figures, words, chars = tables.figures, tables.words, tables.chars
    assert 0 <= tables.share_gap < 0.02
    assert figures["part"].tolist() == ["train", "validation", "test"]
    assert figures["rows"].sum() == toy_dataset.labelled
    assert words["count"].sum() == chars["count"].sum() == toy_dataset.labelled
