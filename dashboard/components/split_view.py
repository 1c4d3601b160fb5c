"""A split, its parts compared by numbers and by histograms."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.split import TRAIN, VALIDATION, SplitPlan
from core.runs.config import DEFAULT_PRESET, PRESETS, preset
from core.statistics.summary import PART, ks_distance, ks_noise
from dashboard import charts, loaders, state
from dashboard.components.failure import errors_shown


def split_view(dataset: Dataset) -> None:
    """Choose sizes and seed; see the figures and histograms of the parts."""
    with errors_shown():
        plan = _plan(dataset)
        figures, words, chars = loaders.split_tables(state.workspace(), dataset, plan)
        _figures(figures)
        st.caption(_alike(figures, words, chars, dataset.positive))
        log = st.toggle("Log scale", value=True, key="lengths_log")
        for unit, counts in (("words", words), ("characters", chars)):
            _histograms(counts, unit, log=log)


def _plan(dataset: Dataset) -> SplitPlan:
    cells = st.columns([2, 1, 1, 1])
    with cells[0]:
        name = st.segmented_control(
            "Sizes of the preset", list(PRESETS), default=DEFAULT_PRESET, required=True,
            format_func=str.capitalize, key="split_preset",
        )  # fmt: skip
    start = preset(name, dataset.labelled).split_plan()
    key = f"split_{name}_{dataset.id}"
    train = cells[1].number_input(
        "Train %", 0.0, 100.0, _percent(start.train, dataset.labelled), 0.5, "%.6g",
        key=f"{key}_train", help="Share of the labelled rows",
    )  # fmt: skip
    rest = round(dataset.labelled * (1 - train / 100))
    validation = cells[2].number_input(
        "Validate %", 0.0, 100.0, _percent(start.validation, rest), 0.5, "%.6g",
        key=f"{key}_validation", help="Share of the rows that training leaves",
    )  # fmt: skip
    seed = cells[3].number_input("Seed", 0, 2**31, start.seed, key=f"{key}_seed")
    return SplitPlan(train / 100, validation / 100, start.test, int(seed))


def _percent(size: float | int, available: int) -> float:
    share = size if isinstance(size, float) else size / max(available, 1)
    return round(share * 100, 4)


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


def _alike(
    figures: pd.DataFrame, words: pd.DataFrame, chars: pd.DataFrame, positive: str | None
) -> str:
    """Whether train and validation look alike, with the numbers that say so."""
    parts = figures.set_index(PART)
    noise = ks_noise(int(parts.loc[TRAIN, "rows"]), int(parts.loc[VALIDATION, "rows"]))
    distances = {
        unit: ks_distance(counts[counts[PART] == TRAIN], counts[counts[PART] == VALIDATION])
        for unit, counts in (("words", words), ("characters", chars))
    }
    alike = max(distances.values()) <= noise
    verdict = (
        "Train and validation look alike" if alike else "Train and validation differ in length"
    )
    said = f"{verdict}: Kolmogorov-Smirnov distance {distances['words']:.3f} for words and"
    said += f" {distances['characters']:.3f} for characters, where chance alone reaches {noise:.3f}"
    said += " once in 20 splits"
    if positive is not None:
        gap = parts.loc[TRAIN, "positive share"] - parts.loc[VALIDATION, "positive share"]
        said += f"; their positive shares differ by {abs(gap) * 100:.2f} percentage points"
    return said + "."


def _histograms(counts: pd.DataFrame, unit: str, *, log: bool) -> None:
    last = charts.longest(counts)
    for column, part in zip(st.columns(2), (TRAIN, VALIDATION), strict=True):
        with column:
            st.caption(f"{unit.capitalize()} a text, {part}")
            figure = charts.length_bars(counts, part, unit=unit, log=log, last=last)
            st.plotly_chart(figure, config=charts.CONFIG, key=f"lengths_{unit}_{part}")
