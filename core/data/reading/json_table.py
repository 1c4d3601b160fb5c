"""Read JSON objects as rows, their keys the columns: JSONL, a JSON array, fastText's lines."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.data.importing.import_report import Problem, RowProblem, excerpt
from core.data.reading.batches import Positions, Row, RowBatch, Sample, thinned
from core.data.reading.bytestream import CHUNK_BYTES, Utf8Stream, open_utf8
from core.data.reading.cells import cell_text, shown, text_column
from core.data.reading.charset import detect_encoding
from core.data.reading.column_names import bare_name
from core.data.reading.formats import FileFormat, FileKind
from core.data.reading.json_records import (
    JsonObject,
    Record,
    Records,
    array_records,
    fasttext_line,
    fasttext_records,
    line_records,
    parsed_line,
)
from core.data.reading.tool_exports import find_shape
from core.data.reading.windows import text_windows
from core.errors import BadInput

_HEAD_ROWS = 500
MAX_KEYS = 1_000
_SAMPLE_BYTES, _WHOLE_BYTES = 128 << 20, 4 << 20  # Of an array.
_THINNED = 200
_RECORDS: dict[FileKind, Records] = {
    FileKind.JSONL: line_records,
    FileKind.JSON: array_records,
    FileKind.FASTTEXT: fasttext_records,
}


class JsonTable:
    """A file of objects, see `Table`; blank lines are no rows, and the first row has the number 1.

    The columns are the keys of objects from all over the file, those of the first ones first; a
    row that lacks one misses the value. Objects of a labelling tool become rows first.
    """

    first_row = 1

    def __init__(self, path: Path, format: FileFormat, *, chunk_bytes: int = CHUNK_BYTES) -> None:
        """Open a file to read `chunk_bytes` of it at once."""
        self._path = path
        self._format = format
        self._encoding = format.encoding or detect_encoding(path, format.compression)
        self._chunk_bytes = chunk_bytes
        self._records = _RECORDS[format.kind]
        self._head, self.size = self._first()
        seen, self._seen_all = self._spread()
        objects = [found for found in (*self._head, *seen) if isinstance(found, dict)]
        self._shape = find_shape(objects)
        self._sample = list(map(self._shaped, seen))
        keys = (key for found in map(self._shaped, objects) for key in found)
        self._keys = tuple(dict.fromkeys(keys))
        self.header = tuple(map(bare_name, shown(self._keys)))
        if not self.header:
            raise BadInput(
                "JSONL, with one JSON object on each line",
                "no object in the first lines",
                "choose another file, or choose what kind of file this is",
            )

    def _open(self) -> Utf8Stream:
        return open_utf8(
            self._path,
            encoding=self._encoding,
            compression=self._format.compression,
            chunk_bytes=self._chunk_bytes,
        )

    def _first(self) -> tuple[list[Record], int]:
        """The first objects, and the bytes of the file."""
        found: list[Record] = []
        with self._open() as stream:
            for records in self._records(stream):
                found += records[: _HEAD_ROWS - len(found)]
                if len(found) == _HEAD_ROWS:
                    break
            return found, stream.size

    def _spread(self) -> tuple[list[Record], bool]:
        """Objects from all over the file, and whether they are all of them."""
        if self._format.kind is FileKind.JSON:
            return self._array_start()
        texts, whole = text_windows(
            self._path, encoding=self._encoding, compression=self._format.compression
        )
        lines = (line for text in texts for line in text.split("\n") if line.strip())
        if self._format.kind is FileKind.FASTTEXT:
            return list(map(fasttext_line, lines)), whole
        return [record for line in lines for record in parsed_line(line)], whole

    def _array_start(self) -> tuple[list[Record], bool]:
        """Objects from the beginning of an array on, which has no lines to go on behind a jump."""
        found: list[Record] = []
        with self._open() as stream:
            for records in self._records(stream):
                step = max(1, -(-len(records) // _THINNED)) if found else 1
                found += records[::step]
                if stream.taken > _SAMPLE_BYTES:
                    return found, False
            return found, stream.taken <= _WHOLE_BYTES

    def _shaped(self, found: Any) -> Any:
        """A row for an object of a labelling tool; anything else as it is."""
        return self._shape(found) if self._shape and isinstance(found, dict) else found

    def head(self, rows: int) -> list[Row]:
        """The first objects; of a line that is none, its text as one cell."""
        return [self._shown(self._shaped(found)) for found in self._head[:rows]]

    def sample(self) -> Sample:
        """As `Table.sample`; lines that are no objects are left out."""
        rows = [self._shown(found) for found in self._sample if isinstance(found, dict)]
        return thinned(rows, whole=self._seen_all)

    def _shown(self, found: Record) -> Row:
        if isinstance(found, str):
            return shown([found])
        return shown(cell_text(found.get(key)) for key in self._keys)

    def find_all_keys(self, check_cancelled: Callable[[], None]) -> None:
        """Make the keys of all objects columns, those not known yet behind the others.

        Args:
            check_cancelled: Called after each block of the file; raising from it cancels.

        Raises:
            BadInput: there are too many.
        """
        keys = dict.fromkeys(self._keys)
        with self._open() as stream:
            for records in self._records(stream):
                for found in map(self._shaped, records):
                    keys.update(dict.fromkeys(found) if isinstance(found, dict) else {})
                if len(keys) > MAX_KEYS:
                    raise BadInput(
                        f"JSON objects with at most {MAX_KEYS:,} different keys",
                        "more",
                        "leave out keys that differ from object to object",
                    )
                check_cancelled()
        self._keys = tuple(keys)
        self.header = tuple(map(bare_name, shown(self._keys)))

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """As `Table.batches`."""
        number, nuls = 1, 0
        with self._open() as stream:
            for records in self._records(stream):
                batch = self._batch(map(self._shaped, records), number, positions)
                number += len(records)
                yield replace(batch, done=stream.done, nul_count=stream.nul_count - nuls)
                nuls = stream.nul_count

    def _batch(self, records: Iterable[Record], first: int, positions: Positions) -> RowBatch:
        numbers: list[int] = []
        objects: list[JsonObject] = []
        broken: list[RowProblem] = []
        remains: list[list[str]] = []
        for number, found in enumerate(records, first):
            if isinstance(found, dict):
                numbers.append(number)
                objects.append(found)
            else:
                broken.append(RowProblem(number, Problem.JSON, excerpt(found)))
                remains.append([found.rstrip("\r")])
        columns = {
            position: text_column(found.get(self._keys[position]) for found in objects)
            for position in positions.wanted
        }
        return RowBatch(np.array(numbers, np.int64), columns, broken, remains=remains)
