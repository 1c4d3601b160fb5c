"""Turn Sincerely's own errors into a message in place; bugs go on and are shown as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeAlias

import streamlit as st

from core.errors import SincerelyError
from core.maintenance.damage import explained
from dashboard import state
from dashboard.ui.plain_text import plain

_P = ParamSpec("_P")
_Draw: TypeAlias = Callable[_P, None]


@contextmanager
def errors_shown(*, stop: bool = False) -> Iterator[None]:
    """Show a SincerelyError raised inside, or what a damaged file raised, as one red sentence.

    Args:
        stop: End the page there, instead of going on after the block.
    """
    try:
        yield
    except Exception as error:
        _show(error)
        if stop:
            st.stop()


def fragment(*, run_every: float | None = None) -> Callable[[_Draw[_P]], _Draw[_P]]:
    """`st.fragment` with its errors shown inside: Streamlit itself takes what a fragment raises."""

    def decorate(draw: _Draw[_P]) -> _Draw[_P]:
        @wraps(draw)
        def shown(*args: _P.args, **kwargs: _P.kwargs) -> None:
            with errors_shown():
                draw(*args, **kwargs)

        return st.fragment(shown, run_every=run_every)

    return decorate


def _show(error: Exception) -> None:
    """One red sentence for an error that is for people, or comes of a damaged file.

    Raises:
        Exception: it is neither, but a bug.
    """
    said = error if isinstance(error, SincerelyError) else explained(state.workspace(), error)
    if said is None:
        raise error
    st.error(plain(str(said)), icon=":material/error:")


def attempt(action: Callable[[], object], *, say: Callable[[str], object] = state.notice) -> None:
    """Do what a click asks for; a SincerelyError is said in the run that follows.

    Args:
        action: What to do.
        say: Keeps the sentence for that run.
    """
    try:
        action()
    except Exception as error:
        said = error if isinstance(error, SincerelyError) else explained(state.workspace(), error)
        if said is None:
            raise
        say(str(said))
