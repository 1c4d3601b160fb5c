import re

import pytest

from core.data.text.characters import LETTER, MARK, SEPARATOR, UNIT, kinds, python_class, re2_class


@pytest.mark.parametrize(
    ("kind", "characters"),
    [
        (LETTER, "aZ0éßжשب한ᄒहিﬁＡ０"),
        (UNIT, "手あカー々ｶ〇ทລကខ😀★→"),
        (MARK, "\u0301\u0e35\u0e48\u103a\u17d2\u3099\ufe0f\U0001f3fd"),
        (SEPARATOR, " .'-_\x00\u00a0¿।،؟；，。「・…—\u200b\ufeff€₹፡\u0f0b"),
    ],
    ids=["letters", "words by themselves", "marks", "separators"],
)
def test_each_character_is_of_its_kind(kind: int, characters: str) -> None:
    found = {character: int(kinds()[ord(character)]) for character in characters}

    assert found == dict.fromkeys(characters, kind)


def test_classes_hold_the_characters_of_their_kinds_and_no_others() -> None:
    letters = re.compile(f"[{python_class(LETTER, MARK)}]")

    for point in (*range(0x3100), *range(0xFE00, 0x11000), 0x1F600):
        assert bool(letters.match(chr(point))) == (kinds()[point] in (LETTER, MARK))
    assert re2_class(SEPARATOR).startswith(r"\x{0}-\x{2F}")


def test_a_search_for_many_words_needs_few_ranges() -> None:
    assert re2_class(LETTER, MARK, UNIT).count("-") < 60
