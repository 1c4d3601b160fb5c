"""Ask what a new split follows: chance, a column of parts, groups or time."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.data.splits.column_parts import MAX_VALUES
from core.data.splits.part_names import usual_part
from core.data.splits.part_notes import rows_said, shortened
from core.data.splits.split import NO_PART, PARTS, VALIDATION, SplitPlan, SplitRule
from core.runs.config import DEFAULT_PRESET, PRESETS, preset
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.app_pages.explore.split_sizes import split_sizes
from dashboard.ui.option_names import option_names
from dashboard.ui.plain_text import plain

_RULES = {
    SplitRule.CHANCE: (
        "Chance",
        "Every label has the same share in all parts; texts with the same words always fall on the"
        " same side.",
    ),
    SplitRule.COLUMN: (
        "A column of parts",
        "Parts as a column of the file names them, such as those of a published benchmark.",
    ),
    SplitRule.GROUP: (
        "Groups",
        "All rows with one value, such as an author or a thread, fall on the same side; labels keep"
        " their shares as well as groups allow.",
    ),
    SplitRule.TIME: (
        "Time",
        "Train on what was before, validate and test on what came after; rows of one moment stay"
        " together.",
    ),
}
_USUAL_NAMES = ("split", "part", "subset", "partition", "set", "fold")
_GROUP_NAMES = ("author", "user", "thread", "group", "speaker", "customer", "template", "source")
_TIME_NAMES = ("post", "publish", "sent", "written", "created", "date", "time")
_LISTED_VALUES = 20
_A_LINE = 4


def split_form(dataset: Dataset) -> SplitPlan | None:
    """The plan that is asked for; None while something is missing, which is said.

    Raises:
        BadInput: what is asked does not go together.
    """
    rule = _rule(dataset)
    if rule is SplitRule.CHANCE:
        return _sized(dataset, SplitPlan())
    column = _column(dataset, rule)
    if rule is SplitRule.COLUMN:
        return _by_column(dataset, column)
    start = SplitPlan(rule=rule, column=column.name)
    return _by_time(dataset, start) if rule is SplitRule.TIME else _sized(dataset, start)


def offered_columns(dataset: Dataset, rule: SplitRule) -> list[Column]:
    """The columns that a rule can go by; of a sensitive one no value is shown for groups alone."""
    return {
        SplitRule.CHANCE: [],
        SplitRule.COLUMN: [
            column
            for column in dataset.columns
            if not column.sensitive and 1 < column.different <= MAX_VALUES
        ],
        SplitRule.GROUP: list(dataset.columns),
        SplitRule.TIME: [
            column
            for column in dataset.columns
            if column.kind is ColumnKind.TIME and not column.sensitive
        ],
    }[rule]


def _rule(dataset: Dataset) -> SplitRule:
    rules = [rule for rule in SplitRule if offered_columns(dataset, rule)]
    rules = [SplitRule.CHANCE, *rules]
    rule = SplitRule.CHANCE
    if len(rules) > 1:
        rule = st.segmented_control(
            "Divided by",
            rules,
            default=SplitRule.CHANCE,
            required=True,
            format_func=lambda each: _RULES[each][0],
            key=f"{state.KEPT}split_rule_{dataset.id}",
        )
    st.caption(_RULES[rule][1])
    return rule


def _column(dataset: Dataset, rule: SplitRule) -> Column:
    offered = {column.place: column for column in offered_columns(dataset, rule)}
    names = option_names({place: column.name for place, column in offered.items()})
    place = st.selectbox(
        "Column",
        list(offered),
        _likely(list(offered.values()), rule),
        format_func=names.get,
        key=f"{state.KEPT}split_column_{rule.value}_{dataset.id}",
    )
    return offered[place]


def _likely(columns: list[Column], rule: SplitRule) -> int:
    """The place of the column that is called what such columns usually are."""
    names = [column.name.strip().lower() for column in columns]
    if rule is SplitRule.COLUMN:
        likely = [names.index(name) for name in _USUAL_NAMES if name in names]
    else:
        usual = _TIME_NAMES if rule is SplitRule.TIME else _GROUP_NAMES
        likely = [place for place, name in enumerate(names) if any(part in name for part in usual)]
    return likely[0] if likely else 0


def _by_column(dataset: Dataset, column: Column) -> SplitPlan:
    """Which part each value is, and who validates where none does."""
    meanings = reads.values_of_parts(state.workspace(), dataset, column.name)
    key = f"{state.KEPT}split_value_{column.place}_{dataset.id}"
    cells: list[Any] = [None] * _LISTED_VALUES
    chosen: dict[str, str] = {}
    for place, (value, rows, part) in enumerate(meanings[:_LISTED_VALUES]):
        if place % _A_LINE == 0:
            cells[place : place + _A_LINE] = st.columns(_A_LINE)
        options = [*PARTS, NO_PART]
        chosen[value] = cells[place].selectbox(
            plain(f"{shortened(value)} · {rows_said(rows)}"),
            options,
            options.index(part or NO_PART),
            format_func=lambda each: each or "in no part",
            key=f"{key}_{place}",
        )
    if len(meanings) > _LISTED_VALUES:
        st.caption(f"The {_LISTED_VALUES} commonest of {len(meanings):,} values are listed.")
    values = tuple(
        (value, part) for value, part in chosen.items() if part != (usual_part(value) or NO_PART)
    )
    plan = SplitPlan(rule=SplitRule.COLUMN, column=column.name, values=values)
    parts = [part for _, _, part in meanings[_LISTED_VALUES:]] + list(chosen.values())
    return plan if VALIDATION in parts else _from_train(plan, key)


def _from_train(plan: SplitPlan, key: str) -> SplitPlan:
    left, right = st.columns(2)
    percent = left.number_input(
        "Validate by % of train",
        0.0,
        90.0,
        10.0,
        0.5,
        "%.6g",
        help="No value means validation, which a run needs to choose its best model by.",
        key=f"{key}_from_train",
    )
    seed = right.number_input("Seed", 0, 2**31, plan.seed, key=f"{key}_seed")
    return SplitPlan(
        rule=plan.rule,
        column=plan.column,
        values=plan.values,
        from_train=percent / 100.0,
        seed=int(seed),
    )


def _by_time(dataset: Dataset, start: SplitPlan) -> SplitPlan | None:
    """Sizes, earliest rows first, or the moments at which parts begin."""
    how = st.segmented_control(
        "Cut by",
        ["Sizes", "Moments"],
        default="Sizes",
        required=True,
        key=f"{state.KEPT}split_cut_{dataset.id}",
    )
    key = f"{state.KEPT}split_time_{dataset.id}"
    cells = st.columns(3)
    if how == "Sizes":
        sizes = split_sizes(start, dataset.labelled, cells, key)
        return SplitPlan(**sizes, rule=start.rule, column=start.column)
    cuts = tuple(
        cell.text_input(f"{part} from", placeholder="2025-01-31", key=f"{key}_{part}").strip()
        for part, cell in zip(("Validation", "Test"), cells, strict=False)
    )
    if not all(cuts):
        st.caption("Say when validation and test begin, as 2025-01-31 or 2025-01-31 12:00 (UTC).")
        return None
    return SplitPlan(rule=start.rule, column=start.column, cuts=cuts)


def _sized(dataset: Dataset, rule: SplitPlan) -> SplitPlan:
    """Sizes and seed, beginning with those of a preset."""
    cells = st.columns([2, 2, 1, 1, 1, 1])
    name = cells[0].segmented_control(
        "Sizes of the preset",
        list(PRESETS),
        default=DEFAULT_PRESET,
        required=True,
        format_func=str.capitalize,
        key="split_preset",
    )
    unit = cells[1].segmented_control(
        "Sizes in", ["Percent", "Rows"], default="Percent", required=True, key="split_unit"
    )
    start = preset(name, dataset.labelled).split_plan()
    key = f"{state.KEPT}split_{name}_{dataset.id}"
    sizes = split_sizes(start, dataset.labelled, cells[2:5], key, in_rows=unit == "Rows")
    seed = cells[5].number_input("Seed", 0, 2**31, start.seed, key=f"{key}_seed")
    return SplitPlan(**sizes, seed=int(seed), rule=rule.rule, column=rule.column)
