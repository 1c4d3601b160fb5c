"""Cached reads about scored files; bounded in number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.scoring.scored_rows import RowSlice, sliced_rows
from core.scoring.scored_rows import rows_from as count_from
from core.scoring.scoring_job import Scoring
from core.workspace import Workspace

_MAX_ENTRIES = 64


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Looking for the rows")
def rows(
    workspace: Workspace, scoring: Scoring, chosen: RowSlice, threshold: float
) -> list[dict[str, Any]]:
    """See `core.scoring.scored_rows.sliced_rows`.

    Raises:
        NotFound: the scores are gone.
    """
    found: list[dict[str, Any]] = sliced_rows(
        workspace.scoring(scoring.id).scores, chosen, threshold=threshold
    ).to_pylist()
    return found


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def rows_from(workspace: Workspace, scoring: Scoring, threshold: float) -> int:
    """How many rows have a score from a threshold on.

    Raises:
        NotFound: the scores are gone.
    """
    return count_from(workspace.scoring(scoring.id).scores, threshold)


def label_table(counts: list[tuple[str, int]]) -> pd.DataFrame:
    """Verdicts as a table for people: label, rows, share."""
    total = max(sum(count for _, count in counts), 1)
    return pd.DataFrame(
        {
            "Label": [name for name, _ in counts],
            "Rows": [count for _, count in counts],
            "Share": [count / total for _, count in counts],
        }
    )
