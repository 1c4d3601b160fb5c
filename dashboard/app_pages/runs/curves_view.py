"""The curves of one run, or of several laid over one another, with the choices of how."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.runs.curves import (
    DEFAULT_SMOOTHING,
    MAX_SMOOTHING,
    Axis,
    Measure,
    last_x,
    shown_measures,
    time_unit,
    train_points,
    validation_points,
)
from core.runs.metrics import STEP, Measurements
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.runs import reads
from dashboard.widgets.live_chart.live_chart import Curve, live_chart

_FIRST = {True: ("Loss", "PR-AUC"), False: ("Loss", "F1")}
_AXIS_NAMES = {Axis.STEP: "Steps", Axis.TIME: "Time"}
_HEIGHT = 280
_ENTRY_HEIGHT = 20  # Each further run may take a line of the legend.


def curves_view(runs: Sequence[Run], *, key: str) -> None:
    """Show the curves of `runs`, the first in the first colour; call it on every tick.

    Args:
        runs: One or more.
        key: Names the charts; where it stays, zoom and hidden curves do.
    """
    measured = {run.id: reads.measurements(state.workspace(), run) for run in runs}
    if not any(each.count(STEP) for each in measured.values()):
        st.caption("Curves appear with the first steps.")
        return
    binary = any(len(run.classes) == 2 for run in runs)
    measures = {m.title: m for m in shown_measures(measured.values(), binary=binary)}
    titles = _measures_chosen(list(measures), binary=binary)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        axis = st.segmented_control(
            "Axis",
            list(Axis),
            default=Axis.STEP,
            required=True,
            format_func=_AXIS_NAMES.get,
            key=f"{state.KEPT}curves_axis",
        )
        smoothing = st.slider(
            "Smoothing",
            0.0,
            MAX_SMOOTHING,
            DEFAULT_SMOOTHING,
            0.01,
            width=260,
            key=f"{state.KEPT}curves_smoothing",
            help="Exponential moving average as in TensorBoard; the faint line is as measured.",
        )
    charts = _Charts(runs, measured, Axis(axis), smoothing)
    for start in range(0, len(titles), 2):
        columns = st.columns(2) if len(titles) > 1 else [st.container()]
        for column, title in zip(columns, titles[start : start + 2], strict=False):
            with column:
                charts.draw(measures[title], key)
    if len(runs) > 1:
        st.caption("Solid lines are training, dotted ones validation.")


def _measures_chosen(offered: list[str], *, binary: bool) -> list[str]:
    """The titles of the charts that are wanted, in the order of the offer."""
    key = f"{state.KEPT}curves_measures_{'two' if binary else 'many'}"
    # A run without a GPU does not offer what was chosen for one with.
    if set(st.session_state.get(key, ())) - set(offered):
        st.session_state[key] = [title for title in offered if title in st.session_state[key]]
    chosen = st.pills(
        "Charts",
        offered,
        selection_mode="multi",
        default=_FIRST[binary],
        key=key,
        label_visibility="collapsed",
    )
    return [title for title in offered if title in chosen]


class _Charts:
    """Draws one chart a measure over the same runs and axis."""

    def __init__(
        self,
        runs: Sequence[Run],
        measured: dict[str, Measurements],
        axis: Axis,
        smoothing: float,
    ) -> None:
        self._runs, self._measured = runs, measured
        self._axis, self._smoothing = axis, smoothing
        self._end = max(last_x(each, axis) for each in measured.values())
        self._unit, self._size = ("step", 1.0)
        if axis is Axis.TIME:
            self._unit, self._size = time_unit(self._end)

    def draw(self, measure: Measure, key: str) -> None:
        st.markdown(f"**{measure.title}**", help=measure.about or None)
        curves = [
            curve for color, run in enumerate(self._runs) for curve in self._of(run, measure, color)
        ]
        if not curves:
            with st.container(height=_HEIGHT, border=False, vertical_alignment="center"):
                when = "validation" if measure.validation else "step"
                st.caption(f"Nothing before the first {when}.", text_alignment="center")
            return
        live_chart(
            [*curves, *self._chances(measure)],
            x_title=self._unit if self._axis is Axis.STEP else f"time ({self._unit})",
            y_title=f"{measure.title} ({measure.unit})" if measure.unit else measure.title,
            height=_HEIGHT + _ENTRY_HEIGHT * (len(self._runs) - 1),
            key=f"curve_{measure.title}_{key}",
        )

    def _of(self, run: Run, measure: Measure, color: int) -> list[Curve]:
        found, curves, several = self._measured[run.id], [], len(self._runs) > 1
        # One entry a run where there are several, one a curve where there is one.
        shared = {"group": run.id, "entry": run.name} if several else {}
        if measure.train or measure.resource:
            points = train_points(found, measure, self._axis, self._smoothing)
            if len(points.x):
                name = run.name if several else "train" if measure.train else measure.title
                x = points.x / self._size
                key = f"{run.id} train"
                curves.append(Curve(key, name, color, x, points.y, points.smooth, **shared))
        if measure.validation:
            points = validation_points(found, measure, self._axis)
            if len(points.x):
                name = f"{run.name}, validation" if several else "validation"
                x, key = points.x / self._size, f"{run.id} validation"
                curves.append(Curve(key, name, color, x, points.y, dotted=True, **shared))
        return curves

    def _chances(self, measure: Measure) -> list[Curve]:
        """What a model that knows nothing gets, once for all runs that share it."""
        name = {"majority": "always the majority", "share": "guessing"}.get(measure.chance, "")
        levels = dict.fromkeys(
            round(level, 4) for run in self._runs if (level := _chance(run, measure)) is not None
        )
        return [
            Curve(f"chance {number}", name, None, [0.0, self._end / self._size], [level] * 2)
            for number, level in enumerate(levels)
        ]


def _chance(run: Run, measure: Measure) -> float | None:
    """The height of a measure for a model that knows nothing; None where there is none."""
    if measure.chance == "majority":
        return run.majority_share
    if measure.chance == "share" and len(run.classes) == 2:
        return reads.rows_of_run(state.workspace(), run).share("validation", run.classes[1])
    return None
