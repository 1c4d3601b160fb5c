"""TF-IDF of words, with one set of settings for baselines, quick model and suspects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer, strip_accents_unicode

from core.data.text.words import LETTERS

TERM = f"[{LETTERS}]+"
"""A single term: a word as Explore cuts it, or its parts beside an apostrophe.

Whole words with apostrophes cost 0.7 points of PR-AUC on Quora's questions.
"""
WORDS_AND_PAIRS: Mapping[str, object] = {
    "ngram_range": (1, 2),
    "token_pattern": TERM,
    "dtype": np.float32,
}
"""Settings for single words and pairs of neighbours."""
_FEW_TEXTS = 5


def tfidf(texts: int, **settings: Any) -> TfidfVectorizer:
    """A vectorizer of log-scaled counts, accents stripped, of terms that two texts share.

    Args:
        texts: How many it will be fitted on; of very few, a term of one text counts.
        settings: More settings of scikit-learn's TfidfVectorizer.
    """
    common = {"sublinear_tf": True, "strip_accents": "unicode"}
    return TfidfVectorizer(**{**common, "min_df": 2 if texts > _FEW_TEXTS else 1, **settings})


def term_spans(text: str) -> list[tuple[tuple[int, int], str]]:
    """Where the single terms of a text stand, in characters, and how `tfidf` spells them."""
    found = re.finditer(TERM, text)
    return [(one.span(), strip_accents_unicode(one.group().lower())) for one in found]
