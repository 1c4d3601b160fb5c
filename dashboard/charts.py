"""Tables to plotly figures; the only place that knows how a chart looks."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from core.datasets.dataset import LABEL
from core.datasets.split import TRAIN, VALIDATION
from core.statistics.summary import COUNT, LENGTH, PART

CONFIG = {"displayModeBar": False}
_HEIGHT = 280
_MAX_BARS = 60
MAX_CLASSES = 30
_USUAL_SHARE = 0.998


def class_bars(table: pd.DataFrame, *, log: bool) -> go.Figure:
    """Rows by class, commonest first.

    Args:
        table: Columns label, count, share.
        log: Whether the count axis is logarithmic.
    """
    shown = table.sort_values(COUNT, ascending=False).head(MAX_CLASSES)
    bars = go.Bar(
        x=shown[LABEL].map(_plain),
        y=shown[COUNT],
        text=[f"{share:.1%}" for share in shown["share"]],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{y:,} rows (%{text})<extra></extra>",
    )
    figure = go.Figure(bars, _layout("class", "rows", log=log))
    # Class names such as 0 and 1 are names, not numbers.
    figure.update_xaxes(type="category")
    # Room above the bars for their shares; on a log axis ranges are exponents.
    top = float(shown[COUNT].max())
    figure.update_yaxes(range=[0, math.log10(top) + 0.4] if log else [0, top * 1.15])
    return figure


def length_bars(counts: pd.DataFrame, part: str, *, unit: str, log: bool, last: int) -> go.Figure:
    """How long the texts of one part are.

    Args:
        counts: Columns part, length, count.
        part: The part shown.
        unit: What the length counts: words or characters.
        log: Whether the count axis is logarithmic.
        last: Where the axis ends, the same for parts that are compared.
    """
    chosen = counts[counts[PART] == part]
    width = max(1, -(-last // _MAX_BARS))
    # The few longer than the axis stand together in its last bar.
    starts = chosen[LENGTH].clip(upper=last) // width * width
    binned = chosen.groupby(starts)[COUNT].sum()
    upper = binned.index + width - 1
    spans = [str(a) if a == b else f"{a} to {b}" for a, b in zip(binned.index, upper, strict=True)]
    if chosen[LENGTH].max() > last:
        spans[-1] = f"{binned.index[-1]} or more"
    bars = go.Bar(
        x=binned.index + (width - 1) / 2,
        y=binned,
        width=width * 0.9,
        customdata=spans,
        hovertemplate=f"%{{customdata}} {unit}: %{{y:,}} texts<extra></extra>",
    )
    # The theme gives the second trace its second colour: validation's, beside train's first.
    traces = [bars] if part == TRAIN else [go.Bar(), bars]
    figure = go.Figure(traces, _layout(f"{unit} a text", "texts", log=log))
    figure.update_xaxes(range=[-width, last + width])
    return figure


def score_bars(histogram: list[int], *, threshold: float | None, log: bool) -> go.Figure:
    """How scores are spread from 0 to 1, with the threshold as a line."""
    width = 1 / len(histogram)
    bars = go.Bar(
        x=[(position + 0.5) * width for position in range(len(histogram))],
        y=histogram,
        width=width * 0.9,
        hovertemplate="score about %{x:.2f}: %{y:,} rows<extra></extra>",
    )
    figure = go.Figure(bars, _layout("score", "rows", log=log))
    figure.update_xaxes(range=[0, 1])
    if threshold is not None:
        figure.add_vline(
            threshold,
            line_dash="dot",
            line_color="#d97706",
            annotation_text=f"threshold {threshold:.2f}",
            annotation_position="top right" if threshold < 0.8 else "top left",
        )
    return figure


def axis_end(counts: pd.DataFrame) -> int:
    """Where the shared length axis of train and validation ends.

    That is the longest text, or twice the length that all but one in 500 stay below: one text of
    100,000 characters must not press all others into one bar.
    """
    shown = counts[counts[PART].isin([TRAIN, VALIDATION])].sort_values(LENGTH)
    reached = shown[COUNT].cumsum() / shown[COUNT].sum()
    usual = int(shown[LENGTH][reached >= _USUAL_SHARE].iloc[0])
    return min(int(shown[LENGTH].max()), 2 * usual)


def _layout(x_title: str, y_title: str, *, log: bool) -> go.Layout:
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


def _plain(text: str) -> str:
    """Show a user's text as it is: plotly reads some HTML in labels."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
