"""A map of a sample of the texts: alike ones stand close together; a lasso picks rows."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.explore.map import MapChoice, start_map
from core.jobs.registry import JobKind
from core.jobs.tasks import latest_task
from core.runs.run import Run
from dashboard import choices, state
from dashboard import reads as shared
from dashboard.app_pages.explore import reads
from dashboard.app_pages.label.bulk_label import bulk_label
from dashboard.charts import charts
from dashboard.ui.chart_card import chart_card
from dashboard.ui.empty import empty_state
from dashboard.ui.option_names import option_names
from dashboard.ui.pickers import run_names
from dashboard.ui.present_labels import presently
from dashboard.ui.task_progress import task_progress

_SAMPLES = [500, 1_000, 2_000, 5_000]
_COLORS = {"Label": "label", "Length in words": "n_words", "Score": "score"}
_KEY = "map_chart"
_CHOSEN = "map_chosen"
_MARKED = "map_marked"
_ABOUT = (
    "Sentence vectors of the embedded encoder, laid out by t-SNE (van der Maaten and Hinton 2008):"
    " neighbours are alike, far distances mean little. Draw a lasso to see the rows inside."
)


def map_view(dataset: Dataset) -> None:
    """Ask for the map if there is none yet; draw it and let rows be chosen."""
    workspace = state.workspace()
    cells = st.columns([1, 2, 2, 3], vertical_alignment="bottom")
    sample = cells[0].selectbox(
        "Texts",
        _SAMPLES,
        _SAMPLES.index(2_000),
        key=f"{state.KEPT}map_sample",
        format_func="{:,}".format,
    )
    runs = {run.id: run for run in shared.scorable_runs(workspace, choices.chosen_ids())}
    names = option_names(
        {"": "(no run)"} | run_names(runs.values()), lambda run_id: run_id or "none"
    )
    chosen = cells[1].selectbox(
        "Scored by",
        list(names),
        key=f"{state.KEPT}map_run",
        format_func=names.get,
    )
    run = runs.get(chosen)
    colors = [name for name in _COLORS if name != "Score" or run]
    color = cells[2].selectbox("Colour", colors, key=f"{state.KEPT}map_color")
    points = reads.map_points(workspace, dataset, sample, run)
    if points is None:
        _start(dataset, sample, run)
        return
    caption = f"{len(points):,} of {dataset.rows:,} texts. {_ABOUT}"
    with chart_card("Texts by likeness", caption, points, f"{dataset.id}-map"):
        figure = charts.map_scatter(
            points, color=_COLORS[color], classes=presently(dataset).classes
        )
        charts.mark_rows(figure, set(_marked(dataset)))
        st.plotly_chart(
            figure,
            config=charts.LASSO_CONFIG,
            key=_KEY,
            selection_mode=("lasso", "box", "points"),
            on_select=lambda: _keep(dataset),
        )
        _selection(dataset)


def _start(dataset: Dataset, sample: int, run: Run | None) -> None:
    workspace = state.workspace()
    task = latest_task(
        workspace, JobKind.MAP, dataset_id=dataset.id, sample=sample, run=run.id if run else None
    )
    if task is not None:
        task_progress(workspace, task, key="map_task")
        return
    empty_state(
        "scatter_plot", "No map yet", "The encoder reads the sample: some ten seconds a thousand."
    )
    with st.container(horizontal_alignment="center"):
        if st.button("Draw the map", type="primary", key="draw_map"):
            start_map(workspace, dataset, MapChoice(sample, run=run))
            st.rerun()


def _marked(dataset: Dataset) -> tuple[int, ...]:
    """The rows that were chosen when the chart was last left: a new one knows of none."""
    if not _picked():
        st.session_state[_MARKED] = st.session_state.get(_CHOSEN)
    return _of(dataset, _MARKED)


def _keep(dataset: Dataset) -> None:
    st.session_state[_CHOSEN] = (dataset.id, _picked())


def _picked() -> tuple[int, ...]:
    """The rows inside the lasso of this chart."""
    chart = st.session_state.get(_KEY)
    points = chart.selection.points if chart else ()
    return tuple(sorted(int(point["customdata"][0]) for point in points))


def _of(dataset: Dataset, key: str) -> tuple[int, ...]:
    """Rows of this data set that are kept in the session."""
    dataset_id, rows = st.session_state.get(key) or ("", ())
    return rows if dataset_id == dataset.id else ()


def _selection(dataset: Dataset) -> None:
    rows = _picked() or _of(dataset, _CHOSEN)
    if not rows:
        return
    with st.container(horizontal=True):
        st.button(
            f"Show {len(rows):,} rows",
            key="map_rows",
            type="primary",
            on_click=state.show_rows,
            args=(RowFilter(rows=rows),),
        )
        bulk_label(
            dataset,
            len(rows),
            lambda: np.array(rows),
            found_by="a lasso on the map",
            key="map_bulk",
        )
