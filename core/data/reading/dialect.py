"""How a CSV file is written."""

from __future__ import annotations

from typing import NamedTuple


class Dialect(NamedTuple):
    """The character between cells and the one around them, empty if there is none.

    A quotation mark inside quotation marks is doubled, or has the `escape` before it, which also
    takes their meaning from a delimiter and a line end. With `skip_space`, white space around
    cells is no part of them.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_space: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether only quotation marks give other characters a meaning."""
        return not self.escape and not self.skip_space
