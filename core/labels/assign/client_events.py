"""What a browser says somebody pressed: read with suspicion, stored in order, acknowledged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, TypeGuard

from core.errors import BadInput, NotFound
from core.labels.annotators import checked_annotator
from core.labels.assign.leases import Assignment, LabelSession, give_back, hold, renew
from core.labels.store.batch import Batch
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore

MAX_NOTE = 2_000
_MAX_EVENTS = 5_000
_NAME = re.compile(r"[0-9a-z-]{8,64}")
_QUEUE = re.compile(r"[a-z]{1,20}(/[a-z]{1,20})?")
_MAX_MS = 24 * 3600 * 1000

Entry: TypeAlias = Mapping[str, object]
"""What the browser says of one event: nothing of it is trusted."""


@dataclass(frozen=True)
class Target:
    """A data set that events may be about: how many rows it has, and its classes."""

    rows: int
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    """What became of events, by their names.

    Attributes:
        stored: On the disk for good.
        refused: Why they never can be; the others are to be sent again.
    """

    stored: tuple[str, ...]
    refused: dict[str, str]


def record(
    store: LabelStore,
    raw: object,
    *,
    holder: str,
    target: Callable[[str], Target],
) -> Receipt:
    """Store events in the order they come; an event that came before is stored once.

    Args:
        store: Where to.
        raw: What the browser sent: a list of objects as `outbox.js` makes them.
        holder: The tab that sent them.
        target: Gives the data set of a fingerprint; raises NotFound where there is none.

    Raises:
        BadInput: it is no such list.
        SincerelyError: as `LabelStore.writing`; then none of them is stored.
    """
    if not isinstance(raw, list) or len(raw) > _MAX_EVENTS:
        raise BadInput("a list of events", "something else", "reload the page")
    stored, refused = [], {}
    target = cache(target)  # Hundreds of events may come at once, and others wait to write.
    with store.writing() as batch:
        for entry in raw:
            name = _name(entry)
            try:
                _store(batch, entry, name, holder, target)
            except (BadInput, NotFound) as error:  # Others pass: then it is to be sent again.
                refused[name] = str(error)
            else:
                stored.append(name)
    return Receipt(tuple(stored), refused)


def _store(
    batch: Batch, entry: Entry, name: str, holder: str, target: Callable[[str], Target]
) -> None:
    fingerprint = _text(entry, "fingerprint", 64)
    annotator = checked_annotator(_text(entry, "annotator", 200))
    session = LabelSession(fingerprint, annotator, holder)
    known = target(fingerprint)
    if entry.get("action") == Action.UNDO.value:
        _undo(batch, entry, name, session)
        return
    event = _event(entry, name, known, annotator)
    batch.add(event)
    if event.action in (Action.LABEL, Action.SKIP):
        give_back(batch, session, [event.row])
        renew(batch, session)


def _undo(batch: Batch, entry: Entry, name: str, session: LabelSession) -> None:
    """Undoing names the event that it takes back: with two tabs, "the last" may be another's."""
    found = batch.find(_text(entry, "undoes", 64))
    own = found is not None and found.annotator == session.annotator
    if found is None or not own or found.fingerprint != session.fingerprint:
        raise BadInput("an answer of your own to undo", "none of that name", "reload the page")
    if found.action is Action.UNDO:
        raise BadInput("an answer to undo", "an undo", "answer the text again")
    named = batch.find(name)
    if named is not None and named.undoes != found.id:
        raise BadInput("an event with a name of its own", "that of another", "reload the page")
    batch.take_back(found, annotator=session.annotator, client_event=name)
    if found.action in (Action.LABEL, Action.SKIP):
        hold(batch, session, Assignment(found.row, found.queue))


def _event(entry: Entry, name: str, known: Target, annotator: str) -> LabelEvent:
    row, value = entry.get("row"), _class(entry.get("value"), known)
    if not _is_count(row) or row >= known.rows:
        raise BadInput(f"a row below {known.rows:,}", repr(row)[:40], "reload the page")
    action = _action(entry)
    if action is Action.LABEL and value is None:
        found = repr(entry.get("value"))[:80]
        raise BadInput("one of the classes of the data set", found, "answer the text again")
    queue = _text(entry, "queue", 64)
    if not _QUEUE.fullmatch(queue):
        raise BadInput("the name of a queue", repr(queue), "reload the page")
    guideline, spent = entry.get("guideline"), entry.get("spent")
    return LabelEvent(
        fingerprint=_text(entry, "fingerprint", 64),
        row=row,
        action=action,
        annotator=annotator,
        value=value if action is Action.LABEL else None,
        queue=queue,
        reason=_note(entry, action),
        suggestion=_class(entry.get("suggestion"), known),
        guideline=str(guideline)[:20] if _is_count(guideline) else "",
        spent_ms=spent if _is_count(spent) and spent <= _MAX_MS else None,
        client_event=name,
    )


def _class(value: object, known: Target) -> str | None:
    """The value, if it is one of the classes."""
    return value if isinstance(value, str) and value in known.classes else None


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _action(entry: Entry) -> Action:
    try:
        return Action(entry.get("action"))
    except ValueError as error:
        raise BadInput(
            "an action such as label", repr(entry.get("action"))[:40], "reload the page"
        ) from error


def _note(entry: Entry, action: Action) -> str:
    if action is not Action.NOTE:
        return ""
    text = _text(entry, "reason", 10 * MAX_NOTE).strip()
    if not 0 < len(text) <= MAX_NOTE:
        raise BadInput(
            f"a note of 1 to {MAX_NOTE:,} characters", f"{len(text):,}", "shorten it or leave it"
        )
    return text


def _name(entry: object) -> str:
    name = entry.get("client_event") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadInput("events with names", "one without", "reload the page")
    return name


def _text(entry: Entry, key: str, longest: int) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or len(value) > longest:
        raise BadInput(f"an event with its {key}", "one without", "reload the page")
    # Neither NUL nor half of a pair is taken by every database.
    return value.replace("\x00", "").encode("utf-8", "replace").decode()
