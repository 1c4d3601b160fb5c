from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.widgets.label_queue.label_keys import TAKEN, class_keys


def test_of_two_classes_the_positive_one_has_1_and_a() -> None:
    assert class_keys(("ham", "spam")) == {"ham": ["0", "x", "h"], "spam": ["1", "a", "s"]}


def test_classes_that_are_digits_keep_them() -> None:
    assert class_keys(("0", "1")) == {"0": ["0", "x"], "1": ["1", "a"]}
    assert class_keys(("1", "0")) == {"1": ["1", "x"], "0": ["0", "a"]}
    assert class_keys(("5", "1", "3")) == {"5": ["5"], "1": ["1"], "3": ["3"]}
    # Only if all of them are.
    assert class_keys(("2", "1", "unsure")) == {"2": ["1"], "1": ["2"], "unsure": ["3", "u"]}


def test_up_to_ten_classes_are_numbered_from_1_and_the_tenth_has_0() -> None:
    names = [f"class {number}" for number in range(10)]

    assert list(class_keys(names).values()) == [
        *([str(number)] for number in range(1, 10)), ["0"],
    ]  # fmt: skip


def test_eleven_classes_have_letters_alone() -> None:
    names = ["red", "green", "blue", "rose", *"cdeghij"]

    keys = class_keys(names)

    assert keys["blue"] == keys["red"] == keys["rose"] == keys["green"] == keys["g"] == []
    assert [keys[name] for name in "cdehij"] == [["c"], ["d"], ["e"], ["h"], ["i"], ["j"]]


def test_a_letter_that_two_classes_begin_with_is_neithers() -> None:
    assert class_keys(("Sad", "sorry", "glad")) == {
        "Sad": ["1"],
        "sorry": ["2"],
        "glad": ["3", "g"],
    }


@pytest.mark.parametrize("name", ["flag", "note", "bad", "?", "/", " blank", "7 up", "😀"])
def test_keys_of_the_queue_and_signs_are_no_classes_own(name: str) -> None:
    assert class_keys((name, "other", "third"))[name] == ["1"]


def test_letters_of_any_script_are_keys() -> None:
    assert class_keys(("да", "нет", "質問")) == {
        "да": ["1", "д"], "нет": ["2", "н"], "質問": ["3", "質"],
    }  # fmt: skip


def test_a_and_x_of_two_classes_are_not_given_twice() -> None:
    assert class_keys(("apple", "xylophone")) == {"apple": ["0", "x"], "xylophone": ["1", "a"]}


@given(st.lists(st.text(min_size=1, max_size=4), min_size=2, max_size=14, unique=True))
def test_no_key_means_two_things(names: list[str]) -> None:
    keys = class_keys(names)

    assert list(keys) == names
    given_keys = list(chain.from_iterable(keys.values()))
    assert len(given_keys) == len(set(given_keys))
    assert not TAKEN & set(given_keys)
    # What the browser compares with: one character, in lower case.
    assert all(len(key) == 1 and key == key.lower() for key in given_keys)
    if len(names) <= 10:
        assert all(keys.values())
