"""Long texts cut for a table, with the hits in them kept in sight."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

LIMIT = 400
_LINES = 8
_AROUND = 40
_WORD = 24
_GAP = " … "
_JOINER = "\u200d"

Span = tuple[int, int]


def pieces(text: str, spans: Sequence[Span]) -> list[str]:
    """Split a text into plain and hit by turns, plain first: joined, they are the text again.

    Args:
        text: Any text.
        spans: Hits in it; they may touch, overlap, be empty and come in any order.
    """
    return _pieces(text, _merged(spans), [(0, len(text))])


def excerpt(text: str, spans: Sequence[Span], limit: int = LIMIT) -> list[str] | None:
    """Cut a text to about `limit` characters, as pieces; None if it is short enough to stay.

    Shown are its beginning and, if they come later, the first hits with some words around;
    an ellipsis stands for what is left out.
    """
    whole = _end_near(text, _line_end(text, limit))
    if whole >= len(text):
        return None
    merged = _merged(spans)
    windows = [(0, whole)]
    if merged and merged[-1][1] > whole:
        windows = _windows(text, merged, limit)
    return _pieces(text, merged, windows)


def _windows(text: str, spans: Sequence[Span], limit: int) -> list[Span]:
    """The beginning of a text, and around later hits: the first, and more while there is room."""
    half = limit // 2
    windows = [(0, _end_near(text, _line_end(text, half)))]
    room = half
    late = [span for span in spans if span[1] > windows[0][1]]
    for start, end in late:
        begins, ends = _window(text, start, min(end, start + half))
        reached = windows[-1][1]
        room -= ends - max(begins, reached)
        if room < 0 and start > late[0][0]:
            break
        if begins <= reached:
            windows[-1] = (windows[-1][0], max(ends, reached))
        else:
            windows.append((begins, ends))
    return windows


def _window(text: str, start: int, end: int) -> Span:
    return (
        _start_near(text, max(0, start - _AROUND)),
        _end_near(text, min(len(text), end + _AROUND)),
    )


def _pieces(text: str, spans: Sequence[Span], windows: Sequence[Span]) -> list[str]:
    found = [""]
    at = 0
    for start, end in windows:
        if start > at:
            found[-1] += _GAP
        at = start
        for first, last in ((max(a, start), min(b, end)) for a, b in spans):
            if first < last:
                found[-1] += text[at:first]
                found += [text[first:last], ""]
                at = last
        found[-1] += text[at:end]
        at = end
    if at < len(text):
        found[-1] += _GAP.rstrip()
    return found


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((int(start), int(end)) for start, end in spans if start < end):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _line_end(text: str, limit: int) -> int:
    """Where `limit` characters end, or the lines a row may fill if that is sooner."""
    at = -1
    for _ in range(_LINES):
        at = text.find("\n", at + 1, limit)
        if at < 0:
            return limit
    return at


def _end_near(text: str, at: int) -> int:
    """The end of a word close before `at`; otherwise the closest place that parts no letter."""
    if at >= len(text):
        return len(text)
    for place in range(at, max(0, at - _WORD), -1):
        if text[place].isspace():
            return place
    return _between_letters(text, at)


def _start_near(text: str, at: int) -> int:
    """The start of a word close after `at`; otherwise the closest place that parts no letter."""
    for place in range(at, min(len(text), at + _AROUND)):
        if place == 0 or text[place - 1].isspace():
            return place
    return _between_letters(text, at)


def _between_letters(text: str, at: int) -> int:
    # A letter with more marks than that is cut all the same.
    places = range(at, max(0, at - _WORD), -1)
    return next((place for place in places if not _joined(text, place)), at)


def _joined(text: str, at: int) -> bool:
    """Whether the characters around `at` make one letter or picture."""
    mark = text[at]
    if _is_flag(mark):  # each two such letters are a flag
        before = next((i for i in range(at) if not _is_flag(text[at - 1 - i])), at)
        return before % 2 == 1
    return (
        mark == _JOINER
        or text[at - 1] == _JOINER
        or unicodedata.category(mark)[0] == "M"  # accents, and what picks a picture's style
        or "\U0001f3fb" <= mark <= "\U0001f3ff"  # skin tones
    )


def _is_flag(mark: str) -> bool:
    return "\U0001f1e6" <= mark <= "\U0001f1ff"
