"""What a data set and its split look like, as small tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from core.data.column import Column, distinct_names
from core.data.columns import row_class_ids
from core.data.dataset import ID, LABEL, N_CHARS, N_WORDS, ROW, TEXT, Dataset
from core.data.splits.saved_split import draw_split
from core.data.splits.split import PART, PARTS, TRAIN, VALIDATION, Split, SplitPlan
from core.data.text.profile import HealthCheck
from core.explore.cells import with_cells
from core.explore.health import KIND, ROWS, health_figures, shared_rows
from core.explore.length_stats import (
    BY_PART,
    COUNT,
    GROUP,
    length_figures,
    length_table,
)
from core.explore.query import query_table
from core.workspace import Workspace


@dataclass(frozen=True)
class SplitTables:
    """A split's figures a part, its length counts by part, and how far its class shares differ.

    `share_gap` is the largest difference between a class's shares of train and of validation, NaN
    where there is no validation. `notes` are what was said of the split when it was drawn, and
    `repeated` counts the rows of each other part that have the words of a train row.
    """

    figures: pd.DataFrame
    words: pd.DataFrame
    chars: pd.DataFrame
    share_gap: float
    notes: tuple[str, ...] = ()
    repeated: dict[str, int] = field(default_factory=dict)


def first_rows(
    workspace: Workspace, dataset: Dataset, limit: int = 10, columns: Sequence[Column] = ()
) -> pd.DataFrame:
    """The first rows as imported: columns id, text, label, then further ones by their names.

    One that is called like a column before it gets a number.
    """
    found = query_table(
        workspace,
        dataset,
        f"SELECT {ID}, {TEXT}, {LABEL} FROM texts ORDER BY {ROW} LIMIT {limit:d}",
    )
    rows = np.arange(len(found))
    frame: pd.DataFrame = with_cells(workspace, dataset, found, rows, columns).to_pandas()
    frame.columns = distinct_names([ID, TEXT, LABEL, *(column.name for column in columns)])
    return frame


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


def length_counts_by_part(
    workspace: Workspace, dataset: Dataset, split: Split, column: str
) -> pd.DataFrame:
    """How many texts of each part have which length: columns part, length, count."""
    table = length_table(workspace, dataset, column, by=BY_PART, split=split)
    return table.rename(columns={GROUP: PART})


def class_counts_by_part(workspace: Workspace, dataset: Dataset, split: Split) -> pd.DataFrame:
    """Rows of each class in each part: columns part, label, count; rows without a label not."""
    class_ids = row_class_ids(workspace, dataset)
    entries = []
    for part, rows in split.parts().items():
        # Shifted by one, so that -1 counts in the first place.
        counts = np.bincount(class_ids[rows] + 1, minlength=len(dataset.classes) + 1)[1:]
        entries += [
            (part, name, int(count))
            for name, count in zip(dataset.classes, counts, strict=True)
            if count
        ]
    return pd.DataFrame(entries, columns=[PART, LABEL, COUNT])


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
    """The largest difference between a class's shares of two parts, 0 to 1; NaN without rows.

    Args:
        class_counts: From `class_counts_by_part`.
        left: A part.
        right: Another.
    """
    table = class_counts.pivot_table(index=LABEL, columns=PART, values=COUNT, fill_value=0)
    if not {left, right} <= set(table.columns):
        return float("nan")
    shares = table / table.sum()
    return float((shares[left] - shares[right]).abs().max())


def split_tables(workspace: Workspace, dataset: Dataset, plan: SplitPlan) -> SplitTables:
    """Draw a split and describe its parts.

    Raises:
        BadInput: the rows cannot be split so.
    """
    return describe_split(workspace, dataset, draw_split(workspace, dataset, plan))


def describe_split(workspace: Workspace, dataset: Dataset, split: Split) -> SplitTables:
    """Describe the parts of a split."""
    words = length_counts_by_part(workspace, dataset, split, N_WORDS)
    chars = length_counts_by_part(workspace, dataset, split, N_CHARS)
    classes = class_counts_by_part(workspace, dataset, split)
    shared = shared_rows(workspace, dataset, split)
    same = shared[shared[KIND] == HealthCheck.SAME.value].set_index(PART)[ROWS]
    return SplitTables(
        figures=split_figures(classes, words, chars, positive=dataset.positive),
        words=words,
        chars=chars,
        share_gap=share_gap(classes, TRAIN, VALIDATION),
        notes=split.notes,
        repeated={str(part): int(rows) for part, rows in same.items() if rows},
    )


def dataset_figures(workspace: Workspace, dataset: Dataset) -> dict[str, object]:
    """Everything `stats --json` prints about a data set.

    Raises:
        NotFound: its profile is gone.
    """
    return {
        "id": dataset.id,
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "rows": dataset.rows,
        "labelled": dataset.labelled,
        "classes": dataset.class_counts,
        "positive": dataset.positive,
        "majority_share": dataset.majority_share if dataset.labelled else None,
        "words": asdict(length_figures(length_table(workspace, dataset, N_WORDS))),
        "characters": asdict(length_figures(length_table(workspace, dataset, N_CHARS))),
        "notes": list(dataset.notes),
        "health": health_figures(workspace, dataset),
    }
