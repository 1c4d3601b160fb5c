"""Read JSONL: one JSON object a line, its keys the columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.data.importing.import_report import Problem, RowProblem, excerpt
from core.data.reading.batches import Positions, RowBatch
from core.data.reading.bytestream import CHUNK_BYTES, Utf8Stream, open_utf8
from core.data.reading.cells import cell_text, shown, text_column
from core.data.reading.charset import detect_encoding
from core.data.reading.formats import FileFormat
from core.errors import BadInput

_HEAD_ROWS = 500
_MAX_KEYS = 1_000
_MAX_LINE_BYTES = 64 << 20


class JsonTable:
    """A JSONL file, see `Table`; blank lines are no rows, and the first row has the number 1.

    The columns are the keys of the first 500 objects; a row that lacks one misses the value.
    """

    first_row = 1

    def __init__(self, path: Path, format: FileFormat, *, chunk_bytes: int = CHUNK_BYTES) -> None:
        """Open a file to read `chunk_bytes` of it at once."""
        self._open = partial(
            open_utf8,
            path,
            encoding=format.encoding or detect_encoding(path, format.compression),
            compression=format.compression,
            chunk_bytes=chunk_bytes,
        )
        with self._open() as stream:
            self.size = stream.size
            text, final = stream.head()
        lines = [line for line in text.split("\n") if line.strip()]
        if not final and len(lines) > 1:
            lines.pop()
        self._objects = [_object(line) for line in lines[:_HEAD_ROWS]]
        keys = (key for found in self._objects if isinstance(found, dict) for key in found)
        self._keys = tuple(dict.fromkeys(keys))
        self.header = shown(self._keys)
        if not self.header:
            raise BadInput(
                "JSONL, with one JSON object on each line",
                "no object in the first lines",
                "choose another file, or choose what kind of file this is",
            )

    def head(self, rows: int) -> list[tuple[str, ...]]:
        """The first objects; of a line that is none, its text as one cell."""
        return [
            shown(
                [found]
                if isinstance(found, str)
                else [cell_text(found.get(key)) for key in self._keys]
            )
            for found in self._objects[:rows]
        ]

    def find_all_keys(self, check_cancelled: Callable[[], None]) -> None:
        """Make the keys of later objects columns, too, behind the others.

        Args:
            check_cancelled: Called after each block of the file; raising from it cancels.

        Raises:
            BadInput: there are too many.
        """
        keys = dict.fromkeys(self._keys)
        with self._open() as stream:
            for lines in _lines(stream):
                for found in map(_object, lines):
                    keys.update(dict.fromkeys(found) if isinstance(found, dict) else {})
                if len(keys) > _MAX_KEYS:
                    raise BadInput(
                        f"JSON objects with at most {_MAX_KEYS:,} different keys",
                        "more",
                        "leave out keys that differ from object to object",
                    )
                check_cancelled()
        self._keys = tuple(keys)
        self.header = shown(self._keys)

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """As `Table.batches`."""
        number, nuls = 1, 0
        with self._open() as stream:
            for lines in _lines(stream):
                batch = self._batch(lines, number, positions)
                number += len(lines)
                yield replace(batch, done=stream.done, nul_count=stream.nul_count - nuls)
                nuls = stream.nul_count

    def _batch(self, lines: list[str], first: int, positions: Positions) -> RowBatch:
        numbers: list[int] = []
        objects: list[dict[str, Any]] = []
        broken: list[RowProblem] = []
        remains: list[list[str]] = []
        for number, line in enumerate(lines, first):
            found = _object(line)
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


def _lines(stream: Utf8Stream) -> Iterator[list[str]]:
    """Lines that are not blank, a block of the stream at a time."""
    pending = b""
    while block := stream.block():
        *whole, pending = (pending + block).split(b"\n")
        if len(pending) > _MAX_LINE_BYTES:
            raise BadInput(
                "JSON objects on lines of their own",
                f"a line of more than {_MAX_LINE_BYTES >> 20} MB",
                "choose the file with the table, or save it again with one object a line",
            )
        yield _decoded(whole)
    yield _decoded([pending])


def _decoded(lines: list[bytes]) -> list[str]:
    return [line.decode("utf-8", "surrogateescape") for line in lines if line.strip()]


def _object(line: str) -> dict[str, Any] | str:
    """The object on a line; the line itself if there is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return line
    return found if isinstance(found, dict) else line
