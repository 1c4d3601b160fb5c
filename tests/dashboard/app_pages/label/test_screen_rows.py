"""The rows that a tab holds, without the widget that shows them."""

from typing import Any

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.labels.assign.leases import Assignment
from core.labels.assign.queues import Queue
from core.labels.store.events import Action, LabelEvent
from core.labels.store.schema import LEASES
from core.labels.store.store import LabelStore
from dashboard.app_pages.label.screen_rows import Screen, drop_answered, screen_rows
from dashboard.widgets.label_queue.label_queue import KEY
from tests import toy
from tests.dashboard.app_pages.label.desk import HELD, TAB, settings
from tests.dashboard.conftest import Draw

SESSION = "test session id"
"""What Streamlit calls a session of its AppTest."""


def screened(dataset: Dataset) -> Screen:
    """The screen after what has arrived is stored and dropped, as the label view does it."""
    if stored := st.session_state.pop("stored", []):
        drop_answered(stored)
    queue = st.session_state.get("queue", Queue.RANDOM)
    return screen_rows(dataset, settings(queue), queue.value, None)


@pytest.fixture
def opened(draw: Draw, dataset: Dataset) -> AppTest:
    return draw(screened, dataset, session={KEY: {"holder": TAB}})


def screen(app: AppTest, **session: object) -> Screen:
    """What the tab holds after another look, for which the session has this."""
    for key, value in session.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception
    return app.session_state["drawn"]


def answer(store: LabelStore, dataset: Dataset, *rows: Assignment) -> list[dict[str, Any]]:
    """Label rows; gives what the browser's queue is told of it."""
    with store.writing() as batch:
        batch.add_all(
            LabelEvent(fingerprint=dataset.fingerprint, row=one.row, action=Action.LABEL,
                       value="1", annotator="ann", queue=one.queue)
            for one in rows
        )  # fmt: skip
    return [told(one) for one in rows]


def told(one: Assignment, action: Action = Action.LABEL, queue: str = "") -> dict[str, Any]:
    return {"row": one.row, "queue": queue or one.queue, "action": action.value}


def leased(store: LabelStore) -> set[int]:
    with store.reading() as connection:
        return set(connection.execute(sa.select(LEASES.c.row)).scalars())


def test_before_a_tab_has_a_name_it_holds_nothing(
    draw: Draw, dataset: Dataset, store: LabelStore
) -> None:
    app = draw(screened, dataset)

    assert app.session_state["drawn"] == Screen()
    assert leased(store) == set()


def test_a_tab_holds_a_tenth_until_half_of_it_is_answered(
    opened: AppTest, dataset: Dataset, store: LabelStore
) -> None:
    first = screen(opened)
    assert (len(first.rows), first.refill, first.beyond) == (HELD, HELD // 2, 100 - HELD)
    assert leased(store) == {one.row for one in first.rows}

    half = screen(opened, stored=answer(store, dataset, *first.rows[: HELD // 2]))
    assert (half.rows, half.beyond) == (first.rows[HELD // 2 :], first.beyond)

    more = screen(opened, stored=answer(store, dataset, half.rows[0]))
    assert more.rows[: HELD // 2 - 1] == half.rows[1:]  # What was there stays where it was.
    assert (len(more.rows), more.beyond) == (HELD - 1, 94 - (HELD - 1))


def test_only_rows_that_are_answered_in_their_queue_leave_the_screen(
    opened: AppTest, store: LabelStore
) -> None:
    skipped, noted, flagged, elsewhere, *_ = before = screen(opened).rows

    after = screen(
        opened,
        stored=[
            told(skipped, Action.SKIP),
            told(noted, Action.NOTE),
            told(flagged, Action.FLAG),
            told(elsewhere, queue="suspects"),
        ],
    )

    assert after.rows == before[1:]


def test_after_an_undo_the_screen_is_filled_anew(
    opened: AppTest, dataset: Dataset, store: LabelStore
) -> None:
    first, second, *_ = before = screen(opened).rows
    screen(opened, stored=answer(store, dataset, first, second))
    store.undo(dataset.fingerprint, annotator="ann", queue=second.queue)

    after = screen(opened, stored=[told(second, Action.UNDO)])

    assert len(after.rows) == HELD - 1  # A tenth of 99 rows.
    assert second.row in {one.row for one in after.rows}
    assert first.row not in {one.row for one in after.rows}
    assert {one.row for one in before[2:]} <= {one.row for one in after.rows}


def test_another_queue_starts_afresh_and_gives_the_rows_of_the_first_back(
    opened: AppTest, store: LabelStore
) -> None:
    other = screen(opened, queue=Queue.ADJUDICATION)

    assert (other.asked, other.rows, other.beyond) == (Queue.ADJUDICATION.value, (), 0)
    assert leased(store) == set()


def test_rows_go_back_when_the_connection_ends_and_come_again_with_the_next_one(
    opened: AppTest, store: LabelStore
) -> None:
    before = screen(opened).rows

    clear_session_resource_cache(SESSION)  # As Streamlit does when a browser has gone.
    toy.wait_until(lambda: not leased(store))

    assert len(screen(opened).rows) == len(before)
    assert leased(store) == {one.row for one in screen(opened).rows}
