"""How well a run does on parts of its rows, and on which it is worse than chance explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

from core.data.text.lengths import count_words
from core.data.text.words import split_words
from core.evaluation.intervals import (
    UNKNOWN,
    Array,
    Confusion,
    count_figures,
    posterior,
    spread,
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
_AROUND = r"[^\p{L}\p{N}_]"
_PATTERNS = {
    "has a number": r"\p{Nd}",
    "has a link": r"https?://|www\.",
    "has a word in capitals": rf"(?:^|{_AROUND})[A-Z]{{3,}}(?:{_AROUND}|$)",
    "has letters beyond a to z": r"[^\P{L}a-zA-Z]",
    "has a quotation": '["“”«»]',
    "asks more than one question": r"\?[^?]*\?",
}
"""In the syntax of RE2, which Arrow searches all texts with at once."""


def text_slices(texts: Sequence[str]) -> dict[str, Mask]:
    """Slices that any texts have: bands of length, and what a pattern finds.

    Returns:
        Names to masks of shape (n,); only slices that hold some of the texts and not all.
    """
    column = pa.array(texts, pa.string())
    words = count_words(column).to_numpy()
    found = {}
    edges = np.unique(np.quantile(words, np.linspace(0, 1, _BANDS + 1))).astype(int)
    for place, (low, high) in enumerate(pairwise(edges)):
        first = low if place == 0 else low + 1
        named = f"{first} to {high} words" if first < high else f"{high} words"
        found[named] = (words >= first) & (words <= high)
    for name, pattern in _PATTERNS.items():
        hits = pc.match_substring_regex(column, pattern)
        found[name] = hits.to_numpy(zero_copy_only=False)
    return {name: mask for name, mask in found.items() if 0 < mask.sum() < len(texts)}


def term_slices(texts: Sequence[str]) -> dict[str, Mask]:
    """A slice for each of the commonest words, the commonest first.

    Words in fewer than MIN_TERM_ROWS texts say too little, and those in most of them are no slice.
    """
    words = split_words(pa.array(texts, pa.string()))
    flat = pc.list_flatten(words).dictionary_encode()
    # Each word once a text, the texts of a word side by side.
    places = flat.indices.to_numpy().astype(np.int64) * len(texts)
    places = np.sort(places + pc.list_parent_indices(words).to_numpy())
    places = places[np.append(True, places[1:] != places[:-1])[: len(places)]]
    word_ids, rows = np.divmod(places, max(len(texts), 1))
    ends = np.append(0, np.cumsum(np.bincount(word_ids, minlength=len(flat.dictionary))))
    counts = np.diff(ends)
    long = pc.greater(pc.utf8_length(flat.dictionary), 1).to_numpy(zero_copy_only=False)
    common = long & (counts >= MIN_TERM_ROWS) & (counts <= len(texts) / 2)
    order = np.argsort(-counts, kind="stable")
    found = {}
    for word in order[common[order]][:MAX_TERMS]:
        mask = np.zeros(len(texts), bool)
        mask[rows[ends[word] : ends[word + 1]]] = True
        found[f"with “{flat.dictionary[word]}”"] = mask
    return found


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
    kinds = _kinds(predictions, threshold)
    everything = np.bincount(kinds, minlength=4)
    records, chances = [], []
    for name, mask in slices.items():
        found = np.bincount(kinds[mask], minlength=4)
        inside, outside = _confusion(found), _confusion(everything - found)
        drawn = _drawn(inside, 0)
        records.append({"slice": name, **_record(predictions, inside, drawn)})
        chances.append(_chance(predictions, inside, drawn, outside))
    table = pd.DataFrame(records)
    if table.empty:
        return table
    table["chance"] = false_discovery_control(chances)
    table["worse"] = table["chance"] <= FALSE_DISCOVERY_RATE
    return table.sort_values("chance", kind="stable").reset_index(drop=True)


def whole(predictions: Predictions, threshold: float) -> dict[str, float | int | str]:
    """The record of all rows, to hold slices against."""
    everything = _confusion(np.bincount(_kinds(predictions, threshold), minlength=4))
    return {"slice": ALL, **_record(predictions, everything, _drawn(everything, 0))}


def _kinds(predictions: Predictions, threshold: float) -> NDArray[np.int64]:
    """Which cell of `Confusion` each row counts in, shape (n,); of more classes by right or not."""
    answers = predicted_labels(predictions.probabilities, threshold)
    right = predictions.class_ids == answers
    kinds: NDArray[np.int64] = (
        2 * predictions.class_ids + answers if predictions.binary else 2 + right
    )
    return kinds


def _confusion(counts: NDArray[np.int64]) -> Confusion:
    return Confusion(*counts.tolist())


def _record(
    predictions: Predictions, confusion: Confusion, drawn: dict[str, Array]
) -> dict[str, float | int]:
    """The figures with intervals from what was drawn of the posterior."""
    values = count_figures(np.array(astuple(confusion), np.float64))
    names = ("f1", "precision", "recall") if predictions.binary else ("accuracy",)
    share = confusion.positives / confusion.rows if confusion.rows else float("nan")
    found: dict[str, float | int] = {
        "rows": confusion.rows,
        "share": share if predictions.binary else float("nan"),
    }
    for name in names:
        says = bool(confusion.positives) or name == "precision" or not predictions.binary
        each = spread(values[name], drawn[name]) if says else UNKNOWN
        found |= {name: each.value, f"{name}_low": each.low, f"{name}_high": each.high}
    return found


def _chance(
    predictions: Predictions, inside: Confusion, drawn: dict[str, Array], outside: Confusion
) -> float:
    """How likely the slice is not worse than the rest.

    Counted over draws; in the far tail, where few draws lie, by the normal distribution that has
    their mean and variance.
    """
    figure = "f1" if inside.positives else "specificity"
    figure = figure if predictions.binary else "accuracy"
    ahead = drawn[figure] - _drawn(outside, 1)[figure]
    count = int(np.sum(ahead >= 0))
    if count >= _ENOUGH or not ahead.std():
        return count / len(ahead)
    return float(norm.sf(-ahead.mean() / ahead.std()))


def _drawn(confusion: Confusion, seed: int) -> dict[str, Array]:
    return count_figures(posterior(confusion, seed=seed))
