"""How many labels a data set has, in a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.data.dataset import Dataset
from core.labels.store.events import Action
from core.labels.store.schema import CURRENT_LABELS, EVENTS, STANDING
from core.labels.store.store import LabelStore


@dataclass(frozen=True)
class LabelCounts:
    """Figures of one data set.

    Attributes:
        events: All that was ever stored, undos too.
        rows: Rows by their current label, the commonest first.
        annotators: How many rows each person has labelled, the busiest first.
        flagged: Rows with a flag that has not been taken back.
    """

    events: int
    rows: dict[str, int]
    annotators: dict[str, int]
    flagged: int


def label_counts(store: LabelStore, dataset: Dataset) -> LabelCounts:
    """Count what people did with the rows of a data set.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    of_dataset = EVENTS.c.fingerprint == dataset.fingerprint
    distinct_rows = sa.func.count(EVENTS.c.row.distinct())
    current = sa.select(CURRENT_LABELS.c.value, sa.func.count()).where(
        CURRENT_LABELS.c.fingerprint == dataset.fingerprint
    )
    people = sa.select(EVENTS.c.annotator, distinct_rows).where(
        STANDING, of_dataset, EVENTS.c.action == Action.LABEL.value
    )
    flags = sa.select(distinct_rows).where(
        STANDING, of_dataset, EVENTS.c.action == Action.FLAG.value
    )
    with store.reading() as connection:
        return LabelCounts(
            events=connection.execute(sa.select(sa.func.count()).where(of_dataset)).scalar_one(),
            rows=_largest_first(connection, current.group_by(CURRENT_LABELS.c.value)),
            annotators=_largest_first(connection, people.group_by(EVENTS.c.annotator)),
            flagged=connection.execute(flags).scalar_one(),
        )


def _largest_first(connection: sa.Connection, wanted: sa.Select[Any]) -> dict[str, int]:
    counts = [(str(name), int(count)) for name, count in connection.execute(wanted)]
    return dict(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
