"""Who has answered which rows of a data set: arrays over its rows, brought up to date by events."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.labels.events import AUDIT, Action
from core.labels.store import LabelStore

NO_LABEL = -1
Flags = NDArray[np.bool_]


class Ledger:
    """The state of every row; reading it costs what has happened since it was read last.

    Args:
        store: Where the events are.
        fingerprint: Of the data set.
        rows: How many it has.

    Attributes:
        codes: Position in `classes` of each row's current label, NO_LABEL for none, shape (rows,).
        classes: The labels that people gave, in the order they first came.
        answers: How many people have labelled each row, shape (rows,).
        last: The number of the last event that is known here.
    """

    def __init__(self, store: LabelStore, fingerprint: str, rows: int) -> None:
        self._store, self._fingerprint, self._rows = store, fingerprint, rows
        self._lock = Lock()
        self._labelled: dict[str, Flags] = {}
        self._skipped: dict[str, Flags] = {}
        self.classes: list[str] = []
        self.codes = np.full(rows, NO_LABEL, np.int16)
        self.answers = np.zeros(rows, np.uint8)
        self.last = 0

    def refresh(self) -> Ledger:
        """Take in what has happened since.

        Raises:
            SincerelyError: as `LabelStore.reading`.
        """
        with self._lock:
            touched, last = self._store.touched(self._fingerprint, self.last)
            if touched:
                first = self.last == 0
                frame = self._store.standing(self._fingerprint, None if first else touched)
                rows = np.array(touched, np.int64)
                self._take_in(rows[rows < self._rows], frame[frame["row"] < self._rows])
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

    def coded(self, classes: tuple[str, ...]) -> NDArray[np.int64]:
        """Each row's current label as a position in `classes`, NO_LABEL for none or another."""
        places = {name: place for place, name in enumerate(classes)}
        table = np.array([places.get(name, NO_LABEL) for name in self.classes] + [NO_LABEL])
        found: NDArray[np.int64] = table[self.codes].astype(np.int64)
        return found

    def _take_in(self, rows: NDArray[np.int64], frame: pd.DataFrame) -> None:
        self.codes[rows] = NO_LABEL
        self.answers[rows] = 0
        for flags in (*self._labelled.values(), *self._skipped.values()):
            flags[rows] = False
        labels = frame[frame["action"] == Action.LABEL.value]
        last = labels.drop_duplicates("row", keep="last")
        self.codes[last["row"].to_numpy(np.int64)] = self._codes_of(last["value"])
        own = labels[labels["queue"] != AUDIT].drop_duplicates(["row", "annotator"])
        np.add.at(self.answers, own["row"].to_numpy(np.int64), np.uint8(1))
        self._mark(self._labelled, own)
        skips = frame[frame["action"] == Action.SKIP.value]
        self._mark(self._skipped, skips)
        for name, flags in self._skipped.items():
            flags[rows] &= ~self.labelled(name)[rows]

    def _mark(self, people: dict[str, Flags], frame: pd.DataFrame) -> None:
        for name, theirs in frame.groupby("annotator")["row"]:
            flags = people.setdefault(str(name), np.zeros(self._rows, bool))
            flags[theirs.to_numpy(np.int64)] = True

    def _codes_of(self, values: Any) -> NDArray[np.int16]:
        for name in values.unique():
            if name not in self.classes:
                self.classes.append(name)
        places = {name: place for place, name in enumerate(self.classes)}
        found: NDArray[np.int16] = values.map(places).to_numpy(np.int16)
        return found


@lru_cache(maxsize=4)
def shared_ledger(url: str, fingerprint: str, rows: int) -> Ledger:
    """One ledger a process and data set, so that only the first reader reads everything."""
    return Ledger(LabelStore(url), fingerprint, rows)
