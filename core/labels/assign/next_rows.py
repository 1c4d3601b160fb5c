"""Hand out rows to people who label, so that no two get the same one unless that is wanted, or
nothing else is left; see `core.labels.assign.leases`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core.labels.assign.leases import Assignment, LabelSession, held_rows, lease, rows_elsewhere
from core.labels.assign.queues import Stream, slots
from core.labels.store.batch import Batch
from core.labels.store.events import AUDIT, BULK, DOUBLE, IMPORT, Action
from core.labels.store.ledger import Ledger
from core.labels.store.schema import EVENTS
from core.labels.store.store import LabelStore

MOST_HELD = 30
"""Rows that a tab holds: more than a person can press before the next ones come."""
_FEWEST_HELD = 5
_MOST_SHARED = 2
_AUDIT_AGE = 20
"""So many answers lie between a person's answer and the same question again."""


def rows_to_hold(left: int) -> int:
    """How many rows a tab holds where so many are left: a tenth, so that others get theirs."""
    return min(max(left // 10, _FEWEST_HELD), MOST_HELD)


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

    Rows that it holds of other streams, or that are no longer in theirs, go back. Where all that is
    left is on other screens, it gets a few of those rows as well, so that two may answer them.

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
        elsewhere = rows_elsewhere(batch, session)
        held = held_rows(batch, session, elsewhere)
        wanted = held if request.keep_all else _of_streams(held, request.streams)
        kept = [one for one in wanted if _is_open(ledger, session, one, request)][: request.count]
        barred = {*elsewhere, *(one.row for one in kept)}
        new = _chosen(batch, ledger, session, request, len(kept), barred)
        if not kept and not new:
            new = _shared(ledger, session, request, elsewhere)
        assigned = [replace(one, shared=one.row in elsewhere) for one in [*kept, *new]]
        lease(batch, session, assigned)
    return assigned


def rows_left(ledger: Ledger, session: LabelSession, request: QueueRequest) -> int:
    """How many rows may still be asked, whoever has them on the screen."""
    free = _free(ledger, session, request)
    alone = max((int(free[stream.rows].sum()) for stream in request.streams), default=0)
    return alone if request.answered else alone + len(_waiting(ledger, session, request))


def _free(ledger: Ledger, session: LabelSession, request: QueueRequest) -> NDArray[np.bool_]:
    """The rows that may be asked, those that this person has skipped among them."""
    own = ledger.labelled(session.annotator)
    return np.ones_like(own) if request.answered else ~own & (ledger.answers == 0)


def _shared(
    ledger: Ledger, session: LabelSession, request: QueueRequest, elsewhere: Mapping[int, int]
) -> list[Assignment]:
    """Rows on other screens: those first that come last there, and that were not skipped here."""
    free, skipped = _free(ledger, session, request), ledger.skipped(session.annotator)
    rows = sorted(
        (row for row in elsewhere if free[row]), key=lambda row: (skipped[row], -elsewhere[row])
    )
    every = [Assignment(row, stream.name) for row in rows for stream in request.streams]
    found: dict[int, Assignment] = {}
    for one in _of_streams(every, request.streams):
        found.setdefault(one.row, one)
    return list(found.values())[:_MOST_SHARED]


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
    waiting = _waiting(ledger, session, request)[:room]
    return [Assignment(int(row), DOUBLE) for row in waiting if int(row) not in barred]


def _waiting(ledger: Ledger, session: LabelSession, request: QueueRequest) -> NDArray[np.int64]:
    """Rows that wait for this person's answer as the second one."""
    if not request.double:
        return np.zeros(0, np.int64)
    own = ledger.labelled(session.annotator) | ledger.skipped(session.annotator)
    waiting = np.flatnonzero((ledger.answers == 1) & ~own)
    return waiting[labelled_twice(waiting, request.double, session.fingerprint)]


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
