"""How long the texts are, in words, characters or tokens, by label or by part of a split."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from core.data.dataset import N_TOKENS, Dataset
from core.data.filters.row_filter import NO_LABEL, UNITS, RowFilter
from core.explore.length_stats import (
    BY_LABEL,
    BY_PART,
    EVERYTHING,
    GROUP,
    LENGTH,
    NO_LABEL_GROUP,
    cut_share,
    length_summary,
    relative_cost,
)
from core.explore.token_counts_job import start_token_counts
from core.jobs.registry import JobKind
from core.jobs.tasks import latest_task
from core.runs.config import PRESETS
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.ui.chart_card import chart_card
from dashboard.ui.empty import empty_state
from dashboard.ui.histogram import histogram
from dashboard.ui.pickers import split_picker
from dashboard.ui.present_labels import file_only
from dashboard.ui.task_progress import task_progress

_NAMES = {unit: name.capitalize() for unit, name in UNITS.items()}
_BY = {"All texts": "", "By label": "label", "By part of a split": "part"}
_REFERENCE = 128
_LINE = "max_tokens_line"


@dataclass(frozen=True)
class _RowsOf:
    """What the bars of the chart are about: a unit, and labels or the parts of a split."""

    unit: str
    by: str
    split: str

    @property
    def can_be_found(self) -> bool:
        """Whether a filter can name the rows; those of a split nobody saved it cannot."""
        return self.by != BY_PART or bool(self.split)

    def bar(
        self, dataset: Dataset, table: pd.DataFrame, group: str, low: int, high: int
    ) -> RowFilter:
        """The rows of a bar."""
        longest = high if high < table[LENGTH].max() else None
        rows = RowFilter(unit=self.unit, shortest=low, longest=longest)
        if self.by == BY_PART:
            return replace(rows, split=self.split, part=group)
        if self.by == BY_LABEL and group in dataset.classes:
            return replace(rows, labels=(group,))
        if self.by == BY_LABEL and group == NO_LABEL_GROUP:
            return replace(rows, labels=(NO_LABEL,))
        if self.by == BY_LABEL:
            shown = set(table[GROUP])
            return replace(rows, labels=tuple(c for c in dataset.classes if c not in shown))
        return rows


def lengths_view(dataset: Dataset) -> None:
    """Overlaid histograms with figures; a click on a bar shows its rows."""
    units = {name: unit for unit, name in _NAMES.items()}
    options = list(_BY) if len(dataset.classes) > 1 else ["All texts"]
    split_name = ""
    # Side by side where there is room, else below each other.
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Length in",
            list(units),
            default="Words",
            required=True,
            key="unit",
            bind="query-params",
        )
        unit = units[chosen]
        chosen = st.segmented_control(
            "Compare",
            options,
            default="All texts",
            required=True,
            key="compare",
            bind="query-params",
        )
        by = _BY[chosen]
        if by == BY_PART:
            split_name = split_picker(dataset, "lengths_split", width=180)
        shares = st.toggle("Shares", value=False, key="lengths_share", bind="query-params")
        log = st.toggle("Log scale", value=True, key="lengths_log", bind="query-params")
    if unit not in reads.known_units(state.workspace(), dataset):
        _count_tokens(dataset)
        return
    table = reads.length_table(state.workspace(), dataset, unit, by, split_name)
    rows_of = _RowsOf(unit, by, split_name)
    _chart(dataset, table, rows_of, log=log, shares=shares)


def _count_tokens(dataset: Dataset) -> None:
    workspace = state.workspace()
    task = latest_task(workspace, JobKind.TOKEN_COUNTS, dataset_id=dataset.id)
    if task is not None:
        task_progress(workspace, task, key="tokens_task")
        return
    empty_state("token", "Tokens are not counted yet", "The encoder's tokenizer reads every text.")
    with st.container(horizontal_alignment="center"):
        if st.button("Count tokens", type="primary", key="count_tokens"):
            start_token_counts(workspace, dataset)
            st.rerun()


def _chart(
    dataset: Dataset, table: pd.DataFrame, rows_of: _RowsOf, *, log: bool, shares: bool
) -> None:
    unit, name = rows_of.unit, UNITS[rows_of.unit]
    line = int(st.session_state.get(_LINE, _REFERENCE)) if unit == N_TOKENS else None
    caption = f"Texts by their number of {name}."
    caption += file_only(dataset) if rows_of.by == BY_LABEL else ""
    caption += " Click a bar to see its rows." if rows_of.can_be_found else ""
    if line is not None:
        caption += " Drag the line to see what a shorter limit would cut."
    with chart_card(f"{name.capitalize()} a text", caption, table, f"{dataset.id}-{name}"):
        key = f"lengths_{dataset.id}_{unit}"
        choice = histogram(table, name, log=log, shares=shares, line=line, key=key)
        if choice.clicked is not None and rows_of.can_be_found:
            state.show_rows_next(rows_of.bar(dataset, table, *choice.clicked))
            st.rerun()
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
        f"Training time against {_REFERENCE} tokens",
        f"{cost:.0%}",
        border=True,
        help="From the operations that a transformer needs for texts padded to their own length.",
    )
    cells[3].button(
        "Use for training",
        key="use_limit",
        icon=":material/model_training:",
        on_click=_use_limit,
        args=(dataset, limit),
    )


def _use_limit(dataset: Dataset, limit: int) -> None:
    allowed = min(max(limit, 8), 512)
    for preset in PRESETS:
        st.session_state[f"{state.KEPT}train_{preset}_{dataset.id}_length"] = allowed
    state.notice(f"New runs on {dataset.name} take up to {allowed:,} tokens.")
