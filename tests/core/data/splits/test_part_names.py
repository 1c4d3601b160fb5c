import pytest

from core.data.splits.part_names import meant_part, usual_part


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("train", "train"),
        ("TRAIN", "train"),
        (" Training ", "train"),
        ("trn", "train"),
        ("tr", "train"),
        ("train_set", "train"),
        ("Training data", "train"),
        ("ｔｒａｉｎ", "train"),
        ("val", "validation"),
        ("Valid", "validation"),
        ("validation", "validation"),
        ("VALIDATION_SPLIT", "validation"),
        ("dev", "validation"),
        ("Dev-Set", "validation"),
        ("eval", "validation"),
        ("test", "test"),
        ("TST", "test"),
        ("test set", "test"),
        ("holdout", "test"),
        ("hold-out", "test"),
        ("Held out", "test"),
    ],
)
def test_usual_words_are_known_in_any_case(value: str, part: str) -> None:
    assert usual_part(value) == part


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "0",
        "1",
        "2",
        "true",
        "a",
        "set",
        "data",
        "split",
        "tset",
        "unsupervised",
        "part",
        "中",
    ],
)
def test_what_says_no_part_is_not_guessed(value: str) -> None:
    assert usual_part(value) is None


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("tset", "test"),
        ("trian", "train"),
        ("Trainn", "train"),
        ("vaildation", "validation"),
        ("tets", "test"),
        ("unsupervised", None),
        ("0", None),
        ("x", None),
        ("", None),
        ("2024", None),
    ],
)
def test_a_slip_of_the_pen_is_asked_about(value: str, part: str | None) -> None:
    assert meant_part(value) == part
