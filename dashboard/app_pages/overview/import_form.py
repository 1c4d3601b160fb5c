"""Check how a file is read and which column is what, then import it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePath

import pandas as pd
import streamlit as st

from core.data.dataset import free_dataset_name
from core.data.importing.column_check import class_counts, doubts
from core.data.importing.column_choice import ColumnChoices
from core.data.importing.import_job import ImportRequest
from core.data.importing.import_report import OnProblem
from core.data.importing.label_rules import DEFAULT_RULES, LabelRules
from core.data.importing.preview import Columns, Preview
from dashboard import reads, state
from dashboard.app_pages.overview.add_data import FORM, drop_source, import_task
from dashboard.app_pages.overview.column_choice import column_choice
from dashboard.app_pages.overview.label_choice import label_choice
from dashboard.ui.failure import errors_shown
from dashboard.ui.file_source import FileSource
from dashboard.ui.format_choice import format_choice
from dashboard.ui.header import card_title
from dashboard.ui.option_names import option_names
from dashboard.ui.plain_text import plain
from dashboard.ui.text_columns import column_names, text_columns

_NONE = "\0"  # No column is called so: an import replaces this character by a space.
_SHOWN_ROWS = 6
_SHOWN_COLUMNS = 30
_SHOWN_LABELS = 6
_MAX_NAME_CHARS = 60
_MAX_PART_CHARS = 30
_ON_PROBLEM = {
    OnProblem.SKIP.value: "Leave them out and report them",
    OnProblem.STOP.value: "Stop at the first one",
}


def import_form(source: FileSource) -> None:
    """The card's content for a picked file."""
    with st.container(horizontal=True):
        card_title(f"Import {source.name}", "This is how it was understood; correct what is wrong")
        st.button("Choose another", key="add_other", on_click=drop_source, args=[source])
    with errors_shown():
        preview = reads.file_preview(source.path, format_choice(source))
        columns = _columns(source, preview)
        if columns is None:
            return
        _first_rows(preview, columns)
        rules = label_choice(source, preview, columns)
        for doubt in (*preview.doubts, *doubts(preview, columns, rules)):
            st.warning(plain(doubt), icon=":material/warning:")
        choices = column_choice(source, preview, columns)
        _start(source, preview, columns, rules, choices)


def _columns(source: FileSource, preview: Preview) -> Columns | None:
    """Ask which columns are what; None while none holds the text."""
    names = column_names(preview.header)
    # Another header, as after another delimiter, starts with its own guesses.
    header = hashlib.sha256(repr(preview.header).encode("utf-8", "replace")).hexdigest()[:8]
    key = f"{state.KEPT}add_{source.key}_{header}"
    cells = st.columns(3)
    with cells[0]:
        text = text_columns(names, preview.guess.text, key=key)
    optional = [_NONE, *names]
    shown = option_names(
        {_NONE: "(none)"} | {name: name for name in names},
        lambda name: "no column" if name == _NONE else "a column",
    )
    label, identifier = (
        cell.selectbox(
            title,
            optional,
            _position(optional, guess),
            key=f"{key}_{what}",
            format_func=shown.get,
        )
        for cell, title, guess, what in (
            (cells[1], "Label column", preview.guess.label, "label"),
            (cells[2], "Id column", preview.guess.id, "id"),
        )
    )
    if text is None:
        return None
    columns = Columns(
        text=text,
        label=None if label == _NONE else label,
        id=None if identifier == _NONE else identifier,
    )
    if columns.label is not None:
        cells[1].caption(plain(_label_counts(preview, columns.label)))
    if len(names) < len(preview.header):
        st.caption("Columns whose name occurs more than once cannot be chosen.")
    return columns


def _position(names: Sequence[str], name: str | None) -> int:
    return list(names).index(name) if name in names else 0


def _label_counts(preview: Preview, column: str) -> str:
    counts = class_counts(preview, column, DEFAULT_RULES)
    said = [f"{value[:30] or '(none)'}: {count:,}" for value, count in counts[:_SHOWN_LABELS]]
    if len(counts) > _SHOWN_LABELS:
        said.append(f"and {len(counts) - _SHOWN_LABELS:,} more")
    return f"{', '.join(said)} in {preview.sample.where}"


def _chosen(columns: Columns) -> list[str]:
    names = (*columns.text.columns, columns.label, columns.id)
    return [name for name in names if name is not None]


def _first_rows(preview: Preview, columns: Columns) -> None:
    """A table of the first rows, the texts and the other chosen columns before the rest."""
    header, rows = preview.header, preview.rows[:_SHOWN_ROWS]
    text = columns.text
    chosen = [header.index(name) for name in _chosen(columns)]
    order = list(dict.fromkeys([*chosen, *range(len(header))]))[:_SHOWN_COLUMNS]
    cells = [[row[n] if n < len(row) else "" for n in order] for row in rows]
    names: list[str] = []
    if text.is_joined:
        cells = [[made, *row] for made, row in zip(text.texts(header, rows), cells, strict=True)]
        names.append(" + ".join(name[:_MAX_PART_CHARS] for name in text.columns))
    for n in order:  # A table has each name once.
        name = header[n] if header.count(header[n]) == 1 else f"{header[n]} ({n + 1})"
        names.append(name + " " * names.count(name))
    st.dataframe(pd.DataFrame(cells, columns=names), hide_index=True)
    if len(header) > len(order):
        st.caption(f"The first {len(order)} of {len(header):,} columns.")


def _start(
    source: FileSource,
    preview: Preview,
    columns: Columns,
    rules: LabelRules,
    choices: ColumnChoices,
) -> None:
    cells = st.columns([2, 2, 1], vertical_alignment="bottom")
    key = f"{state.KEPT}add_{source.key}"
    stem = PurePath(source.name).name.split(".")[0][:_MAX_NAME_CHARS]
    offered = free_dataset_name(state.workspace(), stem)[:_MAX_NAME_CHARS]
    name = cells[0].text_input("Name", offered, max_chars=_MAX_NAME_CHARS, key=f"{key}_name")
    name = name.strip() or source.name
    on_problem = cells[1].selectbox(
        "Rows that cannot be imported",
        list(_ON_PROBLEM),
        format_func=lambda p: _ON_PROBLEM[p],
        key=f"{key}_on_problem",
    )
    chosen = _chosen(columns)
    if cells[2].button(
        "Import",
        type="primary",
        icon=":material/upload:",
        width="stretch",
        disabled=not preview.rows or len(set(chosen)) < len(chosen),
        # Another button for each file, so that a second click is not one for the next.
        key=f"add_import_{state.uploads_done(FORM)}",
    ):
        request = ImportRequest(
            str(source.path),
            columns,
            preview.format,
            name=name,
            source=source.name,
            on_problem=OnProblem(on_problem),
            labels=rules,
            choices=choices,
            upload=source.upload,
        )
        import_task(request, state.form_token(FORM))
        state.drop_file(FORM)
        st.rerun()
    if (free := free_dataset_name(state.workspace(), name)) != name:
        st.caption(plain(f"A data set is called so already: this one will be called “{free}”."))
