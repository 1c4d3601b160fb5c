import numpy as np
import pyarrow as pa

from core.explore.beside import BesideColumn, coded

ROWS = np.array([0, 3, 4, 9, 10])


def test_rows_without_a_value_have_none() -> None:
    column = BesideColumn("score", np.array([3, 4, 9]), pa.array([0.1, 0.2, 0.3], pa.float32()))

    assert column.type == pa.float32()
    assert column.at(ROWS).is_null().to_pylist() == [True, False, False, False, True]
    assert column.at(np.array([9, 3])).equals(pa.array([0.3, 0.1], pa.float32()))


def test_rows_may_be_coded_in_any_order() -> None:
    column = coded("part", np.array([10, 0, 4]), np.array([1, 0, 1]), ["train", "test"])

    assert column.type == pa.string()
    assert column.at(ROWS).to_pylist() == ["train", None, "test", None, "test"]


def test_a_column_of_no_rows_is_empty() -> None:
    empty = coded("part", np.zeros(0, int), np.zeros(0, int), ["train"])

    assert empty.at(ROWS).to_pylist() == [None] * 5
    assert empty.at(ROWS[:0]).type == pa.string()
