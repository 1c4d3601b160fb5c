"""Ask how large the parts of a split are: in percent of the rows left, or in rows."""

from __future__ import annotations

from collections.abc import Sequence

from streamlit.delta_generator import DeltaGenerator

from core.data.splits.split import PARTS, SplitPlan, part_size

_LABELS = ("Train", "Validate", "Test")
_HELPS = (
    "Of the labelled rows",
    "Of the rows that training leaves",
    "Of the rows that are left then; not looked at before the end",
)


def split_sizes(
    start: SplitPlan,
    labelled: int,
    cells: Sequence[DeltaGenerator],
    key: str,
    *,
    in_rows: bool = False,
) -> dict[str, float | int]:
    """One number a cell, for as many parts as there are cells; the others stay as in `start`.

    Args:
        start: What the boxes show at first. Whole numbers of rows are shown as percent, and the
            other way round, and stay what they are until a box is changed.
        labelled: Rows there are to split.
        cells: Where the boxes go.
        key: Prefix of the widgets' keys.
        in_rows: Ask for numbers of rows instead of percent.

    Returns:
        The size of each part, as `SplitPlan` takes it.
    """
    sizes: dict[str, float | int] = {}
    left = labelled
    for position, part in enumerate(PARTS):
        size: float | int = getattr(start, part)
        if position < len(cells):
            ask = _ask_rows if in_rows else _ask_percent
            size = ask(size, left, position, cells[position], f"{key}_{part}")
        sizes[part] = size
        left -= part_size(left, size)
    return sizes


def _ask_percent(
    size: float | int, left: int, position: int, cell: DeltaGenerator, key: str
) -> float | int:
    share = size if isinstance(size, float) or size == 0 else min(1.0, size / max(left, 1))
    shown = round(share * 100.0, 4)
    percent = cell.number_input(
        f"{_LABELS[position]} %", 0.0, 100.0, shown, 0.5, "%.6g", help=_HELPS[position], key=key
    )
    return size if abs(percent - shown) < 1e-9 else percent / 100.0


def _ask_rows(
    size: float | int, left: int, position: int, cell: DeltaGenerator, key: str
) -> float | int:
    shown = part_size(left, size)
    rows = cell.number_input(
        f"{_LABELS[position]} rows", 0, None, shown, help=_HELPS[position], key=f"{key}_rows"
    )
    return size if rows == shown else int(rows)
