"""How the scores of a file are spread, and what another threshold would mark."""

from __future__ import annotations

import streamlit as st

from core.scoring.scoring_job import Scoring
from core.scoring.summary import FileResult
from dashboard import state
from dashboard.app_pages.score import reads
from dashboard.charts import charts
from dashboard.ui.plain_text import plain


def scores_view(scoring: Scoring, result: FileResult) -> None:
    """A histogram, and for two classes a threshold to move."""
    threshold = _threshold(scoring, result) if scoring.binary else None
    log = st.toggle("Log scale", value=True, key="score_log")
    figure = charts.score_bars(result.histogram, threshold=threshold, log=log)
    st.plotly_chart(figure, config=charts.CONFIG, key="score_bars")
    if not scoring.binary:
        st.caption("A score is the probability of the most probable class.")
        counts = sorted(result.label_counts.items(), key=lambda entry: -entry[1])
        st.dataframe(
            reads.label_table(counts),
            hide_index=True,
            height="content",
            column_config={"Share": st.column_config.NumberColumn(format="percent")},
        )


def _threshold(scoring: Scoring, result: FileResult) -> float:
    value = st.slider(
        "Threshold",
        0.0,
        1.0,
        result.threshold,
        0.001,
        format="%.3f",
        key=f"scored_at_{scoring.id}",
        help="Only for a look: the file keeps the labels that it has.",
    )
    count = reads.rows_from(state.workspace(), scoring, value)
    said = (
        f"From {value:.3f} on are {count:,} of {result.scored:,} rows"
        f" ({count / max(result.scored, 1):.1%})."
    )
    if abs(value - result.threshold) > 0.0005:
        marked = result.label_counts.get(scoring.classes[1], 0)
        said += f" The file was labelled at {result.threshold:.3f}: {marked:,}."
    st.caption(plain(said))
    return value
