"""Show people's own words as they are: Streamlit reads Markdown, colours and icons in text."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")
# Icons, arrows, dashes and addresses are replaced after Markdown is read, so a backslash does
# not help there; a word joiner, which takes no room, keeps their characters apart.
_JOINED = re.compile(r"([:\-<>=/@.])(?=\S)")
WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Escape everything that Markdown or Streamlit's own marks could read in `text`."""
    return _SPECIAL.sub(r"\\\1", _JOINED.sub(rf"\1{WORD_JOINER}", text))
