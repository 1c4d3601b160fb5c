"""A recipe: which columns of a file make its texts, and what stands between their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import BadInput

NEW_LINE = "\n"
MAX_SEPARATOR_CHARS = 100
_TYPED = {"\\n": "\n", "\\t": "\t"}
"""Characters of a separator that are not easily typed."""


@dataclass(frozen=True)
class TextRecipe:
    """The columns that make a text, in their order; `separator` stands between those of several.

    Raises:
        BadInput: there is no column, one comes twice, or the separator can be in no text.
    """

    columns: tuple[str, ...]
    separator: str = NEW_LINE

    def __post_init__(self) -> None:
        if not self.columns:
            raise BadInput("a column that holds the text", "none", "choose one")
        twice = [name for name in self.columns if self.columns.count(name) > 1]
        if twice:
            raise BadInput(
                "text columns that are chosen once each",
                f"{twice[0]!r} more than once",
                "leave the second one out",
            )
        _check_separator(self.separator)

    @property
    def is_joined(self) -> bool:
        """Whether several columns make a text."""
        return len(self.columns) > 1

    @property
    def named(self) -> str:
        """Its columns, for people: `'title' and 'body'`."""
        return listed(self.columns)

    def lacking(self, header: Sequence[str]) -> list[str]:
        """Its columns that some others do not have, or have more than once."""
        return [name for name in self.columns if header.count(name) != 1]

    def texts(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
        """The texts of rows as a look into a file gives them; a row may be too short for some.

        Args:
            header: All columns, among them those of the recipe.
            rows: Their cells.
        """
        places = [header.index(name) for name in self.columns]
        cells = [[row[place] if place < len(row) else "" for row in rows] for place in places]
        found = joined([pa.array(column, pa.string()) for column in cells], self.separator)
        texts: list[str] = found.to_pylist()
        return texts


def joined(columns: Sequence[pa.Array], separator: str) -> pa.Array:
    """The texts that the cells of some columns make, the only place where they are joined.

    Cells of several columns lose the white space around them, and missing and blank ones are
    left out: no separator stands at an end or next to another. A single column stays as it is.

    Args:
        columns: Strings, all of one length, at least one column.
        separator: Stands between two cells.
    """
    if len(columns) == 1:
        return columns[0]
    parts = [_behind_separator(cells, separator) for cells in columns]
    return pc.utf8_slice_codeunits(pc.binary_join_element_wise(*parts, ""), len(separator))


def _behind_separator(cells: pa.Array, separator: str) -> pa.Array:
    """Each cell without the white space around it, the separator before it; nothing if blank.

    Arrow can skip nulls as it joins, but then drops rows that hold nothing else.
    """
    trimmed = pc.fill_null(pc.utf8_trim_whitespace(cells), "")
    marked = pc.binary_join_element_wise("", trimmed, separator)
    return pc.if_else(pc.equal(pc.binary_length(trimmed), 0), "", marked)


def typed_separator(typed: str) -> str:
    r"""What a person means by a separator: `\n` is a new line, `\t` a tab."""
    for written, meant in _TYPED.items():
        typed = typed.replace(written, meant)
    return typed


def shown_separator(separator: str) -> str:
    """A separator as `typed_separator` takes it."""
    for written, meant in _TYPED.items():
        separator = separator.replace(meant, written)
    return separator


def listed(names: Sequence[str]) -> str:
    """Column names in a sentence: `'a', 'b' and 'c'`."""
    quoted = [repr(name) for name in names]
    return " and ".join([*filter(None, [", ".join(quoted[:-1])]), quoted[-1]])


def _check_separator(separator: str) -> None:
    is_text = not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in separator)
    if len(separator) > MAX_SEPARATOR_CHARS or not is_text:
        found = f"{len(separator):,}" if is_text else repr(separator)
        raise BadInput(
            f"a separator of at most {MAX_SEPARATOR_CHARS} characters of text",
            found,
            "choose another one, such as a space",
        )
