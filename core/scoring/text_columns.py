"""Which columns of a file make the texts that a run scores, where nobody says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.data.importing.preview import Preview
from core.data.text_recipe import TextRecipe, listed
from core.runs.run import Run


class LikelyRecipe(NamedTuple):
    """A recipe and, where it is not the run's own, a sentence about that; else None."""

    recipe: TextRecipe
    doubt: str | None = None


def likely_recipe(run: Run, preview: Preview) -> LikelyRecipe:
    """The recipe of the texts that the run learned from, if the file has its columns.

    Args:
        run: What answers.
        preview: A look into the file, whose likeliest column is taken otherwise.
    """
    own, guess = run.text_recipe, preview.guess.text
    if own is None:
        return LikelyRecipe(guess)
    lacking = own.lacking(preview.header)
    if not lacking:
        return LikelyRecipe(own)
    return LikelyRecipe(
        guess,
        f"The run learned from texts in {own.named}, but this file has"
        f" {_found(lacking, preview.header)}: the text is read from {guess.named}, unless you"
        " choose otherwise.",
    )


def _found(lacking: Sequence[str], header: Sequence[str]) -> str:
    """What a file has in place of columns that it lacks, or has more than once."""
    absent = [name for name in lacking if name not in header]
    if not absent:
        return f"several columns called {listed(lacking)}"
    return f"no column{'s' if len(absent) > 1 else ''} called {listed(absent)}"
