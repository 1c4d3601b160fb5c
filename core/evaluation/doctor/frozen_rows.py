"""Facts about the rows that a run has frozen: how many of each class, and texts in two parts."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.data.dataset import LABEL, TEXT
from core.data.splits.split import PART, TRAIN
from core.files import damage_said
from core.runs.result import TRAIN_AGAIN

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "600MB",
    "temp_directory": "",
}
_FOLDED = rf"lower(trim(regexp_replace({TEXT}, '[\s\p{{Z}}]+', ' ', 'g')))"
_COUNTS = f"SELECT {PART}, {LABEL}, count(*) FROM examples GROUP BY ALL ORDER BY ALL"
_LEAKS = (
    f"SELECT {PART}, count(*) FROM examples WHERE {PART} <> $train AND hash({{form}}) IN"
    f" (SELECT hash({{form}}) FROM examples WHERE {PART} = $train) GROUP BY ALL"
)


@dataclass(frozen=True)
class FrozenRows:
    """What never changes about a run's rows.

    `counts` are rows by part and class. `leaked` counts, for validation and test, rows whose text
    is in the train part too, whatever the case of its letters and the spaces between its words;
    `leaked_exactly` those that are the same letter by letter.
    """

    counts: Mapping[str, Mapping[str, int]]
    leaked: Mapping[str, int]
    leaked_exactly: Mapping[str, int]

    def size(self, part: str) -> int:
        """Rows of a part."""
        return sum(self.counts.get(part, {}).values())

    def share(self, part: str, name: str) -> float:
        """The share of a class in a part; NaN in an empty one."""
        size = self.size(part)
        return self.counts[part].get(name, 0) / size if size else float("nan")

    def majority(self, part: str) -> tuple[str, float]:
        """The commonest class of a part with rows, and its share."""
        name = max(self.counts[part], key=lambda name: self.counts[part][name])
        return name, self.share(part, name)


def frozen_rows(examples: Path) -> FrozenRows:
    """Read the facts from a run's frozen rows: a second for a million texts.

    Raises:
        DamagedFile: they are missing or damaged.
        FileNotFoundError: the run has been deleted.
    """
    with (
        damage_said("the run's rows", examples, TRAIN_AGAIN),
        duckdb.connect(config=_SETTINGS) as connection,
    ):
        # DuckDB takes * ? [ in a path for a pattern.
        connection.read_parquet(glob.escape(str(examples))).create_view("examples")
        counts: dict[str, dict[str, int]] = {}
        for part, name, count in connection.execute(_COUNTS).fetchall():
            counts.setdefault(part, {})[name] = count
        leaked, exactly = (
            dict(connection.execute(_LEAKS.format(form=form), {"train": TRAIN}).fetchall())
            for form in (_FOLDED, TEXT)
        )
    return FrozenRows(counts, leaked, exactly)
