"""Put other groups of people in a text's place, and see where the score jumps.

Source of the idea: counterfactual token fairness, Garg et al. (2019).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from core.data.text.words import LETTERS
from core.errors import BadInput

Group = tuple[str, ...]
"""Terms that can stand in each other's place, such as the names of religions' followers."""

DEFAULT_GROUPS: tuple[Group, ...] = (
    ("Muslim", "Christian", "Jewish", "Hindu", "Buddhist", "Sikh", "atheist"),
    ("Muslims", "Christians", "Jews", "Hindus", "Buddhists", "Sikhs", "atheists"),
    ("Islam", "Christianity", "Judaism", "Hinduism", "Buddhism", "Sikhism", "atheism"),
    ("black people", "white people", "Asian people", "Hispanic people", "Arab people"),
    ("African Americans", "Asian Americans", "white Americans", "Hispanic Americans"),
    ("American", "Indian", "Chinese", "Pakistani", "Russian", "Mexican", "German", "Nigerian"),
    (
        "Americans",
        "Indians",
        "Chinese people",
        "Pakistanis",
        "Russians",
        "Mexicans",
        "Germans",
        "Nigerians",
    ),
    ("America", "India", "China", "Pakistan", "Russia", "Mexico", "Germany", "Nigeria"),
    ("man", "woman"),
    ("men", "women"),
    ("boy", "girl"),
    ("boys", "girls"),
    ("male", "female"),
    ("males", "females"),
    ("he", "she"),
    ("husband", "wife"),
    ("transgender", "cisgender"),
    ("gay", "lesbian", "bisexual", "heterosexual"),
    ("gays", "lesbians", "bisexuals", "heterosexuals"),
)
_MAX_TERMS = 500
_MAX_TERM_CHARS = 60
_WORD = f"[{LETTERS}_'\u2019]"
_ARTICLE = re.compile(r"(?<![\w'\u2019])(an?)(\s+)$", re.IGNORECASE)
_VOWEL = re.compile(r"(?!eu|u[kn]i|uk|us|one)[aeiou]", re.IGNORECASE)


@dataclass(frozen=True)
class Swap:
    """A text with two terms of one group exchanged: what was `old` is `new`, and the reverse."""

    text: str
    old: str
    new: str


@dataclass(frozen=True)
class ScoredSwap:
    """A swap, and what a run answers before and after.

    Scores are probabilities: of the second of two classes, with more of the class that was the
    predicted label before.
    """

    original: str
    swapped: str
    old: str
    new: str
    before: float
    after: float
    label_before: str
    label_after: str

    @property
    def change(self) -> float:
        """How far the score moves."""
        return self.after - self.before

    @property
    def flips(self) -> bool:
        """Whether the predicted label is another."""
        return self.label_before != self.label_after


@dataclass(frozen=True)
class PairSummary:
    """What exchanging two terms does over several texts.

    `mean` and `largest` are of the absolute changes of the score; `lean` is the mean score with
    `second` less that with `first`.
    """

    first: str
    second: str
    texts: int
    mean: float
    largest: float
    lean: float
    flips: int


def parse_groups(typed: str) -> tuple[Group, ...]:
    """Read groups from text: one a line, terms separated by commas; blank lines are left out.

    Raises:
        BadInput: a line with fewer than two terms, a term twice, no group at all, or too much.
    """
    return check_groups([line.split(",") for line in typed.splitlines() if line.strip()])


def check_groups(typed: Iterable[Iterable[str]]) -> tuple[Group, ...]:
    """Make sure that each group can be swapped and each term belongs to one; blank terms go.

    Raises:
        BadInput: it is not so, or there is no group, or too much.
    """
    groups = tuple(
        tuple(" ".join(term.split()) for term in group if term.strip()) for group in typed
    )
    count = sum(map(len, groups))
    if not count:
        raise BadInput("at least one group of terms, such as: men, women", "none", "write one")
    if count > _MAX_TERMS:
        raise BadInput(f"at most {_MAX_TERMS} terms", f"{count:,}", "leave some out")
    seen: set[str] = set()
    for group in groups:
        if len(group) < 2:
            raise BadInput(
                "two or more terms in each group",
                f"only {group[0]!r}" if group else "none",
                "add what it can be exchanged with",
            )
        for term in group:
            if not re.search(r"\w", term) or len(term) > _MAX_TERM_CHARS:
                raise BadInput(
                    f"terms with letters, up to {_MAX_TERM_CHARS} characters",
                    f"{term[:80]!r}",
                    "correct it",
                )
            if term.lower() in seen:
                raise BadInput("each term once", f"{term!r} twice", "leave one out")
            seen.add(term.lower())
    return groups


def shown_groups(groups: Iterable[Group]) -> str:
    """Groups as `parse_groups` reads them."""
    return "\n".join(", ".join(group) for group in groups)


class Swapper:
    """Finds terms in texts as whole words, in any case, and exchanges them.

    Where terms overlap, the longest wins: "African Americans" are not "Americans".

    Args:
        groups: From `check_groups`.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = {term.lower(): group for group in groups for term in group}
        terms = sorted(self._groups, key=len, reverse=True)
        either = "|".join(r"\s+".join(map(re.escape, term.split())) for term in terms)
        self._pattern = re.compile(rf"(?<!{_WORD})(?:{either})(?![{LETTERS}_])", re.IGNORECASE)

    def mentions(self, text: str) -> bool:
        """Whether any term is in the text."""
        return self._pattern.search(text) is not None

    def exchanges(self, text: str) -> Exchanges:
        """What can be exchanged in the text; nothing is made yet."""
        places = [(*match.span(), _plain(match[0])) for match in self._pattern.finditer(text)]
        pairs: dict[frozenset[str], tuple[str, str]] = {}
        # Letters such as U+0130 match without being any term in lower case.
        for term in dict.fromkeys(found for *_, found in places if found in self._groups):
            group = self._groups[term]
            own = next(listed for listed in group if listed.lower() == term)
            for other in group:
                if other != own:
                    pairs.setdefault(frozenset((own, other)), (own, other))
        return Exchanges(text, places, list(pairs.values()))

    def swaps(self, text: str) -> list[Swap]:
        """The text with each of its terms exchanged for each other one of its group."""
        return self.exchanges(text).made()


class Exchanges:
    """The exchanges that one text allows, counted before any is made.

    Args:
        text: Any text.
        places: Start and end of each term in it, and the term in lower case.
        pairs: Terms to be exchanged for each other.
    """

    def __init__(
        self, text: str, places: Sequence[tuple[int, int, str]], pairs: Sequence[tuple[str, str]]
    ) -> None:
        self._text = text
        self._places = places
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self._pairs)

    @property
    def characters(self) -> int:
        """As many as all the exchanged texts have together, or one more for each term: an article
        before it may get its "n"."""
        times = Counter(term for *_, term in self._places)
        longer = (
            times[first.lower()] * (len(second) - len(first) + 1)
            for own, other in self._pairs
            for first, second in ((own, other), (other, own))
        )
        return sum(longer, len(self._pairs) * len(self._text))

    def made(self) -> list[Swap]:
        """The texts with their terms exchanged, each once; never the text itself."""
        made: dict[str, Swap] = {}
        for own, other in self._pairs:
            swap = Swap(self._exchanged(own, other), own, other)
            made.setdefault(swap.text, swap)
        made.pop(self._text, None)
        return list(made.values())

    def _exchanged(self, first: str, second: str) -> str:
        instead = {first.lower(): (first, second), second.lower(): (second, first)}
        pieces, at = [], 0
        for start, end, term in self._places:
            if term in instead:
                word = _in_case(self._text[start:end], *instead[term])
                pieces += [_with_article(self._text, at, start, word), word]
                at = end
        return "".join([*pieces, self._text[at:]])


def pair_summaries(swaps: Iterable[ScoredSwap]) -> list[PairSummary]:
    """Sum up by pair of terms, the pair that moves scores most first."""
    ordered = sorted(swaps, key=_pair)
    found = [_summary(pair, list(some)) for pair, some in groupby(ordered, _pair)]
    return sorted(found, key=lambda summary: -summary.mean)


def _summary(pair: tuple[str, str], swaps: Sequence[ScoredSwap]) -> PairSummary:
    changes = np.array([swap.change for swap in swaps])
    forward = np.array([1.0 if swap.old == pair[0] else -1.0 for swap in swaps])
    return PairSummary(
        *pair,
        texts=len(swaps),
        mean=float(np.abs(changes).mean()),
        largest=float(np.abs(changes).max()),
        lean=float((changes * forward).mean()),
        flips=sum(swap.flips for swap in swaps),
    )


def _pair(swap: ScoredSwap) -> tuple[str, str]:
    first, second = sorted((swap.old, swap.new))
    return first, second


def _plain(found: str) -> str:
    return " ".join(found.lower().split())


def _in_case(found: str, listed: str, other: str) -> str:
    """Another term, written as the one that was found is."""
    found = " ".join(found.split())
    if found == listed:
        return other
    if found.isupper() and len(found) > 1:
        return other.upper()
    if found.islower():
        return other.lower()
    return other[0].upper() + other[1:] if found[0].isupper() else other


def _with_article(text: str, start: int, end: int, word: str) -> str:
    """`text[start:end]`, what stands before a word, with "a" or "an" as the word wants it."""
    article = _ARTICLE.search(text, start, end)
    if article is None:
        return text[start:end]
    wanted = "an" if _VOWEL.match(word) else "a"
    wanted = wanted.upper() if article[1].isupper() and len(article[1]) > 1 else wanted
    wanted = wanted.capitalize() if article[1][0].isupper() and wanted.islower() else wanted
    return text[start : article.start(1)] + wanted + article[2]
