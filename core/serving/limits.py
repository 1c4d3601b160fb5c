"""What the clients of a scorer's server may take, each and together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.serving.batcher import MAX_WAITING
from core.serving.request_error import RequestError

RETRY = {"Retry-After": "5"}


@dataclass(frozen=True)
class Limits:
    """Connections, bytes and seconds.

    Attributes:
        connections: Open connections that are answered.
        refused: Connections beyond those that are told so; others are closed at once.
        body_bytes: Of one request.
        parts: Chunks of one request's body.
        bodies_bytes: Of all requests that are read or not answered yet.
        waiting_texts: Of all requests that are not answered yet.
        idle_s: Until the next request begins.
        head_s: From the first to the last byte of a request's head.
        body_s: For a request's body.
        read_s: Until an answer is taken.
        refusal_s: Until a connection that is too many has sent its request's head.
        linger_s: How long a body that was refused is thrown away, so that the refusal is seen.
        grace_s: How long what is being answered may still take when the server ends.
    """

    connections: int = 500
    refused: int = 100
    body_bytes: int = 10 << 20
    parts: int = 50_000
    bodies_bytes: int = 64 << 20
    waiting_texts: int = MAX_WAITING
    idle_s: float = 60.0
    head_s: float = 10.0
    body_s: float = 30.0
    read_s: float = 30.0
    refusal_s: float = 5.0
    linger_s: float = 5.0
    grace_s: float = 5.0


class Room:
    """Bounds the bytes of bodies that all requests together keep in memory.

    Args:
        most: That bound.

    Attributes:
        left: Bytes that may still be kept.
    """

    def __init__(self, most: int) -> None:
        self.left = most

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """A function that takes more bytes; all are given back at the end.

        The function raises RequestError where there is no room.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            if count > self.left:
                raise RequestError(
                    503, "Expected less to wait already: ask again in a while.", RETRY
                )
            self.left -= count
            taken += count

        try:
            yield take
        finally:
            self.left += taken


class Work:
    """Counts the requests that the model is asked for and that are not answered yet.

    Attributes:
        count: How many.
        ending: Set where no more are let in.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.count = 0
        self.ending = False
        self._clock = clock
        self._last = clock()

    @property
    def idle_s(self) -> float:
        """Seconds since the last one was answered."""
        return 0.0 if self.count else self._clock() - self._last

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count one more while it lasts.

        Raises:
            RequestError: the server is ending.
        """
        if self.ending:
            raise RequestError(503, "Expected a running scorer, but found one that is ending.")
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1
            self._last = self._clock()
