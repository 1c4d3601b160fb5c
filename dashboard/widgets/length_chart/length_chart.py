"""Overlaid histograms of lengths, with a line to drag and bars to click.

The chart is drawn in place by plotly.js, so a zoom outlasts a rerun, which `st.plotly_chart`
would not allow (see `live_chart`). The line is not part of plotly's figure: moving it draws
nothing else anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.widgets.bundle import bundle
from dashboard.widgets.plotly_js.plotly_js import plotly_address

_HTML = """
<div class="length-chart">
  <div class="length-legend"></div>
  <div class="length-plot" role="img"></div>
  <div class="length-band" hidden></div>
  <div class="length-line" role="slider" tabindex="0" hidden><span></span></div>
  <div class="length-tip" hidden></div>
  <div class="length-tools">
    <button type="button" class="length-whole" title="Show all" aria-label="Show all" hidden>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>
      </svg>
    </button>
    <button type="button" class="length-picture" title="Download as a picture"
      aria-label="Download as a picture">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4v11m-5-5 5 5 5-5M5 20h14"/></svg>
    </button>
  </div>
</div>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_JS = bundle(Path(__file__).with_suffix(".js"))


@dataclass(frozen=True)
class LengthSeries:
    """One histogram.

    Args:
        name: Legend entry, unique in its chart.
        starts: The smallest length in each bar, ascending.
        ends: The greatest length in each bar, itself included.
        counts: Texts in each bar.
        color: Place in the palette; None takes the place in the chart.
    """

    name: str
    starts: Sequence[int]
    ends: Sequence[int]
    counts: Sequence[int]
    color: int | None = None

    def __post_init__(self) -> None:
        if not len(self.starts) == len(self.ends) == len(self.counts):
            raise ValueError(
                f"Series {self.name!r} needs a start, an end and a count for each bar, "
                f"got {len(self.starts)}, {len(self.ends)} and {len(self.counts)}."
            )
        reached = None
        for start, end in zip(self.starts, self.ends, strict=True):
            if start > end or (reached is not None and start <= reached):
                raise ValueError(f"The bars of series {self.name!r} must ascend and not overlap.")
            reached = end
        if any(count < 0 or count != int(count) for count in self.counts):
            raise ValueError(
                f"Series {self.name!r} needs whole numbers of texts; for shares, give counts "
                "and ask the chart for shares."
            )


@dataclass(frozen=True)
class LengthChoice:
    """What the reader chose.

    Args:
        line: Where the line stands; None without a line.
        clicked: The series, first and last length of the bar just clicked; None in every run
            that no click started.
    """

    line: int | None = None
    clicked: tuple[str, int, int] | None = None


def length_chart(
    series: Sequence[LengthSeries],
    *,
    x_title: str,
    y_title: str,
    log: bool,
    line: int | None,
    line_label: str,
    key: str,
    overlay: bool = True,
    height: int = 300,
    shares: bool = False,
    title: str = "",
) -> LengthChoice:
    """Draw histograms, updating in place the chart already drawn under the same key.

    Args:
        series: What to draw; with none there is no chart.
        x_title: What a length counts, such as "words a text".
        y_title: What a bar counts.
        log: Whether the y axis is logarithmic.
        line: Where the line stands; the greatest length left of it. None draws no line. What
            came last holds, this or the reader's drag, so a page may hand back what it was
            given or stay with one starting value.
        line_label: The line's name.
        key: Names the chart.
        overlay: One series before the other, from three on as outlines; otherwise side by side.
        height: Of the whole chart, in pixels.
        shares: Bars show the share of their series instead of texts.
        title: Heads the picture to download.

    Raises:
        ValueError: Two series have the same name.
    """
    _check_names(series)
    if not any(len(one.starts) for one in series):
        return LengthChoice(line)
    line, move = _line(key, line)
    data = {
        "series": [_payload(one, place) for place, one in enumerate(series)],
        **{"x_title": x_title, "y_title": y_title, "title": title, "height": height},
        **{"log": log, "overlay": overlay, "shares": shares},
        **{"line": line, "line_label": line_label, "move": move},
        "plotly": plotly_address(),
    }
    result = _component()(
        key=key, height=height, data=data, on_line_change=_noted, on_clicked_change=_noted
    )
    return LengthChoice(line, _clicked(result.get("clicked"), series))


def _check_names(series: Sequence[LengthSeries]) -> None:
    if len({one.name for one in series}) < len(series):
        raise ValueError("The series of a chart need different names, got one twice.")


def _line(key: str, given: int | None) -> tuple[int | None, int]:
    """Where the line stands now, and the number of the last drag that counts.

    The session remembers what the page gave and what was shown, to tell a page that keeps to its
    starting value from one that sets the line anew.
    """
    memory = f"{key}_line"
    if given is None:
        return None, 0
    before, shown, seen = st.session_state.get(memory, (given, given, 0))
    if given != before:
        shown = given
    drag = (st.session_state.get(key) or {}).get("line")
    value, drawn = (drag.get("value"), drag.get("move")) if isinstance(drag, dict) else (None, None)
    if _is_whole(value) and _is_whole(drawn) and drawn > seen:
        shown, seen = max(0, value), drawn
    st.session_state[memory] = (given, shown, seen)
    return shown, seen


def _clicked(click: object, series: Sequence[LengthSeries]) -> tuple[str, int, int] | None:
    """The bar of a click, if there is such a bar: the browser may still show older series."""
    if not isinstance(click, dict):
        return None
    for one in series:
        for start, end in zip(one.starts, one.ends, strict=True):
            if (one.name, start, end) == (click.get("name"), click.get("start"), click.get("end")):
                return one.name, int(start), int(end)
    return None


def _noted() -> None:
    """Streamlit hands out a trigger only if it has a callback."""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _payload(series: LengthSeries, place: int) -> dict[str, Any]:
    return {
        "name": series.name,
        "color": place if series.color is None else series.color,
        # numpy's numbers are none to JSON
        "starts": [int(start) for start in series.starts],
        "ends": [int(end) for end in series.ends],
        "counts": [int(count) for count in series.counts],
    }


def _component() -> Any:
    """Register the chart and return the function that mounts it; see `live_chart` for why here."""
    return st.components.v2.component(
        "sincerely_length_chart", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
    )
