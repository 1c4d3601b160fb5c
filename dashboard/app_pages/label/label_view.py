"""The queue at work: rows are taken, events stored, and the quick model kept up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from core.data.dataset import Dataset
from core.errors import SincerelyError
from core.jobs.registry import JobKind
from core.jobs.tasks import latest_task
from core.labels.assign.candidates import suspected_labels
from core.labels.assign.client_events import Target, record
from core.labels.assign.leases import Assignment
from core.labels.assign.queues import Queue
from core.labels.class_keys import ClassKeys
from core.labels.guidelines import Guideline, class_keys
from core.labels.quick_model.quick_model import QuickModel
from core.labels.quick_model.quick_model_job import POOL
from core.labels.quick_model.refit import REFIT, REFIT_S, refit_if_due
from core.labels.store.events import LabelEvent
from core.labels.store.store import open_labels
from dashboard import reads as shared
from dashboard import state
from dashboard.app_pages.label import reads
from dashboard.app_pages.label.label_settings import LabelSettings
from dashboard.app_pages.label.screen_rows import drop_answered, screen_rows
from dashboard.ui.failure import errors_shown, fragment
from dashboard.ui.task_progress import task_progress
from dashboard.widgets.label_queue.label_queue import (
    Desk,
    Item,
    Receipt,
    label_queue,
    sent_events,
    sent_round,
    tab,
)

_HISTORY = 30
_RECEIPT = "label_receipt"
_ABOUT = {
    "likely": "likely to be what you look for",
    "uncertain": "uncertain",
    "random": "at random",
    "committee": "two models disagree",
    "suspects": "its label may be wrong",
    "adjudication": "people disagree",
    "selection": "from the search",
}
_SHARED = "also on another screen: all others are labelled or taken, so two may label it"
_NOTHING = {
    Queue.SELECTION: "Every row of the search is labelled, or none is chosen: search on Explore,"
    " then come back.",
    Queue.SUSPECTS: "No suspect is left. Look for suspects on Evaluate, then come back.",
    Queue.ADJUDICATION: "People agree on every row that two have labelled.",
}


def label_view(dataset: Dataset, guide: Guideline, settings: LabelSettings) -> None:
    """Show the queue, and above it how the quick model is getting on."""
    _first_model(dataset, settings)
    _queue(dataset, guide, settings, _keys(dataset), _history(dataset, settings))


@fragment()
def _queue(
    dataset: Dataset,
    guide: Guideline,
    settings: LabelSettings,
    keys: ClassKeys,
    history: list[Item],
) -> None:
    asked = _asked(dataset, settings)
    receipt: Receipt = st.session_state.get(_RECEIPT, Receipt())
    items: list[Item] = []
    totals = {"labelled": 0, "own": 0}
    model, left = None, None
    try:
        model = reads.quick_model(state.workspace(), dataset, settings.scope)
        ledger = shared.ledger(state.workspace(), dataset)
        totals = {
            "labelled": int((ledger.class_ids >= 0).sum()),
            "own": int(ledger.labelled(settings.annotator).sum()),
        }
        screen = screen_rows(dataset, settings, asked, model)
        items = _with_texts(dataset, guide, settings, screen.rows, model)
        left = None if tab() is None else screen.beyond + len(screen.rows)
    except SincerelyError as error:  # The queue stays, with the events that wait in it.
        receipt = replace(receipt, fault=str(error))
    desk = Desk(
        asked=asked,
        store=_store_name(),
        fingerprint=dataset.fingerprint,
        annotator=settings.annotator,
        classes=guide.classes,
        keys=keys,
        guideline=guide.version,
        guide=guide.text,
        suggest=settings.suggest,
        blur=settings.blur,
        goal=settings.goal,
        left=left,
        totals=totals,
        nothing=_nothing(settings.queue),
        history=history,
    )
    label_queue(desk, items, receipt, on_events=lambda: _receive(dataset, guide, settings))
    _model_line(dataset, settings, model)


def _store_name() -> str:
    """Names the label store, so that a browser's events never go to another one."""
    url = open_labels(state.workspace()).url
    return hashlib.sha256(url.encode()).hexdigest()[:12]


def _nothing(queue: Queue) -> str:
    if tab() is None:
        return ""
    return _NOTHING.get(queue, "Every row is labelled.")


def _asked(dataset: Dataset, settings: LabelSettings) -> str:
    """Names what is asked for: with another queue the browser starts afresh."""
    chosen = state.row_filter().to_json() if settings.queue is Queue.SELECTION else ""
    parts = (dataset.fingerprint, settings.annotator, settings.queue.value, settings.scope, chosen)
    return repr(parts)


def _receive(dataset: Dataset, guide: Guideline, settings: LabelSettings) -> None:
    """Store what the browser sent; what cannot be stored now stays with the browser."""
    raw, holder = sent_events(), tab()
    if holder is None or not isinstance(raw, list) or not raw:
        return
    workspace = state.workspace()
    try:
        store = open_labels(workspace)
        found = record(
            store,
            raw,
            holder=holder,
            target=lambda fingerprint: _target(dataset, guide, fingerprint),
        )
    except SincerelyError as error:
        st.session_state[_RECEIPT] = Receipt(sent_round(), fault=str(error))
        return
    st.session_state[_RECEIPT] = Receipt(sent_round(), found.stored, found.refused)
    drop_answered([one for one in raw if one.get("client_event") in set(found.stored)])
    # What was stored is acknowledged, whatever becomes of the model.
    with suppress(SincerelyError, OSError):
        _refit(dataset, settings)


def _target(dataset: Dataset, guide: Guideline, fingerprint: str) -> Target:
    """What an event is about: nearly always the data set on the screen."""
    if fingerprint == dataset.fingerprint:
        return Target(dataset.rows, guide.classes)
    workspace = state.workspace()
    return reads.event_target(workspace, open_labels(workspace), fingerprint)


def _with_texts(
    dataset: Dataset,
    guide: Guideline,
    settings: LabelSettings,
    assigned: Sequence[Assignment],
    model: QuickModel | None,
) -> list[Item]:
    workspace = state.workspace()
    rows = tuple(one.row for one in assigned)
    texts = reads.row_texts(workspace, dataset, tuple(sorted(rows)))
    cells = reads.row_cells(workspace, dataset, tuple(sorted(rows)), settings.columns)
    says = {} if model is None else model.suggestions(rows)
    if settings.queue is Queue.SUSPECTS:
        says = suspected_labels(workspace, dataset, list(rows))
    shows_label = settings.queue is Queue.SUSPECTS
    said = {}
    if settings.queue is Queue.ADJUDICATION:
        said = reads.answers_of(workspace, dataset, rows)
    items = []
    for one in assigned:
        text, given = texts[one.row]
        suggestion, sure = says.get(one.row, (None, 0.0))
        items.append(
            Item(
                row=one.row,
                queue=one.queue,
                text=text,
                about=_about(one, said),
                suggestion=suggestion if suggestion in guide.classes else None,
                sure=sure,
                words=() if model is None else model.word_spans(text),
                given=given if shows_label else None,
                cells=cells[one.row],
            )
        )
    return items


def _about(one: Assignment, said: dict[int, str]) -> str:
    """Why a row is asked, and that another person may answer it, too."""
    why = said.get(one.row) or _ABOUT.get(one.queue.rpartition("/")[2], "")
    return " · ".join(filter(None, [why, _SHARED if one.shared else ""]))


def _keys(dataset: Dataset) -> ClassKeys:
    """The keys of the classes; none where the store cannot be read, which the queue says."""
    try:
        return class_keys(open_labels(state.workspace()), dataset)
    except SincerelyError:
        return {}


def _history(dataset: Dataset, settings: LabelSettings) -> list[Item]:
    """What this person answered last, oldest first; nothing where the store cannot be read."""
    workspace = state.workspace()
    try:
        events = open_labels(workspace).recent(dataset.fingerprint, settings.annotator, _HISTORY)
        rows = tuple(sorted({event.row for event in events if event.row < dataset.rows}))
        texts = reads.row_texts(workspace, dataset, rows)
        cells = reads.row_cells(workspace, dataset, rows, settings.columns)
    except SincerelyError:
        return []
    return [_answered(event, texts[event.row][0], cells[event.row]) for event in reversed(events)]


def _answered(event: LabelEvent, text: str, cells: Sequence[tuple[str, str]]) -> Item:
    answer = {
        "action": event.action.value,
        "value": event.value,
        "client_event": event.client_event,
    }
    return Item(event.row, event.queue or "random", text, cells=cells, answer=answer)


def _first_model(dataset: Dataset, settings: LabelSettings) -> None:
    """The first quick model encodes texts, which takes a while: tell how far it is."""
    workspace = state.workspace()
    if not settings.queue.needs_model:
        return
    if reads.quick_model(workspace, dataset, settings.scope) is not None:
        return
    task = latest_task(workspace, JobKind.QUICK_MODEL, dataset_id=dataset.id)
    if task is None:
        with errors_shown():
            _refit(dataset, settings)
        task = latest_task(workspace, JobKind.QUICK_MODEL, dataset_id=dataset.id)
    if task is not None:
        task_progress(workspace, task, key="quick_task")


def _refit(dataset: Dataset, settings: LabelSettings) -> None:
    """Fit the quick model again, if the queue needs it and it is due."""
    if not settings.queue.needs_model:
        return
    workspace, scope = state.workspace(), settings.scope
    ledger, model = shared.ledger(workspace, dataset), reads.quick_model(workspace, dataset, scope)
    refit_if_due(workspace, dataset, scope, ledger, model)


def _model_line(dataset: Dataset, settings: LabelSettings, model: QuickModel | None) -> None:
    """One line about the model behind the queue."""
    if not settings.queue.needs_model:
        return
    workspace = state.workspace()
    if model is None:
        st.caption(
            f"Texts come at random until the quick model is there: it needs the file's labels or"
            f" {REFIT} of your own of two classes, then some seconds a thousand texts."
        )
        return
    rows = len(reads.open_rows(workspace, dataset, settings.scope))
    among = f"{len(model.rows):,} random ones of {rows:,} rows" if rows > POOL else f"{rows:,} rows"
    st.caption(
        f"Quick model: learned from {model.labels:,} labels, ranks {among}; fitted again after"
        f" every {REFIT} labels, at most every {REFIT_S:.0f} s. {model.basis.sentence}"
    )
