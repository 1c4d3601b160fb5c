"""Whether the texts of a scored file are like those that the run knows."""

from __future__ import annotations

import streamlit as st

from core.scoring.drift import LARGE, MODERATE, Shift
from core.scoring.summary import FileResult
from dashboard.charts import charts
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain

_ABOUT = (
    "The population stability index compares two spreads over up to ten bins: below"
    f" {MODERATE} they are alike, from {LARGE} on they differ much."
)


def drift_view(result: FileResult) -> None:
    """Lengths, scores, unknown words and predicted labels, the file beside the run's own texts."""
    drift = result.drift
    if drift is None:
        st.caption("The run has no measured rows to compare with.")
        return
    left, right = st.columns(2)
    with left:
        card_title("Lengths", "Tokens a text, against the rows that the run learned from")
        _shift(drift.lengths, "tokens", key="drift_lengths")
    with right:
        card_title("Scores", f"Against the run's {drift.part} rows")
        _shift(drift.scores, "score", key="drift_scores")
    cells = st.columns(3)
    _share(cells[0], "Unknown tokens", drift.unknown, "Of all tokens, those not in the vocabulary.")
    _share(
        cells[1],
        "Cut texts",
        drift.cut,
        "As long as the model can read, or longer: it reads the beginning.",
    )
    name = max(drift.labels, key=lambda name: abs(drift.labels[name][0] - drift.labels[name][1]))
    if len(drift.labels) == 2:
        name = list(drift.labels)[1]
    _share(cells[2], f"Labelled “{name}”", drift.labels[name], "Of all predictions.")


def _shift(shift: Shift, unit: str, *, key: str) -> None:
    st.plotly_chart(charts.shift_bars(shift, unit), config=charts.CONFIG, key=key)
    psi = shift.psi
    if not shift.edges:
        said = "The run's own texts are all alike in this, so there is nothing to compare with."
    elif psi is None:
        said = "Too few texts to tell a shift from chance."
    elif psi < MODERATE:
        said = f"Alike: index {psi:.3f}."
    elif psi < LARGE:
        said = f"Some shift: index {psi:.2f}. Look at the rows before relying on the scores."
    else:
        said = (
            f"A large shift: index {psi:.2f}. The run was measured on other texts than these;"
            " label some of them and evaluate again."
        )
    st.caption(plain(said), help=_ABOUT)


def _share(
    cell: st.delta_generator.DeltaGenerator, name: str, pair: tuple[float, float], about: str
) -> None:
    own, found = pair
    cell.metric(
        plain(name),
        f"{found:.2%}",
        f"{own:.2%} in the run's own texts",
        delta_color="off",
        delta_arrow="off",
        help=about,
    )
