"""A data set: one Parquet file of texts and one JSON description. Column names live here."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.errors import NotFound
from core.workspace import Workspace, read_all

ROW = "row"
ID = "id"
TEXT = "text"
LABEL = "label"
N_WORDS = "n_words"
N_CHARS = "n_chars"
N_TOKENS = "n_tokens"
"""Tokens of an encoder; kept beside the data set, see `Workspace.token_counts`."""

SCHEMA = pa.schema(
    [
        (ROW, pa.int64()),
        (ID, pa.string()),
        (TEXT, pa.string()),
        (LABEL, pa.string()),
        (N_WORDS, pa.int32()),
        (N_CHARS, pa.int32()),
    ]
)


@dataclass(frozen=True)
class Dataset:
    """What is known of a data set without reading its texts.

    `classes` are the label values in a fixed order; for two classes the second is the
    positive one. `notes` are sentences about what the import changed. `problems` maps a kind of
    problem to the rows that had it, of which `skipped` were left out.
    """

    id: str
    name: str
    fingerprint: str
    source: str
    rows: int
    class_counts: dict[str, int]
    classes: tuple[str, ...]
    created: str
    synthetic: bool = False
    notes: tuple[str, ...] = field(default=())
    problems: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    file_format: str = ""

    @property
    def labelled(self) -> int:
        """Number of rows that have a label."""
        return sum(self.class_counts.values())

    @property
    def unlabelled(self) -> int:
        """Number of rows without a label."""
        return self.rows - self.labelled

    @property
    def positive(self) -> str | None:
        """The class that precision and recall are about; None unless there are two classes."""
        return self.classes[1] if len(self.classes) == 2 else None

    @property
    def majority_share(self) -> float:
        """Accuracy of always answering the commonest class; NaN without labels."""
        if not self.labelled:
            return float("nan")
        return max(self.class_counts.values()) / self.labelled

    @property
    def positive_share(self) -> float:
        """Share of labelled rows in the positive class; NaN unless there are two classes."""
        if self.positive is None:
            return float("nan")
        return self.class_counts[self.positive] / self.labelled

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Dataset:
        values: dict[str, Any] = json.loads(text)
        values["classes"] = tuple(values["classes"])
        values["notes"] = tuple(values["notes"])
        return cls(**values)


def list_datasets(workspace: Workspace) -> list[Dataset]:
    """All data sets of the workspace, oldest first."""
    found = read_all(sorted(workspace.datasets.glob("*/dataset.json")), Dataset.from_json)
    return sorted(found, key=lambda dataset: (dataset.created, dataset.id))


def find_dataset(workspace: Workspace, reference: str) -> Dataset:
    """The data set whose id or name is `reference`; the newest if several share the name.

    Raises:
        NotFound: there is none.
    """
    datasets = list_datasets(workspace)
    for dataset in reversed(datasets):
        if reference in (dataset.id, dataset.name):
            return dataset
    raise NotFound(
        "the id or name of a data set",
        f"{reference!r}",
        "choose one of " + (", ".join(d.id for d in datasets) or "the data sets you import first"),
    )


def labelled_rows(
    workspace: Workspace, dataset: Dataset
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers and class numbers (positions in `dataset.classes`) of the labelled rows."""
    table = pq.read_table(workspace.dataset(dataset.id).texts, columns=[ROW, LABEL])
    codes = pc.index_in(table[LABEL], pa.array(list(dataset.classes), pa.string()))
    kept = table.filter(pc.is_valid(codes))
    codes = codes.filter(pc.is_valid(codes))
    return (
        kept[ROW].to_numpy().astype(np.int64),
        codes.to_numpy().astype(np.int64),
    )


def take_rows(workspace: Workspace, dataset: Dataset, rows: NDArray[np.int64]) -> pa.Table:
    """The rows with these row numbers, in this order, with all columns."""
    table = pq.read_table(workspace.dataset(dataset.id).texts)
    return table.take(pa.array(rows))
