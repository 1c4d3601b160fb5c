"""Turn Sincerely's own errors into a message in place; bugs go on and are shown as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import SincerelyError
from dashboard import state
from dashboard.ui.plain_text import plain


@contextmanager
def errors_shown(*, stop: bool = False) -> Iterator[None]:
    """Show a SincerelyError raised inside as one red sentence.

    Args:
        stop: End the page there, instead of going on after the block.
    """
    try:
        yield
    except SincerelyError as error:
        st.error(plain(str(error)), icon=":material/error:")
        if stop:
            st.stop()


def attempt(action: Callable[[], object], *, say: Callable[[str], object] = state.notice) -> None:
    """Do what a click asks for; a SincerelyError is said in the run that follows.

    Args:
        action: What to do.
        say: Keeps the sentence for that run.
    """
    try:
        action()
    except SincerelyError as error:
        say(str(error))
