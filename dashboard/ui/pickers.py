"""Choose a data set or a run; the choice lasts across pages."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset, list_datasets
from core.data.splits.saved_split import list_splits
from core.runs.run import Run
from dashboard import state


def dataset_picker(key: str) -> Dataset:
    """A select box over all data sets; returns the chosen one."""
    datasets = list_datasets(state.workspace())
    chosen = state.chosen_dataset(datasets)
    names = {dataset.id: dataset.name for dataset in datasets}
    # Set before the widget exists, so that a choice made elsewhere shows here.
    st.session_state[key] = chosen.id
    st.selectbox(
        "Data set",
        options=list(names),
        format_func=lambda dataset_id: names[dataset_id],
        key=key,
        on_change=lambda: state.switch_dataset(st.session_state[key]),
    )
    return chosen


def run_picker(runs: list[Run], key: str, label: str = "Run") -> Run | None:
    """A select box over `runs`; returns the chosen one, None if there is none."""
    chosen = state.chosen_run(runs)
    if chosen is None:
        return None
    names = {run.id: run.name for run in runs}
    st.session_state[key] = chosen.id
    st.selectbox(
        label,
        options=list(names),
        format_func=lambda run_id: names[run_id],
        key=key,
        on_change=lambda: state.choose_run(st.session_state[key]),
    )
    return chosen


def other_runs_picker(runs: list[Run], run: Run | None, key: str) -> list[Run]:
    """A box for runs to compare `run` with; nothing where there is no other."""
    names = {other.id: other.name for other in runs if run is not None and other.id != run.id}
    if not names:
        return []
    # The run that is shown, or one that was deleted, is no longer among the options.
    if set(st.session_state.get(f"{state.KEPT}{key}", ())) - set(names):
        kept = [other for other in st.session_state[f"{state.KEPT}{key}"] if other in names]
        st.session_state[f"{state.KEPT}{key}"] = kept
    chosen = st.multiselect(
        "Compare with",
        list(names),
        format_func=lambda run_id: names[run_id],
        key=f"{state.KEPT}{key}",
        placeholder="Lay over their curves",
        max_selections=9,
    )
    return [other for other in runs if other.id in chosen]


def split_picker(
    dataset: Dataset, key: str, first: str = "Usual sizes", *, width: int | str = "stretch"
) -> str:
    """A select box over the saved splits; returns the chosen name, "" for none of them."""
    names = [split.name for split in list_splits(state.workspace(), dataset)]
    chosen: str = st.selectbox(
        "Split",
        ["", *names],
        format_func=lambda name: name or first,
        key=f"{key}_{dataset.id}",
        width=width,
    )
    return chosen
