"""The keys by which classes are given: each class keeps its keys for good.

Who has labelled for an hour no longer looks at the keys, and a key that came to mean another class
would turn labels round unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

ClassKeys: TypeAlias = dict[str, list[str]]

TAKEN = frozenset("fnb?/ ")
"""What the queue itself listens to: flag, note, show a blurred text, help, find, skip."""
_DIGITS = "1234567890"
_DIGITS_OF_TWO = "01"
_BESIDE_DIGITS = frozenset("àçèéáíýčěřšžľťąėęįųūăâđêô")
"""Letters that French, Czech, Slovak, Lithuanian and Vietnamese keyboards have on their digits."""


def first_keys(classes: Sequence[str]) -> ClassKeys:
    """The keys of classes that are new: a digit for up to ten, and the first letter of each that
    begins with another one than all others.

    Of two classes the second, the positive one, has 1 and a, the first 0 and x. Classes that are
    digits themselves have these: nobody should press 2 and give class 3.
    """
    keys: ClassKeys = {name: [] for name in classes}
    _add_digits(keys, classes, _usual_digits(classes))
    _add_letters_of_two(keys, classes)
    _add_letters(keys, classes, _BESIDE_DIGITS)
    return keys


def unstored_keys(classes: Sequence[str]) -> ClassKeys:
    """The keys that classes had before keys were stored: digits in their order, if not all of them
    are digits, and first letters of all alphabets. People know them, so they stay.
    """
    if all(len(name) == 1 and name in _DIGITS for name in classes):
        return first_keys(classes)
    keys: ClassKeys = {name: [] for name in classes}
    if len(classes) <= len(_DIGITS):
        for name, digit in zip(classes, _usual_digits(classes), strict=False):
            keys[name].append(digit)
    _add_letters_of_two(keys, classes)
    _add_letters(keys, classes, frozenset())
    return keys


def next_keys(
    classes: Sequence[str], *, before: Sequence[str], given: Mapping[str, Sequence[str]]
) -> ClassKeys:
    """The keys after a change of the classes: new ones take what is free.

    A class that stands where another stood, while all else is the same, is that class by a new
    name. Keys of classes that were removed wait for them, unless no other digit is left.

    Args:
        classes: Those that there are now.
        before: Those before the change.
        given: The keys of all classes that there ever were.

    Returns:
        Likewise of all classes that there ever were.
    """
    keys = {name: list(own) for name, own in given.items()}
    for old, new in _renamed(before, classes):
        if old in keys and new not in keys:
            keys[new] = keys.pop(old)
    for name in classes:
        keys.setdefault(name, [])
    _add_digits(keys, classes, _DIGITS)
    _add_letters(keys, classes, _BESIDE_DIGITS)
    return keys


def _renamed(before: Sequence[str], classes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Old and new names of classes that stand in each other's places."""
    changes = SequenceMatcher(None, before, classes, autojunk=False).get_opcodes()
    for kind, start, end, new_start, new_end in changes:
        if kind == "replace":
            old = [name for name in before[start:end] if name not in classes]
            new = [name for name in classes[new_start:new_end] if name not in before]
            if len(old) == len(new):
                yield from zip(old, new, strict=True)


def _usual_digits(classes: Sequence[str]) -> str:
    return _DIGITS_OF_TWO if len(classes) == 2 else _DIGITS


def _add_letters_of_two(keys: ClassKeys, classes: Sequence[str]) -> None:
    if len(classes) == 2:
        keys[classes[0]].append("x")
        keys[classes[1]].append("a")


def _add_digits(keys: ClassKeys, classes: Sequence[str], digits: str) -> None:
    if len(classes) > len(_DIGITS):
        return
    without = [name for name in classes if _digit(keys[name]) is None]
    held = {key for own in keys.values() for key in own}
    for name in without:
        if len(name) == 1 and name in _DIGITS and name not in held:
            keys[name].append(name)
    held |= set(without)
    free = [digit for digit in _ordered(digits) if digit not in held]
    for name in without:
        if _digit(keys[name]) is None:
            keys[name].insert(0, free.pop(0) if free else _given_up(keys, classes))


def _digit(own: Sequence[str]) -> str | None:
    return next((key for key in own if key in _DIGITS), None)


def _ordered(digits: str) -> str:
    """These digits, then all others."""
    return digits + "".join(digit for digit in _DIGITS if digit not in digits)


def _given_up(keys: ClassKeys, classes: Sequence[str]) -> str:
    """The digit of a class that was removed: ten classes at most have one, so there is such."""
    for name, own in keys.items():
        digit = _digit(own)
        if digit is not None and name not in classes:
            own.remove(digit)
            return digit
    raise AssertionError("more digits than classes")


def _add_letters(keys: ClassKeys, classes: Sequence[str], beside_digits: frozenset[str]) -> None:
    held = {key for own in keys.values() for key in own}
    taken = TAKEN | held | (beside_digits if held & set(_DIGITS) else frozenset())
    letters = {name: name[:1].lower() for name in classes}
    counts = Counter(letters.values())
    for name, letter in letters.items():
        if letter.isalpha() and counts[letter] == 1 and letter not in taken:
            keys[name].append(letter)
