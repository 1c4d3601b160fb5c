import pytest

from core.data.importing.column_check import doubts
from core.data.importing.preview import Columns
from core.data.importing.text_parts import text_part_doubts
from core.data.text_recipe import TextRecipe
from tests.core.data.importing.previews import preview_of_rows

ROWS = [(f"A title of number {n}", f"The words below it, {n}", "ab"[n % 2]) for n in range(12)]


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ("title", "description"), ("Headline", "short_description"), ("Subject", "Body"),
        ("news_title", "words"), ("ReviewSummary", "ReviewText"), ("TITLE", "text"),
        ("selftext", "title"), ("article_content", "Headline"),
    ],
)  # fmt: skip
def test_a_column_named_as_a_part_of_a_text_is_said(other: str, text: str) -> None:
    preview = preview_of_rows((other, text, "label"), ROWS)

    (said,) = text_part_doubts(preview, Columns(text, "label"))
    assert said.startswith(f"{other!r} may belong to the text, which is read from {text!r} alone:")
    first, second = (text, other) if "content" in other or other == "selftext" else (other, text)
    assert said.endswith(f": choose {first!r} and {second!r} as text columns to join them.")
    assert doubts(preview, Columns(text, "label")) == [said]


@pytest.mark.parametrize("columns", [("title", "body"), ("body", "title")])
def test_nothing_is_said_where_both_are_chosen(columns: tuple[str, ...]) -> None:
    preview = preview_of_rows(("title", "body", "label"), ROWS)

    assert doubts(preview, Columns(TextRecipe(columns), "label")) == []


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("title", ["Mr", "Mrs"] * 6),
        ("title", ["one product of ours", "another product"] * 6),
        ("title", [""] * 12),
        ("title", [str(n) for n in range(12)]),
        ("title_id", [f"some words {n}" for n in range(12)]),
        ("subtitles", [f"some words {n}" for n in range(12)]),
        ("author", [f"some words {n}" for n in range(12)]),
        ("body", [f"some words {n}" for n in range(12)]),
    ],
)
def test_other_columns_are_not_taken_for_a_part(name: str, cells: list[str]) -> None:
    rows = [(cell, f"a text of its own {n}") for n, cell in enumerate(cells)]

    assert text_part_doubts(preview_of_rows((name, "text"), rows), Columns("text")) == []


def test_a_label_or_an_id_is_no_part_of_the_text() -> None:
    preview = preview_of_rows(("title", "text"), [row[:2] for row in ROWS])

    assert text_part_doubts(preview, Columns("text", "title")) == []
    assert text_part_doubts(preview, Columns("text", None, "title")) == []
