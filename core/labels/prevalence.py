"""How frequent a class is, from the random part of what was labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from core.evaluation.estimates import LEVEL, UNKNOWN, Estimate

_PRIOR = 0.5


@dataclass(frozen=True)
class RandomPart:
    """Rows that are a random sample of all: how many are labelled, and how many were skipped."""

    rows: int
    labelled: int
    positives: int

    @property
    def skipped(self) -> int:
        """Rows that nobody has given a label."""
        return self.rows - self.labelled

    @property
    def prevalence(self) -> Estimate:
        """The share of the class among all rows, with the 95 % interval of Jeffreys' prior.

        Source: Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion.
        """
        if not self.labelled:
            return UNKNOWN
        hits, misses = self.positives, self.labelled - self.positives
        tails = (1 - LEVEL) / 2
        posterior = beta(hits + _PRIOR, misses + _PRIOR)
        low = 0.0 if not hits else float(posterior.ppf(tails))
        high = 1.0 if not misses else float(posterior.ppf(1 - tails))
        return Estimate(hits / self.labelled, low, high)


def random_part(
    order: NDArray[np.int64],
    codes: NDArray[np.int64],
    passed: NDArray[np.bool_],
    served: NDArray[np.int64],
    positive: int,
) -> RandomPart:
    """The random sample that labelling has left behind.

    It is the beginning of the random order up to the last row that the random stream served and
    behind which nothing is open. Rows in between that another stream came upon first count with
    their labels, or the sample would lack just the rows that models pick. The last row itself is
    left out: it was bound to be one that no other stream had picked (inverse sampling: Haldane
    1945), which would make the share a little too small.

    Args:
        order: All rows in the order of the random stream, shape (n,).
        codes: Every row's current label, negative for none, by row number.
        passed: Rows that were skipped, by row number.
        served: Rows that the random stream served and that were answered.
        positive: The class that is counted.
    """
    answered = (codes[order] >= 0) | passed[order]
    open_places = np.flatnonzero(~answered)
    end = int(open_places[0]) if len(open_places) else len(order)
    if end < len(order):
        chosen = np.isin(order[:end], served)
        places = np.flatnonzero(chosen)
        end = int(places[-1]) if len(places) else 0
    own = codes[order[:end]]
    return RandomPart(end, int((own >= 0).sum()), int((own == positive).sum()))
