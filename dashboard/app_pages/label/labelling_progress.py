"""What labels are worth so far, when to stop, and how frequent the positive class is."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.evaluation.intervals import Estimate
from core.labels.guidelines import Guideline
from core.labels.quick_model.stop_meter import NEXT, Worth
from dashboard import reads as shared
from dashboard import state
from dashboard.app_pages.label import reads
from dashboard.app_pages.label.label_settings import chosen_scope
from dashboard.charts import evaluation_charts
from dashboard.charts.charts import CONFIG
from dashboard.ui.chart_card import chart_card
from dashboard.ui.empty import empty_state
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain

_LITTLE = 0.005
"""Half a point of F1: less is noise between any two test sets."""
_SURELY_GOOD = 0.95
"""F1 that seems perfect and may be less than this has been measured on too few labels."""


def labelling_progress(dataset: Dataset, guide: Guideline) -> None:
    """Counts, the learning curve with the stop meter, and the prevalence."""
    workspace = state.workspace()
    counts = shared.label_counts(workspace, dataset)
    total = sum(counts.values())
    if not total:
        with st.container(border=True):
            empty_state("keyboard", "No labels yet", "Give some first; they are counted here.")
        return
    scope = chosen_scope(dataset)
    sample = reads.random_sample(workspace, dataset, scope)
    model = reads.quick_model(workspace, dataset, scope)
    cells = st.columns(4)
    cells[0].metric("Rows labelled", f"{total:,}", border=True)
    if guide.positive is not None:
        found = counts[guide.positive]
        cells[1].metric(
            plain(f"Labelled “{guide.positive}”"),
            f"{found:,}",
            border=True,
            help=f"{found / total:.1%} of the labelled rows. Queues look for them, so this is no"
            " estimate of how frequent they are.",
        )
    else:
        cells[1].metric("Classes with labels", f"{sum(map(bool, counts.values()))}", border=True)
    if sample is not None:
        cells[2].metric(
            "Share of all rows",
            _share(sample.prevalence),
            border=True,
            help=f"From {sample.labelled:,} rows that are a random sample, with a 95 % interval."
            + (f" {sample.skipped:,} of them were skipped." if sample.skipped else ""),
        )
    flags = reads.flagged(workspace, dataset)
    cells[3].metric("Flagged", f"{len(flags):,}", border=True)
    _meter(dataset, None if model is None else model.worth)
    if guide.positive is None:
        with st.container(border=True):
            card_title("Labels by class")
            st.bar_chart(counts, horizontal=True)


def _meter(dataset: Dataset, worth: Worth | None) -> None:
    if worth is None:
        with st.container(border=True):
            empty_state(
                "speed",
                "Too early to say what labels are worth",
                "The quick model needs ten labels of two classes each: label in the mixed queue.",
            )
        return
    with st.container(border=True):
        card_title(
            f"The next {NEXT} labels are worth about {_points(worth.gain)} of F1", advice(worth)
        )
    caption = (
        "F1 of the quick model after so many labels, in the order they were given, by rows it was"
        " not fitted on; 95 % intervals"
    )
    with chart_card("Learning curve", caption, worth.table, f"{dataset.id}-labels-worth"):
        drawn = evaluation_charts.learning_curve(worth.table, "F1")
        st.plotly_chart(drawn, config=CONFIG, key="labels_worth")


def advice(worth: Worth) -> str:
    """What the stop meter says to do, no more than its interval allows."""
    gain, f1 = worth.gain, worth.points[-1].f1
    if f1.value > 1 - _LITTLE and f1.low < _SURELY_GOOD:
        return (
            f"Too few labels to tell: F1 looks perfect, but may be as low as {f1.low:.2f}."
            " Label some more, then look again."
        )
    if gain.high < _LITTLE:
        return "Stop, or change the queue: even the hopeful end is less than half a point."
    if gain.low > 0:
        return "Go on: more labels still help."
    if gain.value < _LITTLE:
        return (
            "Probably little is to be gained, but that is not sure: stop soon or change the queue."
        )
    return "Not sure yet: more labels may help or not. Label some more, then look again."


def _points(gain: Estimate) -> str:
    low, value, high = (100 * end for end in (gain.low, gain.value, gain.high))
    if abs((high - value) - (value - low)) < 0.05:
        return f"{value:+.1f} points ± {(high - low) / 2:.1f}"
    return f"{value:+.1f} points ({low:+.1f} to {high:+.1f})"


def _share(share: Estimate) -> str:
    if share.value != share.value:  # NaN: nothing is labelled at random yet.
        return "–"
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"
