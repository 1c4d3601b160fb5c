"""A data set with further columns whose cells are known, and what an expression says of them.

What `meets` says is worked out row by row in plain Python, with nothing of what it is compared to
but the syntax.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.data.filters.expression.syntax import Both, Comparison, Either, Expression, Negation
from core.workspace import Workspace
from tests.core.explore.small import make_dataset, write_columns

ROWS = 400
KINDS = {
    "country": ColumnKind.CATEGORY,
    "select": ColumnKind.CATEGORY,
    'a"b': ColumnKind.NUMBER,
    "score": ColumnKind.NUMBER,
    "c0": ColumnKind.NUMBER,
    "row": ColumnKind.ID,
    "text": ColumnKind.TEXT,
    "label": ColumnKind.TEXT,
    "'; drop view texts; --": ColumnKind.YES_NO,
    "😀": ColumnKind.YES_NO,
    "a b": ColumnKind.TIME,
    "a  b": ColumnKind.TIME,
    "$where_0": ColumnKind.NUMBER,
}
TEXTS = [
    "US",
    "us",
    "CA",
    "it's",
    "2020",
    "2020.0",
    "7",
    "-1.5",
    "1e1",
    "É",
    "a 'b'",
    "€",
    "%",
    "é_",
]
NUMBERS = [-1.5, 0.0, 0.1, 0.8, 1.0, 7.0, 1e300]
DAYS = [datetime(2025, 12, 31, 23, 59, 59, 999_999) + timedelta(hours=n) for n in range(0, 900, 9)]
TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class Columned:
    """A data set, and the values of its columns by name, None where one is missing."""

    workspace: Workspace
    dataset: Dataset
    values: dict[str, list[object]]

    def rows(self, expression: Expression) -> list[int]:
        """The rows that meet an expression."""
        named = {
            row: {name: values[row] for name, values in self.values.items()} for row in range(ROWS)
        }
        return [row for row, values in named.items() if meets(expression, values)]


def make_columned(folder: Path) -> Columned:
    """Random cells, a quarter of them missing."""
    rng = random.Random(3)
    workspace = Workspace(folder / "workspace")
    dataset = make_dataset(workspace, [(f"text {n}", rng.choice("01")) for n in range(ROWS)])
    values = {name: [_value(kind, rng) for _ in range(ROWS)] for name, kind in KINDS.items()}
    columns = tuple(Column(name, kind, place) for place, (name, kind) in enumerate(KINDS.items()))
    written: dict[str, list[object]] = {}
    for column in columns:
        of = values[column.name]
        written[column.cells] = [None if value is None else str(value) for value in of]
        written[column.values] = of if column.kind.has_values else written[column.cells]
    types = {ColumnKind.TIME: pa.timestamp("us"), ColumnKind.NUMBER: pa.float64()}
    arrays = {name: pa.array(of) for name, of in written.items()}
    for column in columns:
        arrays[column.values] = arrays[column.values].cast(
            types.get(column.kind, arrays[column.values].type)
        )
    write_columns(workspace.dataset(dataset.id).columns, **arrays)
    return Columned(workspace, replace(dataset, columns=columns), values)


def _value(kind: ColumnKind, rng: random.Random) -> object:
    if rng.random() < 0.25:
        return None
    choices: dict[ColumnKind, Callable[[], object]] = {
        ColumnKind.NUMBER: lambda: rng.choice(NUMBERS),
        ColumnKind.TIME: lambda: rng.choice(DAYS),
        ColumnKind.YES_NO: lambda: rng.random() < 0.5,
    }
    return choices.get(kind, lambda: rng.choice(TEXTS))()


def meets(expression: Expression, values: dict[str, object]) -> bool:
    """Whether a row does."""
    match expression:
        case Comparison():
            return _holds(expression, values[expression.name])
        case Negation():
            return not meets(expression.part, values)
        case Both():
            return all(meets(part, values) for part in expression.parts)
        case Either():
            return any(meets(part, values) for part in expression.parts)
    raise TypeError(expression)


def _holds(comparison: Comparison, cell: object) -> bool:
    operator, kind = comparison.operator.value, KINDS[comparison.name]
    if operator in ("is missing", "is not missing"):
        return (cell is None) is (operator == "is missing")
    if cell is None:
        return False
    if operator.startswith("not "):
        return not _asked(operator[4:], comparison, cell, kind)
    return _asked(operator, comparison, cell, kind)


def _asked(operator: str, comparison: Comparison, cell: object, kind: ColumnKind) -> bool:
    written = [value.written for value in comparison.values]
    if operator == "contains":
        return written[0].lower() in str(cell).lower()
    ordering = operator in ("<", "<=", ">", ">=", "between")
    lows: list[object] = list(written)
    highs: list[object] = list(written)
    if kind is ColumnKind.TIME:
        lows, highs = map(list, zip(*map(_stretch, written), strict=True))
    elif kind is ColumnKind.YES_NO:
        lows = highs = [TRUTH[each] for each in written]
    elif kind is ColumnKind.NUMBER:
        lows = highs = [float(each) for each in written]
    elif ordering and comparison.values[0].kind.value == "number":
        lows = highs = [float(each) for each in written]
        try:
            cell = float(str(cell))
        except ValueError:
            # No number: neither within nor beyond.
            return comparison.operator.value.startswith("not ")
    pairs = list(zip(lows, highs, strict=True))
    return {
        "=": lambda: lows[0] <= cell <= highs[0],
        "!=": lambda: not lows[0] <= cell <= highs[0],
        "in": lambda: any(low <= cell <= high for low, high in pairs),
        "<": lambda: cell < lows[0],
        "<=": lambda: cell <= highs[0],
        ">": lambda: cell > highs[0],
        ">=": lambda: cell >= lows[0],
        "between": lambda: lows[0] <= cell <= highs[-1],
    }[operator]()


def _stretch(written: str) -> tuple[datetime, datetime]:
    """Its first microsecond and its last, of the forms that the tests use."""
    first = datetime.fromisoformat(f"{written}-01-01"[:10] if len(written) < 10 else written)
    if len(written) == 4:
        last = first.replace(year=first.year + 1)
    elif len(written) == 7:
        last = (first + timedelta(days=31)).replace(day=1)
    else:
        last = first + {10: timedelta(days=1), 16: timedelta(minutes=1)}[len(written)]
    return first, last - timedelta(microseconds=1)
