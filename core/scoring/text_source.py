"""A file that is open for the texts in it that are to be scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.data.importing.preview import Columns, column_positions, preview_table
from core.data.reading.batches import Positions
from core.data.reading.formats import FileFormat
from core.data.reading.json_table import JsonTable
from core.data.reading.tables import OpenTable, open_table
from core.data.text_recipe import TextRecipe
from core.errors import Cancelled, disk_errors
from core.runs.run import Run
from core.scoring.input_rows import FileRows, count_rows, file_rows
from core.scoring.text_columns import likely_recipe


@dataclass(frozen=True)
class TextSource:
    """An open file, where its text stands, and how many rows it has."""

    opened: OpenTable
    positions: Positions
    separator: str
    total: int

    def rows(self) -> Iterator[FileRows]:
        """All rows in parts, see `file_rows`."""
        return file_rows(self.opened.table, self.positions, self.separator)


def open_source(
    source: Path,
    run: Run,
    scratch: Path,
    *,
    text_recipe: TextRecipe | None,
    format: FileFormat | None,
    should_stop: Callable[[], bool],
) -> TextSource:
    """Open a file and count its rows.

    Args:
        source: The file.
        run: What is to score it.
        scratch: A folder for what cannot be read on the way; it must stay as long as the source.
        text_recipe: Which columns make a text; None takes the run's or the likeliest.
        format: How to read the file; None detects.
        should_stop: Asked again and again.

    Raises:
        NotFound: there is no such file.
        BadInput: the file or a column cannot be used.
        DiskError: no room to decompress it.
        Cancelled: `should_stop` said so.
    """

    def check_cancelled(*_: int) -> None:
        if should_stop():
            raise Cancelled(f"scoring {source.name}")

    with disk_errors("the decompressed file"):
        opened = open_table(source, format, scratch, progress=check_cancelled)
    recipe = text_recipe or likely_recipe(run, preview_table(opened)).recipe
    positions = column_positions(Columns(recipe), opened.table.header)
    if isinstance(opened.table, JsonTable):
        opened.table.find_all_keys(check_cancelled)
    total = 0
    for total in count_rows(opened.table, positions):
        check_cancelled(total)
    return TextSource(opened, positions, recipe.separator, total)
