"""What somebody did with a row: an event that is stored once and never changed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import Enum

AUDIT = "audit"
"""The queue of a person's own rows that are asked again unseen: no answer of its own."""
DOUBLE = "double"
"""The queue of rows that somebody else has labelled, to be labelled once more unseen."""
BULK = "bulk"
"""The queue of labels that one click gave to many rows."""
IMPORT = "import"
"""The queue of labels that came in a table."""


class Action(str, Enum):
    """What somebody did with a row.

    LABEL says that `value` is its label, whether it was that before or not; SKIP that there is
    no answer for now; FLAG that somebody should look at it; NOTE keeps `reason` with it; UNDO
    takes the event `undoes` back.
    """

    LABEL = "label"
    SKIP = "skip"
    FLAG = "flag"
    NOTE = "note"
    UNDO = "undo"


@dataclass(frozen=True, kw_only=True)
class LabelEvent:
    """One press of a key.

    Attributes:
        fingerprint: Of the data set that the row is in.
        row: The row's number there.
        action: What was done.
        annotator: Who did it.
        value: The label; None unless `action` is LABEL.
        queue: Which list the row was served from, such as "suspects" or "mixed/random".
        reason: Why, in a few words; the text of a note.
        suggestion: The label that was proposed; None if none was shown.
        guideline: Version of the guideline that was shown.
        spent_ms: Milliseconds from the sight of the row to the press; None if unknown.
        client_event: Its name, given by the sender: one that is sent twice is stored once.
        batch: Names a click that labelled many rows at once; "" for one row.
        undoes: The id of the event that is taken back; None unless `action` is UNDO.
        at_ms: Milliseconds since 1970, UTC; the store sets it.
        id: The event's number, ascending; the store sets it.
    """

    fingerprint: str
    row: int
    action: Action
    annotator: str
    value: str | None = None
    queue: str = ""
    reason: str = ""
    suggestion: str | None = None
    guideline: str = ""
    spent_ms: int | None = None
    client_event: str = field(default_factory=lambda: uuid.uuid4().hex)
    batch: str = ""
    undoes: int | None = None
    at_ms: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        if (self.value is not None) != (self.action is Action.LABEL):
            raise ValueError(f"{self.action.value} with the value {self.value!r}")
        if (self.undoes is not None) != (self.action is Action.UNDO):
            raise ValueError(f"{self.action.value} of the event {self.undoes!r}")
