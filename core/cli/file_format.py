"""Arguments that say how a file is to be read, where it is not as it is detected to be."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.cli.terminal import between, say
from core.data.reading.encodings import ENCODINGS, encoding_key
from core.data.reading.formats import FileFormat, FileKind, detect_format

_DELIMITERS = {"tab": "\t", "\\t": "\t", "\\x01": "\x01"}
"""Delimiters that are not easily typed in a terminal."""


def add_format(sub: argparse.ArgumentParser) -> None:
    """How the file is to be read, where it is not as it is detected to be."""
    sub.add_argument(
        "--kind",
        type=FileKind,
        choices=FileKind,
        metavar="{csv,jsonl,json,fasttext,parquet,excel}",
        help="kind of file (default: detected, as all of these)",
    )
    sub.add_argument(
        "--encoding",
        metavar="NAME",
        help=f"of a text file: {', '.join(ENCODINGS)}, or any of Python's codecs",
    )
    sub.add_argument("--delimiter", metavar="CHARACTER", help="of a CSV file; 'tab' for a tab")
    sub.add_argument("--quote", metavar="CHARACTER", help="of a CSV file; 'none' for none")
    sub.add_argument(
        "--escape",
        metavar="CHARACTER",
        help="of a CSV file, before quotation marks in cells; 'none' if they are doubled",
    )
    sub.add_argument(
        "--skip-space",
        action=argparse.BooleanOptionalAction,
        help="of a CSV file: whether white space around cells is left out",
    )
    sub.add_argument(
        "--first-line",
        "--header-row",
        type=between(1, 1_000_000_000),
        metavar="N",
        help="line of a CSV file or row of a sheet where the table begins, its header first",
    )
    header = sub.add_mutually_exclusive_group()
    header.add_argument(
        "--header", action="store_true", default=None, help="the first row holds column names"
    )
    header.add_argument(
        "--no-header", action="store_false", dest="header", help="the first row is data"
    )
    sub.add_argument("--sheet", metavar="NAME", help="of an Excel file")


def chosen_format(path: Path, options: argparse.Namespace) -> FileFormat:
    """The detected format with what the person knows better.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it cannot be read so, or there is no such encoding.
    """
    encoding = None if options.encoding is None else encoding_key(options.encoding)
    found = detect_format(path, encoding)
    if options.kind not in (None, found.kind):
        found = FileFormat(options.kind, compression=found.compression)
    changes: dict[str, Any] = {
        "encoding": encoding,
        "delimiter": _DELIMITERS.get(options.delimiter, options.delimiter),
        "quote": {"none": ""}.get(options.quote, options.quote),
        "escape": {"none": ""}.get(options.escape, options.escape),
        "skip_space": options.skip_space,
        "has_header": options.header,
        "first_line": _first_line(options, found),
        "sheet": options.sheet,
    }
    return replace(found, **{name: v for name, v in changes.items() if v is not None})


def _first_line(options: argparse.Namespace, found: FileFormat) -> int | None:
    """Where the table is said to begin; None if it is to be found."""
    if options.first_line is not None:
        return int(options.first_line)
    # Who knows that a sheet has a header means its first row.
    return 1 if options.header and not found.first_line else None


def say_doubts(doubts: Iterable[str]) -> None:
    """What may not be meant so in a file, on stderr, before it is read."""
    for doubt in doubts:
        say(doubt)
