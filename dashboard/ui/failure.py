"""Turn Sincerely's own errors into a message in place; bugs go on and are shown as such."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import SincerelyError
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
