"""What reads returned before, kept by what it depends on and bounded in number."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

FEW = 8
"""Entries of reads whose values are large."""
MANY = 64
_P = ParamSpec("_P")
_T = TypeVar("_T")


def cached(
    *,
    key: Callable[..., object] | None = None,
    max_entries: int = MANY,
    spinner: bool | str = False,
    shared: bool = False,
) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Decorate a read so that it is done once a key; what it raises is not kept.

    Args:
        key: Given the read's arguments, what its value depends on (ids, fingerprints, when a file
            was changed), in types that Streamlit can hash. Without one, it depends on the
            arguments alone.
        max_entries: Values kept; the one kept longest goes first.
        spinner: Whether to show that the read is at work, or what to say meanwhile.
        shared: Hand out the value itself, for all sessions, where a copy a call is too slow: it
            must not be changed. Else every call gets a copy of its own.

    Example:
        >>> @cached(key=lambda path: (path, path.stat().st_mtime_ns))
        ... def words(path): return path.read_text().split()
    """

    def decorate(read: Callable[_P, _T]) -> Callable[_P, _T]:
        # Streamlit hashes no argument that begins with an underscore.
        def kept(key: object, _args: tuple[Any, ...], _kwargs: dict[str, Any]) -> _T:
            return read(*_args, **_kwargs)

        # Streamlit tells functions apart by these. Not by `wraps`: it would see read's arguments.
        kept.__module__, kept.__qualname__ = read.__module__, read.__qualname__
        store = st.cache_resource if shared else st.cache_data
        keeping = store(max_entries=max_entries, show_spinner=spinner)(kept)

        @wraps(read)
        def answer(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            found = key(*args, **kwargs) if key else (args, sorted(kwargs.items()))
            value: _T = keeping(found, args, kwargs)
            return value

        return answer

    return decorate
