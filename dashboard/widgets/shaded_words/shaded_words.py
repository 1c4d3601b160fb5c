"""A text whose words are shaded by what they add to a score.

Markdown would read what people wrote; here every text reaches the page as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.explain.explanation_types import Word
from dashboard.widgets.bundle import bundle

_HTML = """
<div class="shaded">
  <p class="text" dir="auto"></p>
  <div class="key" aria-hidden="true">
    <span class="lowers"></span><span class="ramp"></span><span class="raises"></span>
  </div>
</div>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_JS = bundle(Path(__file__).with_suffix(".js"))


def shaded_words(
    text: str,
    words: Sequence[Word],
    *,
    read: int,
    lowers: str,
    raises: str,
    key: str,
    largest: float | None = None,
) -> None:
    """Show a text; a word's number stands over it while the pointer or the focus is on it.

    Args:
        text: The whole text.
        words: Its words and their contributions, in the order of the text.
        read: How many characters the model read; the rest is struck through.
        lowers: What a negative contribution does, in words.
        raises: What a positive one does.
        key: Names the place.
        largest: The contribution with the full shade, so that two texts compare; None takes the
            largest of these words.
    """
    if largest is None:
        largest = largest_part(words)
    _component()(
        key=key,
        data={
            "pieces": _pieces(text, words, read),
            "largest": largest,
            "lowers": lowers,
            "raises": raises,
        },
    )


def largest_part(words: Sequence[Word]) -> float:
    """The largest absolute contribution; 0 without words."""
    return max((abs(word.contribution) for word in words), default=0.0)


def _pieces(text: str, words: Sequence[Word], read: int) -> list[dict[str, Any]]:
    """The text cut at its words; joined, the pieces are the text again."""
    pieces: list[dict[str, Any]] = []
    at = 0
    for word in words:
        # Tokens of one character that was taken apart share its place.
        start = max(word.start, at)
        if start >= word.end:
            continue
        pieces.append(_piece(text[at:start]))
        pieces.append(_piece(text[start : word.end], part=word.contribution))
        at = word.end
    read = max(read, at)
    pieces += [_piece(text[at:read]), _piece(text[read:], unread=True)]
    return [piece for piece in pieces if piece["text"]]


def _piece(text: str, *, part: float | None = None, unread: bool = False) -> dict[str, Any]:
    return {"text": text, "part": part, "unread": unread}


def _component() -> Any:
    """Register the text and return the function that mounts it; see `live_chart` for why here."""
    return st.components.v2.component("sincerely_shaded_words", html=_HTML, css=_CSS, js=_JS)
