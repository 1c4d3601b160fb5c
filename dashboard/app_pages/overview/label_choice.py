"""What counts as a class in a label column, asked where its labels leave it open."""

from __future__ import annotations

import streamlit as st

from core.data.importing.column_check import class_spellings, missing_spellings
from core.data.importing.label_rules import DEFAULT_RULES, LabelRules
from core.data.importing.preview import Columns, Preview
from dashboard import state
from dashboard.ui.file_source import FileSource
from dashboard.ui.plain_text import plain

_SHOWN = 3
_MAX_CHARS = 30


def label_choice(source: FileSource, preview: Preview, columns: Columns) -> LabelRules:
    """Ask whether NA and the like are classes, and whether to merge spellings, if there are any."""
    if columns.label is None:
        return DEFAULT_RULES
    key = f"{state.KEPT}add_{source.key}_{columns.label}"
    missing = missing_spellings(preview, columns.label)
    classes = (
        st.multiselect(
            "Labels that are a class, not a missing label",
            missing,
            key=f"{key}_classes",
            placeholder="None: they all mean that there is no label",
        )
        if missing
        else []
    )
    rules = LabelRules(tuple(classes))
    groups = class_spellings(preview, columns.label, rules)
    if not groups:
        return rules
    named = ", ".join(" = ".join(name[:_MAX_CHARS] for name in group) for group in groups[:_SHOWN])
    more = f" and {len(groups) - _SHOWN:,} more" if len(groups) > _SHOWN else ""
    merged = st.checkbox(plain(f"Count as one class: {named}{more}"), key=f"{key}_merged")
    return LabelRules(tuple(classes), merge_spellings=merged)
