from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.labels.class_keys import TAKEN, ClassKeys, first_keys, next_keys, unstored_keys


def test_of_two_classes_the_positive_one_has_1_and_a() -> None:
    assert first_keys(("ham", "spam")) == {"ham": ["0", "x", "h"], "spam": ["1", "a", "s"]}


def test_classes_that_are_digits_keep_them() -> None:
    assert first_keys(("0", "1")) == {"0": ["0", "x"], "1": ["1", "a"]}
    assert first_keys(("1", "0")) == {"1": ["1", "x"], "0": ["0", "a"]}
    assert first_keys(("5", "1", "3")) == {"5": ["5"], "1": ["1"], "3": ["3"]}
    assert first_keys(("2", "1", "unsure")) == {"2": ["2"], "1": ["1"], "unsure": ["3", "u"]}
    assert first_keys(("1", "rude")) == {"1": ["1", "x"], "rude": ["0", "a", "r"]}


def test_up_to_ten_classes_are_numbered_from_1_and_the_tenth_has_0() -> None:
    names = [f"class {number}" for number in range(10)]

    assert list(first_keys(names).values()) == [
        *([str(number)] for number in range(1, 10)), ["0"],
    ]  # fmt: skip


def test_eleven_classes_have_letters_alone() -> None:
    names = ["red", "green", "blue", "rose", *"cdeghij"]

    keys = first_keys(names)

    assert keys["blue"] == keys["red"] == keys["rose"] == keys["green"] == keys["g"] == []
    assert [keys[name] for name in "cdehij"] == [["c"], ["d"], ["e"], ["h"], ["i"], ["j"]]


def test_a_letter_that_two_classes_begin_with_is_neithers() -> None:
    assert first_keys(("Sad", "sorry", "glad")) == {
        "Sad": ["1"],
        "sorry": ["2"],
        "glad": ["3", "g"],
    }


@pytest.mark.parametrize("name", ["flag", "note", "bad", "?", "/", " blank", "7 up", "😀"])
def test_keys_of_the_queue_and_signs_are_no_classes_own(name: str) -> None:
    assert first_keys((name, "other", "third"))[name] == ["1"]


def test_letters_of_any_script_are_keys() -> None:
    assert first_keys(("да", "нет", "質問")) == {
        "да": ["1", "д"], "нет": ["2", "н"], "質問": ["3", "質"],
    }  # fmt: skip


def test_a_and_x_of_two_classes_are_not_given_twice() -> None:
    assert first_keys(("apple", "xylophone")) == {"apple": ["0", "x"], "xylophone": ["1", "a"]}


@pytest.mark.parametrize("name", ["élevé", "ça va", "řepa", "žena", "ąžuolas", "đúng"])
def test_letters_that_stand_on_digits_of_some_keyboards_are_no_keys_beside_digits(
    name: str,
) -> None:
    assert first_keys((name, "other", "third"))[name] == ["1"]


def chain_of(*versions: tuple[str, ...]) -> ClassKeys:
    """The keys after these versions of the classes, one after the other."""
    before, keys = versions[0], first_keys(versions[0])
    for classes in versions[1:]:
        keys = next_keys(classes, before=before, given=keys)
        before = classes
    return keys


def test_a_third_class_takes_the_next_key_and_moves_none() -> None:
    two = first_keys(("not toxic", "toxic"))

    keys = chain_of(("not toxic", "toxic"), ("not toxic", "toxic", "spam"))

    assert keys == {**two, "spam": ["2", "s"]}
    assert keys["toxic"][0] == "1"


@pytest.mark.parametrize(
    "classes",
    [
        ("spam", "not toxic", "toxic"),
        ("toxic", "not toxic"),
        ("toxic", "spam", "not toxic", "other"),
        ("spam", "other"),
    ],
)
def test_no_order_and_no_removal_moves_a_key(classes: tuple[str, ...]) -> None:
    before = chain_of(("not toxic", "toxic"), ("not toxic", "toxic", "spam"))

    keys = next_keys(classes, before=("not toxic", "toxic", "spam"), given=before)

    assert {name: keys[name] for name in before} == before


def test_a_new_class_never_takes_the_letter_of_another() -> None:
    keys = chain_of(("kind", "rude"), ("kind", "rude", "rabid", "xenial", "apt"))

    assert keys["rude"] == ["1", "a", "r"]
    assert [keys[name] for name in ("rabid", "xenial", "apt")] == [["2"], ["3"], ["4"]]


def test_a_class_by_a_new_name_keeps_its_key() -> None:
    keys = chain_of(("a", "toxic", "c"), ("a", "Toxic!", "c"))
    assert keys == {"a": ["1", "a"], "Toxic!": ["2", "t"], "c": ["3", "c"]}

    both = chain_of(("not toxic", "toxic"), ("fine", "abusive"))
    assert [both["fine"][0], both["abusive"][0]] == ["0", "1"]


def test_what_may_be_another_class_takes_another_key() -> None:
    keys = chain_of(("a", "b", "c"), ("a", "other", "more", "c"))

    assert (keys["b"][0], keys["other"][0], keys["more"][0]) == ("2", "4", "5")


def test_a_class_that_comes_back_has_its_old_key() -> None:
    keys = chain_of(("a", "b", "c"), ("a", "c"), ("a", "c", "d"), ("d", "c", "b", "a"))

    assert [keys[name][0] for name in "abcd"] == ["1", "2", "3", "4"]


def test_when_all_digits_are_given_a_new_class_has_that_of_one_that_was_removed() -> None:
    ten = tuple(f"class {number}" for number in range(10))

    keys = chain_of(ten, ten[:3] + ten[4:], (*ten[:3], *ten[4:], "last"))

    assert keys["last"][0] == "4"
    assert keys["class 3"] == []
    assert [keys[name][0] for name in ten[:3] + ten[4:]] == list("123567890")


def test_an_eleventh_class_moves_none_of_ten_and_has_its_letter() -> None:
    ten = tuple(f"class {number}" for number in range(10))

    keys = chain_of(ten, (*ten, "zebra"))

    assert keys == {**first_keys(ten), "zebra": ["z"]}


def test_classes_that_are_digits_keep_them_beside_a_new_one() -> None:
    assert chain_of(("0", "1"), ("0", "1", "unsure"))["unsure"] == ["2", "u"]
    assert chain_of(("0", "1"), ("0", "1", "2", "unsure"))["2"] == ["2"]
    assert chain_of(("0", "1"), ("0", "1", "unsure"), ("0", "1", "unsure", "2"))["2"] == ["3"]


@pytest.mark.parametrize(
    ("classes", "keys"),
    [
        (("ham", "spam"), [["0", "x", "h"], ["1", "a", "s"]]),
        (("1", "0"), [["1", "x"], ["0", "a"]]),
        (("0", "1", "unsure"), [["1"], ["2"], ["3", "u"]]),
        (("bas", "élevé", "moyen"), [["1"], ["2", "é"], ["3", "m"]]),
        (tuple("cdehijklmop"), [[name] for name in "cdehijklmop"]),
    ],
)
def test_keys_that_were_never_stored_are_those_that_people_know(
    classes: tuple[str, ...], keys: list[list[str]]
) -> None:
    assert list(unstored_keys(classes).values()) == keys


NAMES = st.lists(st.sampled_from([*"abc123fxé", "rude", "Rome", "zoo", "да"]), unique=True)


@given(st.lists(NAMES.filter(lambda names: len(names) > 1), min_size=2, max_size=6))
def test_whatever_is_changed_a_class_that_stays_keeps_its_digit(
    versions: list[list[str]],
) -> None:
    before, keys = versions[0], first_keys(versions[0])
    for classes in versions[1:]:
        after = next_keys(classes, before=before, given=keys)
        for name in set(before) & set(classes):
            assert after[name][: len(keys[name])] == keys[name] or len(before) > 10
        given_keys = [key for own in after.values() for key in own]
        assert len(given_keys) == len(set(given_keys))
        if len(classes) <= 10:
            assert all(any(key.isdecimal() for key in after[name]) for name in classes)
        before, keys = classes, after


@given(st.lists(st.text(min_size=1, max_size=4), min_size=2, max_size=14, unique=True))
def test_no_key_means_two_things(names: list[str]) -> None:
    keys = first_keys(names)

    assert list(keys) == names
    given_keys = list(chain.from_iterable(keys.values()))
    assert len(given_keys) == len(set(given_keys))
    assert not TAKEN & set(given_keys)
    # What the browser compares with: one character, in lower case.
    assert all(len(key) == 1 and key == key.lower() for key in given_keys)
    if len(names) <= 10:
        assert all(keys.values())
