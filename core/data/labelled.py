"""The labelled rows of a data set: as it was imported, or with what people have said since."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.class_order import order_classes
from core.data.columns import labelled_rows, row_class_ids
from core.data.dataset import Dataset
from core.errors import BadInput
from core.workspace import Workspace


class LabelSource(str, Enum):
    """Which labels count.

    ORIGINAL are those of the imported file; CORRECTED the same with people's labels on top; HUMAN
    those that people gave here, alone.
    """

    ORIGINAL = "original"
    CORRECTED = "corrected"
    HUMAN = "human"


class LabelledBy(str, Enum):
    """Whose label a row has: the imported file's, one of people's, or none."""

    FILE = "file"
    PEOPLE = "people"
    NOBODY = "nobody"


LABELLED_BY = "labelled_by"
"""The column that says it."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Rows and their labels.

    Attributes:
        rows: Row numbers, ascending, shape (n,).
        class_ids: Positions in `classes`, shape (n,).
        classes: Of two, the second is the positive one.
        source: Where the labels come from.
        by_people: How many of them people gave here.
        last_event: The number of the last event of the label store that is in them; 0 for none.
    """

    rows: NDArray[np.int64]
    class_ids: NDArray[np.int64]
    classes: tuple[str, ...]
    source: LabelSource = LabelSource.ORIGINAL
    by_people: int = 0
    last_event: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def version(self) -> str:
        """Names rows, labels and classes: the same labels have the same name anywhere."""
        digest = hashlib.sha256("\x00".join(self.classes).encode())
        digest.update(self.rows.astype("<i8").tobytes())
        digest.update(self.class_ids.astype("<i8").tobytes())
        return digest.hexdigest()[:16]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each class has."""
        found = np.bincount(self.class_ids, minlength=len(self.classes))
        return dict(zip(self.classes, found.tolist(), strict=True))

    @property
    def majority_share(self) -> float:
        """Accuracy of always answering the commonest class; NaN without labels."""
        return max(self.counts.values()) / len(self) if len(self) else float("nan")

    def used(self) -> Labelled:
        """The same labels without classes that no row has: nothing can be learned of them."""
        kept = np.unique(self.class_ids)
        classes = tuple(self.classes[class_id] for class_id in kept)
        return replace(self, class_ids=np.searchsorted(kept, self.class_ids), classes=classes)

    def with_classes(
        self, left_out: Sequence[str], merged: Sequence[tuple[str, str]] = ()
    ) -> Labelled:
        """The same labels without some classes, and with some made part of another.

        Args:
            left_out: Classes whose rows count as unlabelled.
            merged: Pairs of a class and the one, new or not, that its rows shall have.

        Raises:
            BadInput: one of them is no class.
        """
        changed = [*left_out, *(old for old, _ in merged)]
        for name in changed:
            if name not in self.classes:
                listed = ", ".join(self.classes[:12])
                raise BadInput(f"one of the classes ({listed})", repr(name), "choose one of these")
        if not changed:
            return self
        into = {name: name for name in self.classes} | dict(merged)
        kept = [name for name in self.classes if name not in left_out]
        counts = Counter({into[name]: 0 for name in kept})
        for name in kept:
            counts[into[name]] += self.counts[name]
        classes = order_classes(counts) if len(counts) == 2 else tuple(counts)
        ids = np.array(
            [classes.index(into[name]) if name in kept else -1 for name in self.classes], np.int64
        )[self.class_ids]
        keep = ids >= 0
        return replace(self, rows=self.rows[keep], class_ids=ids[keep], classes=classes)

    def described(self, dataset: Dataset) -> Dataset:
        """The data set's description as it would be with these labels."""
        return replace(dataset, classes=self.classes, class_counts=self.counts)


@dataclass(frozen=True, eq=False)
class RowLabels:
    """The label that every row has now, people's on top of the file's, and whose it is.

    Attributes:
        classes: Of two, the second is the positive one.
        class_ids: Positions in `classes`, -1 for none; shape (rows of the data set,).
        by_people: Whether people gave it; shape (rows of the data set,).
    """

    classes: tuple[str, ...]
    class_ids: NDArray[np.int32]
    by_people: NDArray[np.bool_]

    def names(self, rows: NDArray[np.integer]) -> pa.Array:
        """The labels of rows with these numbers, in their order; null for none."""
        return _taken(self.classes, self.class_ids[rows])

    def labelled_by(self, rows: NDArray[np.integer]) -> pa.Array:
        """A `LabelledBy` value for each of these rows, in their order; null for nobody."""
        whose = np.where(self.class_ids[rows] < 0, -1, self.by_people[rows].astype(np.int32))
        return _taken((LabelledBy.FILE.value, LabelledBy.PEOPLE.value), whose)

    def counts(self, rows: NDArray[np.integer]) -> dict[str | None, int]:
        """How many of these rows each class has, and None, where the data set has such rows."""
        found = np.bincount(self.class_ids[rows] + 1, minlength=len(self.classes) + 1).tolist()
        counts: dict[str | None, int] = dict(zip(self.classes, found[1:], strict=True))
        return counts | {None: found[0]} if (self.class_ids < 0).any() else counts

    def meets(self, labels: Collection[str], labelled_by: str) -> NDArray[np.bool_]:
        """The rows with one of these labels, "" for none, by whom it is said; empty allows all."""
        kept = np.ones(len(self.class_ids), bool)
        if labels:
            # The last place is that of rows without a label.
            wanted = np.array([name in labels for name in self.classes] + ["" in labels])
            kept &= wanted[self.class_ids]
        if labelled_by:
            labelled, people = self.class_ids >= 0, labelled_by == LabelledBy.PEOPLE.value
            whose = labelled & (self.by_people == people)
            kept &= ~labelled if labelled_by == LabelledBy.NOBODY.value else whose
        return kept

    def described(self, dataset: Dataset) -> Dataset:
        """The data set's description as it is with these labels, without classes of no row."""
        found = np.bincount(self.class_ids + 1, minlength=len(self.classes) + 1)[1:].tolist()
        counts = {name: n for name, n in zip(self.classes, found, strict=True) if n}
        return replace(dataset, classes=tuple(counts), class_counts=counts)


def _taken(names: tuple[str, ...], places: NDArray[np.int32]) -> pa.Array:
    indices = pa.array(places, pa.int32(), mask=places < 0)
    return pa.array(list(names), pa.string()).take(indices)


def original_labels(workspace: Workspace, dataset: Dataset) -> Labelled:
    """The labels of the imported file."""
    rows, class_ids = labelled_rows(workspace, dataset)
    return Labelled(rows, class_ids, dataset.classes)


def original_row_labels(workspace: Workspace, dataset: Dataset) -> RowLabels:
    """The labels of the imported file, of all rows."""
    class_ids = row_class_ids(workspace, dataset).astype(np.int32)
    return RowLabels(dataset.classes, class_ids, np.zeros(dataset.rows, np.bool_))
