"""Look inside a file before it is imported: its first rows and a guess at its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core.data.importing.file_doubts import file_doubts
from core.data.importing.import_report import excerpt
from core.data.importing.label_rules import DEFAULT_RULES, class_cells
from core.data.reading.batches import Positions, Row, Sample
from core.data.reading.column_names import (
    ACCEPTED,
    ID_NAMES,
    LABEL_NAMES,
    LIKELY_LABEL_NAMES,
    TEXT_NAMES,
    UNLIKELY_LABEL_NAMES,
)
from core.data.reading.formats import FileFormat
from core.data.reading.tables import OpenTable, open_table
from core.data.reading.tool_exports import NOT_LABELS
from core.data.text_recipe import TextRecipe
from core.errors import BadInput, disk_errors

_ROWS = 200
_MIN_LABEL_ROWS, _MAX_LABELS = 10, 20  # Without a name, a column of so few values is a label's.
_MAX_NAMED_LABELS = 200
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}:\d{2}")


@dataclass(frozen=True, init=False)
class Columns:
    """Which columns hold what; `label` and `id` may be None."""

    text: TextRecipe
    label: str | None = None
    id: str | None = None

    def __init__(
        self, text: str | TextRecipe, label: str | None = None, id: str | None = None
    ) -> None:
        """A name alone is that of the one column with the text."""
        recipe = TextRecipe((text,)) if isinstance(text, str) else text
        for name, value in (("text", recipe), ("label", label), ("id", id)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Preview:
    """What a look into a file shows: how it was read, its columns, and a guess at them.

    `rows` are up to 200 rows as text, which may be wider or narrower than the header; `sample`
    are rows from all over the file, by which the columns are guessed; `sheets` the names of an
    Excel file's sheets, `doubts` sentences about what may not be meant so.
    """

    format: FileFormat
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    guess: Columns
    sample: Sample
    sheets: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def preview_file(path: Path, format: FileFormat | None = None) -> Preview:
    """Read the column names, the first rows and some others of a file, guess its columns, and
    say doubts.

    Only what is doubtful in the rest of the file needs a look at all of it, and only at texts.
    A compressed Parquet or Excel file is decompressed for that, into a folder that goes away.

    Args:
        path: The file.
        format: How to read it; None detects.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: the file is empty or damaged, or cannot be read in this way.
        DiskError: no room to decompress it.
    """
    with disk_errors("the decompressed file"), TemporaryDirectory(prefix="sincerely-") as scratch:
        found = open_table(path, format, Path(scratch), head_only=True)
        preview = preview_table(found)
        doubts = file_doubts(
            path, preview.format, preview.header, preview.rows, merged=found.merged
        )
    return replace(preview, doubts=doubts)


def preview_table(found: OpenTable) -> Preview:
    """A look into an open table."""
    header, rows = found.table.header, tuple(found.table.head(_ROWS))
    sample = found.table.sample()
    if len(sample.rows) < len(rows):  # Most rows are broken, so that there is more in the first.
        sample = Sample(rows, False)
    return Preview(
        found.format, header, rows, guess_columns(header, sample.rows), sample, found.sheets
    )


def check_columns(columns: Columns, preview: Preview) -> Positions:
    """Make sure that the chosen columns are in the file, as `column_positions` does."""
    return column_positions(columns, preview.header)


def column_positions(columns: Columns, header: Sequence[str]) -> Positions:
    """Make sure that the chosen columns are among some, once each, and say where.

    Raises:
        BadInput: one is missing or repeated, or is chosen as text and as label.
    """
    for column in (*columns.text.columns, columns.label, columns.id):
        if column is not None and column not in header:
            raise BadInput(
                f"one of the file's columns ({', '.join(map(excerpt, header[:12]))})",
                repr(column),
                "choose one of these, or in which line the column names stand",
            )
        if column is not None and header.count(column) > 1:
            raise BadInput(
                "a column name that occurs once",
                f"{header.count(column)} columns called {column!r}",
                "rename them in the file, or choose in which line the column names stand",
            )
    if columns.label in columns.text.columns:
        raise BadInput(
            "a label column besides the text column",
            f"{columns.label!r} for both",
            "choose another column for one of them",
        )
    label, identifier = (
        None if name is None else header.index(name) for name in (columns.label, columns.id)
    )
    texts = tuple(header.index(name) for name in columns.text.columns)
    return Positions(texts, label, identifier)


def guess_columns(header: tuple[str, ...], rows: Sequence[Row]) -> Columns:
    """The likeliest columns: by their names, else by what stands in rows from all over a file."""
    lowered = [name.lower() for name in header]

    def named(names: tuple[str, ...]) -> str | None:
        return next((header[lowered.index(name)] for name in names if name in lowered), None)

    def cells(position: int) -> list[str]:
        return [row[position] for row in rows if position < len(row)]

    def mean_length(position: int) -> float:
        return sum(map(len, cells(position))) / max(len(cells(position)), 1)

    longest = max(range(len(header)), key=mean_length)
    text = named(TEXT_NAMES) or header[longest]
    label, identifier = named((ACCEPTED, *LABEL_NAMES)), named(ID_NAMES)
    if label is None and len(header) > 1:
        candidates = [
            n for n in range(len(header)) if lowered[n] not in NOT_LABELS and header[n] != text
        ]
        candidates.sort(key=lambda n: _unlikeliness(lowered[n]))
        label = next((header[n] for n in candidates if _like_labels(lowered[n], cells(n))), None)
    return Columns(
        text=text,
        label=label if label != text else None,
        id=identifier if identifier not in (text, label) else None,
    )


def _unlikeliness(name: str) -> int:
    return (name in UNLIKELY_LABEL_NAMES) - (name in LIKELY_LABEL_NAMES)


def _like_labels(name: str, cells: list[str]) -> bool:
    """Whether a column holds a few values again and again, and more than days."""
    values = {cell for cell in class_cells(cells, DEFAULT_RULES) if cell}
    most = _MAX_NAMED_LABELS if name in LIKELY_LABEL_NAMES else _MAX_LABELS
    if len(cells) < _MIN_LABEL_ROWS or not 1 < len(values) <= min(most, len(cells) // 4):
        return False
    return not all(map(_DATE.match, values))
