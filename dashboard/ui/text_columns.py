"""Which columns of a file make its texts, and what stands between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from core.data.text_recipe import (
    MAX_SEPARATOR_CHARS,
    NEW_LINE,
    TextRecipe,
    shown_separator,
    typed_separator,
)
from core.errors import BadInput

_OTHER = "another"
_SEPARATORS = {
    NEW_LINE: "a new line",
    " ": "a space",
    ": ": "a colon and a space",
    _OTHER: "something else",
}


def column_names(header: Sequence[str]) -> list[str]:
    """The columns that can be chosen: one whose name repeats cannot be told apart.

    Raises:
        BadInput: there is none.
    """
    names = [name for name, count in Counter(header).items() if count == 1]
    if not names:
        raise BadInput("a column name that occurs once", "none", "give the columns other names")
    return names


def text_columns(names: Sequence[str], likely: TextRecipe, *, key: str) -> TextRecipe | None:
    """Ask for them, in the order of choice; None while none is chosen.

    Args:
        names: The columns, from `column_names`.
        likely: What is chosen at first.
        key: Names the choice.
    """
    first = [name for name in likely.columns if name in names] or [names[0]]
    chosen = st.multiselect(
        "Text columns",
        names,
        first,
        key=f"{key}_text",
        placeholder="Choose at least one",
        help="Of several, such as a title and a body, the texts are joined in this order.",
    )
    if not chosen:
        st.caption("Choose the column that holds the text.")
        return None
    if len(chosen) == 1:
        return TextRecipe((chosen[0],))
    return TextRecipe(tuple(chosen), _separator(likely.separator, key))


def _separator(likely: str, key: str) -> str:
    options = list(_SEPARATORS)
    first = likely if likely in _SEPARATORS else _OTHER
    choice = st.selectbox(
        "Joined by",
        options,
        options.index(first),
        format_func=_SEPARATORS.get,
        key=f"{key}_separator",
        help="Cells lose the white space around them; empty ones are left out.",
    )
    if choice != _OTHER:
        return choice
    typed = st.text_input(
        "Separator",
        shown_separator(likely) if first == _OTHER else " - ",
        max_chars=MAX_SEPARATOR_CHARS,
        key=f"{key}_separator_typed",
        help=r"As it is typed, spaces too; \\n is a new line, \\t a tab.",
    )
    return typed_separator(typed)
