import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.text_recipe import (
    MAX_SEPARATOR_CHARS,
    TextRecipe,
    joined,
    shown_separator,
    typed_separator,
)
from core.errors import BadInput
from core.records import from_json, to_json
from tests.messages import assert_one_sentence

CELLS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5)
)


def strings(cells: list[str | None]) -> pa.Array:
    return pa.array(cells, pa.string())


@given(ROWS, st.text(st.characters(exclude_categories=["Cs"]), max_size=3))
def test_filled_cells_are_joined_without_the_white_space_around_them(
    rows: list[list[str | None]], separator: str
) -> None:
    columns = [strings(list(cells)) for cells in zip(*rows, strict=True)]

    found = joined(columns, separator)

    parts = ([cell.strip() for cell in row if cell and cell.strip()] for row in rows)
    assert found.to_pylist() == [separator.join(row) for row in parts]
    assert found.type == pa.string()


@given(st.lists(CELLS, max_size=5))
def test_a_single_column_stays_as_it_is(cells: list[str | None]) -> None:
    column = strings(cells)

    assert joined([column], "-") is column


def test_no_rows_give_no_texts() -> None:
    assert joined([strings([]), strings([])], " ") == strings([])


def test_columns_are_joined_in_their_order_in_rows_of_any_width() -> None:
    recipe = TextRecipe(("title", "body"), ": ")

    texts = recipe.texts(
        ("body", "n", "title"), [("b", "1", "t"), ("b", "1"), ("", "1", " t "), ()]
    )

    assert texts == ["t: b", "b", "t", ""]


@pytest.mark.parametrize(
    ("columns", "separator", "said"),
    [
        ((), " ", "a column that holds the text, but found none"),
        (("a", "b", "a"), " ", "chosen once each, but found 'a' more than once"),
        (("a", "b"), "\0", r"100 characters of text, but found '\x00'"),
        (("a", "b"), "\udcff", r"100 characters of text, but found '\udcff'"),
        (("a", "b"), "-" * (MAX_SEPARATOR_CHARS + 1), "at most 100 characters of text"),
    ],
)
def test_what_makes_no_text_is_refused(columns: tuple[str, ...], separator: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        TextRecipe(columns, separator)

    assert said in str(caught.value)
    assert_one_sentence(caught.value)


def test_a_record_of_a_recipe_comes_back_checked() -> None:
    recipe = TextRecipe(("title", "body"), "\n\n")

    assert from_json(TextRecipe, to_json(recipe)) == recipe
    with pytest.raises(ValueError, match="chosen once each"):
        from_json(TextRecipe, '{"columns": ["a", "a"]}')


@pytest.mark.parametrize(
    ("typed", "meant"), [("\\n", "\n"), (" \\t-", " \t-"), ("", ""), (" - ", " - "), ("n", "n")]
)
def test_new_lines_and_tabs_can_be_typed(typed: str, meant: str) -> None:
    assert typed_separator(typed) == meant
    assert shown_separator(meant) == typed


def test_columns_that_a_file_lacks_or_has_twice_are_named() -> None:
    recipe = TextRecipe(("title", "teaser", "body"))

    assert recipe.lacking(("body", "title", "title", "Teaser")) == ["title", "teaser"]
    assert recipe.lacking(("body", "title", "teaser")) == []
    assert recipe.named == "'title', 'teaser' and 'body'"
    assert TextRecipe(("a",)).named == "'a'"
    assert TextRecipe(("a", "b")).named == "'a' and 'b'"
