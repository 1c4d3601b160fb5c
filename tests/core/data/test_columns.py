from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import ColumnKind
from core.data.columns import column_codes, column_values, row_class_ids, text_lengths
from core.data.dataset import N_CHARS, N_TOKENS, N_WORDS
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import make_columned_rows
from tests.core.explore.small import make_dataset, write_columns


@settings(max_examples=20)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "a b", "été là 😀"]), st.sampled_from(["x", "10", "9", None])
        ),
        min_size=1,
        max_size=30,
    ),
    group_rows=st.integers(1, 10),
)
def test_columns_come_by_row_number_whatever_the_row_groups(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str | None]],
    group_rows: int,
) -> None:
    folder = tmp_path_factory.mktemp("columns")
    workspace = Workspace(folder / "workspace")
    dataset = make_dataset(workspace, rows, group_rows=group_rows)
    order = list(range(len(rows)))[::-1]
    tokens = write_columns(folder / "tokens.parquet", row=order, n_tokens=[n + 3 for n in order])

    assert row_class_ids(workspace, dataset).tolist() == [
        -1 if label is None else dataset.classes.index(label) for _, label in rows
    ]
    for unit, expected in (
        (N_WORDS, [len(text.split()) for text, _ in rows]),
        (N_CHARS, [len(text) for text, _ in rows]),
        (N_TOKENS, [row + 3 for row in range(len(rows))]),
    ):
        lengths = text_lengths(workspace, dataset, unit, tokens)
        assert lengths.tolist() == expected
        assert np.issubdtype(lengths.dtype, np.signedinteger)


def test_codes_of_a_column_stand_for_its_cells_as_written(workspace: Workspace) -> None:
    cells = ["b", None, "A", "b", "a", "", "1.0", "1"]
    dataset = make_columned_rows(workspace, ["0"] * 8, {"x": ["x"] * 8, "y": cells})

    codes, values = column_codes(workspace, dataset, dataset.columns[1])

    assert codes.dtype == np.int64
    assert [None if code < 0 else values[code].as_py() for code in codes] == cells
    assert len(set(values.to_pylist())) == len(values)


def test_moments_of_a_column_are_microseconds_and_known_or_not(workspace: Workspace) -> None:
    times = [datetime(1970, 1, 1), None, datetime(1969, 12, 31, 23, 59, 59, 999_999)]
    dataset = make_columned_rows(workspace, ["0"] * 3, {"at": times}, kinds={"at": ColumnKind.TIME})

    known, moments = column_values(workspace, dataset, dataset.columns[0])

    assert known.tolist() == [True, False, True]
    assert moments[known].tolist() == [0, -1]
