"""What people gave to the content of a data set, which outlasts it unless it is erased, too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.dataset import Dataset
from core.labels.guidelines import guideline
from core.labels.store.ledger import shared_ledger
from core.labels.store.store import LabelStore

_NAMED = 4


@dataclass(frozen=True)
class LeftBehind:
    """What would stay in the label store without the data set.

    Attributes:
        labels: Rows with a label that people gave.
        people: Who has answered, by name.
        answers: Whether there is any event at all, such as a skip or a label taken back.
        guideline: Whether somebody has written one.
    """

    labels: int = 0
    people: tuple[str, ...] = ()
    answers: bool = False
    guideline: bool = False

    def __bool__(self) -> bool:
        return self.answers or self.guideline

    def describe(self) -> str:
        """What there is, as the beginning of a sentence; "" for nothing."""
        more = len(self.people) - _NAMED
        named = ", ".join(self.people[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
        if self.labels:
            rows = "1 of its rows" if self.labels == 1 else f"{self.labels:,} of its rows"
            return f"People have labelled {rows} ({named})"
        if self.answers:
            return "People have answered about its rows, though no label of theirs holds"
        return "A guideline for labelling was written for it" if self.guideline else ""

    def named(self) -> str:
        """What there is, as something that can be deleted; "" for nothing."""
        if self.labels:
            return f"the {self.labels:,} label{'s' if self.labels > 1 else ''} by people"
        if self.answers:
            return "their answers"
        return "the guideline for labelling" if self.guideline else ""


def left_behind(store: LabelStore, dataset: Dataset) -> LeftBehind:
    """What people gave to the content of a data set.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    ledger = shared_ledger(store, dataset.fingerprint, dataset.rows).refresh()
    return LeftBehind(
        labels=int(np.count_nonzero(ledger.class_ids >= 0)),
        people=tuple(ledger.people),
        answers=ledger.last > 0,
        guideline=guideline(store, dataset).version > 0,
    )
