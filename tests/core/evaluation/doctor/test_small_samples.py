import pytest

from core.evaluation.doctor.finding import Severity
from core.evaluation.doctor.small_samples import small_sample


def test_rows_enough_of_every_class_are_not_spoken_of() -> None:
    assert small_sample("test", {"a": 50, "b": 5_000}) is None
    assert small_sample("test", dict.fromkeys("abcdef", 5)) is None
    assert small_sample("test", {"a": 0, "b": 0}) is None


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"a": 3, "b": 2}, "The 5 test rows (3 of 'a', 2 of 'b') are too few: they cannot tell"),
        ({"a": 900, "b": 1}, "The 901 test rows (900 of 'a', 1 of 'b') are too few"),
        ({"a": 1, "b": 0, "c": 2}, "The 3 test rows are too few: they cannot tell"),
        ({"a": 7, "b": 0}, "All 7 test rows are 'a': they cannot tell how well the run finds"),
        ({"a": 0, "b": 0, "c": 4}, "All 4 test rows are 'c'"),
        ({"a": 300, "b": 24}, "Only 24 test rows are 'b': recall and F1 are uncertain by up to"),
        ({"a": 24, "b": 300}, "Only 24 test rows are 'a'"),
    ],
)
def test_what_few_rows_cannot_say_is_a_warning(counts: dict[str, int], said: str) -> None:
    found = small_sample("test", counts)

    assert found is not None
    assert found.what.startswith(said)
    assert found.severity is Severity.WARNING
    assert found.action.startswith("Give more rows to test, or label more")


def test_classes_of_few_rows_are_named() -> None:
    found = small_sample("validation", {"a": 90, "b": 90, "c": 4, "d": 0})

    assert found is not None
    assert found.severity is Severity.NOTE
    assert found.what.startswith("2 of 4 classes have fewer than 5 validation rows, such as 'c'")


def test_only_on_validation_rows_a_threshold_hangs() -> None:
    found = small_sample("validation", {"a": 300, "b": 24})

    assert found is not None
    assert "recall, F1 and the threshold are uncertain" in found.what
