"""Which keys give which class."""

from __future__ import annotations

from collections.abc import Sequence

TAKEN = frozenset("fnb?/ ")
"""What the queue itself listens to: flag, note, show a blurred text, help, find, skip."""
_MOST_NUMBERED = 10


def class_keys(classes: Sequence[str]) -> dict[str, list[str]]:
    """The keys of each class: a digit for up to ten classes, and its first letter where that is
    its own.

    Of two classes the second, the positive one, has 1 and a, the first 0 and x. Classes that are
    digits themselves keep them: nobody should press 2 and give class 3.
    """
    keys: dict[str, list[str]] = {name: [] for name in classes}
    for name, digit in zip(classes, _digits(classes), strict=False):
        keys[name].append(digit)
    if len(classes) == 2:
        keys[classes[1]].append("a")
        keys[classes[0]].append("x")
    given = {key for own in keys.values() for key in own}
    firsts = [name[:1].lower() for name in classes]
    for name, letter in zip(classes, firsts, strict=True):
        if letter.isalpha() and firsts.count(letter) == 1 and letter not in TAKEN | given:
            keys[name].append(letter)
    return keys


def _digits(classes: Sequence[str]) -> list[str]:
    if all(len(name) == 1 and name in "0123456789" for name in classes):
        return list(classes)
    if len(classes) == 2:
        return ["0", "1"]
    if len(classes) > _MOST_NUMBERED:
        return []
    return [str(number % 10) for number in range(1, len(classes) + 1)]
