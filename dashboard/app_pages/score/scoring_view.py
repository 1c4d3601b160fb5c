"""One scored file as it goes: progress, cancel, resume; then what came out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.errors import SincerelyError
from core.jobs.launcher import current_status, log_tail, stop_job
from core.jobs.status import JobState, JobStatus
from core.maintenance.deletion import delete_scoring
from core.scoring.input_rows import Reason
from core.scoring.launch import resume_scoring
from core.scoring.scoring_job import Scoring, output_path, read_scoring_result
from core.scoring.summary import FileResult
from dashboard import choices, state
from dashboard.app_pages.runs.run_view import status_line
from dashboard.app_pages.score.drift_view import drift_view
from dashboard.app_pages.score.scored_rows_view import scored_rows_view
from dashboard.app_pages.score.scores_view import scores_view
from dashboard.ui.durations import duration
from dashboard.ui.failure import errors_shown, fragment
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.view_switch import view_switch

_TICK_S = 0.7
_LARGE_BYTES = 200 << 20
_VIEWS = ("Scores", "Rows", "Drift")


def scoring_view(scoring: Scoring) -> None:
    """Show a scoring; while it is active, this part of the page refreshes itself."""
    paths = state.workspace().scoring(scoring.id)
    active = current_status(paths).state.active
    left, right = st.columns([5, 1], vertical_alignment="top")
    with left:
        columns = scoring.text_recipe.columns
        plural = "s" if len(columns) > 1 else ""
        said = f"Scored by {scoring.run_name}, column{plural} {', '.join(columns)}"
        card_title(scoring.file_name, said)
    with right:
        _delete(scoring, active=active)

    @fragment(run_every=_TICK_S if active else None)
    def live() -> None:
        status = current_status(paths)
        status_line(status)
        if status.state.active:
            _progress(scoring, status)
        elif active:
            st.rerun()
        elif status.state.resumable:
            _ended_early(scoring)

    live()
    if active:
        return
    result = read_scoring_result(state.workspace(), scoring)
    if result is not None:
        with errors_shown():
            _result(scoring, result)
    elif current_status(paths).state is JobState.FINISHED:
        st.caption("Its figures are damaged; score the file again.")
        _hand_over(scoring)


def _progress(scoring: Scoring, status: JobStatus) -> None:
    text = "Starting"
    if status.total:
        text = f"{status.done:,} of {status.total:,} rows"
        if status.rows_per_s:
            left = duration(status.seconds_left)
            text += f", {status.rows_per_s:,.0f} rows/s, {left} left"
    st.progress(status.done / status.total if status.total else 0.0, text=text)
    stopping = status.state is JobState.STOPPING
    st.button(
        "End at once" if stopping else "Cancel",
        key=f"{'end' if stopping else 'cancel'}_{scoring.id}",
        on_click=stop_job,
        args=[state.workspace().scoring(scoring.id)],
        kwargs={"at_once": stopping},
    )


def _ended_early(scoring: Scoring) -> None:
    paths = state.workspace().scoring(scoring.id)
    pressed = st.button(
        "Resume",
        icon=":material/play_arrow:",
        type="primary",
        key=f"resume_{scoring.id}",
        help="Texts that were scored before are not scored again.",
    )
    if pressed:
        try:
            resume_scoring(state.workspace(), scoring.id)
        except SincerelyError as error:
            st.error(plain(str(error)), icon=":material/error:")
        else:
            st.rerun()
    log = st.expander("Log", key=f"log_{scoring.id}", on_change="rerun")
    if log.open:
        log.code(log_tail(paths) or "Nothing yet.", language=None)


def _delete(scoring: Scoring, *, active: bool) -> None:
    with st.popover("Delete", icon=":material/delete:", disabled=active, width="stretch"):
        kept = f" The file at {scoring.target} stays." if scoring.target else ""
        st.markdown(plain(f"This removes the scores from the workspace.{kept}"))
        if st.button("Delete for good", type="primary", key=f"delete_{scoring.id}"):
            try:
                delete_scoring(state.workspace(), scoring.id)
            except SincerelyError as error:
                st.error(plain(str(error)), icon=":material/error:")
            else:
                choices.forget(state.SCORING, scoring.id)
                state.notice(f"Deleted the scores of {scoring.file_name}.")
                st.rerun()


def _result(scoring: Scoring, result: FileResult) -> None:
    _figures(scoring, result)
    st.caption(plain(" ".join(_remarks(result))))
    _hand_over(scoring)
    if not state.workspace().scoring(scoring.id).scores.exists():
        return
    view = view_switch(_VIEWS, f"{state.KEPT}scoring_view")
    if view == _VIEWS[0]:
        scores_view(scoring, result)
    elif view == _VIEWS[1]:
        scored_rows_view(scoring, result)
    else:
        drift_view(result)


def _figures(scoring: Scoring, result: FileResult) -> None:
    cells = st.columns(4)
    cells[0].metric("Rows", f"{result.rows:,}")
    cells[1].metric("Different texts", f"{result.texts:,}")
    counts = sorted(result.label_counts.items(), key=lambda entry: -entry[1])
    if scoring.binary:
        counts = [(name, result.label_counts.get(name, 0)) for name in reversed(scoring.classes)]
    for cell, (label, count) in zip(cells[2:], counts, strict=False):
        share = count / max(result.scored, 1)
        cell.metric(
            plain(f"Labelled “{label}”"),
            f"{count:,}",
            f"{share:.1%}",
            delta_color="off",
            delta_arrow="off",
        )


def _remarks(result: FileResult) -> list[str]:
    """What a reader of the file must know, in sentences."""
    said = [f"Took {duration(result.seconds)}."]
    if result.read:
        speed = result.read / max(result.seconds, 1e-6)
        said = [f"Took {duration(result.seconds)}, {speed:,.0f} different texts a second."]
    if 0 < result.read < result.texts:
        said.append(f"Before a break {result.texts - result.read:,} texts had been scored.")
    if result.short:
        said.append(f"Rows with fewer cells than the header, filled up: {result.short:,}.")
    if result.unscored:
        counts = [
            f"{count:,} with {Reason(reason).label}" for reason, count in result.unscored.items()
        ]
        said.append(f"Rows without a score, as their error column says: {', '.join(counts)}.")
    if result.guarded:
        said.append(
            "Cells that a spreadsheet would take for formulas stand behind an apostrophe:"
            f" {result.guarded:,}."
        )
    if result.replaced:
        said.append(
            f"Bytes or characters that no file could take were replaced: {result.replaced:,}."
        )
    return said


def _hand_over(scoring: Scoring) -> None:
    path = output_path(state.workspace(), scoring)
    if not path.exists():
        st.warning(plain(f"The scored rows are no longer at {path}."), icon=":material/warning:")
    elif scoring.target or path.stat().st_size > _LARGE_BYTES:
        st.caption(plain(f"The scored rows are at {path}."))
    else:
        st.download_button(
            f"Download the scored {scoring.output.label}",
            data=path.read_bytes,  # Read when it is clicked, not at every rerun.
            file_name=f"{Path(scoring.file_name).stem}-scored{scoring.output.suffix}",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
            key=f"download_{scoring.id}",
        )
