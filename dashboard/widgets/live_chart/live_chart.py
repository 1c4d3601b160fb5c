"""A line chart that keeps zoom and hidden curves while its points arrive.

`st.plotly_chart` remounts whenever its data changes, which throws both away. This component
updates one plotly.js chart in place instead, with the plotly.js that the plotly wheel carries.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from dashboard.widgets.bundle import bundle
from dashboard.widgets.plotly_js.plotly_js import plotly_address

_HTML = '<div class="live-chart" role="img"></div>'
# On a transparent ground plotly.js takes white for the halo of the dotted line at the pointer.
_CSS = """
.live-chart .spikeline:not([stroke-dasharray]) {
    visibility: hidden;
}
"""
_JS = bundle(Path(__file__).with_suffix(".js"))


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of the chart.

    Args:
        key: Names it for good, unique in its chart: whether it is hidden is kept by it.
        name: Its name at the pointer, and in the legend.
        color: Number of its colour, the same for all curves of a run; None for grey.
        x: Places, ascending; float32 is exact enough for a screen.
        y: Values; not-a-number and infinity become gaps.
        smooth: Smoothed values at the same places: drawn in the line's stead, over a faint `y`.
        dotted: Draw dotted with markers, as for validation.
        group: Curves of one group are put away together, by the group's one legend entry, which
            its first curve has; "" for a curve with an entry of its own.
        entry: The legend entry of the group, where it differs from `name`.
    """

    key: str
    name: str
    color: int | None
    x: ArrayLike
    y: ArrayLike
    smooth: ArrayLike | None = None
    dotted: bool = False
    group: str = ""
    entry: str = ""

    def __post_init__(self) -> None:
        sizes = {np.size(v) for v in (self.x, self.y, self.smooth) if v is not None}
        if len(sizes) > 1:
            raise ValueError(
                f"Curve {self.name!r} needs as many x as y, got {np.size(self.x)} and"
                f" {np.size(self.y)}, and as many smoothed, if any."
            )


def live_chart(
    curves: Sequence[Curve],
    *,
    x_title: str,
    y_title: str,
    key: str,
    height: int = 300,
    y_range: tuple[float, float] | None = None,
) -> None:
    """Draw curves, updating in place the chart already drawn under the same key.

    Zoom is kept until `x_title` changes. Call it on every tick of a fragment: Streamlit sends a
    large unchanged message as its hash only, and unchanged curves are not drawn again.
    """
    _component()(
        key=key,
        height=height,
        data={
            "curves": [_payload(curve) for curve in curves],
            "x_title": x_title,
            "y_title": y_title,
            "y_range": y_range,
            "height": height,
            "plotly": plotly_address(),
        },
    )


def _payload(curve: Curve) -> dict[str, Any]:
    return {
        "key": curve.key,
        "name": curve.name,
        "entry": curve.entry or curve.name,
        "color": curve.color,
        "group": curve.group,
        "dotted": curve.dotted,
        "x": _packed(curve.x),
        "y": _packed(curve.y),
        "smooth": None if curve.smooth is None else _packed(curve.smooth),
    }


def _packed(values: ArrayLike) -> str:
    """Numbers as the browser reads them at once: a third of JSON's time and two thirds its size."""
    return b64encode(np.asarray(values, "<f4").tobytes()).decode("ascii")


def _component() -> Any:
    """Register the chart and return the function that mounts it.

    Done on every call: the server and each AppTest keep their own register, and before Streamlit
    1.67 a component stays in the one of its first import.
    """
    return st.components.v2.component(
        "sincerely_live_chart",
        html=_HTML,
        css=_CSS,
        js=_JS,
        isolate_styles=False,
    )
