"""The address of a page says which data set, runs and scored file it shows.

So a reload, a bookmark, a second tab and Back show the same ones, whatever came to the workspace
since. A page that is opened without them shows what the session has chosen.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from dashboard import choices, state

SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
"""Runs in the page once, so that Back skips the address that a page has before it names these."""

DATASET, RUN, SCORING = "dataset", "run", "scoring"
_NAMES = (DATASET, RUN, SCORING)
RUNS_PAGE = "runs"
"""The page that shows several runs at once."""
_KNOWN = "address_known"
_SHOWN = "address_shown"
_MOVED = "address_moved"


def follow(page: str) -> None:
    """Choose what the address names, if somebody came by a link, by Back or by a reload.

    Args:
        page: Which page it is; called before its own script.
    """
    st.session_state[_SHOWN], st.session_state[_MOVED] = {}, False
    named = _named()
    if not named or st.session_state.get(_KNOWN) == (page, named):
        return
    st.session_state[_KNOWN] = (page, named)
    if DATASET in named:
        st.session_state[_MOVED] = named[DATASET][-1] != choices.chosen(state.DATASET)
        state.choose_dataset(named[DATASET][-1])
    if RUN in named and page == RUNS_PAGE:
        state.choose_runs(named[RUN])
    elif RUN in named:
        choices.choose_run(named[RUN][-1])
    if SCORING in named:
        state.choose_scoring(named[SCORING][-1])


def names(kind: str) -> bool:
    """Whether the address says which one of a kind is shown; it does not when a page is opened."""
    return kind in st.query_params


def moved() -> bool:
    """Whether it has just led to another data set than the one that was chosen."""
    return bool(st.session_state.get(_MOVED))


def say(kind: str, *ids: str) -> None:
    """Let the address name these, of those that the page shows."""
    st.session_state.setdefault(_SHOWN, {})[kind] = list(ids)


def write(page: str) -> None:
    """Make the address say what the page shows; called after the page's own script."""
    shown: dict[str, list[str]] = st.session_state.get(_SHOWN, {})
    before, values = _named(), {kind: ids for kind, ids in shown.items() if ids}
    if before != values:
        _replace(before, values)
    # Only now: a click that ends this run comes with the address from before.
    st.session_state[_KNOWN] = (page, values)


def _replace(before: dict[str, list[str]], values: dict[str, list[str]]) -> None:
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in _NAMES}
    # In one step, or Back would come to an address that nobody has seen.
    try:
        st.query_params.from_dict({**others, **values})
    except StreamlitAPIException:  # A widget writes one of the others itself.
        st.query_params.update(values)
        for kind in before.keys() - values.keys():
            del st.query_params[kind]


def _named() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in _NAMES if name in st.query_params}
