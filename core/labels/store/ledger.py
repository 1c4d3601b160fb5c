"""Who has answered which rows of a data set: arrays over its rows, brought up to date by events."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.labels.store.answers import Answers
from core.labels.store.store import LabelStore

UNLABELLED = -1
Flags = NDArray[np.bool_]


class Ledger:
    """The state of every row; reading it costs what has happened since it was read last.

    Args:
        store: Where the events are.
        fingerprint: Of the data set.
        rows: How many it has.

    Attributes:
        class_ids: Position in `classes` of each row's current label, UNLABELLED for none, shape
            (rows,).
        classes: The labels that people gave, in the order they first came.
        answers: How many people have labelled each row, shape (rows,).
        last: The number of the last event that is known here.
    """

    def __init__(self, store: LabelStore, fingerprint: str, rows: int) -> None:
        self._store, self._fingerprint, self._rows = store, fingerprint, rows
        self._lock = Lock()
        self._labelled: dict[str, Flags]
        self._skipped: dict[str, Flags]
        self._places: dict[str, int]
        self.classes: list[str]
        self._forget()
        self.last = 0

    def refresh(self) -> Ledger:
        """Take in what has happened since.

        Raises:
            SincerelyError: as `LabelStore.reading`.
        """
        with self._lock:
            touched, last = self._store.touched(self._fingerprint, self.last)
            if last != self.last:
                if touched is None:
                    self._forget()
                self._take_in(touched)
            self.last = last
        return self

    def labelled(self, annotator: str) -> Flags:
        """The rows that this person has labelled, shape (rows,)."""
        return self._labelled.get(annotator, np.zeros(self._rows, bool))

    def skipped(self, annotator: str) -> Flags:
        """The rows that this person has skipped and not labelled, shape (rows,)."""
        return self._skipped.get(annotator, np.zeros(self._rows, bool))

    @property
    def people(self) -> list[str]:
        """Everybody who has labelled or skipped a row."""
        return sorted({*self._labelled, *self._skipped})

    def class_ids_in(self, classes: tuple[str, ...]) -> NDArray[np.int64]:
        """Each row's current label as a position in `classes`, UNLABELLED for none or another."""
        places = {name: place for place, name in enumerate(classes)}
        table = np.array([places.get(name, UNLABELLED) for name in self.classes] + [UNLABELLED])
        found: NDArray[np.int64] = table[self.class_ids].astype(np.int64)
        return found

    def _forget(self) -> None:
        """Know nothing, as before the first event."""
        self._labelled, self._skipped, self._places = {}, {}, {}
        self.classes = []
        self.class_ids = np.full(self._rows, UNLABELLED, np.int32)
        self.answers = np.zeros(self._rows, np.uint32)

    def _take_in(self, touched: list[int] | None) -> None:
        """Work out anew what is said of these rows; None is all."""
        if touched is not None:
            rows = np.array([row for row in touched if row < self._rows], np.int64)
            self.class_ids[rows] = UNLABELLED
            self.answers[rows] = 0
            for flags in (*self._labelled.values(), *self._skipped.values()):
                flags[rows] = False
        for answers in self._store.answers(self._fingerprint, touched):
            self._add(answers)
        for name, flags in self._skipped.items():
            np.logical_and(flags, ~self.labelled(name), out=flags)

    def _add(self, answers: Answers) -> None:
        """Take in answers to rows of which nothing is known."""
        known = answers.rows < self._rows
        labels = known & answers.labels
        rows, codes = answers.rows[labels], answers.values.codes[labels]
        class_ids = np.zeros(len(answers.values.names), np.int32)
        for code in pd.unique(codes):  # In the order in which they come.
            class_ids[code] = self._class_id(answers.values.names[code])
        self.class_ids[rows] = class_ids[codes]  # Of a row that comes again the last holds.
        for name, places in answers.by_annotator():
            given, own = labels[places], answers.rows[places]
            labelled = pd.unique(own[given])  # NumPy takes 20 times as long.
            skipped = own[known[places] & ~given]
            self.answers[labelled] += 1
            for people, found in ((self._labelled, labelled), (self._skipped, skipped)):
                if len(found):
                    self._flags(people, name)[found] = True

    def _flags(self, people: dict[str, Flags], name: str) -> Flags:
        if name not in people:
            people[name] = np.zeros(self._rows, bool)
        return people[name]

    def _class_id(self, value: str) -> int:
        if value not in self._places:
            self._places[value] = len(self.classes)
            self.classes.append(value)
        return self._places[value]


@lru_cache(maxsize=4)
def shared_ledger(store: LabelStore, fingerprint: str, rows: int) -> Ledger:
    """One ledger an open store and data set, so that only the first reader reads everything."""
    return Ledger(store, fingerprint, rows)
