"""The queue of texts to label: one key is a label and the next text.

Streamlit's own shortcuts lose fast presses. Here the browser shows the next text at once, keeps
every event until it hears that it is stored, and sends it again until then; see `outbox.js`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.widgets.bundle import bundle

KEY = "label_queue"
LONGEST = 20_000
"""Characters of a text that are sent; more is no short text."""
LONGEST_CELL = 2_000
"""Characters of a cell beside it that are sent."""
_FILES = Path(__file__)
_HTML = _FILES.with_suffix(".html").read_text(encoding="utf-8")
_CSS = _FILES.with_suffix(".css").read_text(encoding="utf-8")
_JS = bundle(_FILES.with_suffix(".js"))


@dataclass(frozen=True)
class Item:
    """A text to label.

    Args:
        row: Its number in the data set.
        queue: What it was served from; goes into the label's event.
        text: The text, shown as it is.
        about: Why it is asked, in a few words.
        suggestion: The class that the model proposes; None without a model.
        sure: The model's probability of it, 0 to 1.
        words: Start and end of words that speak for it.
        given: The label in the file, where the queue is about it.
        cells: Names and cells of further columns, shown below the text.
        answer: What was answered, for an item of the history: action, value and client event.
    """

    row: int
    queue: str
    text: str
    about: str = ""
    suggestion: str | None = None
    sure: float = 0.0
    words: Sequence[tuple[int, int]] = ()
    given: str | None = None
    cells: Sequence[tuple[str, str]] = ()
    answer: Mapping[str, str | None] | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of the events that were sent last; see `core.labels.assign.client_events`.

    `round` is the number that the browser gave that message.
    """

    round: int = 0
    stored: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Desk:
    """What the queue shows.

    Args:
        asked: Names data set, queue and person: when it changes, the queue starts afresh.
        store: Names the label store.
        fingerprint: Of the data set.
        annotator: Whose labels they are.
        classes: To choose from; of two, the second is the positive one.
        keys: The keys that give them, by class.
        guideline: Version of the guideline beside it; 0 for none.
        guide: Its text.
        suggest: Show the model's answer and words before the answer, not after.
        blur: Blur texts until asked for.
        goal: Labels to give in this sitting.
        left: Rows that may still be asked; None where that is unknown.
        totals: Rows labelled by anybody and by this person, by the names labelled and own.
        nothing: What stands there when no text is left.
        history: Answers of before, oldest first.
    """

    asked: str
    store: str
    fingerprint: str
    annotator: str
    classes: Sequence[str]
    keys: Mapping[str, Sequence[str]]
    guideline: int
    guide: str
    suggest: bool
    blur: bool
    goal: int
    left: int | None
    totals: Mapping[str, int]
    nothing: str
    history: Sequence[Item]


def label_queue(
    desk: Desk, items: Sequence[Item], receipt: Receipt, *, on_events: Callable[[], None]
) -> None:
    """Show the queue.

    Args:
        desk: All that changes seldom.
        items: The next texts, in order; the first one is on the screen.
        receipt: What became of the events sent last.
        on_events: Called when events have come: `sent_events` gives them.
    """
    positive = desk.classes[1] if len(desk.classes) == 2 else None
    data: dict[str, Any] = {
        **{name: value for name, value in vars(desk).items() if name != "keys"},
        "classes": [
            {"name": name, "keys": list(desk.keys.get(name, ())), "tone": tone}
            for tone, name in enumerate(desk.classes)
        ],
        "positive": positive,
        "history": [_payload(item) for item in desk.history],
        "items": [_payload(item) for item in items],
        "receipt": {
            "round": receipt.round,
            "stored": list(receipt.stored),
            "refused": dict(receipt.refused),
            "fault": receipt.fault,
        },
    }
    _component()(key=KEY, data=data, on_events_change=on_events, on_holder_change=_noted)


def sent_events() -> object:
    """The events that the browser sent last, as it sent them; None before the first."""
    events = _state().get("events")
    return events.get("list") if isinstance(events, dict) else None


def sent_round() -> int:
    """The number of the message that the events came in."""
    events = _state().get("events")
    number = events.get("round") if isinstance(events, dict) else 0
    return number if isinstance(number, int) else 0


def tab() -> str | None:
    """Names the browser tab; None until it has told."""
    holder = _state().get("holder")
    return holder[:64] if isinstance(holder, str) and holder else None


def _state() -> Mapping[str, Any]:
    found: Mapping[str, Any] = st.session_state.get(KEY) or {}
    return found


def _noted() -> None:
    """Streamlit lists a state among a component's own only if it has a callback."""


def _payload(item: Item) -> dict[str, Any]:
    text = item.text if len(item.text) <= LONGEST else f"{item.text[:LONGEST]} …"
    return {
        **vars(item),
        "text": text,
        "words": [list(word) for word in item.words],
        "cells": [[name, _cut(cell)] for name, cell in item.cells],
        "answer": None if item.answer is None else dict(item.answer),
    }


def _cut(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]} …"


def _component() -> Any:
    """Register the queue and return the function that mounts it; see `live_chart` for why here."""
    return st.components.v2.component("sincerely_label_queue", html=_HTML, css=_CSS, js=_JS)
