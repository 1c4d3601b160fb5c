import unicodedata

from core.encoders.newer_signs import NEWER_MARKS, NEWER_SIGNS


def kinds(signs: frozenset[str]) -> set[str]:
    """Their general categories, but of those that this Python does not know yet."""
    return {unicodedata.category(sign) for sign in signs} - {"Cn"}


def test_ranges_are_read_with_both_their_ends() -> None:
    assert set("\u061d\u0890\u0891\u0898\u089f\U0001e95f") <= NEWER_SIGNS
    assert not NEWER_SIGNS & set("\u061c\u061e\u088f\u0892\u0897\u08a0\U0001e960")


def test_signs_are_marks_punctuation_and_controls_and_marks_are_marks() -> None:
    assert kinds(NEWER_SIGNS) == {"Mn", "Po", "Pd", "Ps", "Pe", "Cf"}
    assert kinds(NEWER_MARKS) == {"Mn", "Mc"}


def test_accents_newer_than_unicode_9_are_newer_than_unicode_8() -> None:
    accents = {mark for mark in NEWER_MARKS if unicodedata.category(mark) == "Mn"}

    assert accents <= NEWER_SIGNS


def test_what_was_there_in_unicode_3_was_a_letter_then() -> None:
    old = {sign: unicodedata.ucd_3_2_0.category(sign) for sign in NEWER_SIGNS | NEWER_MARKS}

    assert {kind for kind in old.values() if kind != "Cn"} <= {"Lo"}
