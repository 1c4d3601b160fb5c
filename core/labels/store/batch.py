"""Label events that are stored together; see `core.labels.store.store`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields, replace
from typing import Any

import sqlalchemy as sa

from core.labels.store.events import Action, LabelEvent
from core.labels.store.schema import EVENTS, STANDING


class Batch:
    """Events that are stored together: all of them, or none."""

    def __init__(self, connection: sa.Connection, now_ms: Callable[[], int]) -> None:
        self.connection = connection
        self.now_ms = now_ms

    def add(self, event: LabelEvent, *, at_ms: int | None = None) -> LabelEvent:
        """Add an event; gives the stored one if its `client_event` has come before.

        `at_ms` is when it happened, where that was earlier, as for an import.
        """
        known = self.find(event.client_event)
        if known is not None:
            return known
        stamped = replace(event, at_ms=self.now_ms() if at_ms is None else at_ms)
        values = {**asdict(stamped), "action": event.action.value}
        del values["id"]
        key = self.connection.execute(sa.insert(EVENTS).values(values)).inserted_primary_key
        assert key is not None
        return replace(stamped, id=key[0])

    def add_all(self, events: Iterable[LabelEvent]) -> None:
        """Add many events in one go; none of them may have come before."""
        now = self.now_ms()
        lines = [{**asdict(event), "action": event.action.value, "at_ms": now} for event in events]
        for line in lines:
            del line["id"]
        if lines:  # An insert of no rows would be one of a row without values.
            self.connection.execute(sa.insert(EVENTS), lines)

    def find(self, client_event: str) -> LabelEvent | None:
        """The event of that name; None if it has never come."""
        found = self.connection.execute(
            sa.select(EVENTS).where(EVENTS.c.client_event == client_event)
        ).first()
        return None if found is None else stored_event(found)

    def take_back(self, event: LabelEvent, *, annotator: str, **values: Any) -> LabelEvent:
        """Undo an event, once however often this is asked; gives the event that undoes it."""
        undone = EVENTS.c.undoes == event.id
        known = self.connection.execute(sa.select(EVENTS).where(undone)).first()
        if known is not None:
            return stored_event(known)
        return self.add(
            LabelEvent(
                fingerprint=event.fingerprint,
                row=event.row,
                action=Action.UNDO,
                annotator=annotator,
                queue=event.queue,
                undoes=event.id,
                **values,
            )
        )

    def standing(self, where: sa.ColumnElement[bool]) -> list[LabelEvent]:
        """The events not undone that `where` picks, oldest first."""
        wanted = sa.select(EVENTS).where(STANDING, where).order_by(EVENTS.c.id)
        return [stored_event(row) for row in self.connection.execute(wanted)]


def stored_event(row: sa.Row[Any]) -> LabelEvent:
    """The event of a line of the table."""
    values = {each.name: getattr(row, each.name) for each in fields(LabelEvent)}
    return LabelEvent(**{**values, "action": Action(values["action"])})
