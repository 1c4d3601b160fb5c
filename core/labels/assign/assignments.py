"""Hand out rows to people who label, so that no two get the same one unless that is wanted.

A row on somebody's screen is leased to that browser tab. A lease that is not renewed runs out, so
that the rows of somebody who left come to others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core.labels.assign.queues import Stream, slots
from core.labels.store.events import AUDIT, BULK, DOUBLE, IMPORT, Action
from core.labels.store.ledger import Ledger
from core.labels.store.schema import EVENTS, LEASES
from core.labels.store.store import Batch, LabelStore

LEASE_MS = 10 * 60 * 1000
_AUDIT_AGE = 20
"""So many answers lie between a person's answer and the same question again."""


@dataclass(frozen=True)
class Seat:
    """Somebody at a browser tab, labelling a data set; `holder` names the tab."""

    fingerprint: str
    annotator: str
    holder: str


@dataclass(frozen=True)
class Served:
    """A row to ask about, and the stream that it came from."""

    row: int
    queue: str


@dataclass(frozen=True)
class Wish:
    """What a tab asks for.

    Attributes:
        streams: Where rows come from.
        count: How many rows the tab shall hold.
        double: Share of all rows that a second person is asked about, too.
        audit: Share of what is asked that are the person's own rows of before.
        answered: Whether rows that have an answer are asked, as for an adjudication.
        keep_all: Keep rows of other streams, too: the queue is the same, what it is made of is not.
    """

    streams: Sequence[Stream]
    count: int
    double: float = 0.0
    audit: float = 0.0
    answered: bool = False
    keep_all: bool = False


def take(store: LabelStore, ledger: Ledger, seat: Seat, wish: Wish) -> list[Served]:
    """Lease rows to a tab until it holds as many as it wishes; those it had before come first.

    Rows that it holds of other streams go back.

    Args:
        store: Where leases are.
        ledger: Of the data set.
        seat: Who asks.
        wish: For what.

    Raises:
        SincerelyError: as `LabelStore.writing`.
    """
    ledger.refresh()
    with store.writing() as batch:
        # Again, now that nobody can change anything in between.
        ledger.refresh()
        now = batch.now_ms()
        elsewhere = _leased(batch, seat, now)
        names = {stream.name for stream in wish.streams} | {DOUBLE, AUDIT}
        kept = [
            one
            for one in _held(batch, seat)
            if (wish.keep_all or one.queue in names)
            # Its lease may have run out meanwhile, and somebody else may have it or have answered.
            and one.row not in elsewhere
            and _is_open(ledger, seat, one, wish)
        ][: wish.count]
        barred = elsewhere | {one.row for one in kept}
        new = _chosen(batch, ledger, seat, wish, len(kept), barred)
        _lease(batch, seat, [*kept, *new], now)
    return [*kept, *new]


def _is_open(ledger: Ledger, seat: Seat, one: Served, wish: Wish) -> bool:
    if one.queue == AUDIT or wish.answered:
        return True
    if one.queue == DOUBLE:
        return not ledger.labelled(seat.annotator)[one.row]
    return not ledger.answers[one.row]


def renew(batch: Batch, seat: Seat) -> None:
    """Let the leases of a tab at which somebody works run anew."""
    own = sa.and_(LEASES.c.fingerprint == seat.fingerprint, LEASES.c.holder == seat.holder)
    batch.connection.execute(
        sa.update(LEASES).where(own).values(until_ms=batch.now_ms() + LEASE_MS)
    )


def give_back(batch: Batch, seat: Seat, rows: Sequence[int]) -> None:
    """End the leases of these rows."""
    for row in rows:
        batch.connection.execute(
            sa.delete(LEASES).where(
                LEASES.c.fingerprint == seat.fingerprint,
                LEASES.c.row == row,
                LEASES.c.holder == seat.holder,
            )
        )


def hold(batch: Batch, seat: Seat, served: Served) -> None:
    """Lease one row to a tab, in front of those it holds: its answer was taken back."""
    give_back(batch, seat, [served.row])
    own = sa.and_(LEASES.c.fingerprint == seat.fingerprint, LEASES.c.holder == seat.holder)
    first = batch.connection.execute(sa.select(sa.func.min(LEASES.c.place)).where(own)).scalar()
    _insert(batch, seat, [served], batch.now_ms(), first=(first or 0) - 1)


def labelled_twice(rows: NDArray[np.int64], share: float, salt: str) -> NDArray[np.bool_]:
    """Whether each row is among the share that two people label; the same for everybody."""
    key = np.uint64(crc32(salt.encode()))
    mixed = (rows.astype(np.uint64) + key) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(40)).astype(np.float64) / 2.0**24 < share


def _chosen(
    batch: Batch, ledger: Ledger, seat: Seat, wish: Wish, held: int, barred: set[int]
) -> list[Served]:
    """New rows for a tab, each from the stream whose turn it is or else from the next."""
    wanted = wish.count - held
    if wanted <= 0:
        return []
    room = wanted + len(barred)
    done = ledger.labelled(seat.annotator) | ledger.skipped(seat.annotator)
    free = np.ones_like(done) if wish.answered else ~done & (ledger.answers == 0)
    sources = [_first(stream, free, room, barred) for stream in wish.streams]
    second = _second(ledger, seat, wish, room, barred)
    skipped = ledger.skipped(seat.annotator) & (ledger.answers == 0)
    last = [_first(stream, skipped, room, barred) for stream in wish.streams]
    audit = _audit(batch, seat, wish, barred)
    turns = slots(wish.streams)
    found: list[Served] = []
    used: set[int] = set()
    for turn in range(int(done.sum()) + held, int(done.sum()) + wish.count):
        special = [audit] * _is_turn(wish.audit, turn, 1) + [second] * _is_turn(
            2 * wish.double, turn, 0
        )
        # With nothing else left, what waits for a second person is asked, then what was skipped.
        order = [*special, sources[turns[turn % len(turns)]], *sources, second, *last]
        chosen = next((one for source in order for one in source if one.row not in used), None)
        if chosen is None:
            break
        used.add(chosen.row)
        found.append(chosen)
    return found


def _is_turn(share: float, turn: int, place: int) -> bool:
    """Whether rows that are asked at this share, at most every other time, are due."""
    return share > 0 and turn % max(round(1 / share), 2) == place


def _first(
    stream: Stream, free: NDArray[np.bool_], room: int, barred: set[int]
) -> Iterator[Served]:
    """The stream's rows that may be asked, as an iterator that is gone through once."""
    open_rows = stream.rows[free[stream.rows]][:room]
    return (Served(int(row), stream.name) for row in open_rows if int(row) not in barred)


def _second(ledger: Ledger, seat: Seat, wish: Wish, room: int, barred: set[int]) -> list[Served]:
    """Rows of the double share that one other person has labelled."""
    if not wish.double:
        return []
    own = ledger.labelled(seat.annotator) | ledger.skipped(seat.annotator)
    waiting = np.flatnonzero((ledger.answers == 1) & ~own)
    waiting = waiting[labelled_twice(waiting, wish.double, seat.fingerprint)][:room]
    return [Served(int(row), DOUBLE) for row in waiting if int(row) not in barred]


def _audit(batch: Batch, seat: Seat, wish: Wish, barred: set[int]) -> list[Served]:
    if not wish.audit:
        return []
    return [Served(row, AUDIT) for row in _old_answers(batch, seat) if row not in barred]


def _old_answers(batch: Batch, seat: Seat) -> list[int]:
    """Rows that this person labelled a while ago and has not been asked again, in random order."""
    own = sa.and_(
        EVENTS.c.fingerprint == seat.fingerprint,
        EVENTS.c.annotator == seat.annotator,
        EVENTS.c.action == Action.LABEL.value,
        EVENTS.c.queue.not_in([BULK, IMPORT]),  # Nobody has read those one by one.
    )
    given = batch.standing(own)
    audited = {event.row for event in given if event.queue == AUDIT}
    rows = [event.row for event in given[:-_AUDIT_AGE] if event.row not in audited]
    return sorted(dict.fromkeys(rows), key=lambda row: crc32(f"{seat.annotator} {row}".encode()))


def _leased(batch: Batch, seat: Seat, now: int) -> set[int]:
    """Rows on other screens. A lease longer than any can be is one of a clock that went back."""
    wanted = sa.select(LEASES.c.row).where(
        LEASES.c.fingerprint == seat.fingerprint,
        LEASES.c.holder != seat.holder,
        LEASES.c.until_ms > now,
        LEASES.c.until_ms <= now + LEASE_MS,
    )
    return {int(row) for row in batch.connection.execute(wanted).scalars()}


def _held(batch: Batch, seat: Seat) -> list[Served]:
    wanted = sa.select(LEASES.c.row, LEASES.c.queue).where(
        LEASES.c.fingerprint == seat.fingerprint, LEASES.c.holder == seat.holder
    )
    found = batch.connection.execute(wanted.order_by(LEASES.c.place))
    return [Served(int(one.row), one.queue) for one in found]


def _lease(batch: Batch, seat: Seat, served: Sequence[Served], now: int) -> None:
    """Make these the tab's only leases, and let all run anew."""
    own = sa.and_(LEASES.c.fingerprint == seat.fingerprint, LEASES.c.holder == seat.holder)
    batch.connection.execute(sa.delete(LEASES).where(own))
    _insert(batch, seat, served, now)


def _insert(
    batch: Batch, seat: Seat, served: Sequence[Served], now: int, *, first: int = 0
) -> None:
    lines = [
        {
            "fingerprint": seat.fingerprint,
            "row": one.row,
            "holder": seat.holder,
            "annotator": seat.annotator,
            "queue": one.queue,
            "place": place,
            "until_ms": now + LEASE_MS,
        }
        for place, one in enumerate(served, first)
    ]
    if lines:
        batch.connection.execute(sa.insert(LEASES), lines)
