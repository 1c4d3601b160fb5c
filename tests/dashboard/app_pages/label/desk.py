"""The label queue as a tab of the browser has it, without a browser."""

import itertools
from collections.abc import Callable

import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.labels.assign.queues import Queue
from core.labels.guidelines import Guideline
from core.labels.quick_model.quick_model_job import Scope
from dashboard.app_pages.label.label_settings import LabelSettings
from dashboard.app_pages.label.label_view import _receive, label_view
from dashboard.widgets.label_queue.label_queue import KEY
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import sent

GUIDE = Guideline(3, "Rude is 1.", ("0", "1"))
TAB = "tab-of-this-test"
HELD = 10
"""Rows that a tab holds of a hundred."""
numbers = itertools.count(1)


def settings(queue: Queue = Queue.RANDOM, **more: object) -> LabelSettings:
    values = {
        "annotator": "ann", "queue": queue, "scope": Scope(False, LabelSource.HUMAN), "target": 1,
        "suggest": False, "blur": False, "goal": 200, "double": 0.0, "audit": 0.0,
    }  # fmt: skip
    return LabelSettings(**{**values, **more})


def at_desk(dataset: Dataset, chosen: LabelSettings) -> None:
    """The view; presses that have come are heard before it, as Streamlit does with a callback."""
    if st.session_state.pop("arrived", False):
        _receive(dataset, GUIDE, chosen)
    label_view(dataset, GUIDE, chosen)


def desk(app: AppTest) -> dict:
    (shown,) = sent(app)
    return shown


def press(dataset: Dataset, item: dict, value: str | None = "1", **more: object) -> dict:
    """A press of a key as the browser sends it."""
    return {
        "client_event": f"press-{next(numbers):06d}", "fingerprint": dataset.fingerprint,
        "annotator": "ann", "row": item["row"], "queue": item["queue"],
        "action": "label" if value is not None else "skip", "value": value, "spent": 1_200,
        "guideline": GUIDE.version, "suggestion": None, **more,
    }  # fmt: skip


def send(app: AppTest, *presses: object, round_: int = 1) -> AppTest:
    app.session_state[KEY] = {"holder": TAB, "events": {"round": round_, "list": list(presses)}}
    app.session_state["arrived"] = True
    app.run()
    assert not app.exception
    return app


def desk_opener(draw: Draw) -> Callable[..., AppTest]:
    """What opens the view in a tab that has told its name, which a browser does at once."""

    def open_(dataset: Dataset, chosen: LabelSettings | None = None, **session) -> AppTest:
        app = draw(at_desk, dataset, chosen or settings(), session=session)
        app.session_state[KEY] = {"holder": TAB}
        app.run()
        assert not app.exception
        return app

    return open_
