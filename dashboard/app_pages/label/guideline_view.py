"""Classes and guideline of a data set: what people who label are told, in versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

import streamlit as st

from core.data.dataset import Dataset
from core.errors import SincerelyError
from core.labels.annotators import this_annotator
from core.labels.class_keys import ClassKeys
from core.labels.guidelines import (
    MAX_TEXT,
    Guideline,
    class_keys,
    guidelines,
    write_guideline,
)
from core.labels.store.store import open_labels
from dashboard import state
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain

_FAULT = "guideline_fault"
_SHOWN = 20
"""Classes whose keys are listed."""


def guideline_form(dataset: Dataset, guide: Guideline) -> None:
    """Write a new version; the old ones stay, and labels keep the version that was shown."""
    with st.container(border=True):
        if len(guide.classes) < 2:
            card_title("What can a text be?", "Name the classes first; then labelling can begin.")
        else:
            card_title(
                "Classes and guideline",
                "Saved as a new version: labels given before keep the version they were given by.",
            )
        with st.form("guideline_form", border=False):
            left, right = st.columns([1, 2])
            left.text_area(
                "Classes, one a line",
                "\n".join(guide.classes),
                height=260,
                key=f"guideline_classes_{dataset.id}_{guide.version}",
                help="Of two, the second is the one that is looked for, such as spam. A class keeps"
                " its key for good: a new one takes the next that is free.",
            )
            right.text_area(
                "Guideline",
                guide.text,
                height=260,
                max_chars=MAX_TEXT,
                key=f"guideline_text_{dataset.id}_{guide.version}",
                placeholder="When is a text of which class? What about the doubtful ones?",
            )
            st.form_submit_button(
                "Save as a new version",
                type="primary",
                icon=":material/save:",
                on_click=_save,
                args=(dataset, guide.version),
            )
        _keys(dataset, guide)
        if said := st.session_state.pop(_FAULT, None):
            st.error(plain(said), icon=":material/error:")
    _versions(dataset)


def _keys(dataset: Dataset, guide: Guideline) -> None:
    if len(guide.classes) > 1:
        keys = class_keys(open_labels(state.workspace()), dataset)
        shown = [name for name in guide.classes if keys.get(name)][:_SHOWN]
        st.caption(plain(f"Keys: {_said(keys, shown)}" if shown else ""))


def _said(keys: ClassKeys, classes: Sequence[str]) -> str:
    """Classes with the first of their keys."""
    return ", ".join(f"{keys[name][0]} {name}" if keys[name] else name for name in classes)


def _save(dataset: Dataset, version: int) -> None:
    key = f"{dataset.id}_{version}"
    classes = st.session_state[f"guideline_classes_{key}"].splitlines()
    name = st.session_state.get(f"{state.KEPT}label_name") or this_annotator()
    try:
        store = open_labels(state.workspace())
        before = class_keys(store, dataset)
        saved = write_guideline(
            store,
            dataset,
            classes=tuple(classes),
            author=name,
            text=st.session_state[f"guideline_text_{key}"].strip(),
        )
        added = [each for each in saved.classes if each not in before] if before else []
        said = f" New keys: {_said(class_keys(store, dataset), added)}." if added else ""
        state.notice(f"Version {saved.version} is saved.{said}")
    except SincerelyError as error:
        st.session_state[_FAULT] = str(error)


def _versions(dataset: Dataset) -> None:
    versions = guidelines(open_labels(state.workspace()), dataset)
    if not versions:
        return
    with st.container(border=True):
        card_title("Versions", "The newest is the one that is shown.")
        for one in reversed(versions):
            when = datetime.fromtimestamp(one.at_ms / 1000, timezone.utc)
            title = f"Version {one.version}, {when:%Y-%m-%d %H:%M} UTC, by {one.author}"
            with st.expander(plain(title)):
                st.caption(plain("Classes: " + ", ".join(one.classes)))
                st.markdown(plain(one.text).replace("\n", "  \n") or "No text.")
