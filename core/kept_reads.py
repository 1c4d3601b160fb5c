"""What was read from small files, kept in this process: a file is read again once it has changed.

A list of ten thousand runs so costs one look at each file's date, not ten thousand readings.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

_MOST = 50_000
_SETTLED_NS = 1_000_000_000
"""Two changes in one tick of the disk's clock have one date: until then a file is read anew."""

_Version = tuple[int, int, int, int]


def settled(*dates_ns: int, now_ns: int | None = None) -> bool:
    """Whether a file of these dates would have others if it were changed now.

    Args:
        dates_ns: When it was changed (ns since 1970).
        now_ns: The present time; None asks the clock.
    """
    now_ns = time.time_ns() if now_ns is None else now_ns
    # The clock may have been set back since.
    return abs(now_ns - max(dates_ns)) > _SETTLED_NS


class KeptReads:
    """Values by the function that reads them, the file, and the file's dates, size and number.

    Args:
        most: Values that are kept; the one kept longest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[tuple[Callable[[Path], Any], str], tuple[_Version, Any]] = {}
        self._keeping = Lock()

    def read(self, path: Path | str, read: Callable[[Path], T], *, now_ns: int | None = None) -> T:
        """What `read` makes of a file; read only if it has changed since it was last asked.

        All who ask share the value: it must not be changed. What is raised is not kept.

        Args:
            path: The file.
            read: Reads it, the same function each time, not one made for the call.
            now_ns: The present time as files have it (ns since 1970); None asks the clock.

        Raises:
            OSError: it is missing or may not be read.
            Exception: whatever `read` raises.
        """
        place = os.fspath(path)
        found = os.stat(place)  # noqa: PTH116 (to make a Path takes as long as the look)
        version = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
        known = self._kept.get((read, place))
        if known is not None and known[0] == version:
            kept: T = known[1]
            return kept
        value = read(Path(path))
        if settled(found.st_mtime_ns, found.st_ctime_ns, now_ns=now_ns):
            self._keep((read, place), (version, value))
        return value

    def _keep(self, key: tuple[Callable[[Path], Any], str], entry: tuple[_Version, Any]) -> None:
        with self._keeping:
            self._kept.pop(key, None)
            while len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = entry


kept_read = KeptReads(_MOST).read
"""See `KeptReads.read`; for all of this process."""
