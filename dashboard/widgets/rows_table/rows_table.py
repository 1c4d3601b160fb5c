"""Rows of a data set as a table, hits highlighted, with boxes to choose rows.

`st.dataframe` neither wraps texts nor marks hits in them, and Markdown would read what people
wrote. Here every text reaches the page as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from numbers import Integral, Real
from pathlib import Path
from typing import Any
from zlib import crc32

import streamlit as st

from dashboard.widgets.bundle import bundle
from dashboard.widgets.rows_table.excerpt import excerpt, pieces

USUAL_TITLES = {
    "labelled by": "Labelled by",
    "words": "Words",
    "chars": "Characters",
    "tokens": "Tokens",
    "score": "Score (0–1)",
    "part": "Part",
}
_BARS = frozenset({"score"})

_HTML = """
<div class="rows">
  <table>
    <thead><tr></tr></thead>
    <tbody></tbody>
  </table>
</div>
<template>
  <button type="button" class="copy" title="Copy the text" aria-label="Copy the text">
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path class="sheets" d="M9 9h11v12H9zM5 15H4V3h11v2"/>
      <path class="tick" d="M5 13l5 5L20 7"/>
    </svg>
  </button>
</template>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_JS = bundle(Path(__file__).with_suffix(".js"))


@dataclass(frozen=True)
class TableRow:
    """One row of the table.

    Args:
        row: The row's number, which names it in a selection.
        id: The id in the file; "" where there is none.
        text: The text, shown as it is.
        spans: Hits in the text: start and end as in `text[start:end]`.
        label: The row's class; None shows a dash.
        cells: Further columns by name. Numbers stand right; "score" is drawn as a bar.
    """

    row: int
    id: str
    text: str
    spans: Sequence[tuple[int, int]] = ()
    label: str | None = None
    cells: Mapping[str, str | float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for start, end in self.spans:
            if not 0 <= start <= end <= len(self.text):
                raise ValueError(
                    f"A hit in row {self.row} must lie inside its {len(self.text)} characters, "
                    f"got {start} to {end}."
                )


def rows_table(
    rows: Sequence[TableRow],
    *,
    key: str,
    selectable: bool = False,
    classes: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    titles: Mapping[str, str] = USUAL_TITLES,
) -> list[int]:
    """Show rows; with `selectable`, return the numbers of the chosen ones in the order shown.

    The choice lasts as long as the same rows are shown under the same key. No rows, no table.

    Args:
        rows: What to show, at most a page of some 50.
        key: Names the table; a changed key starts it afresh, with nothing chosen.
        selectable: Whether each row, and all at once, can be chosen.
        classes: The data set's classes: a class has the colour of its place here.
        columns: Titles with units by the name of a cell, in the order shown; None shows all
            cells.
        titles: Where all cells are shown, titles of those that are not their own.

    Raises:
        ValueError: Two rows to choose from have the same number.
    """
    if not rows:
        return []
    numbers = [int(row.row) for row in rows]
    if selectable and len(set(numbers)) < len(numbers):
        raise ValueError("Rows to choose from need different numbers, got one twice.")
    shown = f"{crc32(repr(numbers).encode()):08x}"
    chosen = _chosen(key, numbers, shown) if selectable else []
    data = _payload(rows, classes, _titles(rows, titles) if columns is None else columns)
    _component()(
        key=key,
        data={**data, "shown": shown, "selectable": selectable, "chosen": chosen},
        on_selection_change=_noted,
    )
    return chosen


def _chosen(key: str, numbers: Sequence[int], shown: str) -> list[int]:
    """What the browser last reported, if it was about these rows."""
    selection = (st.session_state.get(key) or {}).get("selection")
    if not isinstance(selection, dict) or selection.get("shown") != shown:
        return []
    reported = selection.get("rows")
    ticked = {n for n in reported if isinstance(n, int)} if isinstance(reported, list) else set()
    return [number for number in numbers if number in ticked]


def _noted() -> None:
    """Streamlit lists a state among a component's own only if it has a callback."""


def _titles(rows: Sequence[TableRow], titles: Mapping[str, str]) -> dict[str, str]:
    names = dict.fromkeys(name for row in rows for name in row.cells)
    return {name: titles.get(name, name) for name in names}


def _payload(
    rows: Sequence[TableRow], classes: Sequence[str], titles: Mapping[str, str]
) -> dict[str, Any]:
    tones = {label: position for position, label in enumerate(classes)}
    return {
        "columns": [
            {"title": title, "kind": _kind(name, [row.cells.get(name) for row in rows])}
            for name, title in titles.items()
        ],
        "rows": [_line(row, tones, titles) for row in rows],
    }


def _line(row: TableRow, tones: Mapping[str, int], titles: Mapping[str, str]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "row": int(row.row),
        "id": row.id,
        "text": pieces(row.text, row.spans),
        "label": row.label,
        "cells": [_value(row.cells.get(name)) for name in titles],
    }
    short = excerpt(row.text, row.spans)
    if short is not None:
        line |= {"short": short, "length": len(row.text)}
    if row.label in tones:
        line["tone"] = tones[row.label]
    return line


def _kind(name: str, values: Sequence[object]) -> str:
    if any(isinstance(value, str) for value in values):
        return "plain"
    return "bar" if name in _BARS else "number"


def _value(value: object) -> str | float | None:
    """JSON has no word for numpy's numbers, nor for not-a-number."""
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(f"{float(value):.6g}") if isfinite(value) else None
    return None if value is None else str(value)


def _component() -> Any:
    """Register the table and return the function that mounts it; see `live_chart` for why here."""
    return st.components.v2.component("sincerely_rows_table", html=_HTML, css=_CSS, js=_JS)
