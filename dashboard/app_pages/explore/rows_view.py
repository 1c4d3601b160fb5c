"""Find rows: the form on the left, the rows with their hits on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.data.column import Column, ColumnKind
from core.data.dataset import ID, LABEL, N_TOKENS, N_WORDS, ROW, TEXT, Dataset
from core.data.filters.row_filter import RowFilter
from core.data.labelled import LABELLED_BY
from core.explore.order import BY_ROW, BY_SCORE, LONGEST, SHORTEST, column_order
from core.explore.search import FoundRows
from dashboard import reads as shared
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.app_pages.explore.row_filter_form import row_filter_form
from dashboard.app_pages.explore.rows_download import rows_download
from dashboard.app_pages.explore.slices import slice_menu
from dashboard.app_pages.label.bulk_label import bulk_label
from dashboard.ui.column_picker import column_picker
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title
from dashboard.ui.option_names import option_names
from dashboard.ui.present_labels import WHOSE, present_labels, presently
from dashboard.widgets.rows_table.rows_table import USUAL_TITLES, TableRow, rows_table

_ORDERS = {
    BY_ROW: "As in the file",
    SHORTEST: "Shortest first",
    LONGEST: "Longest first",
    BY_SCORE: "Highest score first",
}
_FIRST_LETTERS = {False: "A", True: "Z"}
_FIRST = {
    ColumnKind.NUMBER: {False: "lowest", True: "highest"},
    ColumnKind.TIME: {False: "oldest", True: "newest"},
    ColumnKind.YES_NO: {False: "no", True: "yes"},
}
_CELL_CHARS = 200
_COLUMNS_AT_FIRST = 3
_CELLS = {
    LABELLED_BY: "labelled by",
    N_WORDS: "words",
    N_TOKENS: "tokens",
    "part": "part",
    "score": "score",
}


def rows_view(dataset: Dataset) -> None:
    """Search, page through what was found, save it as a slice or download it."""
    present_labels(dataset)  # What is wrong with them is said once, above.
    left, right = st.columns([1, 3])
    row_filter = None
    with left.container(border=True):
        with errors_shown():
            row_filter = row_filter_form(dataset)
            if row_filter is not None:
                state.keep_row_filter(row_filter)
        slice_menu(dataset, is_valid=row_filter is not None)
    with right.container(border=True):
        if row_filter is None:
            empty_state("search_off", "Nothing to show", "Correct the search on the left.")
            return
        with errors_shown():
            _found(dataset, row_filter)


def _found(dataset: Dataset, row_filter: RowFilter) -> None:
    workspace = state.workspace()
    title, order_cell = st.columns([3, 1], vertical_alignment="bottom")
    columns = column_picker(dataset, key="columns", first=_COLUMNS_AT_FIRST)
    orders = _orders(row_filter, columns)
    order = order_cell.selectbox(
        "Order",
        list(orders),
        format_func=orders.get,
        key=f"rows_order_{dataset.id}",
        label_visibility="collapsed",
    )
    page = int(st.session_state.get(state.PAGE, 1)) - 1
    found = reads.found_rows(workspace, dataset, row_filter, page, order, columns)
    with title:
        card_title(_title(dataset, found), _by_label(found))
    if not found.total:
        empty_state("search_off", "No row is like that", "Change or clear the search on the left.")
        return
    chosen = rows_table(
        _table_rows(found, columns),
        classes=presently(dataset).classes,
        selectable=True,
        key=f"rows_{dataset.id}",
        titles={**USUAL_TITLES, **{column.cells: column.name for column in columns}},
    )
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if found.pages > 1:
            st.pagination(found.pages, key=state.PAGE)
        _actions(dataset, row_filter, found.total, chosen)


def _orders(row_filter: RowFilter, columns: Sequence[Column]) -> dict[str, str]:
    """The orders to choose from: the usual ones, and by the columns that are shown."""
    usual = {name: said for name, said in _ORDERS.items() if name != BY_SCORE or row_filter.run}
    by_columns = {
        column_order(column, descending=descending): f"{column.name}, {said} first"
        for column in columns
        for descending, said in _FIRST.get(column.kind, _FIRST_LETTERS).items()
    }
    return option_names(usual | by_columns, lambda order: order)


def _actions(dataset: Dataset, row_filter: RowFilter, total: int, chosen: list[int]) -> None:
    st.button(
        f"Show only the {len(chosen)} chosen" if chosen else "Choose rows by their boxes",
        disabled=not chosen,
        key="rows_keep",
        on_click=state.set_row_filter,
        args=(replace(row_filter, rows=tuple(sorted(chosen))),),
    )
    workspace = state.workspace()
    bulk_label(
        dataset,
        len(chosen) or total,
        by_people=lambda: _by_people(dataset, row_filter, chosen),
        found_by=row_filter.describe(),
        key="rows_bulk",
        rows=lambda: (
            np.array(chosen) if chosen else shared.rows_of_filter(workspace, dataset, row_filter)
        ),
    )
    if st.button("Label one by one", icon=":material/keyboard:", key="rows_label"):
        state.label_selection()
        st.switch_page("app_pages/label/page.py")
    rows_download(dataset, row_filter, total)


def _by_people(dataset: Dataset, row_filter: RowFilter, chosen: list[int]) -> int:
    """How many of the rows that are meant people have labelled."""
    workspace = state.workspace()
    labels = shared.known_labels(workspace, dataset)
    if labels is None:
        return 0
    rows = np.array(chosen) if chosen else shared.rows_of_filter(workspace, dataset, row_filter)
    return int(np.count_nonzero(labels.by_people[rows]))


def _table_rows(found: FoundRows, columns: Sequence[Column]) -> list[TableRow]:
    rows = []
    for record, spans in zip(found.rows.to_dict("records"), found.spans, strict=True):
        cells = {name: record[column] for column, name in _CELLS.items() if column in record}
        if "labelled by" in cells:
            cells["labelled by"] = WHOSE.get(cells["labelled by"])
        cells |= {column.cells: _short(record[column.cells]) for column in columns}
        missing = pd.isna(record[LABEL])
        rows.append(
            TableRow(
                row=record[ROW],
                # An id that the import made says no more than the row's number.
                id="" if record[ID] == str(record[ROW]) else record[ID],
                text=record[TEXT],
                spans=spans,
                label=None if missing else record[LABEL],
                cells={name: None if pd.isna(value) else value for name, value in cells.items()},
            )
        )
    return rows


def _short(cell: Any) -> Any:
    is_long = isinstance(cell, str) and len(cell) > _CELL_CHARS
    return f"{cell[:_CELL_CHARS]}…" if is_long else cell


def _title(dataset: Dataset, found: FoundRows) -> str:
    if found.total == dataset.rows:
        return f"All {dataset.rows:,} rows"
    return f"{found.total:,} of {dataset.rows:,} rows ({found.total / dataset.rows:.2%})"


def _by_label(found: FoundRows) -> str:
    shown = [
        f"{'no label' if label is None else label}: {count:,} ({count / found.total:.1%})"
        for label, count in sorted(found.labels.items(), key=lambda entry: -entry[1])
        if count
    ]
    more = f" and {len(shown) - 6} labels more" if len(shown) > 6 else ""
    return " · ".join(shown[:6]) + more
