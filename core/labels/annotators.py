"""Who labels: names of people, as far as they are known."""

from __future__ import annotations

import getpass

from core.data.names import fits_a_line
from core.errors import BadInput

MAX_NAME_CHARS = 60


def this_annotator() -> str:
    """Who sits at this machine, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A user without a name, as in some containers.
        return "somebody"


def checked_annotator(name: str) -> str:
    """A name that somebody gave, without spaces around it.

    Raises:
        BadInput: it is empty, too long or not on one line.
    """
    name = name.strip()
    if not fits_a_line(name, MAX_NAME_CHARS):
        raise BadInput(
            f"a name of 1 to {MAX_NAME_CHARS} characters on one line",
            "an empty one" if not name else "another",
            "write your name",
        )
    return name
