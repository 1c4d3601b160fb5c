"""One label for many rows at once, and one undo for all of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.errors import BadInput, NotFound
from core.labels.guidelines import guideline
from core.labels.store.events import BULK, Action, LabelEvent
from core.labels.store.schema import EVENTS, STANDING
from core.labels.store.store import LabelStore

MAX_ROWS = 100_000


def label_all(
    store: LabelStore,
    dataset: Dataset,
    rows: NDArray[np.integer[Any]],
    value: str,
    *,
    annotator: str,
    reason: str,
) -> str:
    """Give many rows the same label: all of them, or none.

    Args:
        store: Where to.
        dataset: Whose rows they are.
        rows: Their numbers, shape (n,), at most MAX_ROWS.
        value: The label.
        annotator: Who says so.
        reason: How the rows were found.

    Returns:
        The name of the batch, for `undo_all`.

    Raises:
        BadInput: no rows, too many, or no such class.
        SincerelyError: as `LabelStore.writing`.
    """
    guide = guideline(store, dataset)
    _check(len(rows), value, guide.classes)
    name = uuid.uuid4().hex
    with store.writing() as batch:
        batch.add_all(
            LabelEvent(
                fingerprint=dataset.fingerprint,
                row=int(row),
                action=Action.LABEL,
                annotator=annotator,
                value=value,
                queue=BULK,
                reason=reason,
                batch=name,
                guideline=str(guide.version) if guide.version else "",
            )
            for row in rows
        )
    return name


@dataclass(frozen=True)
class BulkLabel:
    """A click that labelled many rows, as far as it holds.

    Attributes:
        name: Of the batch, for `undo_all`.
        value: The label that it gave.
        rows: How many rows still have an event of it.
    """

    name: str
    value: str
    rows: int


def last_bulk(store: LabelStore, dataset: Dataset, annotator: str) -> BulkLabel | None:
    """A person's last click on a data set that has not been taken back; None where there is none.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    # From the newest event back. Concatenated, because the index of fingerprints would have the
    # database sort all events of the data set: 13 times as long where there are 200,000.
    of_dataset = EVENTS.c.fingerprint.concat("") == dataset.fingerprint
    own = sa.and_(EVENTS.c.batch != "", EVENTS.c.annotator == annotator, of_dataset, STANDING)
    newest = sa.select(EVENTS).where(own).order_by(EVENTS.c.id.desc()).limit(1)
    with store.reading() as connection:
        last = connection.execute(newest).first()
        if last is None:
            return None
        # One transaction has stored them all, and others wait meanwhile: their numbers follow.
        of_batch = sa.and_(own, EVENTS.c.batch == last.batch, EVENTS.c.id > last.id - MAX_ROWS)
        rows = connection.execute(sa.select(sa.func.count()).where(of_batch)).scalar_one()
    return BulkLabel(last.batch, last.value, rows)


def undo_all(store: LabelStore, dataset: Dataset, name: str, *, annotator: str) -> int:
    """Take a batch back as a whole.

    Returns:
        How many labels were taken back.

    Raises:
        NotFound: there is no such batch, or it has been taken back.
        SincerelyError: as `LabelStore.writing`.
    """
    own = sa.and_(EVENTS.c.fingerprint == dataset.fingerprint, EVENTS.c.batch == name)
    with store.writing() as batch:
        given = batch.standing(own)
        if not given:
            raise NotFound("labels to take back", "none of that click", "reload the page")
        batch.add_all(
            LabelEvent(
                fingerprint=event.fingerprint,
                row=event.row,
                action=Action.UNDO,
                annotator=annotator,
                queue=BULK,
                undoes=event.id,
            )
            for event in given
        )
    return len(given)


def _check(rows: int, value: str, classes: tuple[str, ...]) -> None:
    if not 0 < rows <= MAX_ROWS:
        raise BadInput(
            f"1 to {MAX_ROWS:,} rows to label at once", f"{rows:,}", "choose fewer or others"
        )
    if value not in classes:
        raise BadInput("one of the classes of the data set", repr(value), "choose another")
