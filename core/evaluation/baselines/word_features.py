"""TF-IDF of words, with one set of settings for baselines, quick model and suspects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from core.data.text.spelling import spell_and_fold
from core.data.text.words import LETTERS, PYTHON_UNIT

TERM = f"{PYTHON_UNIT}|[{LETTERS}]+(?:[\u200c\u200d][{LETTERS}]+)*"
"""A single term: a word as Explore cuts it, or its parts beside an apostrophe.

Whole words with apostrophes cost 0.7 points of PR-AUC on Quora's questions.
"""
WORDS_AND_PAIRS: Mapping[str, object] = {
    "ngram_range": (1, 2),
    "token_pattern": TERM,
    "dtype": np.float32,
}
"""Settings for single words and pairs of neighbours."""
PIECES: Mapping[str, object] = {"analyzer": "char_wb", "ngram_range": (2, 5), "dtype": np.float32}
"""Settings for parts of words."""
_FEW_TEXTS = 5


class Basis(str, Enum):
    """What of the texts could be counted."""

    WORDS = "words"
    PIECES = "pieces"
    NOTHING = "nothing"

    @property
    def sentence(self) -> str:
        """What people should know of it; empty for words."""
        return {
            Basis.WORDS: "",
            Basis.PIECES: "No two texts share a word, so parts of words were counted instead.",
            Basis.NOTHING: "No two texts share a word or a part of one, so words were left out.",
        }[self]


@dataclass(frozen=True, eq=False)
class Counted:
    """TF-IDF of texts, sparse, shape (n, terms), and the terms; `matrix` is None with none."""

    matrix: Any
    terms: list[str]
    basis: Basis


def count_terms(texts: list[str]) -> Counted:
    """Count words and pairs of words or, if no two texts share any, parts of words."""
    for settings, basis in ((WORDS_AND_PAIRS, Basis.WORDS), (PIECES, Basis.PIECES)):
        found = fitted(texts, settings)
        if found is not None:
            vectorizer, matrix = found
            return Counted(matrix, vectorizer.get_feature_names_out().tolist(), basis)
    return Counted(None, [], Basis.NOTHING)


def fitted(
    texts: list[str], settings: Mapping[str, object]
) -> tuple[TfidfVectorizer, csr_matrix] | None:
    """A vectorizer that knows the terms of some texts, and these; None if no terms are left."""
    vectorizer = tfidf(len(texts), **settings)
    try:
        return vectorizer, vectorizer.fit_transform(texts)
    except ValueError:  # It has no other way to say so.
        return None


def tfidf(texts: int, **settings: Any) -> TfidfVectorizer:
    """A vectorizer of log-scaled counts, of terms that two texts share.

    Args:
        texts: How many it will be fitted on; of very few, a term of one text counts.
        settings: More settings of scikit-learn's TfidfVectorizer.
    """
    common = {"sublinear_tf": True, "preprocessor": spell_and_fold}
    return TfidfVectorizer(**{**common, "min_df": 2 if texts > _FEW_TEXTS else 1, **settings})


def term_spans(text: str) -> list[tuple[tuple[int, int], str]]:
    """Where the single terms of a text stand, in characters, and how `tfidf` spells them."""
    found = re.finditer(TERM, text)
    return [(one.span(), spell_and_fold(one.group())) for one in found]
