"""What a label cell means: a class, no label, or a list; and which spellings are one class."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.data.importing.label_lists import Unclear, listed_label
from core.errors import BadInput

# Not "none": it is a class of its own in several data sets of hateful texts.
MISSING_LABELS = frozenset(["", "nan", "null", "na", "n/a", "#n/a", "<na>", "?", "\\n", "(null)"])
"""What is written in small letters where a label is missing."""
_BETWEEN_WORDS = re.compile(r"(?<=\w)[\s_\-\u2010-\u2015]+(?=\w)")
_QUOTES = "\"'`\u00ab\u00bb\u2018-\u201f\u2039\u203a"
_AROUND = re.compile(f"^[{_QUOTES}]+|[{_QUOTES}]+$")
_OF_WORDS = re.compile(r"(?<!\d) | (?!\d)")
"""Spaces but for those between two digits: 1 2 is not 12."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")
_WHOLE_NUMBER = re.compile(r"([+-]?)0*(\d+)(?:\.0*)?")


@dataclass(frozen=True)
class LabelRules:
    """How labels are read.

    Attributes:
        classes: Spellings of a missing label, such as NA, that are a class here.
        missing: Classes that mean that there is no label, as "none" may.
        merge_spellings: Whether Spam, spam and SPAM are one class.

    Raises:
        BadInput: a label is said to be a class and to be missing.
    """

    classes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    merge_spellings: bool = False

    def __post_init__(self) -> None:
        both = set(map(str.lower, self.classes)) & set(map(str.lower, self.missing))
        if both:
            raise BadInput(
                "labels that are either a class or mean that there is none",
                f"{sorted(both)[0]!r} as both",
                "choose one of the two",
            )

    def is_missing(self, label: str) -> bool:
        """Whether a trimmed cell means that there is no label."""
        lowered = label.lower()
        if lowered in map(str.lower, self.missing):
            return True
        return lowered in MISSING_LABELS and lowered not in map(str.lower, self.classes)


DEFAULT_RULES = LabelRules()


class LabelCell(NamedTuple):
    """What a cell means: its class, or None and whether a list was unclear."""

    label: str | None
    unclear: Unclear | None = None


def read_label(cell: str, rules: LabelRules) -> LabelCell:
    """What a trimmed cell means.

    Args:
        cell: The cell.
        rules: How labels are read; spellings are not merged here.
    """
    listed = listed_label(cell)
    label, unclear = (cell, None) if listed is None else (listed.label, listed.unclear)
    if label is None or rules.is_missing(label):
        return LabelCell(None, unclear)
    return LabelCell(label)


def spelling_key(label: str) -> str:
    """The same for labels that differ only in case, width, composition, what is between words
    (a space, a hyphen, nothing), around them (quotation marks) or not seen, or in how a whole
    number is written (1, 1.0, 01).
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).casefold())
    bare = _AROUND.sub("", _UNSEEN.sub("", folded).strip())
    plain = _OF_WORDS.sub("", _BETWEEN_WORDS.sub(" ", bare).strip())
    number = _WHOLE_NUMBER.fullmatch(plain)
    return number[1] + number[2] if number else plain


def spellings(labels: Iterable[str]) -> list[list[str]]:
    """The classes that are spelled in several ways, the commonest spelling first."""
    counts = Counter(labels)
    groups: dict[str, list[str]] = {}
    for label, _ in counts.most_common():
        groups.setdefault(spelling_key(label), []).append(label)
    return [group for group in groups.values() if len(group) > 1]


class Merging:
    """Gives each class one spelling: the commonest that was seen before, else the first."""

    def __init__(self, seen: Iterable[str] = ()) -> None:
        self._spelling = {
            spelling_key(label): label for label, _ in reversed(Counter(seen).most_common())
        }
        self.merged: Counter[tuple[str, str]] = Counter()

    def merge(self, label: str, rows: int) -> str:
        """The spelling of a label that so many rows have."""
        spelling = self._spelling.setdefault(spelling_key(label), label)
        if spelling != label:
            self.merged[label, spelling] += rows
        return spelling

    def sentences(self, most: int = 5) -> list[str]:
        """Which spellings gave way to another, for people."""
        pairs = self.merged.most_common(most)
        more = len(self.merged) - len(pairs)
        said = [f"{_rows(rows)} with {old!r} counted as {new!r}" for (old, new), rows in pairs]
        return [*said, f"{more:,} more spellings counted as another"] if more else said


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def class_cells(cells: Sequence[str], rules: LabelRules) -> list[str]:
    """The classes in some cells; empty where there is none, or an unclear list."""
    known = {cell: read_label(cell, rules).label or "" for cell in set(cells)}
    return [known[cell] for cell in cells]
