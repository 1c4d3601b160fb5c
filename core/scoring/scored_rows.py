"""Rows of a scored file: the top ones, the doubtful ones, a sample; needs no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pyarrow as pa

from core.explore.query import query_files


class Order(str, Enum):
    """Which rows of a scored file come first."""

    HIGHEST = "highest"
    DOUBTFUL = "doubtful"
    LOWEST = "lowest"
    RANDOM = "random"
    UNSCORED = "unscored"

    @property
    def label(self) -> str:
        """Its name for people."""
        return _LABELS[self]


_LABELS = {
    Order.HIGHEST: "Highest scores",
    Order.DOUBTFUL: "Most doubtful",
    Order.LOWEST: "Lowest scores",
    Order.RANDOM: "Random sample",
    Order.UNSCORED: "Without a score",
}
_SORTED = {
    Order.HIGHEST: "score DESC, row",
    Order.DOUBTFUL: "abs(score - $threshold), row",
    Order.LOWEST: "score, row",
    Order.RANDOM: "hash(row), row",
    Order.UNSCORED: "row",
}


@dataclass(frozen=True)
class RowSlice:
    """Rows to look at or to label.

    Attributes:
        order: Which come first.
        rows: At most so many.
        label: Only those with this predicted label; None takes all.
        distinct: Whether of equal texts only the first row counts.
    """

    order: Order
    rows: int
    label: str | None = None
    distinct: bool = False


def sliced_rows(scores: Path, chosen: RowSlice, *, threshold: float) -> pa.Table:
    """The chosen rows, first ones first.

    Args:
        scores: A file of `core.scoring.scored_file.SCORES_SCHEMA`.
        chosen: Which rows.
        threshold: Scores near it are doubtful. With more than two classes the score is that of
            the most probable class, so that 0 makes the least sure rows the most doubtful.

    Raises:
        NotFound: the file is gone.
    """
    scored = "score IS NULL" if chosen.order is Order.UNSCORED else "score IS NOT NULL"
    label = "" if chosen.label is None else " AND label = $label"
    # By hash, which needs less room than the texts themselves.
    first = " QUALIFY row_number() OVER (PARTITION BY hash(text) ORDER BY row) = 1"
    parameters: dict[str, object] = {"rows": chosen.rows}
    if chosen.label is not None:
        parameters["label"] = chosen.label
    if chosen.order is Order.DOUBTFUL:
        parameters["threshold"] = threshold
    return query_files(
        f"SELECT * FROM scores WHERE {scored}{label}{first if chosen.distinct else ''}"
        f" ORDER BY {_SORTED[chosen.order]} LIMIT $rows",
        parameters,
        scores=scores,
    )


def rows_from(scores: Path, threshold: float) -> int:
    """How many rows have a score from `threshold` on.

    Raises:
        NotFound: the file is gone.
    """
    found = query_files(
        "SELECT count(*) AS rows FROM scores WHERE score::DOUBLE >= $threshold",
        {"threshold": threshold},
        scores=scores,
    )
    return int(found["rows"][0].as_py())
