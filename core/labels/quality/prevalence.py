"""How frequent a class is, from the random part of what was labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from core.evaluation.intervals import LEVEL, UNKNOWN, Estimate

_PRIOR = 0.5


@dataclass(frozen=True)
class Stratum:
    """Rows of one kind: how many there are, how many have a label, and a label of the class."""

    rows: int
    labelled: int
    positives: int


@dataclass(frozen=True)
class RandomPart:
    """Rows that are a random sample of all, and what is known of them.

    Attributes:
        asked: Those that the random stream asked about or would have asked about.
        others: Those that another stream came upon first.
        skipped: Those that somebody was asked about and nobody gave a label.
    """

    asked: Stratum
    others: Stratum
    skipped: int

    @property
    def rows(self) -> int:
        """Rows of the sample."""
        return self.asked.rows + self.others.rows

    @property
    def labelled(self) -> int:
        """Rows with a label."""
        return self.asked.labelled + self.others.labelled

    @property
    def prevalence(self) -> Estimate:
        """The share of the class among all rows, with a 95 % interval.

        Rows without a label, skipped or on the screen of somebody who left, are taken to be like
        those of their stratum that have one. Jeffreys' interval (Brown, Cai and DasGupta 2001), on
        as many rows as have a label.
        """
        if not self.asked.labelled:
            return UNKNOWN
        strata = [one for one in (self.asked, self.others) if one.labelled]
        rows = sum(one.rows for one in strata)
        value = sum(one.rows * one.positives / one.labelled for one in strata) / rows
        known = rows * self.asked.labelled / self.asked.rows
        posterior = beta(value * known + _PRIOR, (1 - value) * known + _PRIOR)
        tails = (1 - LEVEL) / 2
        low = 0.0 if value == 0 else float(posterior.ppf(tails))
        high = 1.0 if value == 1 else float(posterior.ppf(1 - tails))
        return Estimate(value, low, high)


def random_part(
    order: NDArray[np.int64],
    class_ids: NDArray[np.int64],
    passed: NDArray[np.bool_],
    assigned: NDArray[np.int64],
    positive: int,
) -> RandomPart:
    """The random sample that labelling has left behind.

    It is the beginning of the random order up to the last row that the random stream served. Rows
    in between that another stream came upon first count with their labels, or the sample would
    lack just the rows that models pick. The last row itself is left out: it was bound to be one
    that no other stream had picked (inverse sampling: Haldane 1945), which would make the share a
    little too small.

    Args:
        order: All rows in the order of the random stream, shape (n,).
        class_ids: Every row's current label, negative for none, by row number.
        passed: Rows that were skipped, by row number.
        assigned: Rows that the random stream served and that were answered.
        positive: The class that is counted.
    """
    asked = np.isin(order, assigned)
    places = np.flatnonzero(asked)
    end = int(places[-1]) if len(places) else 0
    if end + 1 == len(order) and asked.any():
        end += 1  # Everything was asked: the sample is the whole.
    own, by_stream, left = class_ids[order[:end]], asked[:end], passed[order[:end]]
    known = own >= 0
    # What nobody has answered yet, the random stream would have asked about.
    elsewhere = ~by_stream & (known | left)

    def stratum(rows: NDArray[np.bool_]) -> Stratum:
        hits = int((rows & (own == positive)).sum())
        return Stratum(int(rows.sum()), int((rows & known).sum()), hits)

    return RandomPart(stratum(~elsewhere), stratum(elsewhere), int((~known & left).sum()))
