"""Ask which rows to show: words, labels, lengths, columns, a part of a split, scores, a finding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import NO_LABEL, UNITS, Match, RowFilter
from core.data.splits.saved_split import list_splits
from core.data.splits.split import PARTS
from core.data.text.profile import HealthCheck
from core.runs.run import runs_on
from dashboard import choices, state
from dashboard.app_pages.explore import reads
from dashboard.app_pages.explore.where_input import where_input
from dashboard.app_pages.overview.health_view import CHECK_NAMES
from dashboard.reads import known_labels, newest_runs
from dashboard.ui.option_names import option_names
from dashboard.ui.pickers import run_names
from dashboard.ui.plain_text import plain
from dashboard.ui.present_labels import WHOSE, presently

_MATCHES = {Match.WORDS: "Words", Match.PHRASE: "Phrase", Match.REGEX: "Regex"}
_HELP = (
    "All words, anywhere, in any case; words in double quotes stand together; a minus before a"
    " word leaves out the rows that have it. Regular expressions are RE2's, in any case."
)


def row_filter_form(dataset: Dataset) -> RowFilter | None:
    """Draw the form; returns what it says, None where its expression says why it cannot be one.

    Raises:
        BadInput: what else was typed cannot be searched for.
    """
    start = state.row_filter()
    key = f"{state.KEPT}filter_{dataset.id}_{state.filter_form()}"
    values = {**_text(start, key), **_labels(dataset, start, key), **_length(dataset, start, key)}
    where = where_input(dataset, start.where, f"{key}_where")
    with st.expander("Split, score and health", expanded=_uses_more(start)):
        values |= _part(dataset, start, key)
        values |= _score(dataset, start, key)
        values |= _check(start, key)
    kept = {"group": start.group, "rows": start.rows}
    if (start.group or start.rows is not None) and st.button(
        plain(_chosen_rows(start)), icon=":material/close:", key="rows_chosen", type="tertiary"
    ):
        kept = {"group": "", "rows": None}
        state.set_row_filter(replace(start, **kept))
        st.rerun()
    return None if where is None else RowFilter(**values, **kept, where=where)


def _text(start: RowFilter, key: str) -> dict[str, Any]:
    text = st.text_input(
        "Search",
        start.text,
        key=f"{key}_text",
        icon=":material/search:",
        help=_HELP,
        placeholder='why "united states" -canada',
    )
    match = st.segmented_control(
        "Find as",
        list(_MATCHES),
        default=start.match,
        required=True,
        format_func=_MATCHES.get,
        key=f"{key}_match",
        label_visibility="collapsed",
    )
    return {"text": text, "match": match}


def _labels(dataset: Dataset, start: RowFilter, key: str) -> dict[str, Any]:
    present = presently(dataset)
    options = list(present.classes) + ([NO_LABEL] if present.unlabelled else [])
    # What a link or slice names stays, so that it finds nothing instead of everything.
    options += [label for label in start.labels if label not in options]
    names = option_names(
        {label: label or "(no label)" for label in options},
        lambda label: "a label" if label else "none",
    )
    chosen = st.multiselect(
        "Labels",
        options,
        start.labels,
        format_func=names.get,
        key=f"{key}_labels",
        placeholder="All",
    )
    return {"labels": tuple(chosen), "labelled_by": _labelled_by(dataset, start, key)}


def _labelled_by(dataset: Dataset, start: RowFilter, key: str) -> str:
    """Whose labels, where there are several people's or the filter asks."""
    if not start.labelled_by and known_labels(state.workspace(), dataset) is None:
        return ""
    whose = ["", *WHOSE]
    chosen: str = st.selectbox(
        "Labelled by",
        whose,
        whose.index(start.labelled_by),
        format_func=lambda name: WHOSE.get(name, "(anybody)").capitalize(),
        key=f"{key}_labelled_by",
    )
    return chosen


def _length(dataset: Dataset, start: RowFilter, key: str) -> dict[str, Any]:
    units = reads.known_units(state.workspace(), dataset)
    units += [start.unit] if start.unit not in units else []
    unit = st.selectbox(
        "Length in",
        units,
        units.index(start.unit),
        format_func=UNITS.get,
        key=f"{key}_unit",
    )
    low, high = st.columns(2)
    return {
        "unit": unit,
        "shortest": low.number_input("From", 0, None, start.shortest, key=f"{key}_from"),
        "longest": high.number_input("To", 0, None, start.longest, key=f"{key}_to"),
    }


def _part(dataset: Dataset, start: RowFilter, key: str) -> dict[str, Any]:
    names = ["", *(split.name for split in list_splits(state.workspace(), dataset))]
    names += [start.split] if start.split not in names else []
    shown = option_names({name: name or "(any)" for name in names}, lambda name: name and "a split")
    left, right = st.columns(2)
    split = left.selectbox(
        "Saved split",
        names,
        names.index(start.split),
        format_func=shown.get,
        key=f"{key}_split",
    )
    part = right.selectbox(
        "Part",
        ["", *PARTS],
        ["", *PARTS].index(start.part),
        disabled=not split,
        format_func=lambda name: name or "(any)",
        key=f"{key}_part",
    )
    return {"split": split, "part": part if split else ""}


def _score(dataset: Dataset, start: RowFilter, key: str) -> dict[str, Any]:
    workspace = state.workspace()
    runs = run_names(
        newest_runs(
            runs_on(workspace, dataset),
            lambda run: workspace.run(run.id).predictions.exists(),
            {start.run, *choices.chosen_ids()},
        )
    )
    if start.run:
        runs.setdefault(start.run, f"{start.run} (gone)")
    shown = option_names({"": "(any)"} | runs, lambda run_id: run_id or "all")
    names = list(shown)
    run = st.selectbox(
        "Scored by run",
        names,
        names.index(start.run),
        format_func=shown.get,
        key=f"{key}_run",
        help="A run has scored its validation and test rows.",
    )
    if not run:
        return {"run": ""}
    low, high = st.columns(2)
    return {
        "run": run,
        "lowest": low.number_input("Score from", 0.0, 1.0, start.lowest, 0.05, key=f"{key}_lowest"),
        "highest": high.number_input(
            "Score to", 0.0, 1.0, start.highest, 0.05, key=f"{key}_highest"
        ),
    }


def _check(start: RowFilter, key: str) -> dict[str, Any]:
    names = ["", *(check.value for check in HealthCheck)]
    check = st.selectbox(
        "Found by health check",
        names,
        names.index(start.check),
        format_func=lambda name: CHECK_NAMES.get(name, "(any)"),
        key=f"{key}_check",
    )
    return {"check": check}


def _uses_more(row_filter: RowFilter) -> bool:
    return bool(row_filter.split or row_filter.run or row_filter.check)


def _chosen_rows(row_filter: RowFilter) -> str:
    if row_filter.rows is not None:
        return f"Among {len(row_filter.rows):,} chosen rows"
    kind, _, number = row_filter.group.partition(":")
    return f"Group {number} of {'equal' if kind == 'same' else 'nearly equal'} rows"
