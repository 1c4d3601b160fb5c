"""All runs in a table in which one or several can be chosen; of many a page, found by words."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import streamlit as st

from core.data.names import named
from core.runs.run import Run
from dashboard import choices, reads, state
from dashboard.ui.failure import fragment
from dashboard.ui.plain_text import plain

PAGE = 100
_TICK_S = 2.0
_TICKED = "runs_ticked"
_TABLES = "runs_tables"
_DIGITS = st.column_config.NumberColumn(format="%.4f")
_COLUMNS = {
    "Run": st.column_config.Column(width=240),
    "PR-AUC": _DIGITS,
    "F1": _DIGITS,
    "Accuracy": _DIGITS,
    "Majority": st.column_config.NumberColumn(
        format="%.4f", help="Accuracy of always answering the commonest class"
    ),
    "Rows/s": st.column_config.NumberColumn(format="%.0f"),
    "Seconds": st.column_config.NumberColumn(format="%.0f"),
    "Notes": st.column_config.Column(width="medium"),
    "Started": st.column_config.DatetimeColumn(format="distance"),
}


def run_table(runs: Sequence[Run]) -> list[Run]:
    """Show `runs`; returns the chosen ones, in the order of `runs`."""
    chosen = choices.shown_runs(runs)
    if len(runs) <= PAGE:
        _table(runs, runs, chosen)
        return chosen
    wanted = st.text_input(
        "Find runs",
        key=f"{state.KEPT}runs_words",
        icon=":material/search:",
        placeholder="Part of a name, data set or encoder",
        label_visibility="collapsed",
    )
    found = _with_words(runs, wanted)
    pages, key = (
        max(-(-len(found) // PAGE), 1),
        f"runs_page_{crc32(wanted.encode('utf-8', 'replace')):08x}",
    )
    first = _page_of(found, chosen)
    page = min(int(st.session_state.get(key, first)), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    st.caption(_range(shown, page, found, runs))
    if shown:
        _table(runs, shown, chosen)
    if pages > 1:
        st.pagination(pages, default=first, key=key)
    _elsewhere(shown, chosen)
    return chosen


def _with_words(runs: Sequence[Run], typed: str) -> Sequence[Run]:
    """The runs in whose name, data set and encoder all these words occur."""
    words = typed.casefold().split()
    if not words:
        return runs
    said = ((run, f"{run.name}\n{run.dataset_name}\n{run.config.encoder}") for run in runs)
    return [run for run, text in said if all(word in text.casefold() for word in words)]


def _page_of(found: Sequence[Run], chosen: Sequence[Run]) -> int:
    """The page with the first chosen run, else the first."""
    if not chosen:
        return 1
    ids = [run.id for run in found]
    return ids.index(chosen[0].id) // PAGE + 1 if chosen[0].id in ids else 1


def _range(shown: Sequence[Run], page: int, found: Sequence[Run], runs: Sequence[Run]) -> str:
    """Which runs the table shows, in words."""
    if not found:
        return f"None of {len(runs):,} runs."
    start = (page - 1) * PAGE
    of = f"{len(found):,} found among " if len(found) < len(runs) else ""
    return f"{start + 1:,} to {start + len(shown):,} of {of}{len(runs):,} runs."


def _elsewhere(shown: Sequence[Run], chosen: Sequence[Run]) -> None:
    """Say which runs are ticked that the table does not show now."""
    here = {run.id for run in shown}
    others = [run for run in chosen if run.id not in here]
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(f"Ticked on another page: {named(run.name for run in others)}."))
        st.button(
            "Untick",
            key="runs_untick",
            on_click=state.choose_runs,
            args=[[run.id for run in chosen if run.id in here]],
        )


def _table(runs: Sequence[Run], shown: Sequence[Run], chosen: Sequence[Run]) -> None:
    """Draw `shown`; who ticks others there chooses these and what is chosen of the rest."""
    ids = [run.id for run in shown]
    statuses = reads.statuses(state.workspace(), list(shown))
    active = any(status.state.active for status in statuses.values())
    chosen_ids = [run.id for run in chosen]
    key = _key(ids, chosen_ids)
    places = [ids.index(each) for each in chosen_ids if each in ids]

    @fragment(run_every=_TICK_S if active else None)
    def table() -> None:
        found = reads.runs_table(state.workspace(), list(shown))
        event = st.dataframe(
            found,
            hide_index=True,
            column_config=_COLUMNS,
            key=key,
            on_select="rerun",
            selection_mode="multi-row",
            placeholder="–",
            selection_default={"selection": {"rows": places}},
        )
        ticked = {ids[place] for place in event.selection.rows if place < len(ids)}
        ticked.update(each for each in chosen_ids if each not in ids)
        now = [run.id for run in runs if run.id in ticked]
        states = [status.state.value for status in statuses.values()]
        if now != chosen_ids:
            state.choose_runs(now)
            st.session_state[_TICKED] = now
            st.rerun()
        if found["State"].tolist() != states:
            st.rerun()  # What stands below depends on it.

    table()


def _key(ids: list[str], chosen: list[str]) -> str:
    """A choice is of places, which the browser keeps: where runs come or go, or others are chosen
    than were ticked, as by Back, a new table starts from the ids chosen."""
    if st.session_state.get(_TICKED) != chosen:
        st.session_state[_TICKED] = chosen
        st.session_state[_TABLES] = st.session_state.get(_TABLES, 0) + 1
    return f"runs_table_{st.session_state[_TABLES]}_{crc32(repr(ids).encode()):08x}"
