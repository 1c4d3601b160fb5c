"""Say what a split's validation and test rows share with those it trains on."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.data.dataset import Dataset
from core.data.splits.split import SplitPlan, SplitRule
from core.errors import BadInput
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.ui.option_names import option_names
from dashboard.ui.plain_text import plain

_NONE = -1


def split_leaks(
    dataset: Dataset, plan: SplitPlan, repeated: dict[str, int], name: str = ""
) -> None:
    """Say it of words, and of groups: those that the split keeps whole, or others to look at.

    Args:
        dataset: The data set.
        plan: What the split was or would be drawn by.
        repeated: Rows with the words of a train row, by part.
        name: The split's, where it is a saved one.
    """
    if repeated:
        counts = " and ".join(
            f"{rows:,} {part} text{'' if rows == 1 else 's'}" for part, rows in repeated.items()
        )
        have = "has" if sum(repeated.values()) == 1 else "have"
        st.warning(
            f"{counts} {have} the same words as a train text: scores may be too good.",
            icon=":material/content_copy:",
        )
    if plan.rule is SplitRule.GROUP:
        _beside_chance(dataset, plan)
    elif dataset.columns:
        _asked(dataset, plan, name)


def _beside_chance(dataset: Dataset, plan: SplitPlan) -> None:
    """What a split by chance of the same sizes would share."""
    chance = replace(plan, rule=SplitRule.CHANCE, column="")
    try:
        leak = reads.split_leak(state.workspace(), dataset, chance, "", plan.column)
    except BadInput:  # Chance alone cannot divide these rows.
        return
    st.caption(
        plain(
            f"Here no group of {plan.column!r} is on two sides. Divided by chance, {leak.shares()}"
            " rows would have a group that train rows have, too."
        )
    )


def _asked(dataset: Dataset, plan: SplitPlan, name: str) -> None:
    """Look at a column of choice."""
    offered = {column.place: column.name for column in dataset.columns}
    names = option_names({_NONE: "(none)"} | offered, lambda place: "a column")
    place = st.selectbox(
        "Look for groups on two sides",
        list(names),
        format_func=names.get,
        help="Such as authors or threads: what a model learns of one helps it with that one alone.",
        key=f"{state.KEPT}split_groups_{dataset.id}",
    )
    if place == _NONE:
        return
    leak = reads.split_leak(state.workspace(), dataset, plan, name, offered[place])
    said = f"{leak.shares()} rows have a value in {offered[place]!r} that train rows have, too"
    if leak.any:
        st.warning(plain(f"{said}; divided by groups, none would."), icon=":material/call_split:")
    else:
        none = f"No validation or test row has a value in {offered[place]!r} that train rows have."
        st.caption(plain(none))
