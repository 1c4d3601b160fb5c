"""Figures of the Evaluate page: curves by threshold, reliability, the baseline comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.evaluation.intervals import Estimate
from core.evaluation.thresholds import Sweep
from dashboard.charts.charts import plain_label, plot_layout

_POINTS = 400
_AMBER = "#d97706"
_GREY = "#9aa0ac"
_FILL = "rgba(110, 110, 240, 0.12)"
_BY_THRESHOLD = {"precision": "precision", "recall": "recall", "f1": "F1", "mcc": "MCC"}
_NOTHING = {"precision": np.nan, "recall": 0.0, "f1": 0.0, "mcc": 0.0}
"""Of a threshold that flags no row, which has no precision."""


def pr_curve(sweep: Sweep, threshold: float) -> go.Figure:
    """Precision over recall in steps, the present threshold as a point, chance as a line.

    Level between two recalls, as average precision adds it up: straight lines promise what no
    threshold gives. Source: Davis and Goadrich (2006), The relationship between precision-recall
    and ROC curves.
    """
    shown = _places(sweep, threshold)[1:]
    figures = sweep.figures()
    share = sweep.positives / max(sweep.positives + sweep.negatives, 1)
    figure = _curve(
        np.append(0.0, figures["recall"][shown]),
        np.append(figures["precision"][shown[:1]], figures["precision"][shown]),
        np.append(sweep.thresholds[shown[:1]], sweep.thresholds[shown]),
        ("recall", "precision"),
    )
    figure.update_traces(line_shape="vh")
    figure.add_hline(share, line_dash="dot", line_color=_GREY, line_width=1)
    return _with_point(figure, sweep, threshold, figures["recall"], figures["precision"])


def roc_curve(sweep: Sweep, threshold: float) -> go.Figure:
    """Recall over the share of false alarms, the present threshold as a point.

    Rows of one score lie on a straight line, as ROC-AUC counts them; all others make steps.
    """
    shown = _places(sweep, threshold)
    figures = sweep.figures()
    alarms = 1 - figures["specificity"]
    figure = _curve(
        alarms[shown],
        figures["recall"][shown],
        sweep.thresholds[shown],
        ("false alarms among negatives", "recall"),
    )
    chance = {"dash": "dot", "color": _GREY, "width": 1}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=chance, hoverinfo="skip")
    return _with_point(figure, sweep, threshold, alarms, figures["recall"])


def figures_by_threshold(sweep: Sweep, threshold: float) -> go.Figure:
    """Precision, recall, F1 and MCC for every threshold, in steps from one score to the next."""
    shown = _places(sweep, threshold)[1:]
    figures = sweep.figures()
    # Down to 0 the lowest score's figures hold; above the highest no row is flagged.
    thresholds = np.concatenate([[1.0], sweep.thresholds[shown], [0.0]])
    figure = go.Figure(layout=plot_layout("threshold", "", log=False))
    for name, title in _BY_THRESHOLD.items():
        figure.add_scatter(
            x=thresholds,
            y=np.concatenate([[_NOTHING[name]], figures[name][shown], figures[name][shown[-1:]]]),
            name=title,
            mode="lines",
            line_shape="hv",
            hovertemplate=f"threshold %{{x:.3f}}: {title} %{{y:.3f}}<extra></extra>",
        )
    figure.add_vline(threshold, line_dash="dot", line_color=_AMBER)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(showlegend=True, legend=legend, margin_t=40)
    figure.update_xaxes(range=[0, 1])
    return _shares(figure)


def reliability_curves(tables: Mapping[str, pd.DataFrame]) -> go.Figure:
    """How often the model is right where it says how sure it is, against the diagonal."""
    figure = go.Figure(layout=plot_layout("score", "share that is positive", log=False))
    top = 0.0
    for name, table in tables.items():
        error = {
            "type": "data",
            "symmetric": False,
            "thickness": 1,
            "array": table["high"] - table["share"],
            "arrayminus": table["share"] - table["low"],
        }
        figure.add_scatter(
            x=table["score"],
            y=table["share"],
            error_y=error,
            mode="lines+markers",
            name=name,
            customdata=table["rows"],
            hovertemplate="score %{x:.3f}: share %{y:.3f} of %{customdata:,} rows<extra></extra>",
        )
        top = max(top, float(table[["score", "high"]].max().max()))
    diagonal = {"dash": "dot", "color": _GREY, "width": 1}
    figure.add_scatter(
        x=[0, top], y=[0, top], mode="lines", line=diagonal, hoverinfo="skip", name="perfect"
    )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(showlegend=True, legend=legend, margin_t=40, height=340)
    figure.update_yaxes(tickformat=".1f")
    return figure


def estimate_bars(names: Sequence[str], estimates: Sequence[Estimate], title: str) -> go.Figure:
    """Values as points with their intervals, one line a name, the first at the top."""
    error = {
        "type": "data",
        "symmetric": False,
        "thickness": 2,
        "array": [each.high - each.value for each in estimates],
        "arrayminus": [each.value - each.low for each in estimates],
    }
    points = go.Scatter(
        x=[each.value for each in estimates],
        y=[plain_label(name) for name in names],
        error_x=error,
        mode="markers",
        marker={"size": 9},
        text=[str(each) for each in estimates],
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure = go.Figure(points, plot_layout(title, "", log=False))
    figure.update_layout(height=80 + 34 * len(names), hovermode="closest")
    figure.update_yaxes(autorange="reversed", type="category", tickformat=None, nticks=None)
    figure.update_xaxes(showgrid=True, rangemode="tozero")
    return figure


def learning_curve(table: pd.DataFrame, title: str) -> go.Figure:
    """What is reached with how many rows to learn from, with intervals."""
    error = {
        "type": "data",
        "symmetric": False,
        "thickness": 1,
        "array": table["high"] - table["value"],
        "arrayminus": table["value"] - table["low"],
    }
    points = go.Scatter(
        x=table["rows"],
        y=table["value"],
        error_y=error,
        mode="lines+markers",
        hovertemplate=f"%{{x:,}} rows: {title} %{{y:.3f}}<extra></extra>",
    )
    figure = go.Figure(points, plot_layout("rows to learn from", title, log=False))
    return figure.update_yaxes(tickformat=".2f")


def _curve(
    x: np.ndarray, y: np.ndarray, thresholds: np.ndarray, titles: tuple[str, str]
) -> go.Figure:
    line = go.Scatter(
        x=x,
        y=y,
        customdata=np.minimum(thresholds, 1.0),
        mode="lines",
        fill="tozeroy",
        fillcolor=_FILL,
        hovertemplate=f"threshold %{{customdata:.3f}}: {titles[0]} %{{x:.3f}}, "
        f"{titles[1]} %{{y:.3f}}<extra></extra>",
    )
    figure = _shares(go.Figure(line, plot_layout(*titles, log=False)))
    figure.update_xaxes(range=[0, 1.02])
    return figure


def _places(sweep: Sweep, threshold: float) -> np.ndarray:
    """The places to draw, the present threshold's among them."""
    return np.union1d(sweep.places(_POINTS), sweep.place(threshold))


def _with_point(
    figure: go.Figure, sweep: Sweep, threshold: float, x: np.ndarray, y: np.ndarray
) -> go.Figure:
    place = sweep.place(threshold)
    if place:
        marker = {"size": 12, "color": _AMBER, "line": {"width": 2, "color": "white"}}
        figure.add_scatter(
            x=[x[place]], y=[y[place]], mode="markers", marker=marker, hoverinfo="skip"
        )
    return figure


def _shares(figure: go.Figure) -> go.Figure:
    return figure.update_yaxes(range=[0, 1.02], tickformat=".1f")
