"""Cancels a worker's job: asked by a signal or by a file, heard between two steps of the work."""

from __future__ import annotations

import signal
from pathlib import Path

from core.errors import Cancelled


class StopFlag:
    """Whether to stop: set by SIGTERM, SIGINT or a job's stop request; work looks between steps.

    The request is a file, so it is heard by a worker that is still starting, too.
    """

    def __init__(self, request: Path | None = None) -> None:
        self._signalled = False
        self._request = request

    @property
    def is_set(self) -> bool:
        """Whether work is to stop."""
        return self._signalled or (self._request is not None and self._request.exists())

    def check(self, work: str) -> None:
        """Cancel the work if it is to stop.

        Raises:
            Cancelled: it is; nothing half-written stays of what raises further.
        """
        if self.is_set:
            raise Cancelled(work)

    def install(self) -> None:
        """Listen to the signals from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._set)

    def _set(self, *_: object) -> None:
        self._signalled = True
