"""Labels that may be wrong: find them, then keep, flip or skip one after the other.

By mouse here, by keys in the queue of the Label page: both write the same decisions.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from core.data.dataset import LABEL, ROW, Dataset
from core.jobs.registry import JobKind
from core.jobs.tasks import latest_task
from core.labels.annotators import this_annotator
from core.labels.assign.queues import Queue
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import open_labels
from core.labels.suspects.retraining import Retraining
from core.labels.suspects.suspects import COPY, NO_COPY, REASON, SUGGESTION, SURE
from core.labels.suspects.suspects_file import Features, Suspects
from core.labels.suspects.suspects_job import QUEUE, default_features, last_decision, start_suspects
from core.runs.metric_names import TITLES
from core.runs.origin import dataset_of
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import attempt, errors_shown, fragment
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.task_progress import task_progress
from dashboard.widgets.rows_table.rows_table import TableRow, rows_table

_BLOCK = 200
"""Texts of so many suspects are read at once."""
_NEXT = 10
_FAULT = "suspects_fault"
_SEEN = "suspects_seen"
_AGAIN = "suspects_again"
_FEATURES = {Features.BOTH: "Sentence vectors and words", Features.WORDS: "Words"}
_COLUMNS = {"suggested": "Suggested", "sure": "How sure (0–1)", "reason": "Why"}


def suspects_view(run: Run, part: str) -> None:
    """Suspects among all labelled rows of the run's data set, whatever part they are in."""
    dataset = dataset_of(state.workspace(), run)
    if dataset is None:
        empty_state(
            "database_off",
            "Its data set is gone",
            "Suspects are looked for in the data set itself: import it again to see them.",
        )
        return
    st.caption("Of all labelled rows of the data set, whatever part they are in.")
    dataset_suspects(dataset)


def dataset_suspects(dataset: Dataset) -> None:
    """Look for suspects if nobody has; else show what leaving them out gives, and decide."""
    workspace = state.workspace()
    features = st.segmented_control(
        "Judged by",
        list(_FEATURES),
        format_func=_FEATURES.__getitem__,
        required=True,
        default=default_features(dataset),
        key=f"{state.KEPT}suspects_features_{dataset.id}",
        help="Both find more, by vectors of the embedded encoder; words alone take seconds.",
    )
    task = latest_task(workspace, JobKind.SUSPECTS, dataset_id=dataset.id, features=features.value)
    if task is not None:
        task_progress(
            workspace, task, key="suspects_task", on_retry=lambda _: _start(dataset, features)
        )
    found = None
    with errors_shown():  # What cannot be read can be looked for again.
        found = reads.suspects(workspace, dataset, features)
    if found is not None:
        with st.container(border=True):
            _gain(found)
        if st.button(
            "Decide by keys",
            icon=":material/keyboard:",
            key="suspects_keys",
            help="In the queue of the Label page, one key a decision.",
        ):
            state.choose_dataset(dataset.id)
            state.choose_queue(Queue.SUSPECTS)
            st.switch_page("app_pages/label/page.py")
        _decide(dataset, features)
    elif task is None:
        empty_state(
            "rule",
            "Nobody has looked for wrong labels here yet",
            "Five classifiers each judge the rows that they have not seen; near copies with"
            " different labels are listed, too.",
        )
        with st.container(horizontal_alignment="center"):
            st.button(
                "Look for suspects",
                type="primary",
                key="find_suspects",
                on_click=_start,
                args=(dataset, features),
            )
            _fault()


def _gain(found: Suspects) -> None:
    effect = found.retraining
    card_title(
        "Without the suspects",
        f"Linear heads fitted without the suspects that were left ({effect.left_out:.1%} of their"
        f" rows), against heads fitted on all labels as given. Measured on {effect.rows:,} rows"
        " that neither had seen; 95 % intervals",
    )
    _figures(effect)
    if effect.corrected:
        st.caption(f"Both are measured on the labels with {effect.corrected:,} corrections.")
    if found.basis.sentence:
        st.caption(found.basis.sentence)
    if found.not_judged:
        st.caption(
            f"{found.not_judged:,} rows of classes with fewer than five different texts were not"
            " judged."
        )


def _figures(effect: Retraining) -> None:
    cells = st.columns(len(effect.differences))
    for cell, (name, gain) in zip(cells, effect.differences.items(), strict=True):
        unsure = not gain.low * gain.high > 0
        cell.metric(
            TITLES[name],
            f"{effect.before[name] + gain.value:.3f}",
            f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})",
            delta_color="off" if unsure else "normal",
            border=True,
            help="The interval holds 0: it may be luck." if unsure else None,
        )


@fragment()
def _decide(dataset: Dataset, features: Features) -> None:
    """One suspect after the other, the buttons for it, and those that come next."""
    found = reads.suspects(state.workspace(), dataset, features)
    _fault()
    if found is not None:
        _show(dataset, features, found)


def _show(dataset: Dataset, features: Features, found: Suspects) -> None:
    workspace = state.workspace()
    decisions = open_labels(workspace).decisions(dataset.fingerprint, QUEUE)
    waiting, skipped = _waiting(dataset, found.table, decisions)
    done = len(found.table) - len(waiting)
    with st.container(border=True):
        card_title(
            f"{len(found.table):,} suspects among {found.judged:,} labelled rows",
            f"{done:,} done, {len(waiting):,} left, {skipped:,} skipped; the most suspicious first",
        )
        if found.table.empty:
            empty_state("verified", "No suspect", "Every label fits its text well enough.")
            return
        st.progress(done / len(found.table))
        if waiting.empty:
            _all_done(dataset, skipped, decisions)
        else:
            _one(dataset, waiting)
        _undo(dataset, decisions)
        _measure_again(dataset, features, found)
    if len(waiting) > 1:
        with st.container(border=True):
            card_title("Next in line")
            shown = waiting.iloc[1 : 1 + _NEXT]
            rows_table(
                _table_rows(dataset, waiting, shown),
                classes=dataset.classes,
                columns=_COLUMNS,
                key="suspects_next",
            )


def _waiting(
    dataset: Dataset, table: pd.DataFrame, decisions: dict[int, LabelEvent]
) -> tuple[pd.DataFrame, int]:
    """Suspects to decide about, and how many stay skipped."""
    again = st.session_state.get(f"{_AGAIN}_{dataset.id}", 0)
    skips = {row for row, event in decisions.items() if event.action is Action.SKIP}
    reopened = {row for row in skips if decisions[row].id <= again}
    waiting = table[~table[ROW].isin(set(decisions) - reopened)]
    return waiting, int(table[ROW].isin(skips - reopened).sum())


def _one(dataset: Dataset, waiting: pd.DataFrame) -> None:
    suspect: dict[str, Any] = waiting.iloc[0].to_dict()
    row = int(suspect[ROW])
    rows_table(
        _table_rows(dataset, waiting, waiting.iloc[:1], copies=True),
        classes=dataset.classes,
        columns=_COLUMNS,
        key="suspect_now",
    )
    seen = (dataset.fingerprint, row)
    if st.session_state.get(_SEEN, (None,))[0] != seen:
        st.session_state[_SEEN] = (seen, time.monotonic())
    given, suggested = (dataset.classes[suspect[name]] for name in (LABEL, SUGGESTION))
    answers = (
        (f"Keep {given}", "k", Action.LABEL, given),
        (f"Flip to {suggested}", "f", Action.LABEL, suggested),
        ("Skip", "s", Action.SKIP, None),
    )
    with st.container(horizontal=True):
        for label, key, action, value in answers:
            event = LabelEvent(
                fingerprint=dataset.fingerprint,
                row=row,
                action=action,
                value=value,
                annotator=this_annotator(),
                queue=QUEUE,
                reason=suspect[REASON],
                suggestion=suggested,
            )
            # The row is part of the name: a press that comes late cannot mean the next text.
            st.button(
                plain(label),
                key=f"suspect_{key}_{row}",
                on_click=_store,
                args=(event,),
            )


def _table_rows(
    dataset: Dataset, waiting: pd.DataFrame, shown: pd.DataFrame, *, copies: bool = False
) -> list[TableRow]:
    """Suspects for the table; with `copies` each is followed by its near copy."""
    block = waiting.iloc[:_BLOCK]
    wanted = tuple(sorted({*block[ROW].tolist(), *block[COPY].tolist()} - {NO_COPY}))
    texts = reads.texts_of_rows(state.workspace(), dataset, wanted)
    rows = []
    for suspect in shown.to_dict("records"):
        suggested = dataset.classes[suspect[SUGGESTION]]
        cells = {"suggested": suggested, "sure": suspect[SURE], "reason": suspect[REASON]}
        row, label = suspect[ROW], dataset.classes[suspect[LABEL]]
        rows.append(TableRow(row, "", texts[row], label=label, cells=cells))
        if copies and suspect[COPY] != NO_COPY:
            cells = {"suggested": None, "sure": None, "reason": "the near copy"}
            copy = suspect[COPY]
            rows.append(TableRow(copy, "", texts[copy], label=suggested, cells=cells))
    return rows


def _all_done(dataset: Dataset, skipped: int, decisions: dict[int, LabelEvent]) -> None:
    empty_state("task_alt", "All suspects are decided", f"{skipped:,} of them were skipped.")
    if skipped:
        with st.container(horizontal_alignment="center"):
            st.button(
                f"Go through the {skipped:,} skipped again",
                key="suspects_again_button",
                on_click=_go_again,
                args=(dataset, max(event.id for event in decisions.values())),
            )


def _go_again(dataset: Dataset, last: int) -> None:
    st.session_state[f"{_AGAIN}_{dataset.id}"] = last


def _undo(dataset: Dataset, decisions: dict[int, LabelEvent]) -> None:
    own = [event for event in decisions.values() if event.annotator == this_annotator()]
    st.button(
        "Undo",
        icon=":material/undo:",
        key=f"suspects_undo_{len(own)}",
        disabled=not own,
        on_click=_take_back,
        args=(dataset,),
    )


def _measure_again(dataset: Dataset, features: Features, found: Suspects) -> None:
    if last_decision(state.workspace(), dataset) == found.decided:
        return
    st.caption("The figures above do not know the latest decisions.")
    # Asked for in the fragment, shown by the whole page.
    if st.button("Measure again", icon=":material/refresh:", key="suspects_measure"):
        _start(dataset, features)
        st.rerun()


def _start(dataset: Dataset, features: Features) -> None:
    attempt(lambda: start_suspects(state.workspace(), dataset, features), say=_keep_fault)


def _store(event: LabelEvent) -> None:
    """Store a decision, with the time since its text was first seen."""
    seen, since = st.session_state.get(_SEEN, (None, 0.0))
    spent_ms = (
        round(1000 * (time.monotonic() - since)) if seen == (event.fingerprint, event.row) else None
    )
    attempt(
        lambda: open_labels(state.workspace()).add(replace(event, spent_ms=spent_ms)),
        say=_keep_fault,
    )


def _take_back(dataset: Dataset) -> None:
    attempt(
        lambda: open_labels(state.workspace()).undo(
            dataset.fingerprint, annotator=this_annotator(), queue=QUEUE
        ),
        say=_keep_fault,
    )


def _keep_fault(said: str) -> None:
    """Errors are said where the click was, not at the top of the page."""
    st.session_state[_FAULT] = said


def _fault() -> None:
    if said := st.session_state.pop(_FAULT, None):
        st.error(plain(said), icon=":material/error:")
