"""Arguments that say which columns of a file make its texts."""

from __future__ import annotations

import argparse

from core.data.text_recipe import NEW_LINE, TextRecipe, typed_separator
from core.errors import BadInput


def add_text_columns(sub: argparse.ArgumentParser, otherwise: str) -> None:
    """Ask for them.

    Args:
        sub: A subcommand.
        otherwise: Which columns are taken without that.
    """
    sub.add_argument(
        "--text",
        metavar="COLUMN",
        action="append",
        help="column with the text; give it again for each further column that is joined to it"
        f" (default: {otherwise})",
    )
    sub.add_argument(
        "--separator",
        metavar="TEXT",
        help=r"what stands between joined columns; \n is a new line, \t a tab (default: \n)",
    )


def chosen_text(options: argparse.Namespace) -> TextRecipe | None:
    """What was said; None if nothing was.

    Raises:
        BadInput: a column comes twice, or a separator has nothing to separate.
    """
    names = options.text or []
    if options.separator is not None and len(names) < 2:
        raise BadInput(
            "two columns or more that the separator stands between",
            "one" if names else "none",
            "name each with --text, or leave --separator out",
        )
    if not names:
        return None
    separator = NEW_LINE if options.separator is None else typed_separator(options.separator)
    return TextRecipe(tuple(names), separator)
