"""How a file is read: what was detected, each part of it correctable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.reading.encodings import ENCODINGS, encoding_name
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from dashboard import reads, state
from dashboard.ui.file_source import FileSource

_KINDS = {kind.value: kind.label for kind in FileKind}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_QUOTES = {'"': 'double (")', "'": "single (')", "": "none"}
_OTHERS = "Or type the name of another, such as cp866: any that Python's codecs know."
_ESCAPES = {"": "none: doubled", "\\": "backslash (\\)"}
_ESCAPED = "Stands before a quotation mark inside a cell. Or type another character."
_SPACES = {False: "are part of them", True: "are left out"}
_HEADERS = {True: "in the first row", False: "none: number them"}
_FIRST_LINE = (
    "Where the table begins, with its column names if it has any: what stands above it, such as a"
    " title, is left out. Lines count from 1."
)
_PER_ROW = 4


def format_choice(source: FileSource) -> FileFormat:
    """Rows of boxes, set to what was detected.

    Where the file cannot be read as detected, the boxes are there all the same, so that the
    right choice can be made.

    Raises:
        NotFound: the file is gone.
        BadInput: an encoding was typed that there is not.
    """
    boxes = _Boxes(source)
    detected, sheets = _detected(source, None)
    kind = FileKind(boxes.ask("kind", "Format", _KINDS, detected.kind.value))
    found = detected
    if kind is not detected.kind:
        found, sheets = _detected(source, FileFormat(kind, compression=detected.compression))
    if kind.is_text:
        found = _encoding(boxes, found)
    if kind is FileKind.CSV:
        found = _separators(boxes, found)
    if kind is FileKind.EXCEL and sheets:
        names = {name: name for name in sheets}
        sheet = boxes.ask("sheet", "Sheet", names, found.sheet or sheets[0])
        if sheet != found.sheet:
            found, _ = _detected(source, replace(found, sheet=sheet, first_line=0))
    if kind in (FileKind.CSV, FileKind.EXCEL):
        found = _beginning(boxes, found)
    return found


class _Boxes:
    """Select boxes side by side; their values last while the file is the form's."""

    def __init__(self, source: FileSource) -> None:
        self._prefix = f"{state.KEPT}add_{source.key}"
        self._cells: Iterator[DeltaGenerator] = iter(())

    def ask(
        self,
        what: str,
        label: str,
        names: Mapping[Any, str],
        detected: Any,
        *,
        others: str | None = None,
    ) -> Any:
        """What is chosen; with a sentence about `others`, anything else may be typed."""
        names = names if detected in names else {detected: repr(detected), **names}
        options = list(names)
        return self._next().selectbox(
            label,
            options,
            index=options.index(detected),
            format_func=lambda value: names.get(value, value),
            accept_new_options=others is not None,
            help=others,
            key=f"{self._prefix}_{what}",
        )

    def ask_number(self, what: str, label: str, detected: int, hint: str) -> int:
        """A number from 1 on."""
        key = f"{self._prefix}_{what}"
        return int(self._next().number_input(label, 1, None, detected, help=hint, key=key))

    def _next(self) -> DeltaGenerator:
        cell = next(self._cells, None)
        if cell is None:
            self._cells = iter(st.columns(_PER_ROW))
            cell = next(self._cells)
        return cell


def _detected(
    source: FileSource, file_format: FileFormat | None
) -> tuple[FileFormat, tuple[str, ...]]:
    """How the file seems to be written, and its sheets; a CSV if nothing can be told."""
    try:
        preview = reads.file_preview(source.path, file_format)
    except BadInput:
        return file_format or FileFormat(FileKind.CSV), ()
    return preview.format, preview.sheets


def _encoding(boxes: _Boxes, found: FileFormat) -> FileFormat:
    detected = found.encoding or "utf-8"
    names = {**ENCODINGS, detected: encoding_name(detected)}
    chosen = boxes.ask(f"encoding_{found.kind.value}", "Encoding", names, detected, others=_OTHERS)
    return replace(found, encoding=chosen)


def _separators(boxes: _Boxes, found: FileFormat) -> FileFormat:
    delimiter = boxes.ask("delimiter", "Between columns", _DELIMITERS, found.delimiter)
    quote = boxes.ask("quote", "Quotation marks", _QUOTES, found.quote)
    escape = boxes.ask("escape", "Escape character", _ESCAPES, found.escape, others=_ESCAPED)
    spaces = boxes.ask("spaces", "Spaces around cells", _SPACES, found.skip_space)
    return replace(found, delimiter=delimiter, quote=quote, escape=escape or "", skip_space=spaces)


def _beginning(boxes: _Boxes, found: FileFormat) -> FileFormat:
    """Where the table begins; each sheet has a beginning of its own."""
    which = found.kind.value
    if found.sheet:
        which += hashlib.sha256(found.sheet.encode("utf-8", "replace")).hexdigest()[:8]
    label = "First line" if found.kind is FileKind.CSV else "First row"
    first = boxes.ask_number(f"first_{which}", label, max(found.first_line, 1), _FIRST_LINE)
    header = boxes.ask(f"header_{which}", "Column names", _HEADERS, found.has_header)
    return replace(found, first_line=first, has_header=header)
