"""Two runs on the same rows: where their predictions differ, who is right, and if it is luck."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.errors import SincerelyError
from core.evaluation.operating_point import describe_point, operating_point
from core.evaluation.paired import FIRST, SECOND, Paired
from core.runs.metric_names import TITLES
from core.runs.predicted_labels import DEFAULT_THRESHOLD
from core.runs.run import Run
from dashboard import choices, state
from dashboard.app_pages.evaluate import reads
from dashboard.ui.empty import empty_state
from dashboard.ui.header import card_title
from dashboard.ui.pickers import only_newest, run_names
from dashboard.ui.plain_text import plain
from dashboard.widgets.rows_table.rows_table import TableRow, rows_table

_PAGE = 25
_EVERY = "All of them"
_TUNED, _IN_USE = "Each tuned for F1", "As they are used"


def paired_view(run: Run, part: str) -> None:
    """Choose another run and compare both on equal terms, or as they are used."""
    others = reads.comparable(state.workspace(), run, part, choices.chosen_ids())
    if not others:
        with st.container(border=True):
            empty_state(
                "compare_arrows",
                "No run to compare with",
                "Train another on this data set, best with one saved split: then both are"
                " measured on the same rows.",
            )
        return
    names = run_names(others)
    with st.container(border=True):
        other_id = st.selectbox(
            "Compare with", list(names), format_func=names.get, key=f"paired_{run.id}", width=320
        )
        only_newest(others)
        other = next(each for each in others if each.id == other_id)
        thresholds, about = _thresholds(run, other)
        try:
            found, table = reads.comparison(state.workspace(), (run, other), part, thresholds)
        except SincerelyError as error:
            st.warning(plain(str(error)), icon=":material/warning:")
            return
        _summary(run, other, found, f"On {found.rows:,} {part} rows that both have; 95 %{about}")
    with st.container(border=True):
        _flips(run, other, table)


def _thresholds(run: Run, other: Run) -> tuple[tuple[float, float], str]:
    """The runs' thresholds, tuned alike unless those in use are asked for, and what they are."""
    if len(run.classes) > 2:
        return (DEFAULT_THRESHOLD, DEFAULT_THRESHOLD), ""
    workspace, runs = state.workspace(), (run, other)
    first, second = (reads.tuned_threshold(workspace, each) for each in runs)
    points = [operating_point(workspace, each) for each in runs]
    about = (
        ". Each at its own threshold, tuned for F1 on validation rows:"
        f" {first:.4g} and {second:.4g}"
    )
    if [point.threshold for point in points] == [first, second]:
        return (first, second), about
    wanted = st.segmented_control(
        "Thresholds",
        [_TUNED, _IN_USE],
        default=_TUNED,
        required=True,
        key=f"paired_thresholds_{run.id}_{other.id}",
        help="Figures at thresholds chosen by different rules do not tell which run is better.",
    )
    if wanted == _TUNED:
        return (first, second), about
    said = "; ".join(
        f"{each.name} at {point.threshold:.4g}, {describe_point(point)}"
        for each, point in zip(runs, points, strict=True)
    )
    return (points[0].threshold, points[1].threshold), f". Not on equal terms: {said}"


def _summary(run: Run, other: Run, found: Paired, about: str) -> None:
    ours, theirs = run.name, other.name
    card_title(f"{theirs} less {ours}", about)
    cells = st.columns(4)
    for cell, (name, each) in zip(cells, found.differences.items(), strict=False):
        cell.metric(
            TITLES[name],
            f"{each.value:+.3f}",
            f"{each.low:+.3f} to {each.high:+.3f}",
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    cells = st.columns(4)
    counts = {
        "Both right": found.both,
        f"Only {ours} right": found.only_first,
        f"Only {theirs} right": found.only_second,
        "Both wrong": found.neither,
    }
    for cell, (name, count) in zip(cells, counts.items(), strict=True):
        cell.metric(plain(name), f"{count:,}", border=True)
    luck = f"McNemar's exact test: p = {found.p_value:.3g}."
    if found.p_value < 0.05:
        better = theirs if found.only_second > found.only_first else ours
        st.markdown(plain(f"{luck} {better} is right more often, and that is hardly luck."))
    else:
        st.markdown(plain(f"{luck} Which is right more often may well be luck."))


def _flips(run: Run, other: Run, table: pd.DataFrame) -> None:
    ours, theirs = run.name, other.name
    card_title(
        f"{len(table):,} rows get another predicted label", "The widest gap between scores first"
    )
    if table.empty:
        empty_state("check", "No row", "Both runs give every row the same predicted label.")
        return
    sides = {_EVERY: None, f"{ours} is right": FIRST, f"{theirs} is right": SECOND}
    wanted = st.segmented_control(
        "Who is right",
        list(sides),
        default=_EVERY,
        required=True,
        format_func=plain,
        key=f"flips_{run.id}_{other.id}",
        label_visibility="collapsed",
    )
    shown = table if sides[wanted] is None else table[table["right"] == sides[wanted]]
    page_key = f"flips_page_{run.id}_{other.id}_{wanted}"
    page = int(st.session_state.get(page_key, 1)) - 1
    records = shown.iloc[page * _PAGE : (page + 1) * _PAGE].to_dict("records")
    rows_table(
        [
            TableRow(
                row=record["row"],
                id="",
                text=record["text"],
                label=run.classes[record["label"]],
                cells={
                    "first": run.classes[record[FIRST]],
                    "first_score": record["first_score"],
                    "second": run.classes[record[SECOND]],
                    "second_score": record["second_score"],
                },
            )
            for record in records
        ],
        classes=run.classes,
        key=f"flips_rows_{run.id}_{other.id}",
        columns={
            "first": f"{ours} says",
            "first_score": "Score (0–1)",
            "second": f"{theirs} says",
            "second_score": "Score (0–1) ",
        },
    )
    pages = -(-len(shown) // _PAGE)
    if pages > 1:
        st.pagination(pages, key=page_key)
