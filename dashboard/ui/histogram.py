"""Overlaid histograms of lengths, with a line to drag and bars to click where they are wanted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.explore.length_stats import COUNT, GROUP
from dashboard.charts import charts
from dashboard.widgets.length_chart.length_chart import LengthChoice, LengthSeries, length_chart


def histogram(
    table: pd.DataFrame,
    unit: str,
    *,
    log: bool,
    shares: bool,
    key: str,
    line: int | None = None,
    groups: Sequence[str] | None = None,
) -> LengthChoice:
    """Draw how many texts of each group have which length.

    Args:
        table: Columns group, length, count.
        unit: What a length counts, in the plural.
        log: Whether the axis of counts is logarithmic.
        shares: Show shares of each group's texts instead of numbers.
        key: Names the chart.
        line: Where the line to drag stands; None draws none.
        groups: Those to show; None shows all, up to the colours there are. The axis is the same.

    Returns:
        Where the line is now, and the bar clicked: group, first and last length.
    """
    bins = charts.length_bins(table)
    names = list(dict.fromkeys(bins[GROUP]))
    shown = _largest(bins, names) if groups is None else list(groups)
    # A group keeps its colour, whichever others are drawn beside it.
    palette = shown if groups is None else names
    series = [_series(bins, name, palette.index(name)) for name in shown]
    if groups is None and len(names) > len(shown):
        st.caption(f"The {len(shown)} largest of {len(names)} groups; the table has them all.")
    return length_chart(
        series,
        x_title=f"{unit} a text",
        y_title="share of texts" if shares else "texts",
        log=log,
        shares=shares,
        line=line,
        line_label="max tokens",
        title=f"{unit} a text",
        key=key,
    )


def _largest(bins: pd.DataFrame, names: list[str]) -> list[str]:
    """The names of as many of the largest groups as there are colours, in their order."""
    totals = bins.groupby(GROUP)[COUNT].sum()
    largest = set(totals.nlargest(charts.MAX_SERIES).index)
    return [name for name in names if name in largest]


def _series(bins: pd.DataFrame, name: str, color: int) -> LengthSeries:
    part = bins[bins[GROUP] == name]
    columns = [part[column].tolist() for column in ("start", "end", COUNT)]
    return LengthSeries(name or "all texts", *columns, color=color)
