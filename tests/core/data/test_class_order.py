from collections import Counter

import pytest

from core.data.class_order import order_classes


@pytest.mark.parametrize(
    ("counts", "order"),
    [
        ({"1": 90, "0": 10}, ("0", "1")),  # It sounds positive, common as it is.
        ({"Toxic": 90, "fine": 10}, ("fine", "Toxic")),
        ({"true": 5, "false": 5}, ("false", "true")),
        ({"1.0": 5, "0.0": 2}, ("0.0", "1.0")),
        ({"spam": 10, "hate": 90}, ("hate", "spam")),  # Both sound so: the rarer one is.
        ({"kind": 90, "rude": 10}, ("kind", "rude")),
        ({"rude": 90, "kind": 10}, ("rude", "kind")),
        ({"b": 7, "a": 7}, ("a", "b")),
        ({"2": 7, "10": 7}, ("2", "10")),
    ],
)
def test_of_two_classes_the_positive_one_comes_second(
    counts: dict[str, int], order: tuple[str, str]
) -> None:
    assert order_classes(Counter(counts)) == order


def test_many_classes_are_in_the_order_of_their_numbers_then_names() -> None:
    names = ["b", "10", "9", "a", "1", "B", "007"]

    assert order_classes(Counter(names)) == ("1", "9", "10", "007", "B", "a", "b")


def test_no_class_and_one_are_as_they_are() -> None:
    assert order_classes(Counter()) == ()
    assert order_classes(Counter({"spam": 3})) == ("spam",)
