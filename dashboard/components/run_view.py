"""One run as it goes: state, numbers, live curves, and its result at the end."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.errors import SincerelyError
from core.jobs.launcher import current_status, log_tail, stop_job
from core.runs.metrics import STEP, VALIDATION, metrics_table, read_metrics, smoothed
from core.runs.run import Run, RunResult, read_result
from core.runs.status import JobState, JobStatus
from dashboard import state
from dashboard.components.live_chart import Curve, live_chart
from dashboard.components.plain_text import plain

_TICK_S = 1.0
_SMOOTHING = 0.95
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
_METRIC_NAMES = {
    "f1": "F1",
    "pr_auc": "PR-AUC",
    "precision": "Precision",
    "recall": "Recall",
    "accuracy": "Accuracy",
    "majority": "Accuracy, always the majority",
    "roc_auc": "ROC-AUC",
    "mcc": "MCC (Matthews)",
    "loss": "Loss (nats)",
}


def run_view(run: Run) -> None:
    """Show a run; while it is active, this part of the page refreshes itself."""
    active = current_status(state.workspace().run(run.id)).state.active

    @st.fragment(run_every=_TICK_S if active else None)
    def live() -> None:
        status = current_status(state.workspace().run(run.id))
        status_line(status)
        _progress(run, status)
        _curves(run)
        result = read_result(state.workspace(), run)
        if result is not None:
            _result(run, result, "so far " if status.state.active else "")
        if active and not status.state.active:
            st.rerun()

    live()
    _log(run)


def status_line(status: JobStatus) -> None:
    """The state as a badge, and why if there is a reason."""
    color, icon = _BADGES[status.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(status.state.value.capitalize(), color=color, icon=f":material/{icon}:")
        if status.message:
            st.caption(plain(status.message))


def duration(seconds: float | None) -> str:
    """Seconds for people: `45 s`, `12 min`, `3 h 20 min`; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _progress(run: Run, status: JobStatus) -> None:
    if status.state.active:
        st.progress(status.done / status.total if status.total else 0.0)
    cells = st.columns(4)
    cells[0].metric("Epoch", f"{status.epoch} of {status.epochs}")
    # The total stands in the label: on a narrow page both numbers do not fit one value.
    cells[1].metric(f"Step of {status.total:,}" if status.total else "Step", f"{status.done:,}")
    cells[2].metric("Rows/s", f"{status.rows_per_s:,.0f}" if status.rows_per_s else "–")
    cells[3].metric("Time left", duration(status.seconds_left if status.state.active else None))
    if status.state.active:
        _stop_button(run, status)


def _stop_button(run: Run, status: JobStatus) -> None:
    stopping = status.state is JobState.STOPPING
    st.button(
        "End at once" if stopping else "Stop",
        icon=":material/stop:",
        # Two buttons, so that a double click on the first does not press the second.
        key=f"{'end' if stopping else 'stop'}_{run.id}",
        help="Ends the process now; the last kept model stays." if stopping
        else "Finishes the step, keeps the best model so far and ends.",
        on_click=_stop,
        args=[run, stopping],
    )  # fmt: skip


def _stop(run: Run, at_once: bool) -> None:
    try:
        stop_job(state.workspace().run(run.id), at_once=at_once)
    except SincerelyError as error:
        state.notice(str(error))


def _curves(run: Run) -> None:
    rows = read_metrics(state.workspace().run(run.id).metrics).rows
    steps, validations = metrics_table(rows, STEP), metrics_table(rows, VALIDATION)
    if steps.empty:
        st.caption("Curves appear with the first steps.")
        return
    last = float(steps["step"].iloc[-1])
    loss = _two_curves(run, steps, validations, "loss", "loss")
    # Training knows no tuned threshold, so both curves are drawn at a half.
    at_half = "; accuracy is at a threshold of 0.5" if len(run.classes) == 2 else ""
    st.caption(f"Training is smoothed{at_half}.")
    accuracy = _two_curves(run, steps, validations, "accuracy", "accuracy_at_half")
    accuracy.append(
        Curve("always the majority", "baseline", [0.0, last], [run.majority_share] * 2, dotted=True)
    )
    for column, name, curves, unit in zip(
        st.columns(2), ("Loss", "Accuracy"), (loss, accuracy), ("nats", "share"), strict=True
    ):
        with column:
            st.caption(f"{name} by step")
            live_chart(
                curves,
                x_title="step",
                y_title=f"{name.lower()} ({unit})",
                key=f"curve_{name}_{run.id}",
            )


def _two_curves(
    run: Run, steps: pd.DataFrame, validations: pd.DataFrame, measure: str, validated: str
) -> list[Curve]:
    y = smoothed(steps[measure].tolist(), _SMOOTHING)
    curves = [Curve("train", run.id, steps["step"].tolist(), y)]
    if not validations.empty:
        x, y = validations["step"].tolist(), validations[validated].tolist()
        curves.append(Curve("validation", run.id, x, y, dotted=True))
    return curves


def _result(run: Run, result: RunResult, so_far: str) -> None:
    st.markdown(f"**Reached {so_far}by the model it kept**")
    table = pd.DataFrame({"Validation": result.validation, "Test": result.test}, dtype=float)
    table = table.reindex([name for name in _METRIC_NAMES if name in table.index])
    names = _METRIC_NAMES | ({"f1": "F1, mean of the classes"} if len(run.classes) > 2 else {})
    table.index = pd.Index([names[name] for name in table.index], name="Metric")
    wide = {"_index": st.column_config.Column(width="medium")}
    st.dataframe(table.style.format("{:.4f}", na_rep="–"), column_config=wide)
    rule = "The verdict is the most probable class."
    if len(run.classes) == 2:
        rule = (
            f"Verdicts use the threshold {result.threshold:.3g}, tuned for F1 on validation rows."
        )
    st.caption(
        f"Best after epoch {result.best_epoch:.1f} (step {result.best_step:,}). {rule}"
        f" {result.rows_per_s:,.0f} rows/s, {duration(result.seconds)}, {plain(result.device)}."
    )


def _log(run: Run) -> None:
    with st.expander("Log"):
        st.code(log_tail(state.workspace().run(run.id)) or "Nothing yet.", language=None)
