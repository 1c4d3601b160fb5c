"""What is labelled, by whom and how: the choices above the queue."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.data.column import Column
from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.labels.annotators import MAX_NAME_CHARS, checked_annotator, this_annotator
from core.labels.assign.queues import Queue
from core.labels.guidelines import Guideline, last_positive
from core.labels.quick_model.quick_model_job import Scope
from core.labels.store.store import open_labels
from dashboard import state
from dashboard.ui.column_picker import column_picker

_QUEUES = {
    Queue.MIXED: "Mixed: likely, uncertain and random",
    Queue.RANDOM: "Random",
    Queue.LIKELY: "Likely positives first",
    Queue.UNCERTAIN: "Most uncertain first",
    Queue.COMMITTEE: "Where two models disagree",
    Queue.SELECTION: "A slice or search",
    Queue.SUSPECTS: "Label suspects",
    Queue.ADJUDICATION: "Where people disagree",
}
_SOURCES = {
    LabelSource.CORRECTED: "The file's labels, corrections on top",
    LabelSource.HUMAN: "Only labels given here",
}
_ROWS = {False: "Rows without a label", True: "All rows"}


@dataclass(frozen=True)
class LabelSettings:
    """What somebody chose.

    Attributes:
        annotator: Whose labels they are.
        queue: Which rows come in which order.
        scope: Among which rows, and which labels the quick model learns from.
        target: The class that is looked for, as a position among the classes.
        suggest: Show the quick model's answer before the person's.
        blur: Blur texts until asked for.
        goal: Labels to give in this sitting.
        double: Share of rows that two people are asked about.
        audit: Share of own answers that are asked again unseen.
        columns: Those whose cells stand below the text.
    """

    annotator: str
    queue: Queue
    scope: Scope
    target: int
    suggest: bool
    blur: bool
    goal: int
    double: float
    audit: float
    columns: tuple[Column, ...] = ()


def label_settings(dataset: Dataset, guide: Guideline) -> LabelSettings:
    """Show the choices; they last across pages.

    Raises:
        BadInput: a name that cannot be used.
    """
    key = f"{state.KEPT}label_"
    many = len(guide.classes) > 2
    cells = st.columns([5, 4, *([3] * many), 3, 3], vertical_alignment="bottom")
    if state.LABEL_QUEUE not in st.session_state:
        st.session_state[state.LABEL_QUEUE] = Queue.MIXED
    queue = cells[0].selectbox(
        "Queue", list(_QUEUES), format_func=_QUEUES.__getitem__, key=state.LABEL_QUEUE
    )
    all_rows = cells[1].selectbox(
        "Among",
        [False, True] if dataset.unlabelled else [True],
        format_func=_ROWS.__getitem__,
        key=f"{key}rows_{dataset.id}",
        disabled=queue in (Queue.SUSPECTS, Queue.ADJUDICATION),
    )
    target = 1
    if many:
        chosen = cells[2].selectbox(
            "Look for",
            guide.classes,
            guide.classes.index(_looked_for(dataset, guide)),
            key=f"{key}target_{dataset.id}",
            help="The class that the likely rows are of.",
        )
        target = guide.classes.index(chosen)
    name = cells[-2].text_input(
        "Your name", this_annotator(), max_chars=MAX_NAME_CHARS, key=f"{key}name"
    )
    with cells[-1].popover("More", icon=":material/tune:", width="stretch"):
        more = _more(dataset, key)
    source = more.pop("source")
    return LabelSettings(
        annotator=checked_annotator(name),
        queue=queue,
        scope=Scope(all_rows, source),
        target=target,
        **more,
    )


def _looked_for(dataset: Dataset, guide: Guideline) -> str:
    """Of many classes the one that was looked for when there were two, else the rarest."""
    before = last_positive(open_labels(state.workspace()), dataset)
    if before in guide.classes:
        return before
    return min(guide.classes, key=lambda name: dataset.class_counts.get(name, 0))


def chosen_scope(dataset: Dataset) -> Scope:
    """The rows and labels that were chosen last, else the usual ones."""
    key = f"{state.KEPT}label_"
    all_rows = st.session_state.get(f"{key}rows_{dataset.id}", not dataset.unlabelled)
    usual = LabelSource.CORRECTED if dataset.labelled else LabelSource.HUMAN
    return Scope(all_rows, st.session_state.get(f"{key}source_{dataset.id}", usual))


def _more(dataset: Dataset, key: str) -> dict[str, object]:
    suggest = st.toggle(
        "Show the model's answer first",
        key=f"{key}suggest",
        help="Otherwise it is shown with your earlier answers. Kept with every label.",
    )
    blur = st.toggle(
        "Blur texts", key=f"{key}blur", help="Press b, or the button under the text, to see it."
    )
    goal = st.number_input(
        "Goal of this sitting (labels)",
        1,
        100_000,
        200,
        key=f"{key}goal",
        bind="query-params",
        help="Where fewer rows are left to be labelled, that is the goal.",
    )
    columns = column_picker(dataset, key="label_columns", title="Columns below the text")
    double, audit = _asked_twice(key)
    source = LabelSource.HUMAN
    if dataset.labelled:
        source = st.selectbox(
            "The quick model learns from",
            list(_SOURCES),
            format_func=_SOURCES.__getitem__,
            key=f"{key}source_{dataset.id}",
        )
    return {
        "suggest": suggest,
        "blur": blur,
        "goal": int(goal),
        "double": double / 100,
        "audit": audit / 100,
        "source": source,
        "columns": tuple(columns),
    }


def _asked_twice(key: str) -> tuple[int, int]:
    """Percentages of rows that two people are asked, and that one person is asked again."""
    double = st.slider(
        "Asked of two people (% of rows)",
        0,
        100,
        0,
        5,
        key=f"{key}double",
        help="The same rows for everybody; agreement is measured on them.",
    )
    audit = st.slider(
        "Own answers asked again (%)",
        0,
        20,
        0,
        1,
        key=f"{key}audit",
        help="Unseen among the others: how far you agree with yourself.",
    )
    return double, audit
