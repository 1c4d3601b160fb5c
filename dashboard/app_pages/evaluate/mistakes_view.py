"""The rows a run gets wrong, the worst first, to sort, filter and look at in Explore."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.filters.row_filter import RowFilter
from core.runs.origin import dataset_of
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads, slice_reads
from dashboard.app_pages.evaluate.threshold_view import present_threshold
from dashboard.app_pages.score.explanation_view import explanation_view
from dashboard.ui.empty import empty_state
from dashboard.ui.header import card_title
from dashboard.ui.option_names import option_names
from dashboard.ui.plain_text import plain
from dashboard.ui.safe_csv import safe_csv
from dashboard.widgets.rows_table.rows_table import TableRow, rows_table

_ANY = -1
_WRONG = "Wrong rows"
_EVERY = "All rows"
_PAGE = 25
_ORDERS = {
    "Worst first": ("loss", False),
    "Highest score first": ("score", False),
    "Lowest score first": ("score", True),
    "Shortest first": ("words", True),
    "Longest first": ("words", False),
}
_COLUMNS = {
    "predicted_label": "Predicted label",
    "score": "Score (0–1)",
    "loss": "Loss (nats)",
    "words": "Words",
}


def mistakes_view(run: Run, part: str) -> None:
    """List a part's rows by how wrong the run is about them."""
    threshold = present_threshold(run)
    table = reads.predicted_label_table(state.workspace(), run, part, threshold)
    with st.container(border=True):
        found, described = _filtered(run, part, table)
        wrong = int(found["wrong"].sum())
        card_title(
            f"{len(found):,} of {len(table):,} {part} rows",
            f"{described}; {wrong:,} of them wrong at a threshold of {threshold:.4g}"
            if len(run.classes) == 2
            else f"{described}; {wrong:,} of them wrong",
        )
        if found.empty:
            empty_state("check", "No such row", "Change the filter above to see others.")
            return
        _rows(run, part, found)


def _filtered(run: Run, part: str, table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    key = f"{state.KEPT}mistakes_{run.id}"
    cells = [*st.columns(4), *st.columns([2, 1, 1], vertical_alignment="bottom")]
    cell = state.mistakes_cell()
    known = range(_ANY, len(run.classes))
    label_key, predicted_label_key = f"{key}_label", f"{key}_predicted_label"
    st.session_state[label_key], st.session_state[predicted_label_key] = (
        cell if cell and cell[0] in known and cell[1] in known else (_ANY, _ANY)
    )

    names = option_names(
        {_ANY: "(any)"} | dict(enumerate(run.classes)),
        lambda class_id: "all" if class_id == _ANY else "a label",
    )
    named = names.__getitem__

    def moved() -> None:
        state.choose_cell(st.session_state[label_key], st.session_state[predicted_label_key])

    label = cells[0].selectbox("Label", known, format_func=named, key=label_key, on_change=moved)
    predicted_label = cells[1].selectbox(
        "Predicted label", known, format_func=named, key=predicted_label_key, on_change=moved
    )
    shown = cells[2].selectbox("Show", [_WRONG, _EVERY], key=f"{key}_show")
    inside = _slice_picker(cells[4], run, part, key)
    term = cells[5].text_input("Text has", key=f"{key}_term", placeholder="a word or phrase")
    words = cells[6].slider(
        "Words", 0, 100, (0, 100), key=f"{key}_words", help="100 is 100 or more"
    )
    order = cells[3].selectbox("Order", list(_ORDERS), key=f"{key}_order")
    keep = pd.Series(True, index=table.index)
    if label != _ANY:
        keep &= table["label"] == label
    if predicted_label != _ANY:
        keep &= table["predicted_label"] == predicted_label
    elif shown == _WRONG:
        keep &= table["wrong"]
    if term:
        keep &= table["text"].str.contains(term, case=False, regex=False)
    keep &= (table["words"] >= words[0]) & ((table["words"] <= words[1]) | (words[1] == 100))
    described = f"label {named(label)}, predicted label {named(predicted_label)}"
    if inside:
        rows = reads.predictions(state.workspace(), run, part).rows
        mask = slice_reads.slice_mask(state.workspace(), run, part, inside)
        keep &= table["row"].isin(rows[mask])
        described += f", {inside}"
    column, ascending = _ORDERS[order]
    found = table[keep].sort_values(column, ascending=ascending, kind="stable")
    return found, described


def _slice_picker(cell: DeltaGenerator, run: Run, part: str, key: str) -> str:
    """A box over the slices of the part; returns the chosen one, "" for all rows."""
    found = slice_reads.slice_names(state.workspace(), run, part)
    names = option_names(
        {"": "(all rows)"} | {name: name for name in found}, lambda name: name and "a slice"
    )
    chosen = state.chosen_slice() if state.chosen_slice() in names else ""
    st.session_state[f"{key}_slice"] = chosen
    cell.selectbox(
        "Slice",
        list(names),
        format_func=names.get,
        key=f"{key}_slice",
        on_change=lambda: state.choose_slice(st.session_state[f"{key}_slice"]),
    )
    return chosen


def _rows(run: Run, part: str, found: pd.DataFrame) -> None:
    pages = -(-len(found) // _PAGE)
    page_key = f"mistakes_page_{run.id}_{part}_{len(found)}"
    page = int(st.session_state.get(page_key, 1)) - 1
    shown = found.iloc[page * _PAGE : (page + 1) * _PAGE]
    chosen = rows_table(
        [_table_row(run, record) for record in shown.to_dict("records")],
        classes=run.classes,
        columns=_COLUMNS,
        selectable=True,
        key=f"mistakes_{run.id}",
    )
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if pages > 1:
            st.pagination(pages, key=page_key)
        dataset = dataset_of(state.workspace(), run)
        if dataset is None:
            st.caption(plain(f"The data set {run.dataset_name} is gone; the run kept these rows."))
        elif st.button(
            f"See the {len(chosen)} chosen in Explore" if chosen else "See these rows in Explore",
            icon=":material/search:",
            key="mistakes_explore",
        ):
            rows = chosen or shown["row"].tolist()
            state.choose_dataset(dataset.id)
            state.show_rows_next(RowFilter(rows=tuple(sorted(int(row) for row in rows))))
            st.switch_page("app_pages/explore/page.py")
        st.download_button(
            f"Download {len(found):,} rows",
            data=lambda: _as_csv(run, found),
            file_name=f"{run.id}-{part}-mistakes.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="mistakes_download",
        )
    _why(run, shown, chosen)


def _table_row(run: Run, record: Mapping[Hashable, Any]) -> TableRow:
    return TableRow(
        row=record["row"],
        id="",
        text=record["text"],
        label=run.classes[record["label"]],
        cells={
            "predicted_label": run.classes[record["predicted_label"]],
            "score": record["score"],
            "loss": record["loss"],
            "words": record["words"],
        },
    )


def _why(run: Run, shown: pd.DataFrame, chosen: list[int]) -> None:
    """Explain the rows that are ticked, if that is wanted: it takes a scorer of the run's."""
    if not chosen:
        st.caption("Tick rows to see why they got their scores.")
        return
    if st.toggle("Why these scores", key=f"{state.KEPT}mistakes_why"):
        texts = shown.set_index("row").loc[chosen, "text"]
        explanation_view(run, tuple(texts))


def _as_csv(run: Run, found: pd.DataFrame) -> bytes:
    """As CSV, with class names."""
    names = dict(enumerate(run.classes))
    table = found.assign(
        label=found["label"].map(names), predicted_label=found["predicted_label"].map(names)
    )
    return safe_csv(table)
