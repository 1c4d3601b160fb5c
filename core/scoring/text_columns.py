"""Which columns of a file make the texts that a run scores, where nobody says it."""

from __future__ import annotations

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
    called = "no single column" if len(lacking) == 1 else "no single columns"
    return LikelyRecipe(
        guess,
        f"The run learned from texts in {own.named}, and this file has {called} called"
        f" {listed(lacking)}: the text is read from {guess.named}, unless you choose otherwise.",
    )
