"""A split, its parts compared by numbers and by histograms."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.split import TRAIN, VALIDATION, SplitPlan
from core.runs.config import DEFAULT_PRESET, PRESETS, preset
from core.statistics.summary import PART, SplitTables, ks_distance, ks_noise
from dashboard import charts, loaders, state
from dashboard.components.failure import errors_shown
from dashboard.components.split_sizes import split_sizes


def split_view(dataset: Dataset) -> None:
    """Choose sizes and seed; see the figures and histograms of the parts."""
    with errors_shown():
        plan = _plan(dataset)
        tables = loaders.split_tables(state.workspace(), dataset, plan)
        _figures(tables.figures)
        st.caption(_alike(tables))
        log = st.toggle("Log scale", value=True, key="lengths_log")
        for unit, counts in (("words", tables.words), ("characters", tables.chars)):
            _histograms(counts, unit, log=log)


def _plan(dataset: Dataset) -> SplitPlan:
    cells = st.columns([2, 1, 1, 1])
    with cells[0]:
        name = st.segmented_control(
            "Sizes of the preset", list(PRESETS), default=DEFAULT_PRESET, required=True,
            format_func=str.capitalize, key="split_preset",
        )  # fmt: skip
    start = preset(name, dataset.labelled).split_plan()
    key = f"{state.KEPT}split_{name}_{dataset.id}"
    sizes = split_sizes(start, dataset.labelled, cells[1:3], key)
    seed = cells[3].number_input("Seed", 0, 2**31, start.seed, key=f"{key}_seed")
    return SplitPlan(**sizes, seed=int(seed))


def _figures(figures: pd.DataFrame) -> None:
    digits = st.column_config.NumberColumn(format="%.2f")
    share = st.column_config.NumberColumn(format="percent")
    count = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        figures,
        hide_index=True,
        column_config={
            "rows": count,
            "positives": count,
            "mean words": digits,
            "mean characters": digits,
            "positive share": share,
        },
    )


def _alike(tables: SplitTables) -> str:
    """Whether train and validation look alike, with the numbers that say so."""
    rows = tables.figures.set_index(PART)["rows"]
    noise = ks_noise(int(rows[TRAIN]), int(rows[VALIDATION]))
    words, chars = (
        ks_distance(counts[counts[PART] == TRAIN], counts[counts[PART] == VALIDATION])
        for counts in (tables.words, tables.chars)
    )
    alike = "look alike" if max(words, chars) <= noise else "differ in length"
    return (
        f"Train and validation {alike}: Kolmogorov-Smirnov distance {words:.3f} for words and"
        f" {chars:.3f} for characters, where chance alone reaches {noise:.3f} once in 20 splits."
        f" The shares of a class differ by at most {tables.share_gap * 100:.2f} percentage points."
    )


def _histograms(counts: pd.DataFrame, unit: str, *, log: bool) -> None:
    last = charts.axis_end(counts)
    for column, part in zip(st.columns(2), (TRAIN, VALIDATION), strict=True):
        with column:
            st.caption(f"{unit.capitalize()} a text, {part}")
            figure = charts.length_bars(counts, part, unit=unit, log=log, last=last)
            st.plotly_chart(figure, config=charts.CONFIG, key=f"lengths_{unit}_{part}")
