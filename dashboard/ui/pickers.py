"""Choose a data set or a run; the choice lasts across pages, and the address says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext

import streamlit as st

from core.data.dataset import Dataset, list_datasets
from core.data.splits.saved_split import list_splits
from core.runs.run import Run, list_runs
from dashboard import address, choices, state
from dashboard.reads import MOST_LISTED
from dashboard.ui.option_names import moment, option_names
from dashboard.ui.plain_text import plain


def dataset_picker(key: str) -> Dataset:
    """A select box over all data sets; returns the chosen one.

    Where the one that was chosen is gone, the page ends there: what is done on it would be done to
    another.
    """
    datasets = {dataset.id: dataset for dataset in list_datasets(state.workspace())}
    chosen = state.chosen_dataset(list(datasets.values()))
    wanted = choices.chosen(state.DATASET) or chosen.id
    id_picker(
        "Data set", dataset_names(datasets.values()), wanted, key, on_choice=state.choose_dataset
    )
    if wanted not in datasets:
        _gone("data set", f"The data set {wanted} is not here: it was deleted, or never was.")
    state.choose_dataset(chosen.id)  # What is imported later does not take its place.
    address.say(address.DATASET, chosen.id)
    return chosen


def dataset_names(datasets: Iterable[Dataset]) -> dict[str, str]:
    """What each data set is called in a choice, by its id: with its rows, and what else it takes
    to tell it from others."""
    by_id = {dataset.id: dataset for dataset in datasets}
    return option_names(
        {each.id: f"{each.name} · {each.rows:,} rows" for each in by_id.values()},
        lambda dataset_id: moment(by_id[dataset_id].created),
    )


def run_names(runs: Iterable[Run]) -> dict[str, str]:
    """What each run is called in a choice, by its id."""
    by_id = {run.id: run for run in runs}
    return option_names(
        {run.id: run.name for run in by_id.values()},
        lambda run_id: moment(by_id[run_id].created),
    )


def run_picker(
    runs: list[Run], key: str, label: str = "Run", *, not_yet: str = "it has not ended yet"
) -> Run | None:
    """A select box over `runs`; returns the chosen one, None if there is none.

    The page ends there where the one that was chosen is gone, or where the address names one that
    the page cannot show.

    Args:
        runs: Those that the page can show, newest first.
        key: Names the box, and the page.
        label: What is chosen.
        not_yet: Why a run may not be among them.
    """
    if not runs:
        return None
    named = address.names(address.RUN)
    lost = _lost_run(runs, choices.wanted_run(key, opened=not named), named=named, not_yet=not_yet)
    if lost:
        id_picker(label, run_names(runs), "", key, on_choice=choices.choose_run)
        _gone("run", lost)
    run = choices.shown_run(runs, key, opened=not named)
    # A place of its own where there is more than the box: it may stand in a row with others.
    with st.container() if len(runs) >= MOST_LISTED else nullcontext():
        id_picker(label, run_names(runs), run.id, key, on_choice=choices.choose_run)
        only_newest(runs)
    address.say(address.RUN, run.id)
    return run


def only_newest(runs: Sequence[Run]) -> None:
    """Say where a box has the newest runs only, and how the others come into it."""
    if len(runs) >= MOST_LISTED:
        st.caption(f"The newest {MOST_LISTED}; one that is ticked on Runs is here, too.")


def _lost_run(runs: list[Run], wanted: str, *, named: bool, not_yet: str) -> str:
    """Why the wanted run cannot be shown, in a sentence; "" where it can, or none is wanted."""
    if not wanted or wanted in {run.id for run in runs}:
        return ""
    if wanted not in {run.id for run in list_runs(state.workspace())}:
        return f"The run {wanted} is not here: it was deleted, or never was."
    # One that was chosen elsewhere, and is no run for this page, gives way to one that is.
    return f"The run {wanted} cannot be shown here: {not_yet}." if named else ""


def other_runs_picker(runs: list[Run], run: Run | None, key: str) -> list[Run]:
    """A box for runs to compare `run` with; nothing where there is no other."""
    names = run_names(other for other in runs if run is not None and other.id != run.id)
    if not names:
        return []
    # The run that is shown, or one that was deleted, is no longer among the options.
    if set(st.session_state.get(f"{state.KEPT}{key}", ())) - set(names):
        kept = [other for other in st.session_state[f"{state.KEPT}{key}"] if other in names]
        st.session_state[f"{state.KEPT}{key}"] = kept
    chosen = st.multiselect(
        "Compare with",
        list(names),
        format_func=names.get,
        key=f"{state.KEPT}{key}",
        placeholder="Lay over their curves",
        max_selections=9,
    )
    return [other for other in runs if other.id in chosen]


def split_picker(
    dataset: Dataset, key: str, first: str = "Usual sizes", *, width: int | str = "stretch"
) -> str:
    """A select box over the saved splits; returns the chosen name, "" for none of them."""
    saved = [split.name for split in list_splits(state.workspace(), dataset)]
    names = option_names({"": first} | {name: name for name in saved}, _kept_split)
    chosen: str = st.selectbox(
        "Split",
        list(names),
        format_func=names.get,
        key=f"{key}_{dataset.id}",
        width=width,
    )
    return chosen


def _kept_split(name: str) -> str:
    return "saved" if name else "none saved"


def id_picker(
    label: str,
    names: Mapping[str, str],
    wanted: str,
    key: str,
    *,
    on_choice: Callable[[str], object],
) -> None:
    """A box over ids, empty where the wanted one is not among them."""
    # Set before the widget exists, so that a choice made elsewhere shows here.
    st.session_state[key] = wanted if wanted in names else None
    st.selectbox(
        label,
        list(names),
        # Only an empty box may be emptied: to clear another would do nothing.
        index=0 if wanted in names else None,
        format_func=names.get,
        key=key,
        placeholder="Choose another",
        on_change=lambda: st.session_state[key] and on_choice(st.session_state[key]),
    )


def _gone(kind: str, sentence: str) -> None:
    """Say that what was chosen is gone, and end the page."""
    st.warning(plain(f"{sentence} Choose another {kind} above."), icon=":material/link_off:")
    st.stop()
