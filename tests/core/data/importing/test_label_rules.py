import pytest

from core.data.importing.label_lists import Unclear
from core.data.importing.label_rules import (
    DEFAULT_RULES,
    LabelCell,
    LabelRules,
    Merging,
    class_cells,
    read_label,
    spellings,
)
from core.errors import BadInput
from tests.messages import assert_one_sentence


@pytest.mark.parametrize(
    "cell", ["", "NA", "null", "N/A", "#N/A", "?", "\\N", "(null)", "[]", '["NA"]']
)
def test_spellings_of_a_missing_label_are_none(cell: str) -> None:
    assert read_label(cell, DEFAULT_RULES) == LabelCell(None)


def test_one_of_them_may_be_said_to_be_a_class() -> None:
    rules = LabelRules(classes=("NA",))

    assert class_cells(["NA", "na", "null", "EU"], rules) == ["NA", "na", "", "EU"]


def test_a_class_may_be_said_to_mean_that_there_is_none() -> None:
    assert class_cells(["None", "none", "x"], LabelRules(missing=("none",))) == ["", "", "x"]
    assert class_cells(["None"], DEFAULT_RULES) == ["None"]


def test_a_label_is_not_both() -> None:
    with pytest.raises(BadInput, match="'na' as both") as caught:
        LabelRules(classes=("NA",), missing=("na",))
    assert_one_sentence(caught.value)


def test_a_list_of_several_is_unclear() -> None:
    assert read_label('["a", "b"]', DEFAULT_RULES) == LabelCell(None, Unclear.SEVERAL)


def test_spellings_of_one_class_are_found_commonest_first() -> None:
    labels = ["Spam", "spam", "spam", "SPAM", "ham", "not-toxic", "not toxic", "cafe\u0301", "café"]

    assert spellings(labels) == [
        ["spam", "Spam", "SPAM"], ["not-toxic", "not toxic"], ["cafe\u0301", "café"],
    ]  # fmt: skip


def test_signs_before_a_number_make_another_class() -> None:
    assert spellings(["1", "-1", "+1", "0"]) == []


def test_merging_keeps_the_commonest_spelling_and_says_what_gave_way() -> None:
    merging = Merging(["spam", "spam", "Spam"])

    assert [merging.merge(label, 2) for label in ("Spam", "spam", "SPAM", "Ham", "ham")] == [
        "spam", "spam", "spam", "Ham", "Ham",
    ]  # fmt: skip
    assert merging.sentences() == [
        "2 rows with 'Spam' counted as 'spam'",
        "2 rows with 'SPAM' counted as 'spam'",
        "2 rows with 'ham' counted as 'Ham'",
    ]
    assert merging.sentences(1)[1] == "2 more spellings counted as another"


def test_what_stands_between_words_makes_no_other_class() -> None:
    words = ["AI 办公", "AI办公", "not_spam", "not-spam", "notspam", "c 1", "C1"]

    assert spellings([*words, "1-2", "12", "1 2"]) == [
        ["AI 办公", "AI办公"], ["not_spam", "not-spam", "notspam"], ["c 1", "C1"], ["1-2", "1 2"],
    ]  # fmt: skip


def test_quotation_marks_around_a_class_make_no_other() -> None:
    words = ["spam", "\u201cspam\u201d", "'spam'", "\u00abspam\u00bb", "don't", "dont"]

    assert spellings(words) == [["spam", "\u201cspam\u201d", "'spam'", "\u00abspam\u00bb"]]


def test_what_is_not_seen_and_how_numbers_are_written_make_no_other_class() -> None:
    words = ["spam", "spam\u200b", "\ufeffspam", "non-ad", "non\u2013ad"]

    assert spellings([*words, "1", "1.0", "01", "-1", "1.5"]) == [
        ["spam", "spam\u200b", "\ufeffspam"], ["non-ad", "non\u2013ad"], ["1", "1.0", "01"],
    ]  # fmt: skip
