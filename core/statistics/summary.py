"""What a data set looks like, as small tables, asked of its Parquet file by DuckDB."""

from __future__ import annotations

import glob
from dataclasses import asdict, dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from core.datasets.dataset import (
    ID,
    LABEL,
    N_CHARS,
    N_WORDS,
    ROW,
    TEXT,
    Dataset,
    labelled_rows,
)
from core.datasets.split import PARTS, TRAIN, VALIDATION, Split, SplitPlan, make_split
from core.workspace import Workspace

LENGTH = "length"
COUNT = "count"
PART = "part"


@dataclass(frozen=True)
class LengthFigures:
    """Lengths of some texts: whole numbers of words or characters."""

    rows: int
    mean: float
    median: float
    p95: float
    max: int


@dataclass(frozen=True)
class SplitTables:
    """A split's figures a part, its length counts by part, and how far its class shares differ.

    `share_gap` is the largest difference between a class's shares of train and of validation.
    """

    figures: pd.DataFrame
    words: pd.DataFrame
    chars: pd.DataFrame
    share_gap: float


def first_rows(workspace: Workspace, dataset: Dataset, limit: int = 10) -> pd.DataFrame:
    """The first rows as imported: columns id, text, label."""
    return _query(
        workspace,
        dataset,
        f"SELECT {ID}, {TEXT}, {LABEL} FROM texts ORDER BY {ROW} LIMIT {limit:d}",
    )


def class_table(dataset: Dataset) -> pd.DataFrame:
    """Rows and share of the labelled rows by class: columns label, count, share."""
    counts = [dataset.class_counts[name] for name in dataset.classes]
    return pd.DataFrame(
        {
            LABEL: list(dataset.classes),
            COUNT: counts,
            "share": [count / dataset.labelled for count in counts],
        }
    )


def length_counts(workspace: Workspace, dataset: Dataset, column: str) -> pd.DataFrame:
    """How many texts have which length: columns length, count.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        column: N_WORDS or N_CHARS.
    """
    _check_length_column(column)
    return _query(
        workspace,
        dataset,
        f"SELECT {column} AS {LENGTH}, count(*) AS {COUNT} FROM texts GROUP BY 1 ORDER BY 1",
    )


def length_counts_by_part(
    workspace: Workspace, dataset: Dataset, split: Split, column: str
) -> pd.DataFrame:
    """How many texts of each part have which length: columns part, length, count."""
    _check_length_column(column)
    return _query(
        workspace,
        dataset,
        f"""SELECT {PART}, {column} AS {LENGTH}, count(*) AS {COUNT}
            FROM texts JOIN parts USING ({ROW}) GROUP BY 1, 2 ORDER BY 1, 2""",
        parts=_parts_table(split),
    )


def class_counts_by_part(workspace: Workspace, dataset: Dataset, split: Split) -> pd.DataFrame:
    """Rows of each class in each part: columns part, label, count."""
    return _query(
        workspace,
        dataset,
        f"""SELECT {PART}, {LABEL}, count(*) AS {COUNT}
            FROM texts JOIN parts USING ({ROW}) GROUP BY 1, 2 ORDER BY 1, 2""",
        parts=_parts_table(split),
    )


def length_figures(counts: pd.DataFrame) -> LengthFigures:
    """Mean, median, 95th percentile and maximum from a table of length and count.

    Percentiles are the smallest length that at least that share of texts does not exceed.
    """
    lengths = counts[LENGTH].to_numpy()
    weights = counts[COUNT].to_numpy()
    total = int(weights.sum())
    if not total:
        return LengthFigures(0, float("nan"), float("nan"), float("nan"), 0)
    reached = np.cumsum(weights) / total
    return LengthFigures(
        rows=total,
        mean=float(np.average(lengths, weights=weights)),
        median=float(lengths[np.searchsorted(reached, 0.5)]),
        p95=float(lengths[np.searchsorted(reached, 0.95)]),
        max=int(lengths.max()),
    )


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


def split_figures(
    class_counts: pd.DataFrame,
    words: pd.DataFrame,
    chars: pd.DataFrame,
    *,
    positive: str | None,
) -> pd.DataFrame:
    """One row a part: rows, share of positives, mean and maximum words and characters.

    Args:
        class_counts: From `class_counts_by_part`.
        words: From `length_counts_by_part` for N_WORDS.
        chars: The same for N_CHARS.
        positive: The positive class; None leaves its columns out.
    """
    figures = []
    for part in (name for name in PARTS if name in set(class_counts[PART])):
        classes = class_counts[class_counts[PART] == part].set_index(LABEL)[COUNT]
        row: dict[str, object] = {PART: part, "rows": int(classes.sum())}
        if positive is not None:
            row["positives"] = int(classes.get(positive, 0))
            row["positive share"] = classes.get(positive, 0) / classes.sum()
        for unit, counts in (("words", words), ("characters", chars)):
            figure = length_figures(counts[counts[PART] == part])
            row[f"mean {unit}"], row[f"max {unit}"] = figure.mean, figure.max
        figures.append(row)
    return pd.DataFrame(figures)


def share_gap(class_counts: pd.DataFrame, left: str, right: str) -> float:
    """The largest difference between a class's shares of two parts, 0 to 1.

    Args:
        class_counts: From `class_counts_by_part`.
        left: A part.
        right: Another.
    """
    table = class_counts.pivot_table(index=LABEL, columns=PART, values=COUNT, fill_value=0)
    shares = table / table.sum()
    return float((shares[left] - shares[right]).abs().max())


def split_tables(workspace: Workspace, dataset: Dataset, plan: SplitPlan) -> SplitTables:
    """Draw a split and describe its parts.

    Raises:
        BadInput: the rows cannot be split so.
    """
    split = make_split(*labelled_rows(workspace, dataset), plan)
    words = length_counts_by_part(workspace, dataset, split, N_WORDS)
    chars = length_counts_by_part(workspace, dataset, split, N_CHARS)
    classes = class_counts_by_part(workspace, dataset, split)
    return SplitTables(
        figures=split_figures(classes, words, chars, positive=dataset.positive),
        words=words,
        chars=chars,
        share_gap=share_gap(classes, TRAIN, VALIDATION),
    )


def dataset_figures(workspace: Workspace, dataset: Dataset) -> dict[str, object]:
    """Everything `stats --json` prints about a data set."""
    return {
        "id": dataset.id,
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "rows": dataset.rows,
        "labelled": dataset.labelled,
        "classes": dataset.class_counts,
        "positive": dataset.positive,
        "majority_share": dataset.majority_share if dataset.labelled else None,
        "words": asdict(length_figures(length_counts(workspace, dataset, N_WORDS))),
        "characters": asdict(length_figures(length_counts(workspace, dataset, N_CHARS))),
        "notes": list(dataset.notes),
    }


def _check_length_column(column: str) -> None:
    if column not in (N_WORDS, N_CHARS):
        raise ValueError(f"not a length column: {column!r}")


def _parts_table(split: Split) -> pa.Table:
    parts = split.parts()
    return pa.table(
        {
            ROW: np.concatenate(list(parts.values())),
            PART: np.repeat(list(parts), [len(rows) for rows in parts.values()]),
        }
    )


def _query(workspace: Workspace, dataset: Dataset, sql: str, **tables: pa.Table) -> pd.DataFrame:
    """Run SQL over the data set as `texts`, and over Arrow tables by their names."""
    with duckdb.connect() as connection:
        # DuckDB takes * ? [ in a path for a pattern.
        path = glob.escape(str(workspace.dataset(dataset.id).texts))
        texts = connection.read_parquet(path)
        connection.register("texts", texts)
        for name, table in tables.items():
            connection.register(name, table)
        return connection.execute(sql).df()
