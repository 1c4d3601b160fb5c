"""Columns beside the text column that may belong to the text, such as a title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.data.importing.preview import Columns, Preview
from core.data.text_recipe import listed

_TITLES = frozenset(("title", "headline", "heading", "subject", "summary"))
_BODIES = frozenset(
    ("body", "text", "description", "content", "contents", "selftext", "abstract", "article")
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMED = 3


def text_part_doubts(preview: Preview, columns: Columns) -> list[str]:
    """Say which columns seem to hold a part of the text, besides those chosen.

    They are never joined without being chosen, which would change the texts unseen.

    Args:
        preview: A look into the file.
        columns: The choice.
    """
    texts = columns.text.columns
    wanted = _BODIES if _any_named(texts, _TITLES) else _TITLES
    if wanted is _BODIES and _any_named(texts, _BODIES):
        return []
    found = [
        name
        for place, name in enumerate(preview.header)
        if name not in (*texts, columns.label, columns.id)
        and preview.header.count(name) == 1
        and _any_named([name], wanted)
        and _holds_text(preview, place)
    ][:_NAMED]
    if not found:
        return []
    all_parts = [*found, *texts] if wanted is _TITLES else [*texts, *found]
    return [
        f"{listed(found)} may belong to the text, which is read from {columns.text.named} alone:"
        f" choose {listed(all_parts)} as text columns to join them."
    ]


def _any_named(names: Iterable[str], parts: frozenset[str]) -> bool:
    """Whether one is the name of such a part or ends with it: `news_title`, `ArticleBody`."""
    words = (_WORD.findall(name) for name in names)
    return any(found and found[-1].lower() in parts for found in words)


def _holds_text(preview: Preview, place: int) -> bool:
    """Whether the cells have several words, and are not the same few again and again."""
    cells = [row[place].strip() for row in preview.sample.rows if place < len(row)]
    filled = [cell for cell in cells if cell]
    with_words = sum(" " in cell and any(map(str.isalpha, cell)) for cell in filled)
    return bool(filled) and 2 * len(set(filled)) > len(filled) < 2 * with_words
