"""How long the texts are, in words, characters or tokens, by label or by part of a split."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.datasets.dataset import N_TOKENS, Dataset
from core.datasets.row_filter import NO_LABEL, UNITS, RowFilter
from core.jobs.tasks import TaskKind
from core.jobs.token_task import start_token_counts
from core.runs.config import PRESETS
from core.statistics.lengths import (
    EVERYTHING,
    GROUP,
    NO_LABEL_GROUP,
    cut_share,
    length_summary,
    relative_cost,
)
from dashboard import loaders, state
from dashboard.components.chart_card import chart_card
from dashboard.components.empty import empty_state
from dashboard.components.histogram import histogram
from dashboard.components.pickers import split_picker
from dashboard.components.task_progress import task_progress

_NAMES = {unit: name.capitalize() for unit, name in UNITS.items()}
_BY = {"All texts": "", "By label": "label", "By part of a split": "part"}
_REFERENCE = 128
_LINE = "max_tokens_line"


def lengths_view(dataset: Dataset) -> None:
    """Overlaid histograms with figures; a click on a bar shows its rows."""
    cells = st.columns([2, 3, 2, 1, 1], vertical_alignment="bottom")
    units = {name: unit for unit, name in _NAMES.items()}
    unit = units[
        cells[0].segmented_control(
            "Length in", list(units), default="Words", required=True, key="unit",
            bind="query-params",
        )
    ]  # fmt: skip
    options = list(_BY) if len(dataset.classes) > 1 else ["All texts"]
    by = _BY[
        cells[1].segmented_control(
            "Compare", options, default="All texts", required=True, key="compare",
            bind="query-params",
        )
    ]  # fmt: skip
    split_name = ""
    if by == "part":
        with cells[2]:
            split_name = split_picker(dataset, "lengths_split")
    shares = cells[3].toggle("Shares", value=False, key="lengths_share", bind="query-params")
    log = cells[4].toggle("Log scale", value=True, key="lengths_log", bind="query-params")
    if unit not in loaders.known_units(state.workspace(), dataset):
        _count_tokens(dataset)
        return
    table = loaders.length_table(state.workspace(), dataset, unit, by, split_name)
    _chart(dataset, table, unit, log=log, shares=shares)


def _count_tokens(dataset: Dataset) -> None:
    workspace = state.workspace()
    task = loaders.latest_task(workspace, TaskKind.TOKENS, dataset_id=dataset.id)
    if task is not None:
        task_progress(workspace, task, key="tokens_task")
        return
    empty_state("token", "Tokens are not counted yet", "The encoder's tokenizer reads every text.")
    with st.container(horizontal_alignment="center"):
        if st.button("Count tokens", type="primary", key="count_tokens"):
            start_token_counts(workspace, dataset)
            st.rerun()


def _chart(dataset: Dataset, table: pd.DataFrame, unit: str, *, log: bool, shares: bool) -> None:
    name = UNITS[unit]
    line = int(st.session_state.get(_LINE, _REFERENCE)) if unit == N_TOKENS else None
    caption = f"Texts by their number of {name}. Click a bar to see its rows."
    if line is not None:
        caption += " Drag the line to see what a shorter limit would cut."
    with chart_card(f"{name.capitalize()} a text", caption, table, f"{dataset.id}-{name}"):
        key = f"lengths_{dataset.id}_{unit}"
        choice = histogram(table, name, log=log, shares=shares, line=line, key=key)
        if choice.clicked is not None:
            group, low, high = choice.clicked
            _show_rows(dataset, table, unit, group, low, high)
        if line is not None:
            _limit(dataset, table, choice.line or line)
    figures = length_summary(table).replace({GROUP: {EVERYTHING: "all texts"}})
    digits = st.column_config.NumberColumn(format="%.1f")
    count = st.column_config.NumberColumn(format="localized")
    columns = {"mean": digits, "rows": count, "max": count, "p99": count, "p95": count}
    st.dataframe(figures, hide_index=True, column_config=columns)


def _limit(dataset: Dataset, table: pd.DataFrame, limit: int) -> None:
    """What a limit of so many tokens cuts, and what it does to training time."""
    st.session_state[_LINE] = limit
    cut = cut_share(table, limit)
    cost = relative_cost(table, limit, _REFERENCE)
    cells = st.columns([2, 2, 3, 2], vertical_alignment="center")
    cells[0].metric("Max tokens", f"{limit:,}", border=True)
    cells[1].metric("Texts cut", f"{cut:.2%}", border=True)
    cells[2].metric(
        f"Training time against {_REFERENCE} tokens", f"{cost:.0%}", border=True,
        help="From the operations that a transformer needs for texts padded to their own length.",
    )  # fmt: skip
    cells[3].button(
        "Train with this limit", key="use_limit", icon=":material/model_training:",
        on_click=_use_limit, args=(dataset, limit),
    )  # fmt: skip


def _use_limit(dataset: Dataset, limit: int) -> None:
    for preset in PRESETS:
        st.session_state[f"{state.KEPT}train_{preset}_{dataset.id}_length"] = min(
            max(limit, 8), 512
        )
    state.notice(f"New runs on {dataset.name} take up to {limit:,} tokens.")


def _show_rows(
    dataset: Dataset, table: pd.DataFrame, unit: str, group: str, low: int, high: int
) -> None:
    longest = high if high < table["length"].max() else None
    labels = (group,) if group in dataset.classes else ()
    if group == NO_LABEL_GROUP:
        labels = (NO_LABEL,)
    state.show_rows_next(RowFilter(unit=unit, shortest=low, longest=longest, labels=labels))
    st.rerun()
