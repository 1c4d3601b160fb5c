"""Long work that pauses now and then, so that whoever runs it may do something else or stop."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Pausing = Generator[None, None, T]
"""Work that yields between its parts and returns its result; closed, it is given up."""


def without_pauses(work: Pausing[T]) -> T:
    """The result of work that is done in one go."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
