import pytest
import streamlit as st

from core.errors import NotFound
from core.scoring.scored_rows import Order, RowSlice
from core.workspace import Workspace
from dashboard.app_pages.score import reads
from tests.dashboard.app_pages.score.made_scorings import made_scoring


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("counts", "shares"),
    [([("a", 3), ("b", 1)], [0.75, 0.25]), ([("a", 0)], [0.0]), ([], [])],
)
def test_labels_are_counted_with_their_shares(
    counts: list[tuple[str, int]], shares: list[float]
) -> None:
    table = reads.label_table(counts)

    assert table["Label"].tolist() == [name for name, _ in counts]
    assert table["Rows"].tolist() == [count for _, count in counts]
    assert table["Share"].tolist() == shares


@pytest.mark.parametrize(("threshold", "rows"), [(0.0, 5), (0.5, 2), (0.9, 1), (1.0, 0)])
def test_rows_are_counted_from_a_threshold_on(
    workspace: Workspace, threshold: float, rows: int
) -> None:
    assert reads.rows_from(workspace, made_scoring(workspace), threshold) == rows


def test_rows_come_with_all_that_is_known_of_them(workspace: Workspace) -> None:
    scoring = made_scoring(workspace)

    (first,) = reads.rows(workspace, scoring, RowSlice(Order.HIGHEST, 1), 0.5)
    (unscored,) = reads.rows(workspace, scoring, RowSlice(Order.UNSCORED, 9), 0.5)

    assert (first["row"], first["text"], first["label"]) == (1, "a rotten dog", "1")
    assert (unscored["row"], unscored["score"], unscored["error"]) == (6, None, "no text")


def test_equal_texts_count_once_where_that_is_wanted(workspace: Workspace) -> None:
    scoring = made_scoring(workspace)
    once = RowSlice(Order.LOWEST, 9, "0", distinct=True)

    assert [one["row"] for one in reads.rows(workspace, scoring, once, 0.5)] == [2, 5]


def test_scores_that_are_gone_are_said(workspace: Workspace) -> None:
    scoring = made_scoring(workspace)
    workspace.scoring(scoring.id).scores.unlink()

    with pytest.raises(NotFound):
        reads.rows_from(workspace, scoring, 0.5)
