"""Choose a threshold by what is wanted of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.evaluation.operating_point import OperatingPoint, Rule

_NAMES = {
    Rule.F_BETA: "Best F-beta",
    Rule.MCC: "Best MCC",
    Rule.PRECISION: "Precision of at least",
    Rule.RECALL: "Recall of at least",
    Rule.COSTS: "Least cost of mistakes",
    Rule.WORKLOAD: "What can be reviewed",
    Rule.NEVER_MORE: "Never more than can be reviewed",
    Rule.HAND: "By hand",
}
_WORKLOAD = (
    ("Texts we can review", 1.0, 1e9, 400.0, 100.0, "%.0f"),
    ("Of texts that arrive", 1.0, 1e9, 100_000.0, 1_000.0, "%.0f"),
)
_AMOUNTS: dict[Rule, tuple[tuple[str, float, float, float, float, str], ...]] = {
    Rule.F_BETA: (("Beta (1 is F1; above 1 recall counts more)", 0.1, 10.0, 1.0, 0.5, "%g"),),
    Rule.MCC: (),
    Rule.PRECISION: (("Least precision", 0.01, 1.0, 0.8, 0.05, "%.2f"),),
    Rule.RECALL: (("Least recall", 0.01, 1.0, 0.8, 0.05, "%.2f"),),
    Rule.COSTS: (
        ("Cost of a false alarm", 0.0, 1e9, 1.0, 1.0, "%g"),
        ("Cost of a miss", 0.0, 1e9, 5.0, 1.0, "%g"),
    ),
    Rule.WORKLOAD: _WORKLOAD,
    Rule.NEVER_MORE: _WORKLOAD,
    Rule.HAND: (),
}
"""By rule: label, least, most, at first, step and format of each amount."""


def rule_form(
    point: OperatingPoint,
    asked: Rule,
    *,
    key: str,
    on_choice: Callable[[Rule, tuple[float, ...]], None],
) -> None:
    """Draw the rule and its amounts.

    Args:
        point: What was chosen last.
        asked: The rule to draw: another than the point's where no threshold gave what was asked,
            so that its amounts can be corrected.
        key: Prefix of the widgets' keys.
        on_choice: Runs before the page when the rule or an amount changes.
    """
    rule_key = f"{key}_rule"
    st.session_state[rule_key] = asked

    def chosen() -> None:
        rule = st.session_state[rule_key]
        amounts = tuple(
            st.session_state.get(_amount_key(key, rule, place), amount[3])
            for place, amount in enumerate(_AMOUNTS[rule])
        )
        on_choice(rule, amounts)

    st.selectbox(
        "Choose it by",
        list(Rule),
        format_func=_NAMES.get,
        key=rule_key,
        on_change=chosen,
        help="Tuned on validation rows, reported on test rows.",
    )
    _follow(point, key)
    amounts = _AMOUNTS[asked]
    for place, (cell, amount) in enumerate(
        zip(st.columns(max(len(amounts), 1)), amounts, strict=False)
    ):
        label, least, most, first, step, shown = amount
        amount_key = _amount_key(key, asked, place)
        st.session_state.setdefault(amount_key, first)
        cell.number_input(
            label, least, most, step=step, format=shown, key=amount_key, on_change=chosen
        )


def _follow(point: OperatingPoint, key: str) -> None:
    """Let the boxes show a point that is new; what was refused stays in them, to be corrected."""
    if st.session_state.get(f"{key}_followed") != point:
        st.session_state[f"{key}_followed"] = point
        for place, amount in enumerate(point.amounts[: len(_AMOUNTS[point.rule])]):
            st.session_state[_amount_key(key, point.rule, place)] = float(amount)


def _amount_key(key: str, rule: Rule, place: int) -> str:
    return f"{key}_{rule.value}_{place}"
