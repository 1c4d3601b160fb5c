"""How a file is read: what was detected, each part of it correctable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from core.data.reading.encodings import ENCODINGS, encoding_name
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from dashboard import reads, state
from dashboard.ui.file_source import FileSource

_KINDS = {kind.value: kind.label for kind in FileKind}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_QUOTES = {'"': 'double (")', "'": "single (')", "": "none"}
_OTHERS = "Or type the name of another, such as cp866: any that Python's codecs know."
_HEADERS = {True: "in the first row", False: "none: number them"}


def format_choice(source: FileSource) -> FileFormat:
    """One row of select boxes, set to what was detected.

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
        found = replace(found, sheet=boxes.ask("sheet", "Sheet", names, found.sheet or sheets[0]))
    if kind in (FileKind.CSV, FileKind.EXCEL):
        header = boxes.ask(f"header_{kind.value}", "Column names", _HEADERS, found.has_header)
        found = replace(found, has_header=header)
    return found


class _Boxes:
    """Select boxes side by side; their values last while the file is the form's."""

    def __init__(self, source: FileSource) -> None:
        self._prefix = f"{state.KEPT}add_{source.key}"
        self._cells = iter(st.columns(5))

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
        return next(self._cells).selectbox(
            label,
            options,
            index=options.index(detected),
            format_func=lambda value: names.get(value, value),
            accept_new_options=others is not None,
            help=others,
            key=f"{self._prefix}_{what}",
        )


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
    return replace(found, delimiter=delimiter, quote=quote)
