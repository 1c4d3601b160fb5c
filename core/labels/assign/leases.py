"""Rows that are on somebody's screen are leased to that browser tab.

A lease that is not renewed runs out, so that the rows of somebody who left come to others.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.labels.store.batch import Batch
from core.labels.store.schema import LEASES
from core.labels.store.store import LabelStore

LEASE_MS = 10 * 60 * 1000


@dataclass(frozen=True)
class LabelSession:
    """Somebody at a browser tab, labelling a data set; `holder` names the tab."""

    fingerprint: str
    annotator: str
    holder: str


@dataclass(frozen=True)
class Assignment:
    """A row to ask about, the stream that it came from, and whether others have it, too."""

    row: int
    queue: str
    shared: bool = field(default=False, compare=False)


def renew(batch: Batch, session: LabelSession) -> None:
    """Let the leases of a tab at which somebody works run anew.

    One that has run out meanwhile does not, where another tab got its row.
    """
    now, others = batch.now_ms(), LEASES.alias("others")
    own = sa.and_(LEASES.c.fingerprint == session.fingerprint, LEASES.c.holder == session.holder)
    elsewhere = sa.exists().where(
        others.c.fingerprint == LEASES.c.fingerprint,
        others.c.row == LEASES.c.row,
        others.c.holder != LEASES.c.holder,
        _runs(others.c, now),
    )
    still = sa.or_(_runs(LEASES.c, now), ~elsewhere.correlate(LEASES))
    batch.connection.execute(sa.update(LEASES).where(own, still).values(until_ms=now + LEASE_MS))


def give_back(batch: Batch, session: LabelSession, rows: Sequence[int]) -> None:
    """End the leases of these rows."""
    for row in rows:
        batch.connection.execute(
            sa.delete(LEASES).where(
                LEASES.c.fingerprint == session.fingerprint,
                LEASES.c.row == row,
                LEASES.c.holder == session.holder,
            )
        )


def hold(batch: Batch, session: LabelSession, assigned: Assignment) -> None:
    """Lease one row to a tab, in front of those it holds: its answer was taken back."""
    give_back(batch, session, [assigned.row])
    own = sa.and_(LEASES.c.fingerprint == session.fingerprint, LEASES.c.holder == session.holder)
    first = batch.connection.execute(sa.select(sa.func.min(LEASES.c.place)).where(own)).scalar()
    _insert(batch, session, [assigned], batch.now_ms(), first=(first or 0) - 1)


def release(store: LabelStore, holder: str, *, unless: Callable[[], bool] = lambda: False) -> None:
    """End all leases of a tab that was closed.

    Args:
        store: Where leases are.
        holder: The tab.
        unless: Whether the tab is open after all. Asked when nobody else can lease rows any more:
            a tab that was reloaded meanwhile keeps what it leased.

    Raises:
        SincerelyError: as `LabelStore.writing`.
    """
    with store.writing() as batch:
        if not unless():
            batch.connection.execute(sa.delete(LEASES).where(LEASES.c.holder == holder))


def rows_elsewhere(batch: Batch, session: LabelSession) -> dict[int, int]:
    """Rows on other screens, with the place that each has there."""
    wanted = sa.select(LEASES.c.row, LEASES.c.place).where(
        LEASES.c.fingerprint == session.fingerprint,
        LEASES.c.holder != session.holder,
        _runs(LEASES.c, batch.now_ms()),
    )
    return {int(row): int(place) for row, place in batch.connection.execute(wanted)}


def held_rows(batch: Batch, session: LabelSession, elsewhere: Container[int]) -> list[Assignment]:
    """The rows on this screen, in their order; none that somebody else got after its lease."""
    runs = _runs(LEASES.c, batch.now_ms()).label("runs")
    wanted = sa.select(LEASES.c.row, LEASES.c.queue, runs).where(
        LEASES.c.fingerprint == session.fingerprint, LEASES.c.holder == session.holder
    )
    found = batch.connection.execute(wanted.order_by(LEASES.c.place)).all()
    return [
        Assignment(int(row), queue)
        for row, queue, runs in found
        if runs or int(row) not in elsewhere
    ]


def lease(batch: Batch, session: LabelSession, assigned: Sequence[Assignment]) -> None:
    """Make these the tab's only leases, and let all run anew."""
    own = sa.and_(LEASES.c.fingerprint == session.fingerprint, LEASES.c.holder == session.holder)
    batch.connection.execute(sa.delete(LEASES).where(own))
    _insert(batch, session, assigned, batch.now_ms())


def _runs(lease: Any, now: int) -> sa.ColumnElement[bool]:
    """Whether a lease holds; one that is longer than any can be is of a clock that went back."""
    return sa.and_(lease.until_ms > now, lease.until_ms <= now + LEASE_MS)


def _insert(
    batch: Batch, session: LabelSession, assigned: Sequence[Assignment], now: int, *, first: int = 0
) -> None:
    lines = [
        {
            "fingerprint": session.fingerprint,
            "row": one.row,
            "holder": session.holder,
            "annotator": session.annotator,
            "queue": one.queue,
            "place": place,
            "until_ms": now + LEASE_MS,
        }
        for place, one in enumerate(assigned, first)
    ]
    if lines:
        batch.connection.execute(sa.insert(LEASES), lines)
