"""Show people's own words as they are: Streamlit reads Markdown, colours and icons in text."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")


def plain(text: str) -> str:
    """Escape everything that Markdown or Streamlit's own marks could read in `text`."""
    return _SPECIAL.sub(r"\\\1", text)
