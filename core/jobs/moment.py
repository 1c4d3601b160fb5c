"""Moments by a clock that nobody sets: seconds since the machine's start."""

from __future__ import annotations

import time
from dataclasses import dataclass

from core.jobs.process import boot_id


@dataclass(frozen=True)
class Moment:
    """When something was, in seconds since the machine's start, which `boot` names.

    Where the system tells no such id `boot` is empty, and a start of the machine is only noticed if
    its clock has gone back by it.
    """

    boot: str = ""
    seconds: float = 0.0

    @classmethod
    def now(cls) -> Moment:
        """The present one."""
        return cls(boot_id(), _seconds())

    def age_s(self, now: Moment) -> float:
        """Seconds from this moment to a later one; infinite if the machine started in between."""
        if self.boot != now.boot or self.seconds > now.seconds:
            return float("inf")
        return now.seconds - self.seconds


def _seconds() -> float:
    """Time asleep counts, too, where the system can tell."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
