import pytest
import streamlit as st

from dashboard import reads


@pytest.fixture(autouse=True)
def fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


def test_only_ended_runs_with_a_model_can_score(toy_workspace, toy_run) -> None:
    assert reads.scorable_runs(toy_workspace) == [toy_run]
    table = reads.runs_table(toy_workspace, [toy_run])
    assert table["State"].tolist() == ["finished"]
