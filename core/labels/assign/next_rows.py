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
class LabelSession:
    """Somebody at a browser tab, labelling a data set; `holder` names the tab."""

    fingerprint: str
    annotator: str
    holder: str


@dataclass(frozen=True)
class Assignment:
    """A row to ask about, and the stream that it came from."""

    row: int
    queue: str


@dataclass(frozen=True)
class QueueRequest:
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


def take(
    store: LabelStore, ledger: Ledger, session: LabelSession, request: QueueRequest
) -> list[Assignment]:
    """Lease rows to a tab until it holds as many as it wishes; those it had before come first.

    Rows that it holds of other streams, or that are no longer in theirs, go back.

    Args:
        store: Where leases are.
        ledger: Of the data set.
        session: Who asks.
        request: For what.

    Raises:
        SincerelyError: as `LabelStore.writing`.
    """
    ledger.refresh()
    with store.writing() as batch:
        # Again, now that nobody can change anything in between.
        ledger.refresh()
        now = batch.now_ms()
        elsewhere = _leased(batch, session, now)
        held = _held(batch, session)
        wanted = held if request.keep_all else _of_streams(held, request.streams)
        kept = [
            one
            for one in wanted
            # Its lease may have run out meanwhile, and somebody else may have it or have answered.
            if one.row not in elsewhere and _is_open(ledger, session, one, request)
        ][: request.count]
        barred = elsewhere | {one.row for one in kept}
        new = _chosen(batch, ledger, session, request, len(kept), barred)
        _lease(batch, session, [*kept, *new], now)
    return [*kept, *new]


def _of_streams(held: Sequence[Assignment], streams: Sequence[Stream]) -> list[Assignment]:
    """Those that come from these streams, and whose rows are still in them: a search changes."""
    rows = np.array([one.row for one in held], np.int64)
    members = {
        stream.name: set(stream.rows[np.isin(stream.rows, rows)].tolist()) for stream in streams
    }
    return [
        one for one in held if one.queue in (DOUBLE, AUDIT) or one.row in members.get(one.queue, ())
    ]


def _is_open(ledger: Ledger, session: LabelSession, one: Assignment, request: QueueRequest) -> bool:
    if one.queue == AUDIT or request.answered:
        return True
    if one.queue == DOUBLE:
        return not ledger.labelled(session.annotator)[one.row]
    return not ledger.answers[one.row]


def renew(batch: Batch, session: LabelSession) -> None:
    """Let the leases of a tab at which somebody works run anew."""
    own = sa.and_(LEASES.c.fingerprint == session.fingerprint, LEASES.c.holder == session.holder)
    batch.connection.execute(
        sa.update(LEASES).where(own).values(until_ms=batch.now_ms() + LEASE_MS)
    )


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


def labelled_twice(rows: NDArray[np.int64], share: float, salt: str) -> NDArray[np.bool_]:
    """Whether each row is among the share that two people label; the same for everybody."""
    key = np.uint64(crc32(salt.encode()))
    mixed = (rows.astype(np.uint64) + key) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(40)).astype(np.float64) / 2.0**24 < share


def _chosen(
    batch: Batch,
    ledger: Ledger,
    session: LabelSession,
    request: QueueRequest,
    held: int,
    barred: set[int],
) -> list[Assignment]:
    """New rows for a tab, each from the stream whose turn it is or else from the next."""
    wanted = request.count - held
    if wanted <= 0:
        return []
    room = wanted + len(barred)
    done = ledger.labelled(session.annotator) | ledger.skipped(session.annotator)
    free = np.ones_like(done) if request.answered else ~done & (ledger.answers == 0)
    sources = [_first(stream, free, room, barred) for stream in request.streams]
    second = _second(ledger, session, request, room, barred)
    skipped = ledger.skipped(session.annotator) & (ledger.answers == 0)
    last = [_first(stream, skipped, room, barred) for stream in request.streams]
    audit = _audit(batch, session, request, barred)
    turns = slots(request.streams)
    found: list[Assignment] = []
    used: set[int] = set()
    for turn in range(int(done.sum()) + held, int(done.sum()) + request.count):
        special = [audit] * _is_turn(request.audit, turn, 1) + [second] * _is_turn(
            2 * request.double, turn, 0
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
) -> Iterator[Assignment]:
    """The stream's rows that may be asked, as an iterator that is gone through once."""
    open_rows = stream.rows[free[stream.rows]][:room]
    return (Assignment(int(row), stream.name) for row in open_rows if int(row) not in barred)


def _second(
    ledger: Ledger, session: LabelSession, request: QueueRequest, room: int, barred: set[int]
) -> list[Assignment]:
    """Rows of the double share that one other person has labelled."""
    if not request.double:
        return []
    own = ledger.labelled(session.annotator) | ledger.skipped(session.annotator)
    waiting = np.flatnonzero((ledger.answers == 1) & ~own)
    waiting = waiting[labelled_twice(waiting, request.double, session.fingerprint)][:room]
    return [Assignment(int(row), DOUBLE) for row in waiting if int(row) not in barred]


def _audit(
    batch: Batch, session: LabelSession, request: QueueRequest, barred: set[int]
) -> list[Assignment]:
    if not request.audit:
        return []
    return [Assignment(row, AUDIT) for row in _old_answers(batch, session) if row not in barred]


def _old_answers(batch: Batch, session: LabelSession) -> list[int]:
    """Rows that this person labelled a while ago and has not been asked again, in random order."""
    own = sa.and_(
        EVENTS.c.fingerprint == session.fingerprint,
        EVENTS.c.annotator == session.annotator,
        EVENTS.c.action == Action.LABEL.value,
        EVENTS.c.queue.not_in([BULK, IMPORT]),  # Nobody has read those one by one.
    )
    given = batch.standing(own)
    audited = {event.row for event in given if event.queue == AUDIT}
    rows = [event.row for event in given[:-_AUDIT_AGE] if event.row not in audited]
    return sorted(dict.fromkeys(rows), key=lambda row: crc32(f"{session.annotator} {row}".encode()))


def _leased(batch: Batch, session: LabelSession, now: int) -> set[int]:
    """Rows on other screens. A lease longer than any can be is one of a clock that went back."""
    wanted = sa.select(LEASES.c.row).where(
        LEASES.c.fingerprint == session.fingerprint,
        LEASES.c.holder != session.holder,
        LEASES.c.until_ms > now,
        LEASES.c.until_ms <= now + LEASE_MS,
    )
    return {int(row) for row in batch.connection.execute(wanted).scalars()}


def _held(batch: Batch, session: LabelSession) -> list[Assignment]:
    wanted = sa.select(LEASES.c.row, LEASES.c.queue).where(
        LEASES.c.fingerprint == session.fingerprint, LEASES.c.holder == session.holder
    )
    found = batch.connection.execute(wanted.order_by(LEASES.c.place))
    return [Assignment(int(one.row), one.queue) for one in found]


def _lease(batch: Batch, session: LabelSession, assigned: Sequence[Assignment], now: int) -> None:
    """Make these the tab's only leases, and let all run anew."""
    own = sa.and_(LEASES.c.fingerprint == session.fingerprint, LEASES.c.holder == session.holder)
    batch.connection.execute(sa.delete(LEASES).where(own))
    _insert(batch, session, assigned, now)


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
