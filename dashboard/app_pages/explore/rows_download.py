"""Download the rows that were found: in which format, and with what beside them."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.importing.import_report import rows_of
from core.data.output.output_kind import OutputKind
from core.data.output.workbook import MAX_ROWS
from core.data.splits.saved_split import list_splits
from core.evaluation.predictions import scored_parts
from core.labels.exchange.dataset_export import ExportChoice, LabelLayer
from core.runs.run import list_runs
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.ui.failure import errors_shown
from dashboard.ui.option_names import option_names

_MIME = {
    OutputKind.CSV: "text/csv",
    OutputKind.PARQUET: "application/vnd.apache.parquet",
    OutputKind.JSONL: "application/x-ndjson",
    OutputKind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LARGE_ROWS = 200_000


def rows_download(dataset: Dataset, row_filter: RowFilter, total: int) -> None:
    """A button that asks what to download of the rows that were found."""
    with st.popover(
        f"Download {rows_of(total)}", icon=":material/download:", key="rows_download_choice"
    ):
        choice = export_choice(dataset, row_filter)
        st.caption("The file has the rows in the order of the data set.")
        fits = choice.kind is not OutputKind.EXCEL or total < MAX_ROWS
        if not fits:
            st.warning(f"Excel holds at most {MAX_ROWS - 1:,} rows: choose another format.")
        elif choice.kind is OutputKind.EXCEL:
            st.caption(
                "Excel takes at most 32,767 characters in a cell: choose another format for longer"
                " texts."
            )
        if fits and total > _LARGE_ROWS:
            st.caption(
                "So many rows take a while, Excel longest, Parquet shortest."
                " On the command line, export-rows shows how far it is."
            )
        st.download_button(
            "Download",
            data=lambda: reads.exported_rows(state.workspace(), dataset, row_filter, choice),
            file_name=f"{dataset.id}-rows{choice.kind.suffix}",
            mime=_MIME[choice.kind],
            icon=":material/download:",
            on_click="ignore",
            disabled=not fits,
            type="primary",
            key="rows_download",
        )


def export_choice(dataset: Dataset, row_filter: RowFilter) -> ExportChoice:
    """Ask for the format and for what is written of each row."""
    kind = st.segmented_control(
        "Format",
        list(OutputKind),
        default=OutputKind.CSV,
        format_func=lambda kind: kind.label,
        required=True,
        key=f"{state.KEPT}rows_format",
    )
    layer = st.selectbox(
        "Labels",
        list(LabelLayer),
        format_func=lambda layer: layer.label,
        key=f"{state.KEPT}rows_layer",
    )
    split = _split(dataset, row_filter)
    run = _run(dataset, row_filter)
    columns = bool(dataset.columns) and st.checkbox(
        "With the further columns", value=True, key=f"{state.KEPT}rows_columns"
    )
    sensitive = (
        columns
        and any(column.sensitive for column in dataset.columns)
        and st.checkbox("Also those marked as sensitive", key=f"rows_sensitive_{dataset.id}")
    )
    valued = columns and kind.has_types and any(c.kind.has_values for c in dataset.columns)
    return ExportChoice(
        kind,
        labels=layer,
        split=split,
        run=run,
        columns=columns,
        sensitive=sensitive,
        typed=valued and _typed(),
        guards=kind is not OutputKind.CSV or _guards(),
    )


def _split(dataset: Dataset, row_filter: RowFilter) -> str:
    """The split whose parts are wanted, at first that of the search; empty for none."""
    found = [split.name for split in list_splits(state.workspace(), dataset)]
    if not found:
        return ""
    options = ["", *found]
    first = options.index(row_filter.split) if row_filter.split in options else 0
    names = option_names({"": "(none)", **{name: name for name in found}}, lambda _: "a split")
    chosen: str = st.selectbox(
        "Parts of a split",
        options,
        first,
        format_func=names.get,
        key=f"rows_split_{dataset.id}_{row_filter.split}",
    )
    return chosen


def _run(dataset: Dataset, row_filter: RowFilter) -> str:
    """The id of the run whose scores are wanted, at first that of the search; empty for none."""
    workspace = state.workspace()
    names = {"": "(none)"}
    for run in list_runs(workspace):
        if run.fingerprint == dataset.fingerprint:
            with errors_shown():
                if scored_parts(workspace, run):
                    names[run.id] = run.name
    if len(names) == 1:
        return ""
    options = list(names)
    first = options.index(row_filter.run) if row_filter.run in options else 0
    shown = option_names(names, lambda run_id: run_id or "no run")
    chosen: str = st.selectbox(
        "Scores and predicted labels of",
        options,
        first,
        format_func=shown.get,
        key=f"rows_run_{dataset.id}_{row_filter.run}",
    )
    return chosen


def _typed() -> bool:
    return st.checkbox(
        "Numbers, times and yes/no as such",
        key=f"{state.KEPT}rows_typed",
        help="Else they are texts, written as in the file, so that nothing is lost: 1.50, not 1.5.",
    )


def _guards() -> bool:
    return st.checkbox(
        "Safe for spreadsheets",
        value=True,
        key=f"{state.KEPT}rows_guards",
        help="An apostrophe is set before cells that a spreadsheet would run as a formula.",
    )
