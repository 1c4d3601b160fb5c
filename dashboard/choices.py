"""What a page goes on to show until somebody chooses something else, whatever came meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.runs.run import Run
from dashboard import state

_SHOWN = "shown_run_"
_RUNS_PAGE = "runs"


def chosen(key: str) -> str:
    """The id that was chosen last, of what may be gone by now; "" for none.

    Args:
        key: `state.DATASET`, `state.RUN` or `state.SCORING`.
    """
    found: str = st.session_state.get(key, "")
    return found


def forget(key: str, gone: str) -> None:
    """Choose nothing, where `gone` was chosen: it has been deleted here, and nobody misses it.

    Args:
        key: As in `chosen`.
        gone: The id.
    """
    if chosen(key) == gone:
        del st.session_state[key]


def forget_run(run_id: str) -> None:
    """`forget` a run, on every page and among several."""
    forget(state.RUN, run_id)
    if state.RUNS in st.session_state:
        kept = [each for each in st.session_state[state.RUNS] if each != run_id]
        st.session_state[state.RUNS] = kept
    for key in [key for key in st.session_state if str(key).startswith(_SHOWN)]:
        if st.session_state[key][1] == run_id:
            del st.session_state[key]


def choose_run(run_id: str) -> None:
    """Choose a run for this session; every page goes over to it, whatever it has shown."""
    for key in [key for key in st.session_state if str(key).startswith(_SHOWN)]:
        del st.session_state[key]
    state.choose_run(run_id)


def wanted_run(page: str, *, opened: bool) -> str:
    """The id of the run that a page is to show, which may be gone; "" for any.

    Args:
        page: Names the page.
        opened: It has just been opened: what was chosen elsewhere goes before what it showed last.
    """
    then, shown = st.session_state.get(f"{_SHOWN}{page}", ("", ""))
    held = bool(shown) and then == chosen(state.RUN) and not opened
    return shown if held else chosen(state.RUN)


def shown_run(runs: Sequence[Run], page: str, *, opened: bool) -> Run:
    """The run that a page shows: the wanted one, what it showed last, or the newest.

    Args:
        runs: One or more that it can show, newest first.
        page: Names the page.
        opened: As in `wanted_run`.
    """
    by_id = {run.id: run for run in runs}
    order = (wanted_run(page, opened=opened), wanted_run(page, opened=not opened))
    run = next((by_id[each] for each in order if each in by_id), runs[0])
    st.session_state[f"{_SHOWN}{page}"] = (chosen(state.RUN), run.id)
    return run


def shown_runs(runs: Sequence[Run]) -> list[Run]:
    """The runs that are seen or compared on Runs; see `state.chosen_runs`."""
    if state.RUNS in st.session_state or not runs:
        return state.chosen_runs(runs)
    return [shown_run(runs, _RUNS_PAGE, opened=False)]


def chosen_ids() -> set[str]:
    """The ids of all runs that are chosen, ticked or shown on some page; some may be gone."""
    shown = (key for key in st.session_state if str(key).startswith(_SHOWN))
    pages = (st.session_state[key][1] for key in shown)
    return {chosen(state.RUN), *st.session_state.get(state.RUNS, ()), *pages} - {""}


def lost_runs(runs: Sequence[Run]) -> list[str]:
    """The ids of chosen runs that are gone."""
    there = {run.id for run in runs}
    return [each for each in st.session_state.get(state.RUNS, ()) if each not in there]
