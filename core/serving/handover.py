"""Results of another thread's futures, handed over to the event loop together."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Handover:
    """Awaits futures that one other thread completes, as `asyncio.wrap_future` does one by one.

    That wakes the loop once a future. The loop then takes the interpreter's lock from the thread
    that has the others of a batch still to complete.
    """

    def __init__(self) -> None:
        self._done: deque[tuple[Future[Any], asyncio.Future[Any]]] = deque()
        self._called = False

    async def result(self, future: Future[T]) -> T:
        """What the future gives; it is cancelled where this is."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[T] = loop.create_future()

        def add(done: Future[T]) -> None:
            self._done.append((done, waiter))
            if not self._called:
                self._called = True
                loop.call_soon_threadsafe(self._hand_over)

        future.add_done_callback(add)
        try:
            return await waiter
        except asyncio.CancelledError:
            future.cancel()
            raise

    def _hand_over(self) -> None:
        self._called = False  # First, or one that is added meanwhile would be left lying.
        while self._done:
            future, waiter = self._done.popleft()
            if waiter.done():  # Nobody waits any more.
                continue
            error = future.exception()
            if error is None:
                waiter.set_result(future.result())
            else:
                waiter.set_exception(error)
