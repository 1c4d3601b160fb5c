"""A synthetic, seeded stand-in for the Quora insincere questions, for use without any download.

Every row draws a kind of question (an honest one, a loaded one, or one that people would argue
about), grows a text from that kind's templates, and draws the label with that kind's probability.
No kind has probability 0 or 1, so that no classifier can be perfect: as in the real data.
"""

import csv
import hashlib
import random
import re
from bisect import bisect
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from core.data.dataset import ID, LABEL, TEXT
from core.data.sample.templates import TEMPLATES
from core.data.sample.vocabulary import WORDS

SAMPLE_NAME = "Synthetic sample"
LABELS = ("sincere", "insincere")
SCHEMA = pa.schema([(ID, pa.string()), (TEXT, pa.string()), (LABEL, pa.string())])


class _Kind(NamedTuple):
    """A kind of question."""

    share: float  # of all rows
    insincere: float  # probability of the insincere label
    shapes: dict[str, int]  # a template for the whole text, and its weight


# Weights follow the real questions: 13 words on average, one in seven with a second sentence, and
# loaded questions a third longer than honest ones. `%s` stands for the kind's own templates.
_ADVICE_SHAPES = {
    "{advice}?": 590,
    "{advice} {advice_tail}?": 270,
    "{context} {advice}?": 75,
    "{advice}? {context}": 12,
    "{context} {advice} {advice_tail}?": 25,
    "{context} {context} {advice} {advice_tail}?": 18,
    "{context} {context} {context} {advice}? {context}": 7,
    "{context} {context} {advice} {advice_tail}? {context} {advice}?": 3,
}
_FACT_SHAPES = {
    "{%s}?": 660,
    "{%s} {tail}?": 280,
    "{%s}? {fact}?": 20,
    "{context} {%s}?": 15,
    "{%s} {tail}? {%s} {tail}?": 12,
    "{context} {context} {%s} {tail}?": 10,
    "{context} {context} {context} {%s} {tail}? {context}": 3,
}
_FAIR_SHAPES = {
    "{%s}?": 600,
    "{%s} {aside}?": 180,
    "{%s}? {remark}": 90,
    "{remark} {%s}?": 60,
    "{%s} {aside}? {remark}": 40,
    "{remark} {remark} {%s}?": 30,
}
_LOADED_SHAPES = {
    "{%s}?": 330,
    "{%s} {rant_tail}?": 200,
    "{%s}? {rant}": 130,
    "{rant} {%s}?": 60,
    "{%s} {rant_tail}? {rant}": 100,
    "{%s}? {rant} {rant}": 90,
    "{rant} {rant} {%s} {rant_tail}?": 60,
    "{%s}? {rant} {rant} {rant}": 30,
}


def _shapes(kind: str, shapes: dict[str, int]) -> dict[str, int]:
    return {shape.replace("%s", kind): weight for shape, weight in shapes.items()}


# Chosen to be about as hard as the real questions: 6.2 % insincere, best F1 0.58 with TF-IDF and a
# logistic regression (real: 0.52), and 0.75 for an oracle that sees the kind.
_KINDS = (
    _Kind(0.400, 0.007, _ADVICE_SHAPES),
    _Kind(0.395, 0.007, _shapes("fact", _FACT_SHAPES)),
    _Kind(0.060, 0.03, _shapes("fair", _FAIR_SHAPES)),
    _Kind(0.030, 0.04, _shapes("reported", _FAIR_SHAPES)),
    _Kind(0.038, 0.05, _shapes("victims", _FAIR_SHAPES)),
    _Kind(0.028, 0.40, _shapes("unclear", _FAIR_SHAPES)),
    _Kind(0.016, 0.75, _shapes("polite", _LOADED_SHAPES)),
    _Kind(0.018, 0.85, _shapes("culprits", _FAIR_SHAPES)),
    _Kind(0.015, 0.90, _shapes("loaded", _LOADED_SHAPES)),
)


def sample_batches(
    rows: int, *, seed: int = 0, batch_rows: int = 10_000
) -> Iterator[pa.RecordBatch]:
    """Yield the sample in batches, the same for a seed on every machine.

    The first n rows of a larger sample are the sample of n rows. No rows means no batch.

    Args:
        rows: size of the sample, 0 or more.
        seed: any integer; another seed gives other questions.
        batch_rows: rows a batch, 1 or more; it does not change the content.

    Returns:
        Batches of three string columns: `id` (20 hex digits), `text` and `label`
        (one of `LABELS`).

    Raises:
        ValueError: if `rows` is negative or `batch_rows` is not positive.
    """
    if batch_rows < 1:
        raise ValueError(f"batch_rows must be 1 or more, got {batch_rows}")
    return _batches(_rows(rows, seed), batch_rows)


def write_sample_csv(path: Path, rows: int, *, seed: int = 0) -> None:
    """Write the sample as UTF-8 CSV with the header `id,text,label`.

    Args:
        path: the file to write or replace; its folder must exist.
        rows: size of the sample, 0 or more.
        seed: any integer, as in `sample_batches`.

    Raises:
        ValueError: if `rows` is negative.
        FileNotFoundError: if the folder does not exist.
    """
    sample = _rows(rows, seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(SCHEMA.names)
        writer.writerows(sample)


_Row: TypeAlias = tuple[str, str, str]
_Draw: TypeAlias = Callable[[], float]
# A phrase is said part by part; a part is a literal or a choice of phrases.
_Part: TypeAlias = "str | _Choice"
_Phrase: TypeAlias = "tuple[_Part, ...]"
_Choice: TypeAlias = "list[_Phrase]"


def _rows(rows: int, seed: int) -> Iterator[_Row]:
    if rows < 0:
        raise ValueError(f"rows must be 0 or more, got {rows}")
    return islice(_endless_rows(seed), rows)


def _batches(rows: Iterator[_Row], batch_rows: int) -> Iterator[pa.RecordBatch]:
    while batch := list(islice(rows, batch_rows)):
        yield pa.record_batch([list(column) for column in zip(*batch, strict=True)], schema=SCHEMA)


def _endless_rows(seed: int) -> Iterator[_Row]:
    # Python promises the same random() for a seed in every version, and of no other method.
    # A text seed, because an integer seed loses its sign.
    draw = random.Random(f"sincerely {seed}").random
    kinds = [(kind.insincere, _weighted(kind.shapes)) for kind in _KINDS]
    limits = list(accumulate(kind.share for kind in _KINDS))[:-1]
    number = 0
    while True:
        insincere, shapes = kinds[bisect(limits, draw())]
        label = LABELS[draw() < insincere]
        text = _roughen(_say(shapes, draw), draw)
        yield _row_id(seed, number), text, label
        number += 1


def _row_id(seed: int, number: int) -> str:
    return hashlib.blake2b(f"{seed} {number}".encode(), digest_size=10).hexdigest()


def _say(choice: _Choice, draw: _Draw) -> str:
    parts: list[str] = []
    _say_into(parts, choice, draw)
    return "".join(parts)


def _say_into(parts: list[str], choice: _Choice, draw: _Draw) -> None:
    for part in choice[int(draw() * len(choice))]:
        if isinstance(part, str):
            parts.append(part)
        else:
            _say_into(parts, part, draw)


def _roughen(text: str, draw: _Draw) -> str:
    """Return the text with, in one row of twelve, the kind of slip that people make."""
    slip = draw()
    if slip < 0.022:
        return text.rstrip("?")
    if slip < 0.06:
        return _mistype(text, draw)
    if slip < 0.065:
        return text[0].lower() + text[1:]
    if slip < 0.075:
        return text.replace("'", "")
    if slip < 0.3:
        return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    return text


def _mistype(text: str, draw: _Draw) -> str:
    at = 1 + int(draw() * (len(text) - 3))
    if not text[at - 1 : at + 2].isalpha():
        return text
    drop = draw() < 0.4
    return text[:at] + text[at + 1] + ("" if drop else text[at]) + text[at + 2 :]


# The grammar: templates and words become nested choices once, so that a row costs only draws.


def _weighted(shapes: dict[str, int]) -> _Choice:
    return [phrase for shape, weight in shapes.items() for phrase in [_phrase(shape)] * weight]


def _phrase(template: str) -> _Phrase:
    pieces = re.split(r"(\[[^]]*\]|{[^}]*})", template)
    return tuple(_part(piece) for piece in pieces if piece)


def _part(piece: str) -> _Part:
    if piece.startswith("{"):
        return _choice(piece[1:-1])
    if piece.startswith("["):
        return [_phrase(piece[1:-1]), (), ()]
    return piece


@cache
def _choice(slot: str) -> _Choice:
    name, _, form = slot.partition(":")
    if form:
        return _inflected(_choice(name), form)
    if name in TEMPLATES:
        return [_phrase(line) for line in map(str.strip, TEMPLATES[name].splitlines()) if line]
    if name in WORDS:
        return [(" ".join(word.split()),) for word in WORDS[name].split(",")]
    return [(str(number),) for number in _NUMBERS[name]]


_NUMBERS = {
    "n": range(2, 31),
    "age": range(14, 70),
    "year": range(1920, 2019),
    "lately": range(2010, 2019),
    "big": range(500, 60_001, 500),
}


def _inflected(choice: _Choice, form: str) -> _Choice:
    """Return the choice with the last word of every phrase in the plural, or its first changed."""
    inflect = _FORMS[form]
    edge = -1 if form == "s" else 0
    inflected: _Choice = []
    for phrase in choice:
        parts, part = list(phrase), phrase[edge]
        parts[edge] = inflect(part) if isinstance(part, str) else _inflected(part, form)
        inflected.append(tuple(parts))
    return inflected


def _with_article(noun: str) -> str:
    if _looks_plural(noun):
        return noun
    vowel = re.match(r"(?i)(?!uni[^mn]|url|us[aeb]|euro|one )[aeiou]|HP|MBA|MFA|SSD|hour", noun)
    return f"{'an' if vowel else 'a'} {noun}"


def _plural(noun: str) -> str:
    if _looks_plural(noun):
        return noun
    noun = re.sub(r"man$", "men", re.sub(r"([^aeiou])y$", r"\1ie", noun))
    if noun.endswith("men"):
        return noun
    return noun + ("es" if re.search(r"(s|x|ch|sh)$", noun) else "s")


def _looks_plural(noun: str) -> bool:
    return re.search(r"[^sui]s$", noun) is not None


def _gerund(words: str) -> str:
    verb, space, rest = words.partition(" ")
    verb = re.sub(r"([^eoy])e$", r"\1", verb)
    verb = re.sub(r"^([^aeiou]*[aeiou][^aeiouwxy])$", r"\1\1", verb)
    return f"{verb}ing{space}{rest}"


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


_FORMS = {"a": _with_article, "s": _plural, "ing": _gerund, "cap": _capitalised}
