import argparse

import pytest

from core.cli.text_columns import add_text_columns, chosen_text
from core.data.text_recipe import TextRecipe
from core.errors import BadInput
from tests.messages import assert_one_sentence


def chosen(*arguments: str) -> TextRecipe | None:
    parser = argparse.ArgumentParser()
    add_text_columns(parser, "guessed")
    return chosen_text(parser.parse_args(arguments))


@pytest.mark.parametrize(
    ("said", "recipe"),
    [
        ("", None),
        ("--text a", TextRecipe(("a",))),
        ("--text b --text a", TextRecipe(("b", "a"), "\n")),
        (r"--text b --text a --separator \n\n", TextRecipe(("b", "a"), "\n\n")),
        ("--text b --text a --separator=", TextRecipe(("b", "a"), "")),
    ],
)
def test_columns_are_joined_in_the_order_in_which_they_are_said(
    said: str, recipe: TextRecipe | None
) -> None:
    assert chosen(*said.split()) == recipe


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("--separator -", "that the separator stands between, but found none"),
        ("--text a --separator -", "that the separator stands between, but found one"),
        ("--text a --text a", "chosen once each, but found 'a' more than once"),
        ("--text a --text b --separator \udcff", "100 characters of text"),
    ],
)
def test_what_cannot_be_joined_is_said(said: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        chosen(*said.split())

    assert message in str(caught.value)
    assert_one_sentence(caught.value)
