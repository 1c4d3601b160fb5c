"""The threshold as a dial: a rule or a slider moves it, and every figure moves with it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.splits.split import TEST, VALIDATION
from core.evaluation.intervals import Confusion, Estimate, count_estimates
from core.evaluation.operating_point import (
    OperatingPoint,
    Rule,
    describe_point,
    drop_operating_point,
    keep_operating_point,
    operating_point,
)
from core.evaluation.promises import promise
from core.evaluation.thresholds import choose, workload
from core.runs.metric_names import TITLES
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads
from dashboard.app_pages.evaluate.rule_form import rule_form
from dashboard.charts import evaluation_charts
from dashboard.charts.charts import CONFIG
from dashboard.ui.failure import attempt, fragment
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain

_MEANINGS = {
    "precision": "Of the rows called positive, the share that is.",
    "recall": "Of the positive rows, the share that is found.",
    "f1": "Harmonic mean of precision and recall.",
    "mcc": "Matthews correlation: 0 is chance, 1 is perfect.",
    "accuracy": "Predictions that are right, of either class.",
    "pr_auc": "Average precision over all thresholds.",
    "roc_auc": "How often a positive row outranks a negative one.",
}


def threshold_view(run: Run, part: str) -> None:
    """Draw the dial of a run of two classes and what it gives on a part of its rows."""
    point = _point(run)

    @fragment()
    def dial() -> None:
        _dial(run, part)

    st.session_state.setdefault(_key(run), point)
    dial()


def present_threshold(run: Run) -> float:
    """Where the dial stands in this session; at first where the run is used."""
    found: OperatingPoint = st.session_state.get(_key(run)) or _point(run)
    return found.threshold


def _dial(run: Run, part: str) -> None:
    workspace, point = state.workspace(), st.session_state[_key(run)]
    sweep = reads.sweep(workspace, run, part)
    confusion = sweep.at(point.threshold)
    if state.leaves_view():
        st.rerun()
    if said := state.take_notice():
        st.toast(plain(said))
    left, right = st.columns([2, 3])
    with left.container(border=True, height="stretch"):
        card_title("Threshold", "A row is called positive when its score reaches it")
        _controls(run, point)
    with right.container(border=True, height="stretch"):
        card_title(f"At {point.threshold:.4g}, on {part} rows", _reads(run, part, confusion))
        _figures(run, part, confusion)
        _matrix(run, confusion)
    if point.rule in (Rule.WORKLOAD, Rule.NEVER_MORE):
        _workload(confusion, point.amounts[1])
    charts = {
        "Precision and recall": evaluation_charts.pr_curve,
        "ROC": evaluation_charts.roc_curve,
        "Figures by threshold": evaluation_charts.figures_by_threshold,
    }
    for column, (title, draw) in zip(st.columns(3), charts.items(), strict=True):
        with column.container(border=True):
            card_title(title)
            figure = draw(sweep, point.threshold)
            st.plotly_chart(figure, config=CONFIG, key=f"threshold_{title}_{run.id}")


def _controls(run: Run, point: OperatingPoint) -> None:
    slider = f"{_key(run)}_slider"
    st.session_state[slider] = min(max(round(point.threshold, 3), 0.0), 1.0)
    st.slider(
        "Threshold",
        0.0,
        1.0,
        step=0.001,
        format="%.3f",
        key=slider,
        label_visibility="collapsed",
        on_change=lambda: _by_hand(run, st.session_state[slider]),
    )
    asked = st.session_state.get(_asked_key(run), point.rule)
    rule_form(
        point,
        asked,
        key=_key(run),
        on_choice=lambda rule, amounts: _by_rule(run, rule, amounts),
    )
    _promise(run, point)
    kept = _point(run)
    with st.container(horizontal=True):
        st.button(
            "Use this threshold",
            type="primary",
            icon=":material/check:",
            disabled=point == kept,
            key=f"{_key(run)}_use",
            on_click=attempt,
            args=[lambda: _use(run, point)],
            help="Scoring uses it from now on: typed texts, files and the command line.",
        )
        own = OperatingPoint(reads.tuned_threshold(state.workspace(), run))
        st.button(
            "Back to the run's own",
            icon=":material/undo:",
            disabled=point == kept == own,
            key=f"{_key(run)}_own",
            on_click=attempt,
            args=[lambda: _back(run)],
        )
    st.caption(plain(f"Scoring uses {kept.threshold:.4g}: {describe_point(kept)}."))


def _promise(run: Run, point: OperatingPoint) -> None:
    """Whether the rule's amount is kept on the rows that nothing was tuned on."""
    part = TEST if TEST in reads.parts(state.workspace(), run) else VALIDATION
    confusion = reads.sweep(state.workspace(), run, part).at(point.threshold)
    found = promise(point, confusion, part)
    if found is None:
        return
    if found.kept:
        st.caption(plain(found.said))
        return
    st.warning(plain(found.said), icon=":material/warning:")
    if point.rule is Rule.WORKLOAD:
        st.button(
            f"Never more than {point.amounts[0]:,.0f}",
            icon=":material/vertical_align_top:",
            key=f"{_key(run)}_never_more",
            help="A threshold that leaves room for chance: it flags fewer on average.",
            on_click=_by_rule,
            args=(run, Rule.NEVER_MORE, point.amounts),
        )


def _reads(run: Run, part: str, confusion: Confusion) -> str:
    said = f"{confusion.flagged:,} of {confusion.rows:,} rows are called {run.classes[1]}"
    if part == VALIDATION:
        return f"{said}. The threshold was tuned on these rows, so the figures flatter"
    return f"{said}; 95 % intervals below each figure"


def _figures(run: Run, part: str, confusion: Confusion) -> None:
    estimates = count_estimates(confusion)
    majority = max(confusion.positives, confusion.rows - confusion.positives) / confusion.rows
    areas = reads.areas(state.workspace(), run, part)
    found = {**estimates, **areas}
    shown = {TITLES[name]: (found[name], about) for name, about in _MEANINGS.items()}
    for names in (list(shown)[:4], list(shown)[4:]):
        for cell, name in zip(st.columns(4), names, strict=False):
            estimate, about = shown[name]
            if name == TITLES["accuracy"]:
                about = f"{about} Always answering the commoner class gives {majority:.3f}."
            _figure(cell, name, estimate, about)


def _figure(cell: DeltaGenerator, name: str, estimate: Estimate, about: str) -> None:
    interval = f"{estimate.low:.3f} to {estimate.high:.3f}"
    cell.metric(
        name, f"{estimate.value:.3f}", interval, delta_color="off", delta_arrow="off", help=about
    )


def _matrix(run: Run, confusion: Confusion) -> None:
    """The four counts, each a way to its rows."""
    negative, positive = (plain(name) for name in run.classes)
    cells = {
        f"{negative}, called {negative}": (0, 0, confusion.tn),
        f"{negative}, called {positive}": (0, 1, confusion.fp),
        f"{positive}, called {negative}": (1, 0, confusion.fn),
        f"{positive}, called {positive}": (1, 1, confusion.tp),
    }
    for names in (list(cells)[:2], list(cells)[2:]):
        for column, name in zip(st.columns(2), names, strict=True):
            label, predicted, rows = cells[name]
            right = label == predicted
            column.button(
                f"**{rows:,}** {name}",
                width="stretch",
                key=f"{_key(run)}_cell_{label}{predicted}",
                icon=":material/check:" if right else ":material/close:",
                disabled=not rows,
                help="See these rows",
                on_click=state.show_mistakes,
                args=(label, predicted),
            )


def _workload(confusion: Confusion, arriving: float) -> None:
    found = workload(confusion, arriving)
    with st.container(border=True):
        card_title(f"Of {arriving:,.0f} texts", "If they are like these rows; 95 % intervals below")
        cells = {
            "Flagged for review": found.flagged,
            "Positives found": found.found,
            "Positives missed": found.missed,
            "False alarms": found.alarms,
        }
        for cell, (name, each) in zip(st.columns(4), cells.items(), strict=True):
            cell.metric(
                name,
                f"{each.value:,.0f}",
                f"{each.low:,.0f} to {each.high:,.0f}",
                delta_color="off",
                delta_arrow="off",
            )


def _key(run: Run) -> str:
    return f"dial_{run.id}_{run.created}"


def _asked_key(run: Run) -> str:
    return f"{_key(run)}_asked"


def _point(run: Run) -> OperatingPoint:
    return operating_point(state.workspace(), run)


def _by_hand(run: Run, threshold: float) -> None:
    st.session_state[_key(run)] = OperatingPoint(threshold, Rule.HAND, (threshold,))
    st.session_state.pop(_asked_key(run), None)


def _by_rule(run: Run, rule: Rule, amounts: tuple[float, ...]) -> None:
    """Move the dial to what a rule asks for on the validation rows."""
    if rule is Rule.HAND:
        return
    rows = reads.predictions(state.workspace(), run, VALIDATION)
    st.session_state[_asked_key(run)] = rule

    def move() -> None:
        st.session_state[_key(run)] = choose(rule, amounts, rows.class_ids, rows.scores)

    attempt(move)


def _use(run: Run, point: OperatingPoint) -> None:
    keep_operating_point(state.workspace(), run, point)
    state.notice(f"{run.name} now uses {point.threshold:.4g} everywhere.")


def _back(run: Run) -> None:
    drop_operating_point(state.workspace(), run)
    st.session_state[_key(run)] = _point(run)
    st.session_state.pop(_asked_key(run), None)
