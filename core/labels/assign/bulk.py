"""One label for many rows at once, and one undo for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.errors import BadInput, NotFound
from core.labels.guidelines import guideline
from core.labels.store.events import BULK, Action, LabelEvent
from core.labels.store.schema import EVENTS
from core.labels.store.store import Batch, LabelStore

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
        _insert(
            batch,
            (
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
            ),
        )
    return name


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
        _insert(
            batch,
            (
                LabelEvent(
                    fingerprint=event.fingerprint,
                    row=event.row,
                    action=Action.UNDO,
                    annotator=annotator,
                    queue=BULK,
                    undoes=event.id,
                )
                for event in given
            ),
        )
    return len(given)


def _check(rows: int, value: str, classes: tuple[str, ...]) -> None:
    if not 0 < rows <= MAX_ROWS:
        raise BadInput(
            f"1 to {MAX_ROWS:,} rows to label at once", f"{rows:,}", "choose fewer or others"
        )
    if value not in classes:
        raise BadInput("one of the classes of the data set", repr(value), "choose another")


def _insert(batch: Batch, events: Iterable[LabelEvent]) -> None:
    now = batch.now_ms()
    lines = [{**asdict(event), "action": event.action.value, "at_ms": now} for event in events]
    for line in lines:
        del line["id"]
    batch.connection.execute(sa.insert(EVENTS), lines)
