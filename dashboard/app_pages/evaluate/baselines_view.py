"""Baselines: whether fine-tuning beats the cheap answers on the same rows, and at what cost."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evaluation.baselines.baselines import Baseline
from core.evaluation.baselines.comparison import runs_left_out, start_baselines
from core.evaluation.baselines.learning_curve_job import start_learning_curve
from core.jobs.registry import JobKind
from core.jobs.tasks import latest_task
from core.runs.metric_names import TITLES
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads
from dashboard.charts import evaluation_charts
from dashboard.charts.charts import CONFIG
from dashboard.ui.chart_card import chart_card
from dashboard.ui.durations import duration
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.task_progress import task_progress

_TITLES = {
    Baseline.MAJORITY: "Always the majority",
    Baseline.WORDS: "TF-IDF + logistic regression",
    Baseline.FROZEN: "Encoder frozen + linear head",
}


def baselines_view(run: Run, part: str) -> None:
    """Show every classifier that there is; one button fits the missing ones."""
    workspace = state.workspace()
    steps = reads.baselines(workspace, run, part)
    missing = [
        title for each, title in _TITLES.items() if each.value not in {s.name for s in steps}
    ]
    if missing:
        with st.container(border=True):
            _fill(run, missing)
    names = [_TITLES[step.baseline] if step.baseline else step.name for step in steps]
    figure_names = ("pr_auc", "f1", "accuracy") if len(run.classes) == 2 else ("f1", "accuracy")
    records = []
    for name, step in zip(names, steps, strict=True):
        record: dict[str, object] = {"Classifier": name, "Time": duration(step.seconds)}
        for figure in figure_names:
            record[TITLES[figure]] = str(step.estimates[figure])
        if len(run.classes) == 2:
            record["Threshold"] = f"{step.threshold:.4g}"
        records.append({**record, "Chosen": step.chosen})
    caption = f"All on the same {part} rows; 95 % intervals"
    if len(run.classes) == 2:
        caption += ". F1 and accuracy at each one's own threshold, tuned for F1 on validation rows"
    if any(step.in_use for step in steps):
        caption += "; lines “at the threshold in use” are not: they show what somebody chose"
    table = pd.DataFrame(records)
    with chart_card("Baselines", caption, table, f"{run.id}-baselines"):
        if steps:
            first = figure_names[0]
            # No threshold moves the first figure, so a line in use would be drawn twice.
            drawn = [place for place, step in enumerate(steps) if not step.in_use]
            figure = evaluation_charts.estimate_bars(
                [names[place] for place in drawn],
                [steps[place].estimates[first] for place in drawn],
                TITLES[first],
            )
            st.plotly_chart(figure, config=CONFIG, key=f"baselines_{run.id}")
            st.dataframe(table, hide_index=True, key=f"baseline_rows_{run.id}")
        for sentence in runs_left_out(workspace, run, part):
            st.caption(plain(sentence))
    _curve(run)


def _fill(run: Run, missing: list[str]) -> None:
    card_title("Cheap answers are missing", ", ".join(missing))
    task = latest_task(state.workspace(), JobKind.BASELINES, run=run.id)
    if task is not None:
        task_progress(
            state.workspace(),
            task,
            key="baselines_task",
            on_retry=lambda _: start_baselines(state.workspace(), run),
        )
        return
    st.caption("Fitted once for these rows, in the background: a minute for some 20,000 rows.")
    if st.button(
        "Fit them", type="primary", icon=":material/bar_chart:", key="fit_baselines_button"
    ):
        start_baselines(state.workspace(), run)
        st.rerun()


def _curve(run: Run) -> None:
    """What more rows to learn from would bring, on request."""
    table = reads.learning_curve(state.workspace(), run)
    figure = TITLES["pr_auc" if len(run.classes) == 2 else "macro_f1"]
    about = (
        "The linear head on the frozen encoder, fitted on growing shares of the train part:"
        " where the line still climbs, more labels help. 95 % intervals"
    )
    if table is not None:
        with chart_card("Would more labels help?", about, table, f"{run.id}-learning-curve"):
            drawn = evaluation_charts.learning_curve(table, figure)
            st.plotly_chart(drawn, config=CONFIG, key=f"learning_curve_{run.id}")
        return
    with st.container(border=True):
        card_title("Would more labels help?", about)
        task = latest_task(state.workspace(), JobKind.LEARNING_CURVE, run=run.id)
        if task is not None:
            task_progress(
                state.workspace(),
                task,
                key="curve_task",
                on_retry=lambda _: start_learning_curve(state.workspace(), run),
            )
        elif st.button("Draw the learning curve", icon=":material/show_chart:", key="draw_curve"):
            start_learning_curve(state.workspace(), run)
            st.rerun()
