"""The one way in which label events go: all that people did with one data set, on demand."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from core.labels.store.schema import (
    CLASS_KEYS,
    EVENTS,
    GUIDELINES,
    LEASES,
    deletions_allowed,
)
from core.labels.store.store import LabelStore


def erase_labels(
    store: LabelStore, fingerprint: str, *, once: Callable[[], object] = lambda: None
) -> int:
    """Delete every event about the rows of a data set, its guidelines and their keys: for good, in
    one step, and for everybody who uses the store.

    Args:
        store: Where they are.
        fingerprint: Of the data set.
        once: Done when the store has taken the deletion; what it raises keeps all as it was.

    Returns:
        How many events there were.

    Raises:
        SincerelyError: as `LabelStore.writing`; then nothing is deleted.
    """
    with store.writing() as batch:
        connection = batch.connection
        if connection.dialect.name == "sqlite":
            # Else the texts of notes would stay in the file's free pages.
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        with deletions_allowed(connection):
            of_dataset = EVENTS.c.fingerprint == fingerprint
            found = connection.execute(sa.select(sa.func.count()).where(of_dataset)).scalar_one()
            for table in (EVENTS, GUIDELINES, CLASS_KEYS, LEASES):
                gone = sa.delete(table).where(table.c.fingerprint == fingerprint)
                connection.execute(gone)
        once()
    return int(found)
