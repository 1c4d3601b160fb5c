"""Looks into files that never were, for what is said of them."""

from collections.abc import Sequence

from core.data.importing.preview import Preview, guess_columns
from core.data.reading.batches import Sample
from core.data.reading.formats import FileFormat, FileKind


def preview_of_rows(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    whole: bool = True,
    sheets: Sequence[str] = (),
) -> Preview:
    """A look into a CSV file, or a workbook where there are sheets."""
    cells = tuple(map(tuple, rows))
    kind = FileKind.EXCEL if sheets else FileKind.CSV
    return Preview(
        FileFormat(kind, sheet=sheets[0] if sheets else ""),
        tuple(header),
        cells[:200],
        guess_columns(tuple(header), cells),
        Sample(cells, whole),
        tuple(sheets),
    )
