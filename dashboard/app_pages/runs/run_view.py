"""One run as it goes: state, numbers, live curves, and its result at the end."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan

import pandas as pd
import streamlit as st

from core.evaluation.operating_point import describe_point, operating_point
from core.jobs.launcher import current_status, log_tail, stop_job
from core.jobs.status import JobState, JobStatus
from core.runs.comparison import metric_names
from core.runs.metrics import RESOURCES, STEP, Measurements
from core.runs.pace import pace_of
from core.runs.result import RunResult, read_result, visible_damage
from core.runs.run import Run
from core.training.launch import resume_training
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.evaluate.doctor_view import doctor_view
from dashboard.app_pages.runs import reads
from dashboard.app_pages.runs.curves_view import curves_view
from dashboard.ui.durations import duration
from dashboard.ui.failure import attempt, errors_shown, fragment
from dashboard.ui.plain_text import plain

_TICK_S = 1.0
_BADGES = {
    JobState.QUEUED: ("gray", "hourglass_empty"),
    JobState.STARTING: ("blue", "hourglass_top"),
    JobState.RUNNING: ("blue", "play_arrow"),
    JobState.STOPPING: ("orange", "stop"),
    JobState.STOPPED: ("orange", "stop"),
    JobState.FINISHED: ("green", "check"),
    JobState.FAILED: ("red", "error"),
    JobState.DIED: ("red", "error"),
}
_TIME_LEFT = """As long as the last steps and the last validation took; before the first steps, the
forecast. A run of a minute or two may take twice that: its end is not measured before it comes."""


def run_view(run: Run, others: Sequence[Run] = ()) -> None:
    """Show a run; while it or another is active, this part of the page refreshes itself.

    Args:
        run: The run.
        others: Runs whose curves are laid over its own.
    """
    workspace, shown = state.workspace(), [run, *others]
    active = any(_status(workspace, each).state.active for each in shown)

    # One fragment for all runs: each costs the server a script run a tick.
    @fragment(run_every=_TICK_S if active else None)
    def live() -> None:
        try:
            _live(run, shown)
            still = any(_status(workspace, each).state.active for each in shown)
        except FileNotFoundError:
            if workspace.run(run.id).description.exists():
                raise  # Something of it is missing, and will be the next time.
            still = not active  # Deleted meanwhile, here or elsewhere.
        if active != still:
            st.rerun()

    live()


def _live(run: Run, shown: Sequence[Run]) -> None:
    workspace = state.workspace()
    status, measured = _status(workspace, run), reads.measurements(workspace, run)
    if said := state.take_notice():  # Of a click in here, which runs only this fragment.
        st.toast(plain(said))
    status_line(status)
    result = read_result(workspace, run)
    if damage := visible_damage(workspace, run, status, result):
        st.error(plain(damage), icon=":material/error:")
    _progress(run, status, measured, result)
    with errors_shown():
        doctor_view(reads.findings(workspace, run, status), status, measured)
    with errors_shown():
        curves_view(shown, key=run.id)
    if result is not None:
        _result(run, result, status)
    log = st.expander("Log", key=f"log_{run.id}", on_change="rerun")
    if log.open:
        log.code(log_tail(workspace.run(run.id)) or "Nothing yet.", language=None)


def _status(workspace: Workspace, run: Run) -> JobStatus:
    return current_status(workspace.run(run.id))


def status_line(status: JobStatus) -> None:
    """The state as a badge, and why if there is a reason."""
    color, icon = _BADGES[status.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(status.state.value.capitalize(), color=color, icon=f":material/{icon}:")
        if status.message:
            st.caption(plain(status.message))


def _progress(
    run: Run, status: JobStatus, measured: Measurements, result: RunResult | None
) -> None:
    active, pace = status.state.active, pace_of(status, result)
    # A place of its own, there or not: a chart whose place changes starts afresh, without zoom.
    with st.container():
        if active:
            st.progress(status.done / status.total if status.total else 0.0)
    cells = st.columns(4)
    cells[0].metric("Epoch", f"{status.epoch} of {status.epochs}")
    # The total stands in the label: on a narrow page both numbers do not fit one value.
    cells[1].metric(f"Step of {status.total:,}" if status.total else "Step", f"{status.done:,}")
    cells[2].metric("Rows/s", f"{pace.rows_per_s:,.0f}" if pace.rows_per_s else "–")
    if active:
        cells[3].metric("Time left", duration(status.seconds_left), help=_TIME_LEFT)
    else:
        last = measured.last(STEP, "seconds")  # All that is known where no model was kept.
        seconds = None if isnan(last) else last
        cells[3].metric("Trained for", duration(seconds if result is None else pace.seconds))
    with st.container(horizontal=True, vertical_alignment="center"):
        if active:
            _stop_button(run, status)
            _resources(measured)
        elif status.state.resumable:
            _resume_button(run)


def _resources(measured: Measurements) -> None:
    """What the run takes of the machine at present."""
    if not measured.count(RESOURCES):
        return
    use = {name: measured.last(RESOURCES, name) for name in ("cpu", "memory_bytes")}
    said = f":material/memory: CPU {use['cpu']:.0%} · {use['memory_bytes'] / 1e9:.1f} GB memory"
    if (gpu_bytes := measured.last(RESOURCES, "gpu_memory_bytes")) > 0:
        gpu = measured.last(RESOURCES, "gpu")
        said += f" · GPU {gpu:.0%} · {gpu_bytes / 1e9:.1f} GB GPU memory"
    if isfinite(wait := measured.last(STEP, "input_wait")):
        said += f" · {wait:.0%} waiting for rows"
    st.caption(said)


def _resume_button(run: Run) -> None:
    st.button(
        "Resume",
        icon=":material/resume:",
        key=f"resume_{run.id}",
        help="Goes on from its newest good checkpoint, or from the start where it has none.",
        on_click=attempt,
        args=[lambda: resume_training(state.workspace(), run)],
    )


def _stop_button(run: Run, status: JobStatus) -> None:
    stopping = status.state is JobState.STOPPING
    st.button(
        "End at once" if stopping else "Stop",
        icon=":material/stop:",
        # Two buttons, so that a double click on the first does not press the second.
        key=f"{'end' if stopping else 'stop'}_{run.id}",
        help="Ends the process now; the last kept model stays."
        if stopping
        else "Finishes the step, keeps the best model so far and ends.",
        on_click=attempt,
        args=[lambda: stop_job(state.workspace().run(run.id), at_once=stopping)],
    )


def _result(run: Run, result: RunResult, status: JobStatus) -> None:
    so_far = "so far " if status.state.active else ""
    st.markdown(f"**Reached {so_far}by the model it kept**")
    parts = {"Validation": result.validation, "Test": result.test}
    table = pd.DataFrame({part: values for part, values in parts.items() if values}, dtype=float)
    names = metric_names(len(run.classes))
    table = table.reindex([name for name in names if name in table.index])
    table.index = pd.Index([names[name] for name in table.index], name="Metric")
    wide = {"_index": st.column_config.Column(width="medium")}
    st.dataframe(table.style.format("{:.4f}", na_rep="–"), column_config=wide)
    rule = "The predicted label is the most probable class."
    if len(run.classes) == 2:
        rule = f"The threshold is {result.threshold:.3g}, tuned for F1 on validation rows."
        point = operating_point(state.workspace(), run)
        if point.threshold != result.threshold:
            rule += f" Scoring uses {point.threshold:.3g} instead: {plain(describe_point(point))}."
    st.caption(
        f"Best after epoch {result.best_epoch:.1f} (step {result.best_step:,}). {rule}"
        f" Trained on {plain(result.device)}."
    )
