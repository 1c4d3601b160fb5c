"""How scored rows are written: as the file they come from, under names that are free."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from core.data.output.csv_output import UTF_8
from core.data.output.output_kind import OutputKind
from core.data.reading.charset import WrittenAs, written_as
from core.data.reading.formats import FileFormat

SCORED_KINDS = (OutputKind.CSV, OutputKind.PARQUET)
"""What scored rows can be written as."""


def written_like(source: Path, format: FileFormat, classes: Sequence[str]) -> WrittenAs:
    """As a file is written, if it is text; in UTF-8 where its encoding lacks letters of a class.

    Args:
        source: The file.
        format: How it is read.
        classes: What is to be written besides.
    """
    if not format.kind.is_text or format.encoding is None:
        return UTF_8
    written = written_as(source, format.encoding, format.compression)
    try:
        "".join(classes).encode(written.codec)
    except UnicodeEncodeError:
        return WrittenAs(mark=codecs.BOM_UTF8)
    return written


def free_names(header: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Names for new columns: as wanted, or `predicted_…` where a column has that name."""

    def free(name: str) -> str:
        return free(f"predicted_{name}") if name in header else name

    return [free(name) for name in wanted]
