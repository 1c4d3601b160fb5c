"""What a name that people give to a run, a split or the like may be."""

from __future__ import annotations

import re

from core.errors import BadInput

MAX_NAME_CHARS = 48
_UNPRINTABLE = r"[\x00-\x1f\x7f\ud800-\udfff]"  # Control characters and halves of pairs.


def checked_name(kind: str, name: str) -> str:
    """The name without white space at its ends.

    Args:
        kind: What is named, such as "run", for the message.
        name: What somebody typed.

    Raises:
        BadInput: it is empty, too long, not on one line or has no letter or digit.
    """
    name = name.strip()
    usable = any(map(str.isalnum, name)) and not re.search(_UNPRINTABLE, name)
    if not usable or len(name) > MAX_NAME_CHARS:
        raise BadInput(
            f"a {kind} name of 1 to {MAX_NAME_CHARS} characters with a letter or digit in it,"
            " on one line",
            repr(name[:60]),
            "choose another name",
        )
    return name
