"""Which further columns of a file are kept, and as what."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from core.data.column import ColumnKind
from core.data.importing.column_choice import KEEP_ALL, ColumnChoices, further_names
from core.data.importing.preview import Columns, Preview, check_columns
from core.errors import BadInput
from dashboard import state
from dashboard.app_pages.overview import reads
from dashboard.ui.file_source import FileSource
from dashboard.ui.option_names import option_names
from dashboard.ui.plain_text import plain

_EXAMPLES, _EXAMPLE_CHARS = 3, 40
_SENSITIVE_HELP = "Kept, but not shown and left out of downloads unless you ask for them."


def column_choice(source: FileSource, preview: Preview, columns: Columns) -> ColumnChoices:
    """Ask about the columns that hold neither text nor label nor id, where there are any."""
    try:
        further = further_names(preview.header, check_columns(columns, preview))
    except BadInput:  # One column is chosen twice; the import waits until it is not.
        return KEEP_ALL
    if not further:
        return KEEP_ALL
    digest = hashlib.sha256(repr((preview.header, columns)).encode("utf-8", "replace"))
    key = f"{state.KEPT}add_{source.key}_columns_{digest.hexdigest()[:8]}"
    names = option_names({name: name for name in further}, lambda name: "a column")
    left_out = st.session_state.get(f"{key}_left_out", [])
    title = _title(len(further), len(left_out))
    with st.expander(title, icon=":material/view_column:", key=f"{key}_open"):
        likely = reads.likely_kinds(source.path, preview, tuple(further.items()))
        st.dataframe(_table(preview, further, likely), hide_index=True)
        st.caption(f"Kinds as they seem in {plain(preview.sample.where)}; the import looks at all.")
        cells = st.columns(3)
        left_out, sensitive, odd = (
            cell.multiselect(
                title,
                list(further),
                format_func=names.get,
                key=f"{key}_{what}",
                help=help_text,
                placeholder="None",
            )
            for cell, title, what, help_text in (
                (cells[0], "Leave out", "left_out", None),
                (cells[1], "Sensitive", "sensitive", _SENSITIVE_HELP),
                (cells[2], "Not what they seem", "odd", "Choose a kind for these columns."),
            )
        )
        kinds = {
            name: st.selectbox(
                plain(f"What {name} holds"),
                list(ColumnKind),
                list(ColumnKind).index(likely[name]),
                format_func=lambda kind: kind.label,
                key=f"{key}_kind_{name}",
            )
            for name in odd
        }
    return ColumnChoices(tuple(left_out), tuple(sensitive), kinds)


def _title(further: int, left_out: int) -> str:
    kept = f"{further - left_out:,} of {further:,}" if left_out else f"all {further:,}"
    return f"Further columns: {'1' if further == 1 and not left_out else kept} kept"


def _table(
    preview: Preview, further: dict[str, int], likely: dict[str, ColumnKind]
) -> pd.DataFrame:
    """Each column with its likely kind and some of its cells."""
    return pd.DataFrame(
        {
            "Column": list(further),
            "Seems to hold": [likely[name].label for name in further],
            "Such as": [_examples(preview, position) for position in further.values()],
        }
    )


def _examples(preview: Preview, position: int) -> str:
    cells = (row[position] for row in preview.rows if position < len(row))
    different = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))[:_EXAMPLES]
    return " | ".join(cell[:_EXAMPLE_CHARS] for cell in different)
