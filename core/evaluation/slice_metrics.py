"""How well a run does on parts of its rows, and on which it is worse than chance explains."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

from core.data.text.lengths import count_words
from core.data.text.words import split_words
from core.evaluation.intervals import (
    UNKNOWN,
    Array,
    Confusion,
    count_estimates,
    count_figures,
    posterior,
)
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import predicted_labels

Mask = NDArray[np.bool_]
ALL = "All rows"
FALSE_DISCOVERY_RATE = 0.05
MIN_TERM_ROWS = 30
MAX_TERMS = 200
_BANDS = 4
_ENOUGH = 20
"""So many draws in a tail say how heavy it is."""
_PATTERNS = {
    "has a number": re.compile(r"\d"),
    "has a link": re.compile(r"https?://|www\."),
    "has a word in capitals": re.compile(r"\b[A-Z]{3,}\b"),
    "has letters beyond a to z": re.compile(r"[^\W\d_a-zA-Z]"),
    "has a quotation": re.compile('["“”«»]'),
    "asks more than one question": re.compile(r"\?.*\?", re.DOTALL),
}


def text_slices(texts: Sequence[str]) -> dict[str, Mask]:
    """Slices that any texts have: bands of length, and what a pattern finds.

    Returns:
        Names to masks of shape (n,); only slices that hold some of the texts and not all.
    """
    words = count_words(pa.array(texts, pa.string())).to_numpy()
    found = {}
    edges = np.unique(np.quantile(words, np.linspace(0, 1, _BANDS + 1))).astype(int)
    for place, (low, high) in enumerate(pairwise(edges)):
        first = low if place == 0 else low + 1
        named = f"{first} to {high} words" if first < high else f"{high} words"
        found[named] = (words >= first) & (words <= high)
    for name, pattern in _PATTERNS.items():
        found[name] = np.array([bool(pattern.search(text)) for text in texts])
    return {name: mask for name, mask in found.items() if 0 < mask.sum() < len(texts)}


def term_slices(texts: Sequence[str]) -> dict[str, Mask]:
    """A slice for each of the commonest words, the commonest first.

    Words in fewer than MIN_TERM_ROWS texts say too little, and those in most of them are no slice.
    """
    word_sets = [set(words) for words in split_words(pa.array(texts, pa.string())).to_pylist()]
    counts = Counter(word for words in word_sets for word in words)
    common = [
        word
        for word, count in counts.most_common()
        if MIN_TERM_ROWS <= count <= len(texts) / 2 and len(word) > 1
    ]
    return {
        f"with “{word}”": np.array([word in words for words in word_sets])
        for word in common[:MAX_TERMS]
    }


def slice_table(
    predictions: Predictions, threshold: float, slices: Mapping[str, Mask]
) -> pd.DataFrame:
    """Figures of each slice, the surest to be worse than the other rows first.

    A slice is worse where its F1 is below that of the rows outside it; with more than two classes
    its accuracy; without positive rows, where F1 says nothing, its specificity. `chance` is how
    likely that is to be luck, by draws from the posterior of both, corrected for how many slices
    were tried. Source: Benjamini and Hochberg (1995).

    Args:
        predictions: Of the run.
        threshold: For two classes.
        slices: Names to masks of shape (n,).

    Returns:
        Columns slice, rows, share (of the positive class; with more classes NaN), then for
        each figure value, low and high ("f1", "f1_low", "f1_high", …), chance, worse.
    """
    answers = predicted_labels(predictions.probabilities, threshold)
    records, chances = [], []
    for name, mask in slices.items():
        inside = _confusion(predictions, answers, mask)
        records.append({"slice": name, **_record(predictions, inside)})
        chances.append(_chance(predictions, inside, _confusion(predictions, answers, ~mask)))
    table = pd.DataFrame(records)
    if table.empty:
        return table
    table["chance"] = false_discovery_control(chances)
    table["worse"] = table["chance"] <= FALSE_DISCOVERY_RATE
    return table.sort_values("chance", kind="stable").reset_index(drop=True)


def whole(predictions: Predictions, threshold: float) -> dict[str, float | int | str]:
    """The record of all rows, to hold slices against."""
    answers = predicted_labels(predictions.probabilities, threshold)
    mask = np.ones(len(predictions), bool)
    return {"slice": ALL, **_record(predictions, _confusion(predictions, answers, mask))}


def _confusion(predictions: Predictions, answers: NDArray[np.int64], mask: Mask) -> Confusion:
    """Two classes as they are; of more, right predictions against wrong ones."""
    class_ids, given = predictions.class_ids[mask], answers[mask]
    if not predictions.binary:
        right = int((class_ids == given).sum())
        return Confusion(0, 0, len(class_ids) - right, right)
    pairs = np.bincount(2 * class_ids + given, minlength=4)
    return Confusion(*(int(count) for count in pairs))


def _record(predictions: Predictions, confusion: Confusion) -> dict[str, float | int]:
    estimates = count_estimates(confusion)
    names = ("f1", "precision", "recall") if predictions.binary else ("accuracy",)
    share = confusion.positives / confusion.rows if confusion.rows else float("nan")
    found: dict[str, float | int] = {
        "rows": confusion.rows,
        "share": share if predictions.binary else float("nan"),
    }
    for name in names:
        says = bool(confusion.positives) or name == "precision" or not predictions.binary
        each = estimates[name] if says else UNKNOWN
        found |= {name: each.value, f"{name}_low": each.low, f"{name}_high": each.high}
    return found


def _chance(predictions: Predictions, inside: Confusion, outside: Confusion) -> float:
    """How likely the slice is not worse than the rest.

    Counted over draws; in the far tail, where few draws lie, by the normal distribution that has
    their mean and variance.
    """
    figure = "f1" if inside.positives else "specificity"
    figure = figure if predictions.binary else "accuracy"
    ahead = _drawn(inside, 0)[figure] - _drawn(outside, 1)[figure]
    count = int(np.sum(ahead >= 0))
    if count >= _ENOUGH or not ahead.std():
        return count / len(ahead)
    return float(norm.sf(-ahead.mean() / ahead.std()))


def _drawn(confusion: Confusion, seed: int) -> dict[str, Array]:
    return count_figures(posterior(confusion, seed=seed))
