"""The rows that a tab at the queue holds: taken a few at a time, given back when it is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Any

import numpy as np
import streamlit as st

from core.data.dataset import Dataset
from core.errors import SincerelyError
from core.labels.assign.candidates import Material, streams
from core.labels.assign.leases import Assignment, LabelSession, release
from core.labels.assign.next_rows import (
    MOST_HELD,
    QueueRequest,
    rows_left,
    rows_to_hold,
    take,
)
from core.labels.assign.queues import Queue, Stream
from core.labels.quick_model.quick_model import QuickModel
from core.labels.store.events import Action
from core.labels.store.store import LabelStore, open_labels
from dashboard import reads as shared
from dashboard import state
from dashboard.app_pages.label import reads
from dashboard.app_pages.label.label_settings import LabelSettings
from dashboard.widgets.label_queue.label_queue import tab

_SCREEN = "label_screen"
_LOCK = Lock()
_CONNECTIONS: Counter[str] = Counter()
"""How many connections each tab has; only of tabs that have any."""


@dataclass(frozen=True)
class Screen:
    """The rows that a tab holds.

    Attributes:
        asked: What they are for.
        rows: Those not answered yet, in their order.
        refill: From how few on it gets more.
        beyond: How many more may still be asked.
    """

    asked: str = ""
    rows: tuple[Assignment, ...] = ()
    refill: int = 1
    beyond: int = 0


def screen_rows(
    dataset: Dataset, settings: LabelSettings, asked: str, model: QuickModel | None
) -> Screen:
    """The next rows, filled up when half of them are answered; none before the tab has a name.

    Args:
        dataset: Whose rows they are.
        settings: By whom, and of which queue.
        asked: Names what is asked for: with another queue the screen starts afresh.
        model: The quick model, if there is one.

    Raises:
        SincerelyError: as `core.labels.assign.next_rows.take`.
    """
    holder = tab()
    if holder is None:
        return Screen()
    _leave_at_the_end(open_labels(state.workspace()), holder)
    screen: Screen = st.session_state.get(_SCREEN, Screen())
    if screen.asked != asked or len(screen.rows) < screen.refill:
        screen = _take(dataset, settings, model, holder, asked, same=screen.asked == asked)
        st.session_state[_SCREEN] = screen
    return screen


@st.cache_resource(scope="session", on_release=lambda leave: leave(), show_spinner=False)
def _leave_at_the_end(_store: LabelStore, holder: str) -> Callable[[], None]:
    """Give a tab's rows back when its connection ends; while it is reloaded it may have two."""
    st.session_state.pop(_SCREEN, None)  # They went back if the connection was lost.
    with _LOCK:
        _CONNECTIONS[holder] += 1

    def leave() -> None:
        with _LOCK:
            _CONNECTIONS[holder] -= 1
            if not _CONNECTIONS[holder]:
                del _CONNECTIONS[holder]
        # Streamlit's own thread must not wait for a database.
        Thread(target=_release, args=(_store, holder), daemon=True).start()

    return leave


def _release(store: LabelStore, holder: str) -> None:
    with suppress(SincerelyError):  # Else the rows go back when their leases run out.
        release(store, holder, unless=lambda: holder in _CONNECTIONS)


def _take(
    dataset: Dataset,
    settings: LabelSettings,
    model: QuickModel | None,
    holder: str,
    asked: str,
    *,
    same: bool,
) -> Screen:
    workspace = state.workspace()
    store, ledger = open_labels(workspace), shared.ledger(workspace, dataset)
    session = LabelSession(dataset.fingerprint, settings.annotator, holder)
    request = QueueRequest(
        _streams(dataset, settings, model),
        MOST_HELD,
        settings.double,
        settings.audit,
        answered=settings.queue in (Queue.SUSPECTS, Queue.ADJUDICATION),
        keep_all=same,
    )
    left = rows_left(ledger, session, request)
    request = replace(request, count=rows_to_hold(left))
    rows = tuple(take(store, ledger, session, request))
    return Screen(asked, rows, (request.count + 1) // 2, max(left - len(rows), 0))


def _streams(
    dataset: Dataset, settings: LabelSettings, model: QuickModel | None
) -> tuple[Stream, ...]:
    workspace = state.workspace()
    selection = None
    if settings.queue is Queue.SELECTION:
        found = shared.rows_of_filter(workspace, dataset, state.row_filter())
        selection = np.asarray(found, np.int64)
    order = reads.open_rows(workspace, dataset, settings.scope)
    material = Material(order, model, settings.target, selection)
    return streams(workspace, open_labels(workspace), dataset, settings.queue, material)


def drop_answered(stored: list[dict[str, Any]]) -> None:
    """Take answered rows from the screen; after an undo it is filled anew."""
    screen: Screen = st.session_state.get(_SCREEN, Screen())
    done = {
        (one["row"], one["queue"])
        for one in stored
        if one["action"] in (Action.LABEL.value, Action.SKIP.value)
    }
    left = tuple(one for one in screen.rows if (one.row, one.queue) not in done)
    undone = any(one["action"] == Action.UNDO.value for one in stored)
    st.session_state[_SCREEN] = replace(screen, rows=() if undone else left)
