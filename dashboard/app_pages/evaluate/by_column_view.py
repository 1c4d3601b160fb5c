"""Slices of a run's rows by the further columns of its data set, and how groups fare."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.data.column import Column
from core.evaluation.by_column import GROUPED, groups_table
from core.evaluation.column_slices import MOST_COLUMNS, sliced_columns
from core.evaluation.groups import (
    BNSP,
    BPSN,
    FALSE_ALARMS,
    FIGURES,
    GAPS,
    MISSES,
    SUBGROUP,
    Group,
    GroupFigure,
    Groups,
)
from core.evaluation.slice_metrics import whole
from core.runs.origin import dataset_of
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import column_reads, reads
from dashboard.app_pages.evaluate.slice_card import HOW_TO_READ, slice_card
from dashboard.ui.chart_card import chart_card
from dashboard.ui.option_names import option_names
from dashboard.ui.plain_text import plain

_EVERYTHING = ""
_TITLES = {
    SUBGROUP: "AUC within",
    BPSN: "BPSN AUC",
    BNSP: "BNSP AUC",
    FALSE_ALARMS: "False-alarm gap, points",
    MISSES: "Miss gap, points",
}


def by_picker(run: Run) -> Column | None:
    """Ask what to slice by; returns the column, None for everything."""
    dataset = dataset_of(state.workspace(), run)
    if dataset is None:
        st.caption(
            plain(
                f"The data set {run.dataset_name} was deleted or changed; import its file again to"
                " see slices by its columns, if it has any."
            )
        )
        return None
    columns = {column.cells: column for column in sliced_columns(dataset)}
    if not columns:
        return None
    called = {
        cells: f"{column.name} (sensitive)" if column.sensitive else column.name
        for cells, column in columns.items()
    }
    names = option_names({_EVERYTHING: "(texts and all columns)"} | called, lambda _: "a column")
    chosen = st.selectbox(
        "By",
        list(names),
        format_func=names.get,
        width=360,
        key=f"{state.KEPT}slices_by_{dataset.id}",
        help="A column shows its own slices alone, and of values and yes or no how groups fare. One"
        " marked as sensitive is shown only here, where it is chosen.",
    )
    return columns.get(chosen)


def all_columns_card(
    run: Run, part: str, threshold: float, everything: dict[str, float | int | str]
) -> None:
    """The slices of all columns together; nothing where there are none."""
    dataset = dataset_of(state.workspace(), run)
    if dataset is None:
        return
    open_ones = [column for column in sliced_columns(dataset) if not column.sensitive]
    table = column_reads.column_table(state.workspace(), run, part, threshold, dataset)
    if table.empty:
        return
    about = "By values, quarters of the rows and stretches of time; rows without a value, too"
    if len(open_ones) > MOST_COLUMNS:
        about += f". Of {len(open_ones):,} columns the first {MOST_COLUMNS}; choose another above"
    slice_card("By column", about, table, everything, f"{run.id}-columns")


def column_cards(run: Run, part: str, threshold: float, column: Column) -> None:
    """How the column's groups fare, and its slices."""
    workspace = state.workspace()
    dataset = dataset_of(workspace, run)
    if dataset is None:
        return
    found = column_reads.by_column(workspace, run, part, threshold, dataset, column)
    if found.groups is not None:
        _groups_card(run, column, found.groups, threshold)
    elif column.kind in GROUPED:
        st.caption("How groups fare is worked out for runs of two classes.")
    everything = whole(reads.predictions(workspace, run, part), threshold)
    slice_card(
        f"By {column.name}",
        HOW_TO_READ if column.sensitive else f"{HOW_TO_READ}. Tick a slice to see its mistakes",
        found.slices,
        everything,
        f"{run.id}-column-{column.place}",
        leads_to_mistakes=not column.sensitive,
    )


def _groups_card(run: Run, column: Column, groups: Groups, threshold: float) -> None:
    negative, positive = run.classes
    about = (
        "Each group beside all other rows (Borkan and others 2019). AUC within: how well scores"
        f" tell its own rows apart. BPSN AUC falls where its rows of {negative} score too high"
        f" beside other rows of {positive}; BNSP AUC where its rows of {positive} score too low"
        f" beside other rows of {negative}. Gaps: its share of false alarms and of misses at a"
        f" threshold of {threshold:.4g}, less that of all other rows, in percentage"
        " points. Intervals are 95 %"
    )
    key = f"{run.id}-groups-{column.place}"
    with chart_card(f"Groups by {column.name}", about, groups_table(groups), key):
        said = st.warning if any(group.worse for group in groups.groups) else st.info
        said(plain(groups.verdict), icon=":material/balance:")
        if groups.groups:
            shown = pd.DataFrame([_line(group) for group in groups.groups])
            st.dataframe(shown, hide_index=True, key=f"{key}_shown")
        if groups.auc.value == groups.auc.value:
            st.caption(plain(f"AUC of all rows: {groups.auc}"))


def _line(group: Group) -> dict[str, str | int]:
    figures = {_TITLES[name]: _written(name, group.figures[name]) for name in FIGURES}
    return {
        "Group": group.name,
        "Than the rest": "worse" if group.worse else "",
        "Rows": group.rows,
        "Positive rows": group.positives,
        **figures,
    }


def _written(name: str, figure: GroupFigure) -> str:
    if figure.said:
        return figure.said
    each = figure.estimate
    points = map(_points, (each.value, each.low, each.high))
    written = "{} ({} to {})".format(*points) if name in GAPS else str(each)
    return f"{written}, worse" if figure.worse else written


def _points(share: float) -> str:
    """A share in points of a hundred, with its sign; of two zeros the one without a minus."""
    return f"{round(100 * share, 1) + 0.0:+.1f}"
