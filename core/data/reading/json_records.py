"""Cut a text file into objects: JSON a line, a JSON array, or fastText's labelled lines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, NoReturn, TypeAlias

from core.data.importing.import_report import excerpt
from core.data.reading.bytestream import Utf8Stream
from core.errors import BadInput

JsonObject: TypeAlias = dict[str, Any]
Record: TypeAlias = "JsonObject | str"
"""An object; or the text that stands where none could be read."""
Records: TypeAlias = Callable[[Utf8Stream], Iterator[list[Record]]]

MAX_LINE_BYTES = 16 << 20
_MAX_ELEMENT_CHARS = 4 << 20  # Less: it is read again with every block until its end is there.
_MAX_DEPTH = 100
_BRACKETS = re.compile(r"[\[\]{}]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BLANK = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_LABEL = re.compile(r"(?:^|(?<=\s))__label__(\S*)(?:\s+|$)")
_BEGINNINGS = frozenset('{["-0123456789tfnNI')  # Of values, as Python reads them.
_DECODER = json.JSONDecoder()


def line_records(stream: Utf8Stream) -> Iterator[list[Record]]:
    """The objects on each line that is not blank, a block of the stream at a time."""
    for lines in _lines(stream):
        yield [record for line in lines for record in parsed_line(line)]


def fasttext_records(stream: Utf8Stream) -> Iterator[list[Record]]:
    """The label and the text of each line that is not blank."""
    for lines in _lines(stream):
        yield [fasttext_line(line) for line in lines]


def parsed_line(line: str) -> list[Record]:
    """The object on a line; the line itself if there is none, or one of great depth.

    There may be several where files were joined of which one had no line end behind its last, and
    a comma behind one that was taken from an array.
    """
    try:
        found = json.loads(line)
    except ValueError:
        return list(_several(line)) or [line]
    except RecursionError:
        return [line]
    return [found if isinstance(found, dict) and not _is_deep(line) else line]


def _several(line: str) -> list[JsonObject]:
    """The objects of which a line is made; none if something else stands there."""
    objects: list[JsonObject] = []
    at = 0
    while start := _BETWEEN.match(line, at):
        at = start.end()
        if at == len(line):
            return objects
        try:
            found, at = _DECODER.raw_decode(line, at)
        except (ValueError, RecursionError):
            break
        if not isinstance(found, dict) or _is_deep(line):
            break
        objects.append(found)
    return []


def fasttext_line(line: str) -> Record:
    """The labels before, behind or in a text, and the text without them."""
    labels = [label for label in _LABEL.findall(line) if label]
    text = _LABEL.sub("", line).strip()
    return {"label": labels[0] if len(labels) == 1 else labels or None, "text": text}


def array_records(stream: Utf8Stream) -> Iterator[list[Record]]:
    """The objects of one JSON array, a block of the stream at a time.

    Raises:
        BadInput: the array is damaged or broken off, or holds something very large.
    """
    array = _Array()
    while block := stream.block():
        yield array.elements(block.decode("utf-8", "surrogateescape"))
    yield array.elements("", final=True)


class _Next(Enum):
    """What has to come next in the text of an array."""

    OPENING = "its beginning"
    FIRST = "an object or its end"
    ELEMENT = "an object"
    COMMA = "a comma or its end"
    NOTHING = "nothing more"


class _Array:
    """Takes the text of an array piece by piece and gives its elements as soon as they end."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._count = 0
        self._next = _Next.OPENING

    def elements(self, piece: str, *, final: bool = False) -> list[Record]:
        self._text = self._text[self._at :] + piece
        self._at = 0
        found = list(self._whole_elements(final))
        if final and self._next is not _Next.NOTHING:
            self._refuse("that it breaks off")
        if len(self._text) - self._at > _MAX_ELEMENT_CHARS:
            self._refuse(f"one of more than {_MAX_ELEMENT_CHARS >> 20} MB, or a damaged one,")
        return found

    def _whole_elements(self, final: bool) -> Iterator[Record]:
        while (sign := self._sign()) is not None:
            # A comma before the end is no JSON, but often written and clear.
            if self._next in (_Next.FIRST, _Next.ELEMENT) and sign in _BEGINNINGS:
                record = self._element(final)
                if record is None:
                    return
                yield record
            else:
                self._step(sign)

    def _sign(self) -> str | None:
        """The next character that is not blank; None if it is not there yet."""
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._text[self._at] if self._at < len(self._text) else None

    def _step(self, sign: str) -> None:
        """Go over a bracket or a comma."""
        if sign == "[" and self._next is _Next.OPENING:
            self._next = _Next.FIRST
        elif sign == "]" and self._next is not _Next.OPENING and self._next is not _Next.NOTHING:
            self._next = _Next.NOTHING
        elif sign == "," and self._next is _Next.COMMA:
            self._next = _Next.ELEMENT
        else:
            self._refuse(f"{excerpt(self._text[self._at :][:20])!r} instead of {self._next.value}")
        self._at += 1

    def _element(self, final: bool) -> Record | None:
        """The object that begins here; None if its end is not there yet."""
        try:
            found, end = _DECODER.raw_decode(self._text, self._at)
        except RecursionError:
            self._refuse("one of great depth")
        except ValueError:
            return None
        if end == len(self._text) and not final:
            return None  # A number may go on.
        source = self._text[self._at : end]
        self._at, self._next, self._count = end, _Next.COMMA, self._count + 1
        return found if isinstance(found, dict) and not _is_deep(source) else source

    def _refuse(self, found: str) -> NoReturn:
        raise BadInput(
            "an undamaged JSON array of objects",
            f"{found} behind {self._count:,} whole ones",
            "write or download the file again",
        )


def _lines(stream: Utf8Stream) -> Iterator[list[str]]:
    """Lines that are not blank, a block of the stream at a time."""
    pending = b""
    while block := stream.block():
        *whole, pending = (pending + block).split(b"\n")
        if max(len(pending), *map(len, whole), 0) > MAX_LINE_BYTES:
            raise BadInput(
                "JSON objects on lines of their own",
                f"a line of more than {MAX_LINE_BYTES >> 20} MB",
                "choose the file with the table, or save it again with one object a line",
            )
        yield _decoded(whole)
    yield _decoded([pending])


def _decoded(lines: list[bytes]) -> list[str]:
    return [line.decode("utf-8", "surrogateescape") for line in lines if line.strip()]


def _is_deep(text: str) -> bool:
    """Whether lists and objects stand in each other so often that writing them may fail."""
    if text.count("[") + text.count("{") <= _MAX_DEPTH:
        return False
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > _MAX_DEPTH
