"""The values are those of `tokenizers` 0.23, which knows the characters of Unicode 8 and 9."""

import pytest

from core.encoders.text_rules import CLEAN, LOWER, STRIP_ACCENTS, STRIP_MARKS, changed, cut


@pytest.mark.parametrize(
    ("step", "text", "wanted"),
    [
        (CLEAN, "a\u0600b", "ab"),
        (CLEAN, "a\u08e2b", "a\u08e2b"),  # A control since Unicode 9.
        (STRIP_ACCENTS, "\u00e9\u0300", "e"),
        (STRIP_ACCENTS, "e\u08d4", "e\u08d4"),  # A mark since Unicode 9.
        (STRIP_ACCENTS, "a\u1734", "a"),
        (STRIP_MARKS, "e\u0301", "e"),
        (STRIP_MARKS, "e\u08d4", "e"),
        (STRIP_MARKS, "e\u07fd", "e\u07fd"),  # A mark since Unicode 11.
        (STRIP_MARKS, "e\u1cf2", "e"),  # A letter since Unicode 12.
        (LOWER, "\u0130\u03a3", "i\u0307\u03c3"),
    ],
    ids=ascii,
)
def test_characters_are_what_hugging_faces_tokenizers_take_them_for(
    step: str, text: str, wanted: str
) -> None:
    assert changed(text, (step,)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("so,so", "so , so"),
        ("a\u3000b", "a b"),
        ("a\u2e52b", "a\u2e52b"),  # Punctuation since Unicode 14.
        ("a\u166db", "a \u166d b"),  # Punctuation until Unicode 12.
        ("a\U000111c9b", "a \U000111c9 b"),
    ],
    ids=ascii,
)
def test_words_end_where_hugging_faces_tokenizers_end_them(text: str, wanted: str) -> None:
    assert cut(text) == wanted
