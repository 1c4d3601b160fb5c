"""The kinds of files that rows are written as."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from pathlib import Path

from core.errors import BadInput


class OutputKind(str, Enum):
    """How rows are written."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"
    EXCEL = "xlsx"

    @property
    def label(self) -> str:
        """Its name for people."""
        return {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSONL", "xlsx": "Excel"}[self.value]

    @property
    def suffix(self) -> str:
        """How names of such files end."""
        return f".{self.value}"

    @property
    def suffixes(self) -> tuple[str, ...]:
        """All endings that ask for it."""
        more = {"csv": (".tsv", ".txt"), "parquet": (".pq",), "jsonl": (".ndjson",)}
        return (self.suffix, *more.get(self.value, ()))

    @property
    def has_types(self) -> bool:
        """Whether numbers, times and truth can be told from texts in such a file."""
        return self is not OutputKind.CSV


def kind_of(path: Path, kinds: Collection[OutputKind] = tuple(OutputKind)) -> OutputKind:
    """What a file's name asks for by its ending: CSV without one.

    Args:
        path: The file.
        kinds: Those that it may ask for.

    Raises:
        BadInput: it ends as files of no such kind do.
    """
    asked = {ending: kind for kind in kinds for ending in kind.suffixes} | {"": OutputKind.CSV}
    found = asked.get(path.suffix.lower())
    if found is None:
        *endings, last = [ending for ending in asked if ending]
        raise BadInput(
            f"a file to write that ends in {', '.join(endings)} or {last}, or has no ending",
            repr(path.name),
            "choose another name",
        )
    return found
