import numpy as np
import pyarrow as pa
import pytest

from core.data.importing.kinds.shapes import DIGITS, Shape, Strings, cast_all, mark_words, trimmed


def shapes(*cells: str) -> list[Shape]:
    marked = np.zeros(len(cells), np.uint8)
    mark_words(Strings.of(trimmed(pa.array(cells))), marked)
    return [Shape(shape) for shape in marked]


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0", "\u3000 "])
def test_white_space_is_blank(blank: str) -> None:
    assert shapes(blank) == [Shape.BLANK]


@pytest.mark.parametrize(
    "word",
    [
        *("NA", "n/a", "NaN", "NULL", "None", "nil", "-", "--", "—", ".", "?", "#N/A", "<NA>"),
        *("\\N", "(null)", "NaT", "#DIV/0!", "missing"),
    ],
)
def test_words_for_a_missing_value_are_known_in_any_case(word: str) -> None:
    assert shapes(word, f" {word.upper()} ") == [Shape.MISSING] * 2


def test_other_words_have_no_shape_of_their_own() -> None:
    assert shapes("Yes", "nope", "nanny", "x" * 50, "é") == [Shape.YES, *[Shape.OTHER] * 4]


def test_bytes_are_those_of_each_string() -> None:
    strings = Strings.of(pa.array(["zz", "7a", "", "é", "9"])[1:])

    assert strings.first().tolist() == [ord("7"), 0, 0xC3, ord("9")]
    assert strings.lengths.tolist() == [2, 0, 2, 1]
    assert not strings.only(DIGITS)
    assert strings.at(np.array([1, 3])).only(DIGITS)
    assert strings.at(np.array([1, 3])).array.to_pylist() == ["", "9"]


def test_cells_are_cast_together_or_not_at_all() -> None:
    assert cast_all(pa.array(["1", "2"]), pa.float64()).to_pylist() == [1, 2]
    assert cast_all(pa.array([*["1"] * 30, "x"]), pa.float64()) is None
