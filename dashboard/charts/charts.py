"""Tables to plotly figures; the only place that knows how a chart looks."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Collection, Iterator, Sequence

import pandas as pd
import plotly.graph_objects as go

from core.data.dataset import LABEL, ROW
from core.explore.length_stats import COUNT, GROUP, LENGTH
from core.scoring.drift import Shift

CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
"""On hover, one button that saves the picture."""
_TOOLS = ["zoom2d", "pan2d", "lasso2d", "select2d", "resetScale2d", "toImage"]
LASSO_CONFIG = {"displaylogo": False, "modeBarButtons": [_TOOLS]}
_HEIGHT = 280
_MAX_BARS = 60
_FEW_BARS = 5
_STANDING_BARS = 8
_MAX_COLORS = 8
_GREY = "#9aa0ac"
_OTHERS = "other labels"
_NO_LABEL = "no label"
MAX_CLASSES = 300
MAX_SERIES = 6
_USUAL_SHARE = 0.998


def class_bars(table: pd.DataFrame, *, log: bool, shares: bool = False) -> go.Figure:
    """Rows by class, commonest first; `customdata` holds the class of a bar.

    Args:
        table: Columns label, count, share.
        log: Whether the axis of rows is logarithmic.
        shares: Show shares of the labelled rows instead of their number.
    """
    shown = table.sort_values(COUNT, ascending=False).head(MAX_CLASSES)
    lies = len(shown) > _STANDING_BARS
    names, heights = shown[LABEL].map(plain_label), shown["share"] * 100 if shares else shown[COUNT]
    said = [f"{count:,}" for count in shown[COUNT]]
    if not shares:
        said = [f"{share:.1%}" for share in shown["share"]]
    value = "%{x:,.4~g}" if lies else "%{y:,.4~g}"
    bars = go.Bar(
        x=heights if lies else names,
        y=names if lies else heights,
        orientation="h" if lies else "v",
        customdata=[[name] for name in shown[LABEL]],
        text=said,
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"%{{{'y' if lies else 'x'}}}: {value}{'%' if shares else ' rows'}"
        " (%{text})<extra></extra>",
    )
    unit = "% of rows" if shares else "rows"
    layout = plot_layout("label", unit, log=log)
    names_axis, rows_axis = layout.xaxis, layout.yaxis
    if lies:
        rows = layout.yaxis.to_plotly_json()
        layout = plot_layout("", "label", log=False)
        layout.xaxis = rows
        names_axis, rows_axis = layout.yaxis, layout.xaxis
        names_axis.update(autorange="reversed", nticks=len(shown), tickformat=None)
        layout.height = 60 + 22 * len(shown)
    if len(shown) < _FEW_BARS:
        layout.bargap = 0.6
    # Class names such as 0 and 1 are names, not numbers.
    names_axis.type = "category"
    # Room beyond the bars for their text; on a log axis ranges are exponents.
    top, bottom = float(heights.max()), min(1.0, float(heights.min()))
    low = math.floor(math.log10(bottom))
    rows_axis.range = [low, math.log10(top) + 0.4] if log else [0, top * 1.15]
    return go.Figure(bars, layout)


def length_bins(table: pd.DataFrame) -> pd.DataFrame:
    """Lengths put into bins that all groups share.

    The few texts longer than the axis stand together in the last bin.

    Args:
        table: Columns group, length, count.

    Returns:
        Columns group, start, end, count; start and end are lengths, both included.
    """
    last = axis_end(table)
    width = max(1, -(-last // _MAX_BARS))
    starts = table[LENGTH].clip(upper=last) // width * width
    bins = table.groupby([GROUP, starts], sort=False)[COUNT].sum().reset_index()
    bins = bins.rename(columns={LENGTH: "start"})
    final = bins["start"] == bins["start"].max()
    longest = max(int(table[LENGTH].max()), 0)
    bins["end"] = (bins["start"] + width - 1).where(~final, max(longest, last))
    ordered = bins.sort_values("start", kind="stable")
    # Groups stay in the table's order.
    places = {name: place for place, name in enumerate(dict.fromkeys(table[GROUP]))}
    ordered = ordered.sort_values(GROUP, key=lambda names: names.map(places), kind="stable")
    return ordered[[GROUP, "start", "end", COUNT]]


def term_bars(terms: pd.DataFrame, *, measure: str) -> go.Figure:
    """The terms of a table as horizontal bars, the first at the top.

    Args:
        terms: Columns term, rows and `measure`.
        measure: Column of the bars' lengths.
    """
    title = "z-score" if measure == "z" else "rows"
    bars = go.Bar(
        x=terms[measure],
        y=list(range(len(terms))),
        orientation="h",
        customdata=terms["rows"],
        text=terms["term"].map(plain_label),
        hovertemplate="%{text}: " + title + " %{x:,.1f}, %{customdata:,} rows<extra></extra>",
        textposition="none",
    )
    figure = go.Figure(bars, plot_layout(title, "", log=False))
    figure.update_layout(height=40 + 24 * len(terms), hovermode="closest")
    ticks = {
        "tickvals": list(range(len(terms))),
        "ticktext": terms["term"].map(plain_label).tolist(),
    }
    figure.update_yaxes(autorange="reversed", nticks=None, tickmode="array", **ticks)
    return figure


def map_scatter(points: pd.DataFrame, *, color: str, classes: Sequence[str]) -> go.Figure:
    """Texts as points; `customdata` holds each point's row number first.

    Args:
        points: Columns row, x, y, text, label, n_words and, if it is the colour, score.
        color: Column that gives the colour: label, n_words or score.
        classes: The labels in their order.
    """
    figure = go.Figure(layout=plot_layout("", "", log=False))
    if color == LABEL:
        for name, part in _by_label(points, classes):
            marker = {"size": 5, "opacity": 0.75}
            if name in (_OTHERS, _NO_LABEL):
                marker["color"] = _GREY
            figure.add_trace(_points(part, marker, plain_label(name)))
    else:
        title = "score" if color == "score" else "words"
        bar = {"title": title, "thickness": 12}
        values = points[color].astype(float)
        top = 1.0 if color == "score" else float(values.quantile(0.98))
        marker = {
            "size": 5,
            "opacity": 0.8,
            "color": values,
            "colorbar": bar,
            "cmin": 0,
            "cmax": max(top, 1.0),
            "colorscale": "Viridis",
        }
        figure.add_trace(_points(points, marker, ""))
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(height=460, dragmode="lasso", margin_t=48, legend=legend)
    figure.update_layout(showlegend=color == LABEL)
    figure.update_xaxes(visible=False)
    # One unit is as long both ways: distances can be compared.
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure


def mark_rows(figure: go.Figure, rows: Collection[int]) -> None:
    """Show these rows of a `map_scatter` as chosen; none of them leaves it as it is."""
    if rows:
        for trace in figure.data:
            places = enumerate(trace.customdata)
            trace.selectedpoints = [place for place, about in places if int(about[0]) in rows]


def _by_label(points: pd.DataFrame, classes: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The points of each class; of many classes, of the commonest and of all others."""
    commonest = points[LABEL].value_counts().index[:_MAX_COLORS]
    named = set(classes) if len(classes) <= _MAX_COLORS else set(commonest)
    groups = points[LABEL].where(points[LABEL].isin(named), _OTHERS)
    groups = groups.where(points[LABEL].notna(), _NO_LABEL)
    for name in [*(c for c in classes if c in named), _OTHERS, _NO_LABEL]:
        part = points[groups == name]
        if len(part):
            yield name, part


def _points(points: pd.DataFrame, marker: dict[str, object], name: str) -> go.Scatter:
    return go.Scatter(
        x=points["x"],
        y=points["y"],
        mode="markers",
        marker=marker,
        name=name,
        # Lists, because an array comes back from a click in another shape.
        customdata=[[int(row)] for row in points[ROW]],
        text=points["text"].map(_folded),
        hovertemplate="%{text}<extra>" + name + "</extra>",
    )


def score_bars(histogram: list[int], *, threshold: float | None, log: bool) -> go.Figure:
    """How scores are spread from 0 to 1, with the threshold as a line."""
    width = 1 / len(histogram)
    bars = go.Bar(
        x=[(position + 0.5) * width for position in range(len(histogram))],
        y=histogram,
        width=width * 0.9,
        hovertemplate="score about %{x:.2f}: %{y:,} rows<extra></extra>",
    )
    figure = go.Figure(bars, plot_layout("score", "rows", log=log))
    figure.update_xaxes(range=[0, 1])
    if threshold is not None:
        figure.add_vline(
            threshold,
            line_dash="dot",
            line_color="#d97706",
            annotation_text=f"threshold {threshold:.2f}",
            annotation_position="top right" if threshold < 0.8 else "top left",
            annotation_yanchor="bottom",  # Above the bars, not over them.
        )
    return figure


def shift_bars(shift: Shift, unit: str) -> go.Figure:
    """Shares of a file's texts and of the run's own by bin, beside each other."""
    names = bin_names(shift.edges)
    bars = [
        go.Bar(
            x=names,
            y=[100 * count / max(sum(counts), 1) for count in counts],
            name=title,
            marker_color=color,
            hovertemplate=f"{unit} %{{x}}: %{{y:.1f}}% of {title}<extra></extra>",
        )
        for title, counts, color in (
            ("the run's own", shift.expected, _GREY),
            ("this file", shift.found, None),
        )
    ]
    layout = plot_layout(unit, "% of texts", log=False)
    layout.xaxis.type = "category"
    layout.barmode = "group"
    layout.update(showlegend=True, legend={"orientation": "h", "y": 1.15, "x": 0})
    return go.Figure(bars, layout)


def bin_names(edges: Sequence[float]) -> list[str]:
    """A name for each bin between edges, in as few digits as tell them apart."""
    if not edges:
        return ["all"]
    for digits in range(2, 18):
        shown = [f"{edge:,.0f}" if edge >= 10**digits else f"{edge:.{digits}g}" for edge in edges]
        if len(set(shown)) == len(shown):
            break
    return [*(f"≤ {edge}" for edge in shown), f"> {shown[-1]}"]


def axis_end(table: pd.DataFrame) -> int:
    """Where an axis of lengths ends.

    That is the longest text, or twice the length that all but one in 500 stay below: one text of
    100,000 characters must not press all others into one bar.

    Args:
        table: Columns length, count.
    """
    shown = table.sort_values(LENGTH)
    reached = shown[COUNT].cumsum() / shown[COUNT].sum()
    usual = int(shown[LENGTH][reached >= _USUAL_SHARE].iloc[0])
    return min(int(shown[LENGTH].max()), 2 * usual)


def plot_layout(x_title: str, y_title: str, *, log: bool) -> go.Layout:
    """The frame that every chart has."""
    return go.Layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        bargap=0.15,
        barmode="overlay",
        showlegend=False,
        xaxis={"title": x_title, "showgrid": False, "automargin": True},
        yaxis={
            "title": y_title + (", log scale" if log else ""),
            "type": "log" if log else "linear",
            "nticks": 5,
            "automargin": True,
            "tickformat": "~s",
            # Powers of ten only: minor ticks on a log axis are noise.
            "dtick": 1 if log else None,
        },
    )


def plain_label(text: str) -> str:
    """Show a user's text as it is: plotly reads some HTML in labels."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _folded(text: str) -> str:
    """The beginning of a text in lines short enough for a box at the pointer."""
    return "<br>".join(plain_label(line) for line in textwrap.wrap(str(text)[:240], 60))
