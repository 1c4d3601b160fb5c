"""Which rows are meant: a filter that can be shown, kept, put into an address and run anywhere.

What a person types is read here and nowhere else:

- `Match.WORDS` ``trump -obama "white house"``: every word must occur as a whole word, anywhere and
  in any case; words in double quotes must stand together in that order; a leading minus leaves out
  the rows that have the word.
- `Match.PHRASE`: all of it stands together, in that order.
- `Match.REGEX`: a regular expression in RE2's syntax, in any case unless it begins with ``(?-i)``.

A word is what core/data/text/words.py says: letters and digits, with apostrophes only inside.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from enum import Enum
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from core.data.dataset import N_CHARS, N_TOKENS, N_WORDS
from core.data.filters.expression.parser import parse
from core.data.filters.expression.syntax import Expression
from core.data.labelled import LabelledBy
from core.data.splits.split import PARTS
from core.data.text.profile import HealthCheck
from core.data.text.words import split_words
from core.errors import BadInput
from core.records import from_plain, parse_json

NO_LABEL = ""
"""In `RowFilter.labels`: rows without a label."""

UNITS = {N_WORDS: "words", N_CHARS: "characters", N_TOKENS: "tokens"}
"""What a length column counts, in plain words."""

MAX_TEXT = 1_000
_TOKEN = re.compile(r"""(-?)(?:["\u201c\u201d]([^"\u201c\u201d]*)["\u201c\u201d]?|(\S+))""")
_GROUP = re.compile(r"(same|near):\d{1,18}")


class Match(str, Enum):
    """How the text of a filter is read."""

    WORDS = "words"
    PHRASE = "phrase"
    REGEX = "regex"


class Term(NamedTuple):
    """Words that stand together in this order, lower-case; rows with them are out if `excluded`."""

    words: tuple[str, ...]
    excluded: bool = False


@dataclass(frozen=True)
class RowFilter:
    """Rows that meet all of these conditions; the default is every row.

    Attributes:
        text: What the text must hold, read as `match` says; at most MAX_TEXT characters.
        match: See the top of this module.
        labels: Labels of which a row has one, NO_LABEL for none; empty allows all.
        labelled_by: A `LabelledBy` value: rows whose label is the file's, people's or nobody's.
        unit: What `shortest` and `longest` count: N_WORDS, N_CHARS or N_TOKENS.
        shortest: The least length that is allowed.
        longest: The greatest length that is allowed.
        split: The name of a saved split.
        part: One of its parts; "" for any part of the split.
        run: A run; rows that it has scored.
        lowest: The least score by that run that is allowed, 0 to 1.
        highest: The greatest.
        check: A `HealthCheck` value: rows that the check found.
        group: Rows of one group of duplicates, such as "same:17".
        where: An expression over the data set's further columns; see core.data.filters.expression.
        rows: These row numbers only; None allows all.

    Raises:
        BadInput: the text, pattern, expression, a range or a name cannot be used.
    """

    text: str = ""
    match: Match = Match.WORDS
    labels: tuple[str, ...] = ()
    labelled_by: str = ""
    unit: str = N_WORDS
    shortest: int | None = None
    longest: int | None = None
    split: str = ""
    part: str = ""
    run: str = ""
    lowest: float | None = None
    highest: float | None = None
    check: str = ""
    group: str = ""
    where: str = ""
    rows: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        _check_text(self)
        _check_ranges(self)
        _check_names(self)
        _ = self.expression

    @property
    def is_empty(self) -> bool:
        """Whether every row meets it."""
        return not _conditions(self)

    @property
    def terms(self) -> tuple[Term, ...]:
        """What the text must hold or, excluded, must not; none for a regular expression."""
        if self.match is Match.REGEX:
            return ()
        if self.match is Match.PHRASE:
            words = split_words(pa.array([self.text]))[0].as_py()
            return (Term(tuple(words)),) if words else ()
        return tuple(dict.fromkeys(_typed_terms(self.text)))

    @property
    def pattern(self) -> str:
        """The regular expression in RE2's syntax; "" unless there is one."""
        return f"(?i){self.text}" if self.match is Match.REGEX and self.text else ""

    @property
    def expression(self) -> Expression | None:
        """What `where` says; None where it says nothing."""
        return parse(self.where) if self.where.strip() else None

    def describe(self) -> str:
        """One plain line for people, such as `has "trump", not "obama"; label 1`."""
        return _one_line("; ".join(_conditions(self)), limit=MAX_TEXT) or "all rows"

    def to_json(self) -> str:
        """Short JSON: only what differs from the default, fit for an address."""
        default = RowFilter()
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: value for name, value in values.items() if value != getattr(default, name)}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> RowFilter:
        """The filter that `to_json` wrote.

        Raises:
            BadInput: it is no such text; addresses are typed by people too.
        """
        try:
            values = parse_json(text)
            if not isinstance(values, dict) or not values.keys() <= {f.name for f in fields(cls)}:
                raise _not_a_filter(text)
            return from_plain(cls, values)
        except (ValueError, RecursionError) as error:
            if isinstance(error.__cause__, BadInput):  # The filter's own checks say more.
                raise error.__cause__ from error
            raise _not_a_filter(text) from error


def _typed_terms(text: str) -> list[Term]:
    """Terms of a text as typed; one typed word such as well-known may be several in a row."""
    typed = [(bool(minus), quoted or bare) for minus, quoted, bare in _TOKEN.findall(text)]
    cut = split_words(pa.array([words for _, words in typed], pa.string())).to_pylist()
    return [
        Term(tuple(words), excluded)
        for words, (excluded, _) in zip(cut, typed, strict=True)
        if words
    ]


def _check_text(row_filter: RowFilter) -> None:
    text = row_filter.text
    if len(text) > MAX_TEXT:
        raise BadInput(
            f"a search text of at most {MAX_TEXT:,} characters", f"{len(text):,}", "shorten it"
        )
    typed = [text, row_filter.where, row_filter.split, row_filter.run, *row_filter.labels]
    if any("\ud800" <= character <= "\udfff" for character in "".join(typed)):
        raise BadInput("a filter of whole characters", "half of one", "type it anew")
    if row_filter.match is Match.REGEX:
        _check_pattern(row_filter.pattern)
    elif text.strip() and not row_filter.terms:
        raise BadInput(
            "a word to search for",
            f"only signs in {_one_line(text)!r}",
            "type a word or search for a regular expression",
        )


def _check_pattern(pattern: str) -> None:
    try:
        # Arrow and DuckDB both ask RE2; Arrow needs no connection for it.
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        reason = _one_line(str(error), 200).removeprefix("Invalid regular expression: ")
        raise bad_pattern(reason) from error


def bad_pattern(reason: str) -> BadInput:
    """The error for a regular expression that cannot be used."""
    return BadInput(
        "a regular expression that RE2 understands",
        # What stands before the pattern is not the person's.
        _one_line(reason, 120).replace("(?i)", "").rstrip(".") or "another",
        "correct the pattern or search for words",
    )


def _check_ranges(row_filter: RowFilter) -> None:
    if row_filter.unit not in UNITS:
        raise BadInput(
            f"a unit among {', '.join(UNITS)}", f"{_one_line(row_filter.unit)!r}", "choose one"
        )
    for what, low, high in (
        ("length", row_filter.shortest, row_filter.longest),
        ("score", row_filter.lowest, row_filter.highest),
    ):
        if any(bound is not None and not abs(bound) < 2**63 for bound in (low, high)):
            raise BadInput(f"a {what} range in numbers", f"{low} to {high}", "choose other bounds")
        if low is not None and high is not None and low > high:
            raise BadInput(
                f"a {what} range from the lower bound to the higher",
                f"{low:,} to {high:,}",
                "exchange the bounds",
            )


def _check_names(row_filter: RowFilter) -> None:
    if row_filter.part and (row_filter.part not in PARTS or not row_filter.split):
        raise BadInput(
            f"a saved split and its part, {', '.join(PARTS)}",
            f"part {_one_line(row_filter.part)!r} of split {_one_line(row_filter.split)!r}",
            "choose a split and one of its parts",
        )
    if not row_filter.run and (row_filter.lowest is not None or row_filter.highest is not None):
        raise BadInput("a run that gave the scores", "none", "choose a run with the score range")
    for what, said, known in (
        ("a check", row_filter.check, [check.value for check in HealthCheck]),
        ("whose label", row_filter.labelled_by, [whose.value for whose in LabelledBy]),
    ):
        if said and said not in known:
            raise BadInput(f"{what} among {', '.join(known)}", f"{_one_line(said)!r}", "choose one")
    if row_filter.group and not _GROUP.fullmatch(row_filter.group):
        raise BadInput(
            "a group of duplicates such as same:17",
            f"{_one_line(row_filter.group)!r}",
            "choose one from the list of duplicates",
        )
    if any(not 0 <= row < 2**63 for row in row_filter.rows or ()):
        raise BadInput("row numbers from 0", "others", "choose rows of the data set")


def _conditions(row_filter: RowFilter) -> list[str]:
    """Every condition, in words."""
    found = [_text_condition(row_filter)]
    if row_filter.labels:
        named = [f'"{label}"' if label else "none" for label in row_filter.labels]
        found.append(f"label {' or '.join(named)}")
    if row_filter.labelled_by:
        found.append(f"labelled by {row_filter.labelled_by}")
    found.append(_range(row_filter.shortest, row_filter.longest, UNITS[row_filter.unit]))
    if row_filter.split:
        part = f"{row_filter.part} part" if row_filter.part else "any part"
        found.append(f'{part} of split "{row_filter.split}"')
    if row_filter.run:
        scores = _range(row_filter.lowest, row_filter.highest, "")
        scored = f" with a score {scores}" if scores else ""
        found.append(f"scored by {row_filter.run}{scored}")
    if row_filter.check:
        found.append(f"found by the check {row_filter.check}")
    if row_filter.group:
        found.append(f"group {row_filter.group}")
    if row_filter.expression is not None:
        found.append(str(row_filter.expression))
    if row_filter.rows is not None:
        n_rows = len(row_filter.rows)
        found.append(f"one of {n_rows:,} chosen row{'' if n_rows == 1 else 's'}")
    return [condition for condition in found if condition]


def _text_condition(row_filter: RowFilter) -> str:
    if row_filter.pattern:
        return f"matches /{row_filter.text}/"
    has, lacks = (
        [f'"{" ".join(term.words)}"' for term in row_filter.terms if term.excluded is excluded]
        for excluded in (False, True)
    )
    named = [f"has {' and '.join(has)}" if has else "", f"lacks {' and '.join(lacks)}"]
    return ", ".join(part for part in named[: 2 if lacks else 1] if part)


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        span = f"up to {high:,}"
    elif high is None:
        span = f"from {low:,}"
    else:
        span = f"{low:,}" if low == high else f"from {low:,} to {high:,}"
    return f"{span} {unit}".strip()


def _not_a_filter(text: str) -> BadInput:
    return BadInput(
        "a row filter as JSON",
        f"{_one_line(text)!r}",
        "follow a link that the dashboard made or choose the filter anew",
    )


def _one_line(text: str, limit: int = 60) -> str:
    """A person's text, fit to stand inside a message."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", text)
    return line if len(line) <= limit else f"{line[:limit]}…"
