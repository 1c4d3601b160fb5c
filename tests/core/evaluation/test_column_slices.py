import numpy as np
import pytest

from core.data.column import ColumnKind, column_called
from core.errors import DamagedFile
from core.evaluation.column_slices import (
    MOST_COLUMNS,
    MOST_VALUES,
    automatic_columns,
    column_slices,
    named_slices,
    sliced_columns,
)
from core.workspace import Workspace
from tests.column_runs import Cell, column_dataset

CATEGORY, NUMBER, TIME = ColumnKind.CATEGORY, ColumnKind.NUMBER, ColumnKind.TIME
ROWS = 200


def counts_of(
    workspace: Workspace, kind: ColumnKind, cell: Cell, rows: np.ndarray | None = None
) -> dict[str, int]:
    """How many of the rows each slice holds."""
    dataset = column_dataset(workspace, {"c": (kind, cell)}, rows=ROWS)
    taken = np.arange(ROWS) if rows is None else rows
    sliced = column_slices(workspace, dataset, dataset.columns[0], taken)
    return {value: int(mask.sum()) for value, mask in sliced.masks()}


def test_each_value_of_a_category_is_a_slice_and_so_are_rows_without_one(
    workspace: Workspace,
) -> None:
    found = counts_of(workspace, CATEGORY, lambda row: ["US", "CA", "", "US"][row % 4])

    assert found == {"US": 100, "CA": 50, "missing": 50}


def test_only_the_rows_asked_for_are_sliced_in_their_order(workspace: Workspace) -> None:
    dataset = column_dataset(workspace, {"c": (CATEGORY, lambda row: "ab"[row % 2])}, rows=ROWS)

    sliced = column_slices(workspace, dataset, dataset.columns[0], np.array([7, 3, 2, 9]))

    masks = {value: mask.tolist() for value, mask in sliced.masks()}
    assert masks == {"b": [True, True, False, True], "a": [False, False, True, False]}


def test_beyond_the_commonest_values_the_others_stand_together(workspace: Workspace) -> None:
    def cell(row: int) -> str:
        return f"common {row % MOST_VALUES}" if row < 160 else f"rare {row % 20}"

    found = counts_of(workspace, CATEGORY, cell)

    assert found.pop("20 other values") == 40
    assert found == {f"common {place}": 8 for place in range(MOST_VALUES)}


def test_yes_and_no_are_slices(workspace: Workspace) -> None:
    found = counts_of(workspace, ColumnKind.YES_NO, lambda row: ["yes", "no", "no", ""][row % 4])

    assert found == {"no": 100, "yes": 50, "missing": 50}


def test_few_numbers_are_a_slice_each_and_many_are_quarters_of_the_rows(
    workspace: Workspace,
) -> None:
    stars = counts_of(workspace, NUMBER, lambda row: str(row % 5 + 1))
    assert stars == {str(star): 40 for star in range(1, 6)}


def test_many_numbers_are_quarters_of_the_rows(workspace: Workspace) -> None:
    found = counts_of(workspace, NUMBER, lambda row: str(row * 10 + 0.5) if row >= 20 else "")

    assert found == {
        "200.5 to 640.5": 45,
        "650.5 to 1,090.5": 45,
        "1,100.5 to 1,540.5": 45,
        "1,550.5 to 1,990.5": 45,
        "missing": 20,
    }


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (lambda row: str(max(row - 150, 0)), {"0": 151, "1 to 49": 49}),
        (lambda row: str(min(row, 50)), {"0 to 49": 50, "50": 150}),
        (lambda row: str(min(row, 20)), {"0 to 19": 20, "20": 180}),
        (lambda row: "7", {}),
        (lambda row: "", {}),
        (lambda row: "1e308" if row % 2 else "-1e308", {"-1e+308": 100, "1e+308": 100}),
    ],
    ids=["mostly least", "much most", "mostly most", "all alike", "none", "largest"],
)
def test_equal_numbers_are_never_parted(
    workspace: Workspace, cell: Cell, expected: dict[str, int]
) -> None:
    assert counts_of(workspace, NUMBER, cell) == expected


def test_numbers_that_differ_late_have_names_of_their_own(workspace: Workspace) -> None:
    found = counts_of(workspace, NUMBER, lambda row: f"0.1234567{row % 3}")

    assert sorted(found) == ["0.12345670", "0.12345671", "0.12345672"] or sorted(found) == [
        "0.1234567",
        "0.12345671",
        "0.12345672",
    ]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (lambda row: f"{2016 + row % 8}-03-0{row % 9 + 1}", [str(y) for y in range(2016, 2024)]),
        (lambda row: f"2024-{row % 12 + 1:02}-11", [f"2024-{m:02}" for m in range(1, 13)]),
        (
            lambda row: f"{2021 + row % 3}-{row % 12 + 1:02}-11",
            [f"{y} Q{q}" for y in (2021, 2022, 2023) for q in (1, 2, 3, 4)],
        ),
    ],
    ids=["years", "months", "quarters"],
)
def test_times_are_years_quarters_or_months_by_how_long_they_last(
    workspace: Workspace, cell: Cell, names: list[str]
) -> None:
    found = counts_of(workspace, TIME, cell)

    assert list(found) == names
    assert sum(found.values()) == ROWS


def test_hostile_names_and_values_have_slices_of_their_own(workspace: Workspace) -> None:
    columns = {
        "a: b": (CATEGORY, lambda row: "c"),
        "a": (CATEGORY, lambda row: ["b: c", "missing", "", "1 other values"][row % 4]),
        "v0": (CATEGORY, lambda row: "'; DROP TABLE x --"),
        'c0" <b>select</b>': (CATEGORY, lambda row: "x" * 80 + str(row % 2)),
    }
    for kind, cell in list(columns.values())[:1]:
        columns["a: b"] = (kind, lambda row, cell=cell: cell(row) if row % 2 else "d")
    dataset = column_dataset(workspace, columns, rows=ROWS)
    sliced = [column_slices(workspace, dataset, each, np.arange(ROWS)) for each in dataset.columns]

    found = {name: int(mask.sum()) for name, mask in named_slices(sliced).items()}

    long = f'c0" <b>select</b>: {"x" * 59}…'
    assert found == {
        "a: b: c": 100,
        "a: b: d": 100,
        "a: 1 other values": 50,
        "a: b: c (2)": 50,
        "a: missing": 50,
        "a: missing (2)": 50,
        long: 100,
        f"{long} (2)": 100,
    }


def test_texts_and_ids_make_no_slices_and_sensitive_columns_none_unasked(
    workspace: Workspace,
) -> None:
    columns = {
        "note": (ColumnKind.TEXT, lambda row: f"some note {row}"),
        "key": (ColumnKind.ID, lambda row: f"k{row}"),
        "race": (CATEGORY, lambda row: "ab"[row % 2]),
        "country": (CATEGORY, lambda row: "cd"[row % 2]),
    }
    dataset = column_dataset(workspace, columns, rows=ROWS, sensitive=["race"])

    assert [each.name for each in sliced_columns(dataset)] == ["race", "country"]
    assert [each.name for each in automatic_columns(dataset)] == ["country"]


def test_of_very_many_columns_the_first_make_slices(workspace: Workspace) -> None:
    columns = {
        f"c{number}": (CATEGORY, lambda row: "ab"[row % 2]) for number in range(MOST_COLUMNS + 5)
    }
    dataset = column_dataset(workspace, columns, rows=50)

    assert [each.place for each in automatic_columns(dataset)] == list(range(MOST_COLUMNS))


def test_a_damaged_file_of_columns_is_one_sentence(workspace: Workspace) -> None:
    dataset = column_dataset(workspace, {"c": (CATEGORY, lambda row: "ab"[row % 2])}, rows=50)
    workspace.dataset(dataset.id).columns.write_bytes(b"no parquet")
    column = column_called(dataset.columns, "c")

    with pytest.raises(DamagedFile):
        column_slices(workspace, dataset, column, np.arange(9))
