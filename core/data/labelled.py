"""The labelled rows of a data set: as it was imported, or with what people have said since."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.data.class_order import order_classes
from core.data.dataset import Dataset, labelled_rows
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


def original_labels(workspace: Workspace, dataset: Dataset) -> Labelled:
    """The labels of the imported file."""
    rows, class_ids = labelled_rows(workspace, dataset)
    return Labelled(rows, class_ids, dataset.classes)
