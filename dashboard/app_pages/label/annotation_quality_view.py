"""Whether labels can be trusted: how far people agree, and how each of them works."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import pandas as pd
import streamlit as st

from core.data.dataset import Dataset
from core.evaluation.intervals import Estimate
from core.labels.guidelines import guideline
from core.labels.quality.agreement import Agreement
from core.labels.quality.people import AnnotatorDrift, Person
from core.labels.store.store import open_labels
from dashboard import state
from dashboard.app_pages.label import reads
from dashboard.app_pages.label.reads import AnnotationQuality
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title

_UNKNOWN = "–"
_KAPPA = (
    "How far people agree beyond chance: 1 is always, 0 is what guessing with the same shares of"
    " labels would give, below 0 is less than that. Cohen’s is for two people, Fleiss’ for more."
)
_PEOPLE = (
    "Time counts while at work: pauses of a minute or more are left out. The change is from the"
    " first third of somebody’s labels to the last; where its 95 % interval leaves out 0, they"
    " work differently than at first"
)
_COUNT = st.column_config.NumberColumn(format="localized")
_PERCENT = st.column_config.NumberColumn(format="percent")
_KAPPA_COLUMN = st.column_config.NumberColumn(format="%.3f", help=_KAPPA)


def annotation_quality_view(dataset: Dataset) -> None:
    """Show how far people agree with each other and with themselves, and how fast they work."""
    positive, found = None, None
    with errors_shown():
        store = open_labels(state.workspace())
        positive = guideline(store, dataset).positive
        last_event = store.newest(dataset.fingerprint)
        found = reads.annotation_quality(state.workspace(), dataset, last_event, positive)
    if found is None:
        return
    if not found.people:
        empty_state(
            "group",
            "Nobody has labelled here yet",
            "Label some rows on the Label page; how far people agree is then shown here.",
        )
        return
    with st.container(border=True):
        _agreement(found)
    with st.container(border=True):
        _people(found, positive)


def _agreement(found: AnnotationQuality) -> None:
    everybody = found.overall
    caption = "On rows that two people or more have labelled on their own; 95 % intervals"
    card_title("Agreement", caption)
    if not everybody.rows:
        empty_state(
            "compare_arrows",
            "No row has two answers",
            "Ask for a share of rows to be labelled twice on the Label page.",
        )
        return
    cells = st.columns(4)
    cells[0].metric("Rows with two answers or more", f"{everybody.rows:,}")
    with cells[1].container(gap=None):
        st.metric(
            "Percent agreement",
            f"{everybody.share.value:.1%}",
            help="Of all pairs of answers to a row, those that are the same; the mean over rows.",
        )
        st.caption(_interval(everybody.share, "{:.1%}"))
    name, kappa = "Fleiss’ kappa", everybody.fleiss
    if everybody.cohen is not None:
        name, kappa = "Cohen’s kappa", everybody.cohen
    with cells[2].container(gap=None):
        st.metric(name, _said(kappa.value, "{:.3f}"), help=_KAPPA)
        st.caption(_interval(kappa, "{:.3f}") or "All answers are one label")
    cells[3].metric(
        "Conflicts",
        f"{found.conflicts:,}",
        help="Rows with different answers that nobody has settled by an adjudication since.",
    )
    _pairs(found.pairs)


def _pairs(pairs: Mapping[tuple[str, str], Agreement]) -> None:
    records = [
        {
            "Person": first,
            "Other person": second,
            "Rows of both": each.rows,
            "Agreement": _known(each.share.value),
            "Agreement, 95 %": _interval(each.share, "{:.1%}"),
            "Kappa": _known(each.kappa.value),
            "Kappa, 95 %": _interval(each.kappa, "{:.3f}"),
        }
        for (first, second), each in pairs.items()
    ]
    columns = {"Rows of both": _COUNT, "Agreement": _PERCENT, "Kappa": _KAPPA_COLUMN}
    table = pd.DataFrame(records).sort_values("Rows of both", ascending=False, kind="stable")
    _show(table, columns, key="annotation_pairs")


def _people(found: AnnotationQuality, positive: str | None) -> None:
    card_title("People", _PEOPLE)
    columns = {
        "Labels": _COUNT,
        "Labels/h": st.column_config.NumberColumn(
            format="%.0f", help="Labels an hour while at work."
        ),
        "Seconds a label": st.column_config.NumberColumn(
            format="%.1f", help="The median, from the sight of a row to its label."
        ),
        "Positive": _PERCENT,
        "Rows asked again": _COUNT,
        "Self-agreement": st.column_config.NumberColumn(
            format="percent", help="Own answers that were the same when the row came again unseen."
        ),
        "Change in positive share": st.column_config.TextColumn(
            help="In percentage points, with its 95 % interval."
        ),
        "Change in seconds": st.column_config.TextColumn(
            help="Of the median of a label, with its 95 % interval."
        ),
        "Last active": st.column_config.DatetimeColumn(format="distance"),
    }
    records = [_record(each, found.themselves.get(each.name), positive) for each in found.people]
    _show(pd.DataFrame(records), columns, key="annotation_people")
    if not found.themselves:
        st.caption(
            "Self-agreement needs rows that are asked again: choose a share of them on the"
            " Label page."
        )


def _record(person: Person, again: Agreement | None, positive: str | None) -> dict[str, object]:
    record: dict[str, object] = {
        "Name": person.name,
        "Labels": person.labels,
        "Labels/h": _known(person.labels_per_hour),
        "Seconds a label": _known(person.seconds),
    }
    if positive is None:
        commonest = max(person.shares, key=person.shares.__getitem__, default=None)
        record["Commonest label"] = commonest and f"{commonest}, {person.shares[commonest]:.0%}"
    else:
        record["Positive"] = person.shares.get(positive, 0.0) if person.labels else None
    record["Self-agreement"] = None if again is None else _known(again.share.value)
    record["Rows asked again"] = 0 if again is None else again.rows
    record["Change in seconds"] = _drift(person.seconds_drift, "{:+.1f}")
    if positive is not None:
        record["Change in positive share"] = _drift(person.share_drift, "{:+.1%}")
    last = pd.to_datetime(person.last_at_ms, unit="ms", utc=True)
    return {**record, "Skips": person.skips, "Flags": person.flags, "Last active": last}


def _show(table: pd.DataFrame, columns: Mapping[str, object], *, key: str) -> None:
    st.dataframe(table, hide_index=True, column_config=columns, placeholder=_UNKNOWN, key=key)


def _drift(drift: AnnotatorDrift, number: str) -> str | None:
    if isnan(drift.change.value):
        return None
    return f"{number.format(drift.change.value)} ({_interval(drift.change, number)})"


def _interval(estimate: Estimate, number: str) -> str:
    """The ends of an interval in words; "" where it is unknown."""
    if isnan(estimate.low):
        return ""
    return f"{number.format(estimate.low)} to {number.format(estimate.high)}"


def _said(value: float, number: str) -> str:
    return _UNKNOWN if isnan(value) else number.format(value)


def _known(value: float) -> float | None:
    """A number for a table's cell; None where it is unknown."""
    return None if isnan(value) else value
