"""TF-IDF of words, with one set of settings for baselines, quick model and suspects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

WORDS_AND_PAIRS: Mapping[str, object] = {
    "ngram_range": (1, 2),
    "token_pattern": r"(?u)\b\w+\b",  # Words of one letter, too.
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
    return TfidfVectorizer(
        sublinear_tf=True,
        strip_accents="unicode",
        min_df=2 if texts > _FEW_TEXTS else 1,
        **settings,
    )
