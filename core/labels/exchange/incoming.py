"""Lines of a file of labels, checked against the data set that they are for.

A file is a history, as `exchange.export_history` writes it, or a table with a column `label` and
a column `row` or `id`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np

from core.data.dataset import ID, LABEL, ROW, TEXT, Dataset
from core.errors import BadInput
from core.labels.annotators import checked_annotator
from core.labels.exchange.label_file import Record, fault
from core.labels.exchange.row_texts import NO_ROW, SEVERAL_ROWS, RowTexts
from core.labels.store.events import IMPORT, Action

CHUNK_LINES = 10_000
"""Lines that are checked at once."""
_HISTORY = ("client_event", "at_ms", "annotator", "row", "action", "value")
_LONGEST = {"client_event": 64, "queue": 64, "guideline": 64, "batch": 64}
_LAST_MS = 253_402_300_799_999
"""The end of the year 9999."""


@dataclass(frozen=True)
class Line:
    """An event to be stored.

    Attributes:
        number: Of its line in the file.
        values: By the columns of the events' table, without `id` and `undoes`.
        undone: The client event that it takes back; None unless it is an undo.
    """

    number: int
    values: Mapping[str, object]
    undone: str | None = None

    @property
    def client_event(self) -> str:
        """The event's own name."""
        return str(self.values["client_event"])


_Read = Callable[[Record, int], "Line | None"]


class Reader:
    """Makes events of records.

    Args:
        dataset: What the labels are for.
        classes: The labels of today.
        past_classes: Labels that a history may have, too.
        annotator: Whose labels those are that name nobody.
        now_ms: When labels without a time were given.

    Attributes:
        unlabelled: How many rows of a table had no label.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        classes: tuple[str, ...],
        past_classes: Iterable[str],
        annotator: str,
        now_ms: int,
    ) -> None:
        self._dataset = dataset
        self._classes, self._past_classes = classes, {*classes, *past_classes}
        self._annotator, self._now_ms = annotator, now_ms
        self._times: Counter[bytes] = Counter()
        self.unlabelled = 0

    def lines(
        self, records: Iterator[Record], texts: RowTexts, *, chunk_lines: int = CHUNK_LINES
    ) -> Iterator[list[Line]]:
        """The file's events in order, those of so many lines at a time.

        Raises:
            BadInput: a column is missing, or a line does not fit the data set.
        """
        first = next(records, None)
        if first is None:
            raise BadInput(
                "lines of labels", "a file with nothing but a header", "choose another file"
            )
        read = self._event if _is_history(first) else self._label
        records = chain([first], records)
        while chunk := list(islice(records, chunk_lines)):
            yield [line for line in self._checked(chunk, texts, read) if line is not None]

    def _checked(self, chunk: list[Record], texts: RowTexts, read: _Read) -> Iterator[Line | None]:
        rows = self._rows(chunk, texts)
        # A row that does not exist is refused below, before row 0 in its stead is looked at.
        known = texts.take(np.maximum(rows, 0))
        ids, found = known[ID].to_pylist(), known[TEXT].to_pylist()
        for place, record in enumerate(chunk):
            row = int(rows[place])
            self._check_place(record, row)
            _check_same(record, ID, ids[place])
            _check_same(record, TEXT, found[place])
            yield read(record, row)

    def _rows(self, chunk: list[Record], texts: RowTexts) -> np.ndarray[Any, np.dtype[np.int64]]:
        named = (record.cells.get(ID) for record in chunk if not record.cells.get(ROW))
        by_id = texts.rows_of(name for name in named if name)
        rows = np.full(len(chunk), NO_ROW, np.int64)
        for place, record in enumerate(chunk):
            given = record.cells.get(ROW)
            if not given:
                rows[place] = by_id.get(record.cells.get(ID) or "", NO_ROW)
            elif given.isdecimal() and len(given) < 19 and int(given) < self._dataset.rows:
                rows[place] = int(given)
        return rows

    def _check_place(self, record: Record, row: int) -> None:
        fingerprint = record.cells.get("fingerprint")
        if fingerprint not in (None, self._dataset.fingerprint):
            raise fault(
                record.line,
                f"labels of the data set {self._dataset.id} (fingerprint"
                f" {self._dataset.fingerprint})",
                f"the fingerprint {_shown(fingerprint)}",
                "import the file for the data set that it is of; nothing was stored",
            )
        given = record.cells.get(ROW)
        if row == NO_ROW and given:
            raise fault(record.line, f"a row from 0 to {self._dataset.rows - 1:,}", _shown(given))
        if row == NO_ROW:
            raise fault(record.line, "an id that the data set has", _shown(record.cells.get(ID)))
        if row == SEVERAL_ROWS:
            raise fault(
                record.line,
                "an id of one row",
                f"{_shown(record.cells.get(ID))}, which several rows have",
                "name the row in a column `row`; nothing was stored",
            )

    def _event(self, record: Record, row: int) -> Line:
        """An event of a history."""
        action = _action(record)
        value, undone = record.cells.get("value"), record.cells.get("undoes")
        if action is Action.LABEL:
            self._check_class(record, value, self._past_classes)
        elif value is not None:
            raise fault(record.line, f"no value beside the action {action.value}", _shown(value))
        if (undone is not None) != (action is Action.UNDO):
            wanted = (
                "the client event that is undone" if undone is None else "undoes only beside undo"
            )
            raise fault(record.line, wanted, _shown(undone))
        client_event = _short(record, "client_event")
        if not client_event:
            raise _missing(record, "client_event")
        values = {
            "client_event": client_event,
            "at_ms": _number(record, "at_ms", _LAST_MS),
            "annotator": self._person(record, None),
            "action": action.value,
            "value": value,
            "reason": record.cells.get("reason") or "",
            "suggestion": record.cells.get("suggestion"),
            **{name: _short(record, name) for name in ("queue", "guideline", "batch")},
            "spent_ms": None
            if record.cells.get("spent_ms") is None
            else _number(record, "spent_ms", _LAST_MS),
        }
        return Line(record.line, self._placed(values, row), undone)

    def _label(self, record: Record, row: int) -> Line | None:
        """A label of a table."""
        label = record.cells.get(LABEL)
        if label is None or not label.strip():
            self.unlabelled += 1
            return None
        label = label if label in self._classes else label.strip()
        self._check_class(record, label, self._classes)
        annotator = self._person(record, self._annotator)
        values = {
            "client_event": self._client_event(row, label, annotator),
            "at_ms": self._now_ms,
            "annotator": annotator,
            "action": Action.LABEL.value,
            "value": label,
            "queue": IMPORT,
            "reason": "",
            "suggestion": None,
            "guideline": "",
            "batch": "",
            "spent_ms": None,
        }
        return Line(record.line, self._placed(values, row))

    def _client_event(self, row: int, label: str, annotator: str) -> str:
        """The same for the same line of a file that is imported again.

        It says how often the file has said the same before, so that A, B, A ends with A.
        """
        said = "\0".join((self._dataset.fingerprint, str(row), label, annotator))
        key = hashlib.sha256(said.encode()).digest()
        self._times[key[:8]] += 1
        counted = hashlib.sha256(key + str(self._times[key[:8]]).encode())
        return f"{IMPORT}-{counted.hexdigest()[:32]}"

    def _placed(self, values: Mapping[str, object], row: int) -> dict[str, object]:
        return {**values, "fingerprint": self._dataset.fingerprint, ROW: row}

    def _person(self, record: Record, otherwise: str | None) -> str:
        name = record.cells.get("annotator") or otherwise
        if name is None:
            raise _missing(record, "annotator")
        try:
            return checked_annotator(name)
        except BadInput as error:
            raise fault(record.line, error.expected, error.found) from error

    def _check_class(
        self, record: Record, label: str | None, classes: Collection[str | None]
    ) -> None:
        if label not in classes:
            names = ", ".join(self._classes[:20]) + (", …" if len(self._classes) > 20 else "")
            raise fault(
                record.line,
                f"one of the labels {names}",
                _shown(label),
                "correct that line or add the class to the guideline, then import the file"
                " again; nothing was stored",
            )


def _is_history(first: Record) -> bool:
    """Whether the file is a history; else it is a table of labels."""
    columns = first.cells
    if "client_event" in columns:
        missing = [name for name in _HISTORY if name not in columns]
        expected = "a history with the columns " + ", ".join(_HISTORY)
    else:
        missing = [] if LABEL in columns and (ROW in columns or ID in columns) else [LABEL]
        expected = "a column `label` and a column `row` or `id`, or a history that was exported"
    if missing:
        found = ", ".join(columns)[:200]
        raise BadInput(
            expected, f"the columns {found}", "rename or add columns and import it again"
        )
    return "client_event" in columns


def _action(record: Record) -> Action:
    given = record.cells.get("action")
    try:
        return Action(given)
    except ValueError as error:
        names = ", ".join(action.value for action in Action)
        raise fault(record.line, f"one of the actions {names}", _shown(given)) from error


def _number(record: Record, name: str, largest: int) -> int:
    given = record.cells.get(name) or ""
    if not re.fullmatch("[0-9]{1,18}", given) or int(given) > largest:
        raise fault(record.line, f"milliseconds as a whole number in `{name}`", _shown(given))
    return int(given)


def _short(record: Record, name: str) -> str:
    given, most = record.cells.get(name) or "", _LONGEST[name]
    if len(given) > most:
        raise fault(
            record.line, f"at most {most} characters in `{name}`", f"{len(given):,} of them"
        )
    return given


def _check_same(record: Record, name: str, known: str) -> None:
    given = record.cells.get(name)
    # Tables that people made have no apostrophes of ours, and spreadsheets change line breaks.
    if given is None or _plain(known) in (_plain(given), "'" + _plain(given)):
        return
    raise fault(
        record.line,
        f"the {name} of that row, {_shown(known)},",
        _shown(given),
        f"correct the row or leave out the column `{name}`; nothing was stored",
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _missing(record: Record, name: str) -> BadInput:
    return fault(record.line, f"something in the column `{name}`", "nothing")


def _shown(text: str | None) -> str:
    return "nothing" if not text else repr(text[:60]) + ("…" if len(text) > 60 else "")
