"""How long the texts are, in words, characters or tokens: counts, figures and what a cut costs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.columns import row_class_ids, text_lengths
from core.data.dataset import LABEL, N_CHARS, N_WORDS, Dataset
from core.data.splits.split import Split
from core.data.text.length_counts import UNIT
from core.errors import NotFound
from core.workspace import Workspace

GROUP = "group"
LENGTH = "length"
COUNT = "count"
ROWS = "rows"

EVERYTHING = ""
BY_LABEL = "label"
BY_PART = "part"

MAX_GROUPS = 50
_COUNTED = 1_000_000
OTHER_CLASSES = "other classes"
"""The group of all classes but the MAX_GROUPS commonest."""
NO_LABEL_GROUP = "no label"


@dataclass(frozen=True)
class LengthFigures:
    """Lengths of some texts: whole numbers of words, characters or tokens."""

    rows: int
    mean: float
    median: float
    p95: float
    p99: float
    max: int


def length_table(
    workspace: Workspace,
    dataset: Dataset,
    unit: str,
    *,
    by: str = EVERYTHING,
    split: Split | None = None,
    tokens: Path | None = None,
) -> pd.DataFrame:
    """How many texts of each group have which length: columns group, length, count.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        unit: N_WORDS, N_CHARS or N_TOKENS.
        by: EVERYTHING for one group "" of all texts; BY_LABEL for the classes in the data set's
            order (at most MAX_GROUPS, then OTHER_CLASSES), then NO_LABEL_GROUP; BY_PART for the
            parts of a split.
        split: The split, for BY_PART.
        tokens: The token counts, for N_TOKENS: a Parquet file of row and n_tokens.

    Raises:
        BadInput: tokens are asked for and not given, or were counted for other texts.
        NotFound: the data set is gone.
    """
    if unit in (N_WORDS, N_CHARS) and by in (EVERYTHING, BY_LABEL):
        return _counted_at_import(workspace, dataset, unit, by)
    lengths = text_lengths(workspace, dataset, unit, tokens)
    if by == BY_LABEL:
        names, class_ids = _label_groups(workspace, dataset)
        groups = {name: lengths[class_ids == class_id] for class_id, name in enumerate(names)}
    elif by == BY_PART and split is not None:
        groups = {part: lengths[rows] for part, rows in split.parts().items()}
    elif by == EVERYTHING:
        groups = {"": lengths}
    else:
        raise ValueError(f"lengths by {by!r} need a split")
    tables = [_counted(name, values) for name, values in groups.items() if len(values)]
    return pd.concat(tables or [_counted("", lengths)], ignore_index=True)


def length_summary(table: pd.DataFrame) -> pd.DataFrame:
    """One row a group: columns group, rows, mean, median, p95, p99, max; groups as in the table.

    Percentiles are the smallest length that at least that share of texts does not exceed.
    """
    figures = [
        {GROUP: name, **vars(length_figures(counts))}
        for name, counts in table.groupby(GROUP, sort=False)
    ]
    return pd.DataFrame(figures, columns=[GROUP, *LengthFigures.__annotations__])


def length_figures(counts: pd.DataFrame) -> LengthFigures:
    """Mean, percentiles and maximum of all texts of a table of length and count.

    Percentiles are the smallest length that at least that share of texts does not exceed.
    """
    table = counts.groupby(LENGTH)[COUNT].sum()
    lengths, weights = table.index.to_numpy(), table.to_numpy()
    total = int(weights.sum())
    if not total:
        return LengthFigures(0, np.nan, np.nan, np.nan, np.nan, 0)
    reached = np.cumsum(weights) / total
    median, p95, p99 = (
        float(lengths[np.searchsorted(reached, share)]) for share in (0.5, 0.95, 0.99)
    )
    mean = float(np.average(lengths, weights=weights))
    return LengthFigures(total, mean, median, p95, p99, int(lengths.max()))


def cut_share(table: pd.DataFrame, max_seq_length: int) -> float:
    """The share of texts that are longer than `max_seq_length`, 0 to 1; 0 without texts.

    Args:
        table: Columns length and count, in tokens with [CLS] and [SEP].
        max_seq_length: Tokens that are kept of a text.
    """
    total = int(table[COUNT].sum())
    longer = int(table[COUNT][table[LENGTH] > max_seq_length].sum())
    return longer / total if total else 0.0


def relative_cost(
    table: pd.DataFrame, max_seq_length: int, reference: int, width: int = 384
) -> float:
    """What training costs at one `max_seq_length`, as a multiple of what it costs at another.

    Counts the floating-point operations of a transformer's layers on texts of their own length
    l: 24 l w² for the matrix products and 4 l² w for attention, so in proportion l (6 w + l);
    a backward pass costs twice its forward pass and cancels out. Source: Kaplan et al. (2020),
    Scaling laws for neural language models, section 2.1. What it leaves out, such as the
    optimizer's work, does not depend on the length.

    Args:
        table: Columns length and count, in tokens with [CLS] and [SEP].
        max_seq_length: Tokens that are kept of a text.
        reference: The same, of what it is compared with.
        width: Units of the encoder.
    """
    lengths, counts = table[LENGTH].to_numpy(np.float64), table[COUNT].to_numpy(np.float64)
    cost, compared = (
        float(np.sum(counts * kept * (6 * width + kept)))
        for kept in (np.minimum(lengths, limit) for limit in (max_seq_length, reference))
    )
    return cost / compared if compared else 1.0


def ks_distance(left: pd.DataFrame, right: pd.DataFrame) -> float:
    """Two-sample Kolmogorov-Smirnov distance of two tables of length and count, 0 to 1.

    The largest difference between the two cumulative shares; 0 means the same distribution.
    Source: Hodges (1958), The significance probability of the Smirnov two-sample test.
    """
    joined = (
        left.set_index(LENGTH)[[COUNT]]
        .join(right.set_index(LENGTH)[[COUNT]], how="outer", rsuffix="_right")
        .fillna(0)
        .sort_index()
        .cumsum()
    )
    shares = joined / joined.iloc[-1]
    return float((shares[COUNT] - shares[f"{COUNT}_right"]).abs().max())


def ks_noise(left_rows: int, right_rows: int) -> float:
    """The KS distance that two random draws of one population exceed once in 20 times.

    Source: Smirnov (1948), the asymptotic 5 % point 1.358 * sqrt((n + m) / (n * m)).
    """
    return float(1.358 * np.sqrt((left_rows + right_rows) / (left_rows * right_rows)))


def _counted_at_import(workspace: Workspace, dataset: Dataset, unit: str, by: str) -> pd.DataFrame:
    """`length_table` from the counts that the import left: a few hundred lines, not all rows."""
    path = workspace.dataset(dataset.id).lengths
    if not path.parent.is_dir():
        raise NotFound("the lengths of the data set", "no file", "choose another data set")
    table = pq.read_table(path, filters=[(UNIT, "=", unit)]).to_pandas()
    names, places = _groups(dataset)
    table[GROUP] = EVERYTHING
    if by == BY_LABEL:
        table["place"] = table[LABEL].map(places).fillna(len(names) - 1).astype(int)
        table[GROUP] = [names[place] for place in table["place"]]
    else:
        table["place"] = 0
    counted = table.groupby(["place", GROUP, LENGTH], as_index=False)[COUNT].sum()
    result: pd.DataFrame = counted[[GROUP, LENGTH, COUNT]]
    return result


def _groups(dataset: Dataset) -> tuple[list[str], dict[str, int]]:
    """Names of the groups by label, and the place of each class's among them."""
    commonest = sorted(dataset.classes, key=lambda name: -dataset.class_counts[name])[:MAX_GROUPS]
    shown = [name for name in dataset.classes if name in set(commonest)]
    places = {name: place for place, name in enumerate(shown)}
    found = {name: places.get(name, len(shown)) for name in dataset.classes}
    return [*shown, OTHER_CLASSES, NO_LABEL_GROUP], found


def _label_groups(
    workspace: Workspace, dataset: Dataset
) -> tuple[list[str], NDArray[np.signedinteger]]:
    """Names of the groups, and each row's as a position among them."""
    names, places = _groups(dataset)
    # The last place is that of the code -1, no label.
    numbers = np.array([*places.values(), len(names) - 1])
    return names, numbers[row_class_ids(workspace, dataset)]


def _counted(name: str, lengths: NDArray[np.signedinteger]) -> pd.DataFrame:
    """How often each length occurs, ascending."""
    if lengths.max(initial=0) > _COUNTED:
        found, counts = np.unique(lengths, return_counts=True)
    else:
        counts = np.bincount(lengths)
        found = np.flatnonzero(counts)
        counts = counts[found]
    return pd.DataFrame({GROUP: name, LENGTH: found.astype(np.int64), COUNT: counts})
