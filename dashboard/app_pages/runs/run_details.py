"""What people do with a run beside training it: name it, note on it, delete it, TensorBoard."""

from __future__ import annotations

import shlex

import streamlit as st

from core.data.labelled import LabelSource
from core.data.names import MAX_NAME_CHARS
from core.jobs.launcher import current_status
from core.maintenance.deletion import delete_run, what_is_lost
from core.runs.notes import MAX_NOTE_CHARS, read_notes, write_notes
from core.runs.run import Run, rename_run
from dashboard import choices, state
from dashboard.ui.failure import attempt
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain


def run_details(run: Run) -> None:
    """Notes, the event files, renaming and deleting."""
    card_title("Notes")
    _notes(run)
    if run.labels_version:
        card_title("Labels", labels_line(run))
    card_title("TensorBoard")
    _events(run)
    with st.container(horizontal=True):
        with st.popover("Rename", icon=":material/edit:"):
            _rename(run)
        if st.button("Delete", icon=":material/delete:", key=f"delete_{run.id}"):
            _confirm(run)


def labels_line(run: Run) -> str:
    """Which labels a run learned from, in one line."""
    sources = {
        LabelSource.ORIGINAL: "The file's",
        LabelSource.CORRECTED: "The file's, corrections on top",
        LabelSource.HUMAN: "Only those given on Label",
    }
    people = f", {run.labels_by_people:,} by people" if run.labels_by_people else ""
    return f"{sources[LabelSource(run.config.labels)]}{people}; version {run.labels_version}"


def _notes(run: Run) -> None:
    key, seen = f"notes_{run.id}", f"notes_seen_{run.id}"
    kept = read_notes(state.workspace(), run)
    # Set only when the file changed elsewhere: else it would undo what is being typed.
    if st.session_state.get(seen) != kept or key not in st.session_state:
        st.session_state[key] = st.session_state[seen] = kept
    st.text_area(
        "Notes",
        key=key,
        max_chars=MAX_NOTE_CHARS,
        label_visibility="collapsed",
        height=100,
        placeholder="What was tried and why; kept as soon as you leave the box",
        on_change=attempt,
        args=[lambda: _keep_notes(run, key, seen)],
    )


def _keep_notes(run: Run, key: str, seen: str) -> None:
    write_notes(state.workspace(), run, st.session_state[key])
    st.session_state[seen] = read_notes(state.workspace(), run)


def _events(run: Run) -> None:
    events = state.workspace().run(run.id).events
    if not events.exists():
        st.caption("No event files yet: they come with the first steps.")
        return
    st.code(f"tensorboard --logdir {shlex.quote(str(events))}", language=None, wrap_lines=True)


def _rename(run: Run) -> None:
    key = f"rename_{run.id}_{run.name}"
    st.text_input("New name", run.name, max_chars=MAX_NAME_CHARS, key=key)
    st.button(
        "Rename",
        key=f"{key}_do",
        type="primary",
        on_click=attempt,
        args=[lambda: rename_run(state.workspace(), run, st.session_state[key])],
    )


@st.dialog("Delete run")
def _confirm(run: Run) -> None:
    workspace = state.workspace()
    paths = workspace.run(run.id)
    if not paths.description.exists():  # It has just been deleted, here or elsewhere.
        st.rerun()
    if said := state.take_notice():
        st.error(plain(said), icon=":material/error:")
    if current_status(paths).state.active:
        st.write("It is still at work: stop it first.")
        return
    st.markdown(plain(what_is_lost(workspace, run)))
    st.markdown("Its data set and the files it has scored stay. This cannot be undone.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep", key="delete_keep"):
            st.rerun()
        st.button(
            "Delete",
            type="primary",
            icon=":material/delete:",
            key="delete_sure",
            on_click=attempt,
            args=[lambda: _delete(run)],
        )


def _delete(run: Run) -> None:
    delete_run(state.workspace(), run)
    choices.forget_run(run.id)
    state.notice(f"Deleted {run.name}.")
