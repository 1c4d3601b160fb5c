"""Score a CSV file in the background and hand it back."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import pandas as pd
import streamlit as st

from core.jobs.launcher import current_status, start_scoring, stop_job
from core.runs.operating_point import operating_point
from core.runs.run import Run, find_run, read_result
from core.runs.status import JobState, JobStatus
from core.scoring.scoring import Scoring, create_scoring, read_scoring_result
from core.scoring.table import TableResult, preview_csv_file
from dashboard import charts, state
from dashboard.components.failure import errors_shown
from dashboard.components.file_source import (
    FileSource,
    encoding_choice,
    path_source,
    upload_source,
)
from dashboard.components.header import card_title
from dashboard.components.plain_text import plain
from dashboard.components.run_view import duration, status_line

_UPLOAD, _PATH = "Upload", "Path on this machine"
_TICK_S = 0.7
_PREVIEW_ROWS = 50
_LARGE_BYTES = 100 << 20


def score_file_form(run: Run) -> None:
    """Choose a file and a column, and start."""
    card_title("Score a CSV", "The same rows in the same order, with score and label added")
    way = st.segmented_control(
        "Where the file is", [_UPLOAD, _PATH], default=_UPLOAD, required=True, key="score_way",
        label_visibility="collapsed",
    )  # fmt: skip
    with errors_shown():
        source = upload_source("score") if way == _UPLOAD else path_source("score")
        if source is None:
            return
        encoding = encoding_choice(f"score_encoding_{source.key}")
        preview = preview_csv_file(source.path, encoding=encoding)
        header = list(dict.fromkeys(preview.header))
        column = st.selectbox(
            "Text column", header, index=header.index(preview.guess.text),
            key=f"score_column_{source.key}_{encoding}",
        )  # fmt: skip
        if st.button("Score the file", type="primary", icon=":material/bolt:", key="score_start"):
            _start(run, source, column, encoding)
            if way == _UPLOAD:
                state.finish_upload("score", source.path)
            st.rerun()


def scoring_view(scoring: Scoring) -> None:
    """Show a scoring; while it is active, this part of the page refreshes itself."""
    paths = state.workspace().scoring(scoring.id)
    active = current_status(paths).state.active
    card_title(scoring.file_name, f"Scored by {scoring.run_name}, column {scoring.text_column}")

    @st.fragment(run_every=_TICK_S if active else None)
    def live() -> None:
        status = current_status(paths)
        status_line(status)
        if status.state.active:
            _progress(scoring, status)
        elif active:
            st.rerun()

    live()
    result = read_scoring_result(state.workspace(), scoring)
    if result is not None:
        _result(scoring, result, paths.output)


def _start(run: Run, source: FileSource, column: str, encoding: str | None) -> None:
    workspace = state.workspace()
    scoring = create_scoring(
        workspace,
        run,
        source.path,
        file_name=source.name,
        text_column=column,
        encoding=encoding,
    )
    start_scoring(workspace, scoring.id)
    state.choose_scoring(scoring.id)


def _progress(scoring: Scoring, status: JobStatus) -> None:
    text = "Starting"
    if status.total:
        text = (
            f"{status.done:,} of {status.total:,} rows, {status.rows_per_s:,.0f} rows/s,"
            f" {duration(status.seconds_left)} left"
        )
    st.progress(status.done / status.total if status.total else 0.0, text=text)
    stopping = status.state is JobState.STOPPING
    st.button(
        "End at once" if stopping else "Cancel",
        key=f"{'end' if stopping else 'cancel'}_{scoring.id}",
        on_click=stop_job,
        args=[state.workspace().scoring(scoring.id)],
        kwargs={"at_once": stopping},
    )


def _result(scoring: Scoring, result: TableResult, output: Path) -> None:
    cells = st.columns(4)
    cells[0].metric("Rows", f"{result.rows:,}")
    speed = result.rows / result.seconds if result.seconds else 0.0
    cells[1].metric("Speed", f"{speed:,.0f} rows/s")
    for cell, (label, count) in zip(cells[2:], _main_labels(scoring, result), strict=False):
        cell.metric(plain(f"Labelled “{label}”"), f"{count:,}")
    if result.unscored:
        blank = "1 row has" if result.unscored == 1 else f"{result.unscored:,} rows have"
        st.caption(f"{blank} no text, and blanks for score and label.")
    if result.too_long:
        st.caption(
            f"Rows with more cells than the header: {result.too_long:,}. It is not known which of"
            " their cells is the text, so they have no score."
        )
    st.download_button(
        "Download the scored CSV",
        data=output.read_bytes,  # Read when it is clicked, not at every rerun.
        file_name=f"{Path(scoring.file_name).stem}-scored.csv",
        mime="text/csv",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
        key=f"download_{scoring.id}",
    )
    if output.stat().st_size > _LARGE_BYTES:
        st.caption(plain(f"It is a large file; it also lies at {output}."))
    left, right = st.columns([2, 3])
    with left:
        st.caption("Scores of all rows")
        log = st.toggle("Log scale", value=True, key="score_log")
        figure = charts.score_bars(result.histogram, threshold=_threshold(scoring), log=log)
        st.plotly_chart(figure, config=charts.CONFIG, key="score_bars")
    with right:
        st.caption(f"The first {_PREVIEW_ROWS} rows")
        st.dataframe(_first_rows(output), hide_index=True, height=330)


def _main_labels(scoring: Scoring, result: TableResult) -> list[tuple[str, int]]:
    """The labels whose counts are shown: of two classes both, of more the commonest."""
    counts = dict(sorted(result.label_counts.items(), key=lambda entry: -entry[1]))
    run = find_run(state.workspace(), scoring.run_id)
    if len(run.classes) == 2:
        return [(name, counts.get(name, 0)) for name in reversed(run.classes)]
    return list(counts.items())[:2]


def _threshold(scoring: Scoring) -> float | None:
    run = find_run(state.workspace(), scoring.run_id)
    if len(run.classes) > 2 or read_result(state.workspace(), run) is None:
        return None
    return operating_point(state.workspace(), run).threshold


def _first_rows(output: Path) -> pd.DataFrame:
    with output.open(encoding="utf-8", newline="") as file:
        header, *rows = islice(csv.reader(file), _PREVIEW_ROWS + 1)
    # The new columns first: they are what one looks for. A table has each name once.
    order = [len(header) - 2, len(header) - 1, *range(len(header) - 2)]
    names = [name if header.count(name) == 1 else f"{name} ({n})" for n, name in enumerate(header)]
    cells = [[row[n] if n < len(row) else None for n in order] for row in rows]
    return pd.DataFrame(cells, columns=[names[n] for n in order])
