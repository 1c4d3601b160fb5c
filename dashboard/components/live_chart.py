"""A line chart that keeps zoom and hidden curves while its points arrive.

`st.plotly_chart` remounts whenever its data changes, which throws both away. This component
updates one plotly.js chart in place instead, with the plotly.js that the plotly wheel carries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.components.plotly_js import SCRIPT, plotly_address

MAX_POINTS = 400

_HTML = '<div class="live-chart" role="img"></div>'
# On a transparent ground plotly.js takes white for the halo of the dotted line at the pointer.
_CSS = """
.live-chart .spikeline:not([stroke-dasharray]) {
    visibility: hidden;
}
"""
_JS = SCRIPT + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Curve:
    """One line of the chart.

    Args:
        name: Legend entry, unique in its chart.
        run: Curves of one run share one colour; runs take colours in order of appearance.
        x: Steps, ascending.
        y: Values; not-a-number and infinity become gaps.
        dotted: Draw dotted with markers, as for validation.
    """

    name: str
    run: str
    x: Sequence[float]
    y: Sequence[float]
    dotted: bool = False

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(
                f"Curve {self.name!r} needs as many x as y, got {len(self.x)} and {len(self.y)}."
            )


def live_chart(
    curves: Sequence[Curve],
    *,
    x_title: str,
    y_title: str,
    key: str,
    height: int = 320,
    y_range: tuple[float, float] | None = None,
) -> None:
    """Draw curves, updating in place the chart already drawn under the same key.

    Call it on every tick of a fragment: Streamlit sends a large unchanged message as its hash
    only, and unchanged curves are not drawn again.
    """
    _component()(
        key=key,
        height=height,
        data={
            "curves": _payload(curves),
            "x_title": x_title,
            "y_title": y_title,
            "y_range": y_range,
            "height": height,
            "plotly": plotly_address(),
        },
    )


def thin(
    x: Sequence[float], y: Sequence[float], limit: int = MAX_POINTS
) -> tuple[Sequence[float], Sequence[float]]:
    """Keep at most `limit` points: the first, the last, and every stretch's lowest and highest.

    Stretches are 2, 4, 8 … points long and counted from the start, so points already chosen
    stay chosen as new ones arrive and the drawn line does not shimmer.

    Raises:
        ValueError: `limit` is below four.
    """
    if limit < 4:
        raise ValueError(f"A thinned curve needs room for four points, got a limit of {limit}.")
    if len(y) <= limit:
        return x, y
    size = 2
    while 2 * -(-len(y) // size) + 2 > limit:
        size *= 2
    kept = {0, len(y) - 1}
    for start in range(0, len(y), size):
        stretch = range(start, min(start + size, len(y)))
        kept |= {min(stretch, key=y.__getitem__), max(stretch, key=y.__getitem__)}
    order = sorted(kept)
    return [x[i] for i in order], [y[i] for i in order]


def _payload(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    colors = {run: number for number, run in enumerate(dict.fromkeys(c.run for c in curves))}
    return [_line(curve, colors[curve.run]) for curve in curves]


def _line(curve: Curve, color: int) -> dict[str, Any]:
    x, y = thin(curve.x, curve.y)
    return {
        "name": curve.name,
        "color": color,
        "x": [_number(value) for value in x],
        "y": [_number(value) for value in y],
        "dotted": curve.dotted,
    }


def _number(value: float) -> float | None:
    """Six digits are more than a screen shows; JSON has no word for not-a-number."""
    return float(f"{value:.6g}") if isfinite(value) else None


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
