"""Which further columns of a file are kept, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from core.data.column import ColumnKind, distinct_names
from core.data.importing.import_report import excerpt
from core.data.importing.kinds.survey import ColumnSurvey
from core.data.reading.batches import Positions, Row
from core.data.text.lengths import without_blanks
from core.errors import BadInput

MAX_COLUMNS = 200
"""Further columns that a data set keeps: tables of more are measurements, not texts."""


@dataclass(frozen=True)
class ColumnChoices:
    """What a person chose for columns that hold neither text nor label nor id, by name.

    Attributes:
        left_out: Not kept.
        sensitive: Kept, but shown nowhere and left out of exports unless asked for.
        kinds: What their cells are; of others it is found in the file.
    """

    left_out: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    kinds: dict[str, ColumnKind] = field(default_factory=dict)


KEEP_ALL = ColumnChoices()


class WantedColumn(NamedTuple):
    """A further column that is kept: where it stands in the file, its name and its choices.

    One that is not `named` is kept only if it holds anything.
    """

    position: int
    name: str
    kind: ColumnKind | None = None
    sensitive: bool = False
    named: bool = True


def further_names(header: Sequence[str], positions: Positions) -> dict[str, int]:
    """The columns that hold neither text nor label nor id, by name, and where they stand.

    Columns of which several make a text are among them, so that each can be asked for alone.
    """
    texts = positions.texts if len(positions.texts) == 1 else ()
    chosen = {*texts, positions.label, positions.id}
    named = enumerate(distinct_names(header))
    return {name: position for position, name in named if position not in chosen}


def wanted_columns(
    header: Sequence[str], positions: Positions, choices: ColumnChoices = KEEP_ALL
) -> list[WantedColumn]:
    """The further columns to keep, in their order; more than MAX_COLUMNS if there are.

    Args:
        header: The file's columns.
        positions: Where text, label and id stand.
        choices: What a person chose.

    Raises:
        BadInput: a chosen column is not among them.
    """
    further = further_names(header, positions)
    for name in (*choices.left_out, *choices.sensitive, *choices.kinds):
        if name not in further:
            raise _no_such(name, list(further))
    return [
        WantedColumn(
            position,
            name,
            choices.kinds.get(name),
            name in choices.sensitive,
            bool(header[position].strip()),
        )
        for name, position in further.items()
        if name not in choices.left_out
    ]


def likely_kind(name: str, rows: Sequence[Row], position: int) -> ColumnKind:
    """What a column's cells are in some rows of its file."""
    survey = ColumnSurvey()
    cells = [row[position] if position < len(row) else None for row in rows]
    survey.add(without_blanks(pa.array(cells, pa.string())), np.arange(len(rows)))
    return survey.finding(name).kind


def _no_such(name: str, further: list[str]) -> BadInput:
    listed = ", ".join(map(excerpt, further[:12]))
    return BadInput(
        "a column besides text, label and id" + (f" ({listed})" if further else ""),
        repr(name),
        "choose one of these" if further else "leave the choice out, as there are none",
    )
