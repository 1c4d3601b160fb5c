"""Words and pairs of words: which tell a class from the others, and which are common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import LABEL, Dataset
from core.data.filters.row_filter import NO_LABEL
from core.data.text.profile import Profile, read_profile
from core.data.text.terms import ROWS, SIZE, TERM
from core.errors import BadInput
from core.files import NO_FILE, is_something_else
from core.workspace import Workspace

WORDS, PAIRS, WORDS_AND_PAIRS = 1, 2, 0
"""Sizes of terms."""

Floats = NDArray[np.float64]


def distinctive_terms(
    workspace: Workspace,
    dataset: Dataset,
    label: str,
    *,
    size: int = WORDS_AND_PAIRS,
    limit: int = 50,
) -> pd.DataFrame:
    """Terms that are typical of one class against all others, the most typical first.

    The weighted log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi & Quinn
    (2008), Fightin' words: lexical feature selection and evaluation for identifying the content
    of political conflict, Political Analysis 16 (4), section 3.5.1. A term counts once a row.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        label: One of its classes.
        size: WORDS, PAIRS or WORDS_AND_PAIRS.
        limit: How many terms.

    Returns:
        Columns term, size, rows (with any label or none), rows_in_class, share_in_class and
        share_elsewhere (of the rows of the class and of the other classes), log_odds (natural; of
        the term in the class against elsewhere) and z (log_odds in standard errors; beyond 1.96
        for one term in 40 by chance alone, and there are many terms). Only terms with z > 0.

    Raises:
        BadInput: there is no such class, or only one.
        NotFound: the data set has no profile.
    """
    if label not in dataset.classes or len(dataset.classes) < 2:
        raise BadInput("one of two classes or more", repr(label), "choose a class")
    profile = read_profile(workspace, dataset)
    counts = _term_counts(workspace, dataset, label, size)
    odds, z = _log_odds(counts, profile, label)
    typical = np.flatnonzero(np.isfinite(z) & (z > 0))
    chosen = typical[np.argsort(-z[typical], kind="stable")][:limit]
    in_class = dataset.class_counts[label] * _share_counted(dataset, profile)
    elsewhere = dataset.labelled * _share_counted(dataset, profile) - in_class
    return pd.DataFrame(
        {
            **counts.named(chosen),
            "rows_in_class": counts.inside[chosen].astype(np.int64),
            "share_in_class": counts.inside[chosen] / in_class,
            "share_elsewhere": counts.outside[chosen] / elsewhere,
            "log_odds": odds[chosen],
            "z": z[chosen],
        }
    )


def common_terms(
    workspace: Workspace,
    dataset: Dataset,
    *,
    label: str | None = None,
    size: int = WORDS_AND_PAIRS,
    limit: int = 50,
) -> pd.DataFrame:
    """The terms in the most rows.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        label: Rows of this class only; None for all rows, labelled or not.
        size: WORDS, PAIRS or WORDS_AND_PAIRS.
        limit: How many terms.

    Returns:
        Columns term, size, rows, and share of the class's rows or of all.

    Raises:
        BadInput: there is no such class.
        NotFound: the data set has no profile.
    """
    if label is not None and label not in dataset.classes:
        raise BadInput("a class of the data set", repr(label), "choose another")
    profile = read_profile(workspace, dataset)
    counts = _term_counts(workspace, dataset, label, size)
    rows = counts.rows if label is None else counts.inside.astype(np.int64)
    present = np.flatnonzero(rows)
    chosen = present[np.argsort(-rows[present], kind="stable")][:limit]
    looked_at = dataset.rows if label is None else dataset.class_counts[label]
    share = rows[chosen] / (looked_at * _share_counted(dataset, profile))
    return pd.DataFrame({**counts.named(chosen), ROWS: rows[chosen], "share": share})


@dataclass(frozen=True)
class _TermCounts:
    """Terms, and in how many rows they are: all, of the class, of the other classes; shape (n,).

    `starts` are the places in `terms` where the rows of a new term begin.
    """

    terms: pa.StringArray
    starts: NDArray[np.int64]
    sizes: NDArray[np.int8]
    rows: NDArray[np.int64]
    inside: Floats
    outside: Floats

    def named(self, chosen: NDArray[np.int64]) -> dict[str, object]:
        """The first columns of a table of the chosen terms."""
        return {
            TERM: self.terms.take(pa.array(self.starts[chosen])).to_pylist(),
            SIZE: self.sizes[chosen].astype(np.int64),
            ROWS: self.rows[chosen],
        }


def _term_counts(
    workspace: Workspace, dataset: Dataset, label: str | None, size: int
) -> _TermCounts:
    path = workspace.dataset(dataset.id).terms
    if is_something_else(path):
        raise ValueError(NO_FILE)  # It is made again, as a damaged one.
    with pq.ParquetFile(path, read_dictionary=[LABEL]) as file:
        table = file.read()
    if size != WORDS_AND_PAIRS:
        # Words come before pairs.
        table = table.slice(*_stretch(table[SIZE].to_numpy(), size))
    # The rows of a term, one a label, stand together.
    terms = table[TERM].combine_chunks()
    starts = _starts(terms)
    rows = table[ROWS].to_numpy().astype(np.int64)
    labels = table[LABEL].combine_chunks()
    inside = pc.fill_null(pc.equal(labels, label), False).to_numpy(zero_copy_only=False)
    labelled = pc.is_valid(labels).to_numpy(zero_copy_only=False)
    return _TermCounts(
        terms,
        starts,
        table[SIZE].to_numpy()[starts],
        _sums(rows, starts),
        _sums(np.where(inside, rows, 0.0), starts),
        _sums(np.where(labelled & ~inside, rows, 0.0), starts),
    )


def _log_odds(counts: _TermCounts, profile: Profile, label: str) -> tuple[Floats, Floats]:
    """The smoothed log-odds ratio of each term, and it in standard errors; each of shape (n,).

    Each side's counts are smoothed with the counts of all labelled rows, scaled to the size of
    the smaller side: what is known of the term at large then weighs as much as what the smaller
    side itself says. With a much smaller prior, terms that one side never uses would have odds
    beyond all evidence and no weight; a much larger one would hide real differences of a rare
    class. Words and pairs each have totals of their own.
    """
    odds, z = np.full((2, len(counts.starts)), np.nan)
    for size, totals in profile.term_totals.items():
        inside = float(totals.get(label, 0))
        outside = float(sum(n for name, n in totals.items() if name not in (label, NO_LABEL)))
        prior = min(inside, outside)
        of_size = np.flatnonzero((counts.sizes == int(size)) & (counts.inside + counts.outside > 0))
        if not prior or not len(of_size):
            continue
        ours, theirs = counts.inside[of_size], counts.outside[of_size]
        pseudo = prior * (ours + theirs) / (inside + outside)
        ours, theirs = ours + pseudo, theirs + pseudo
        with np.errstate(divide="ignore", invalid="ignore"):  # The only term there is.
            odds[of_size] = np.log(ours / (inside + prior - ours)) - np.log(
                theirs / (outside + prior - theirs)
            )
            z[of_size] = odds[of_size] / np.sqrt(1 / ours + 1 / theirs)
    return odds, z


def _share_counted(dataset: Dataset, profile: Profile) -> float:
    """The share of rows that terms were counted on; of the largest data sets only a sample."""
    return profile.term_rows / dataset.rows


def _stretch(sizes: NDArray[np.int8], size: int) -> tuple[int, int]:
    """Where the terms of a size begin, and how many there are."""
    first, end = (int(np.searchsorted(sizes, size, side)) for side in ("left", "right"))
    return first, end - first


def _starts(terms: pa.StringArray) -> NDArray[np.int64]:
    """The places of terms that differ from the one before."""
    if not len(terms):
        return np.zeros(0, np.int64)
    changes = pc.not_equal(terms[1:], terms[:-1]).to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def _sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]
