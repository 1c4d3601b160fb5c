"""Figures of a further column: rows by its values, bins or stretches of time, and their labels.

Each point's `customdata` holds the place of its group among the column's first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.data.column import ColumnKind
from core.explore.columns.groups import GroupKind
from core.explore.columns.stats import HIGH, LABELLED, LOW, ROWS, SHARE, VALUE, ColumnStats
from dashboard.charts.charts import plain_label

_GREY = "#9aa0ac"
_AMBER = "#d97706"
_BAND = "rgba(217, 119, 6, 0.18)"
_NAME_CHARS = 32
_TICKS = 12
_SURE_ROWS = 30
_ROOM = 1.08
_BAR = 26
_AXIS = 70
_LEAST = 150
_STACKED = 420
_ALONE = 280
_MARGIN = {"l": 8, "r": 8, "t": 24, "b": 8}


def column_chart(stats: ColumnStats) -> go.Figure:
    """Rows of each group and, where there are labels, the share of the class with its interval."""
    if any(group.kind is GroupKind.STRETCH for group in stats.groups):
        return _by_stretch(stats)
    return _by_value(stats)


def _by_value(stats: ColumnStats) -> go.Figure:
    """A bar for each value, what stands for several or none in grey; shares beside them."""
    table = _placed(stats, range(len(stats.groups)))
    compared = stats.label is not None
    figure = make_subplots(
        cols=1 + compared,
        shared_yaxes=True,
        horizontal_spacing=0.03,
        column_widths=[0.6, 0.4] if compared else None,
    )
    plain = np.array([group.kind is GroupKind.VALUE for group in stats.groups], bool)
    values, others = table[plain], table[~plain]
    figure.add_bar(x=values[ROWS], y=values["at"], orientation="h",
                   row=1, col=1, **_said_rows(values))  # fmt: skip
    # What stands for several values may be far longer, and leave the picture.
    figure.add_bar(x=others[ROWS], y=others["at"], orientation="h", marker_color=_GREY,
                   text=[f"{rows:,}" for rows in others[ROWS]], insidetextanchor="start",
                   textposition="inside", row=1, col=1, **_said_rows(others))  # fmt: skip
    if compared:
        figure.add_scatter(x=table[SHARE], y=table["at"], error_x=_interval(table),
                           row=1, col=2, **_said_shares(stats, table))  # fmt: skip
        _shares_axis(figure, stats, "x2")
    _finish(figure, max(_AXIS + _BAR * len(table), _LEAST))
    names = [_short(name) for name in table[VALUE]]
    figure.update_yaxes(
        autorange="reversed",
        tickmode="array",
        tickvals=table["at"].tolist(),
        ticktext=names,
        zeroline=False,
    )
    top = int((values if len(values) else table)[ROWS].max())
    figure.update_xaxes(
        title="rows", tickformat="~s", nticks=6, range=[0, _ROOM * max(top, 1)], row=1, col=1
    )
    return figure


def _by_stretch(stats: ColumnStats) -> go.Figure:
    """Bars of numbers, or a line over time; shares under them."""
    over_time = stats.column.kind is ColumnKind.TIME
    places = [place for place in range(len(stats.groups)) if is_drawn(stats, place)]
    table = _placed(stats, places)
    x = [stats.groups[place].start for place in places] if over_time else list(range(len(places)))
    compared = stats.label is not None
    figure = make_subplots(rows=1 + compared, shared_xaxes=True, vertical_spacing=0.06)
    if over_time:
        figure.add_scatter(x=x, y=table[ROWS], mode="lines+markers", fill="tozeroy",
                           marker_size=4, row=1, col=1, **_said_rows(table))  # fmt: skip
    else:
        figure.add_bar(x=x, y=table[ROWS], row=1, col=1, **_said_rows(table))
    if compared:
        _shares_under(figure, stats, x, table)
    _finish(figure, _STACKED if compared else _ALONE)
    figure.update_layout(dragmode="select", selectdirection="h")
    figure.update_yaxes(title="rows", tickformat="~s", nticks=5, rangemode="tozero", row=1, col=1)
    figure.update_xaxes(title=_unit(stats), row=1 + compared, col=1)
    if not over_time:
        _edge_ticks(figure, stats, places)
    elif len(x) > 1:
        figure.update_xaxes(range=[x[0], x[-1]])
    return figure


def is_drawn(stats: ColumnStats, place: int) -> bool:
    """Whether a group has a place in the chart; where there are stretches, others have none, and
    over time neither have those without an end."""
    group = stats.groups[place]
    if group.kind is not GroupKind.STRETCH:
        return all(each.kind is not GroupKind.STRETCH for each in stats.groups)
    bounded = group.start is not None and group.end is not None
    return bounded or stats.column.kind is not ColumnKind.TIME


def _shares_under(
    figure: go.Figure, stats: ColumnStats, x: Sequence[Any], table: pd.DataFrame
) -> None:
    known = table[LABELLED].to_numpy() > 0
    if stats.column.kind is ColumnKind.TIME:
        at = [each for each, there in zip(x, known, strict=True) if there]
        band = {"x": at, "mode": "lines", "line_width": 0, "hoverinfo": "skip", "row": 2, "col": 1}
        figure.add_scatter(y=table[LOW][known], **band)
        figure.add_scatter(y=table[HIGH][known], fill="tonexty", fillcolor=_BAND, **band)
        said = _said_shares(stats, table) | {"mode": "lines+markers", "marker_size": 4}
        figure.add_scatter(x=x, y=table[SHARE], connectgaps=True, row=2, col=1, **said)
    else:
        figure.add_scatter(x=x, y=table[SHARE], error_y=_interval(table),
                           row=2, col=1, **_said_shares(stats, table))  # fmt: skip
    _shares_axis(figure, stats, "y2")


def _shares_axis(figure: go.Figure, stats: ColumnStats, axis: str) -> None:
    """The axis of shares, from 0, with all rows' share as a line across it."""
    # Intervals of a few rows reach far, and would press all others flat.
    table = stats.table
    ends = [table[SHARE].max(), table[HIGH][table[LABELLED] >= _SURE_ROWS].max(), stats.share]
    top = max((float(end) for end in ends if end > 0), default=1.0)
    options = {"title": f"share of {_short(str(stats.label))}", "tickformat": ".3~p",
               "range": [0, min(_ROOM * top, 1.04)], "nticks": 5}  # fmt: skip
    line = {"line_dash": "dot", "line_color": _GREY, "line_width": 1}
    if axis == "x2":
        figure.update_xaxes(**options, row=1, col=2)
        figure.add_vline(stats.share, row=1, col=2, **line)
    else:
        figure.update_yaxes(**options, row=2, col=1)
        figure.add_hline(stats.share, row=2, col=1, **line)


def _edge_ticks(figure: go.Figure, stats: ColumnStats, places: Sequence[int]) -> None:
    """Ticks between the bars, where their edges are."""
    starts = [stats.groups[place].start for place in places]
    edges = [(at - 0.5, edge) for at, edge in enumerate(starts) if edge is not None]
    last = stats.groups[places[-1]].end
    edges += [(len(places) - 0.5, last)] if last is not None else []
    shown = edges[:: max(1, -(-len(edges) // _TICKS))]
    figure.update_xaxes(
        tickmode="array",
        tickvals=[at for at, _ in shown],
        ticktext=[f"{edge:,.6g}" for _, edge in shown],
        range=[-0.6, len(places) - 0.4],
    )
    figure.update_layout(bargap=0.05)


def _placed(stats: ColumnStats, places: Sequence[int]) -> pd.DataFrame:
    """The table of some groups, with `at`, their places among all."""
    return stats.table.iloc[list(places)].assign(at=list(places))


def _said_rows(table: pd.DataFrame) -> dict[str, Any]:
    """What the traces of rows say at the pointer and tell when they are clicked."""
    names = [plain_label(name) for name in table[VALUE]]
    hover = "%{hovertext}: %{customdata[1]:,} rows<extra></extra>"
    told = [[int(at), int(rows)] for at, rows in zip(table["at"], table[ROWS], strict=True)]
    return {"hovertext": names, "customdata": told, "hovertemplate": hover}


def _said_shares(stats: ColumnStats, table: pd.DataFrame) -> dict[str, Any]:
    # A label may look like a place of plotly's templates, so it is none of the template.
    hover = (
        "%{hovertext}: %{customdata[2]:.3~p} of %{customdata[1]:,} labelled rows are"
        " %{customdata[5]} (%{customdata[3]:.3~p} to %{customdata[4]:.3~p})<extra></extra>"
    )
    label = _short(str(stats.label))
    told = [
        [int(line.at), int(line.labelled), line.share, line.low, line.high, label]
        for line in table.itertuples()
    ]
    names = [plain_label(name) for name in table[VALUE]]
    look = {"mode": "markers", "marker_color": _AMBER, "line_color": _AMBER}
    return {"hovertext": names, "customdata": told, "hovertemplate": hover, **look}


def _interval(table: pd.DataFrame) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 1.5,
        "width": 0,
        "color": _AMBER,
        "array": table[HIGH] - table[SHARE],
        "arrayminus": table[SHARE] - table[LOW],
    }


def _finish(figure: go.Figure, height: int) -> None:
    figure.update_layout(
        height=height,
        margin=_MARGIN,
        bargap=0.2,
        barmode="overlay",
        showlegend=False,
        hovermode="closest",
        dragmode=False,
    )
    figure.update_xaxes(automargin=True, showgrid=False)
    figure.update_yaxes(automargin=True, showgrid=False)


def _unit(stats: ColumnStats) -> str:
    if stats.column.kind is ColumnKind.TIME:
        return f"by {stats.unit}"
    return stats.unit


def _short(name: str) -> str:
    """A name on one line, fit for an axis."""
    line = " ".join(name.split())
    return plain_label(line if len(line) <= _NAME_CHARS else f"{line[: _NAME_CHARS - 1]}…")
