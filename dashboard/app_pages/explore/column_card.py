"""A further column in full: its figures, and a chart that leads to its rows."""

from __future__ import annotations

import streamlit as st

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.importing.import_report import rows_of
from core.explore.columns.expression import group_expression
from core.explore.columns.groups import Group, GroupKind
from core.explore.columns.stats import ColumnStats, figure_written, shown_groups
from dashboard import state
from dashboard.app_pages.explore import column_reads
from dashboard.charts import charts
from dashboard.charts.column_charts import column_chart, is_drawn
from dashboard.ui.chart_card import chart_card
from dashboard.ui.plain_text import plain

_CHART = "column_chart"
_FIGURES = {
    "least": "Least",
    "median": "Median",
    "mean": "Mean",
    "greatest": "Greatest",
    "first": "First",
    "last": "Last",
    "mean_length": "Mean characters",
    "longest": "Most characters",
}


def column_card(dataset: Dataset, column: Column, label: str | None) -> None:
    """Figures of a column and its chart, whose bars and stretches lead to their rows.

    Args:
        dataset: The data set.
        column: One of its columns.
        label: The class whose shares to draw; None draws none.
    """
    stats = column_reads.stats_of_column(state.workspace(), dataset, column, label)
    shown = shown_groups(stats)
    table = stats.table if label is not None else stats.table[["value", "rows"]]
    with chart_card(column.name, _about(shown), table, f"{dataset.id}-column-{column.place}"):
        _figures(column, stats)
        if all(group.kind is GroupKind.MISSING for group in shown.groups):
            st.caption("No row has a value.")
            return
        if column.kind is ColumnKind.ID and column.different + column.missing == dataset.rows:
            st.caption("No id stands in more than one row.")
            return
        st.plotly_chart(
            column_chart(shown),
            config=charts.CONFIG,
            key=_CHART,
            selection_mode=_selection(shown),
            # No search asks for the length of a further text.
            on_select="ignore" if column.kind is ColumnKind.TEXT else lambda: _show_rows(shown),
        )
        _beside(shown)


def _about(stats: ColumnStats) -> str:
    """How to read the chart."""
    kind = stats.column.kind
    said = {
        ColumnKind.TEXT: "Rows by the characters of their texts.",
        ColumnKind.ID: "Ids that stand in several rows, the commonest.",
        ColumnKind.TIME: f"Rows by {stats.unit}.",
    }.get(kind, "Rows by value.")
    if stats.label is not None:
        said += (
            f" Orange is the share of “{stats.label}” in their labelled rows with its 95 % interval"
            f" (Wilson 1927); dotted, that of all rows, {stats.share:.1%}."
        )
    if kind is ColumnKind.TEXT:
        return said
    drag = ", or drag over some, to see their rows" if _has_stretches(stats) else " to see its rows"
    return f"{said} Click one{drag}."


def _has_stretches(stats: ColumnStats) -> bool:
    return any(group.kind is GroupKind.STRETCH for group in stats.groups)


def _figures(column: Column, stats: ColumnStats) -> None:
    found = {
        _FIGURES[name]: value if isinstance(value, str) else figure_written(value)
        for name, value in stats.figures.items()
    }
    if column.kind in (ColumnKind.CATEGORY, ColumnKind.TEXT, ColumnKind.ID):
        found["Different"] = f"{column.different:,}"
    if column.kind is ColumnKind.ID:
        known = int(stats.table["rows"].sum()) - column.missing
        found["Repeats"] = f"{known - column.different:,}"
    found["Missing"] = f"{column.missing:,}"
    # Moments are long.
    cells = st.columns(3 if column.kind is ColumnKind.TIME else 5)
    for cell, (name, value) in zip(cells, found.items(), strict=False):
        cell.metric(name, value, border=True)


def _selection(stats: ColumnStats) -> tuple[str, ...]:
    """Stretches can be dragged over."""
    return ("points", "box") if _has_stretches(stats) else ("points",)


def _show_rows(stats: ColumnStats) -> None:
    points = st.session_state[_CHART].selection.points
    places = sorted({int(point["customdata"][0]) for point in points if point.get("customdata")})
    if places:
        chosen = stats.groups[places[0] : places[-1] + 1]
        _show(stats.column, *(chosen if len(places) > 1 else chosen[:1]))


def _show(column: Column, *groups: Group) -> None:
    expression = group_expression(column, *groups)
    if expression:
        state.show_rows(RowFilter(where=expression))
    else:
        state.notice("No search finds just these rows: the values are too long, or hold signs"
                     " that do not show.")  # fmt: skip


def _beside(stats: ColumnStats) -> None:
    """Buttons for rows that the chart has no place for."""
    with st.container(horizontal=True):
        for place, group in enumerate(stats.groups):
            if is_drawn(stats, place):
                continue
            rows = rows_of(int(stats.table["rows"].iloc[place]))
            name = "without a value" if group.kind is GroupKind.MISSING else group.name
            st.button(
                plain(f"{rows} {name}"),
                type="tertiary",
                icon=":material/arrow_forward:",
                key=f"column_rows_{place}",
                on_click=_show,
                args=(stats.column, group),
            )
