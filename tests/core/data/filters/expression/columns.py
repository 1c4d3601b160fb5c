"""Columns of every kind, to ask about."""

from core.data.column import Column, ColumnKind

NAMED = {
    "country": ColumnKind.CATEGORY,
    "score": ColumnKind.NUMBER,
    "posted": ColumnKind.TIME,
    "is_toxic": ColumnKind.YES_NO,
    "title": ColumnKind.TEXT,
    "author id": ColumnKind.ID,
    "Größe": ColumnKind.NUMBER,
    "Country code": ColumnKind.CATEGORY,
}
COLUMNS = tuple(Column(name, kind, place) for place, (name, kind) in enumerate(NAMED.items()))
