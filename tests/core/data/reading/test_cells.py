import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.reading.bytestream import MARK
from core.data.reading.cells import arrow_column, cell_text, shown, text_column


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (" a ", " a "),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (10**30, "1" + "0" * 30),
        (1.0, "1"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e300, "1e+300"),
        (float("nan"), None),
        (float("inf"), "inf"),
        (b"caf\xc3\xa9", "café"),
        (b"\xff", "\udcff"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (datetime.datetime(2024, 1, 2, 3, 4), "2024-01-02T03:04:00"),
        (datetime.time(3, 4), "03:04:00"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1.0"), "1"),
        (Decimal("-0.0"), "0"),
        (Decimal("NaN"), None),
        (["ä", 1, None], '["ä", 1, null]'),
        ({"a": {"b": datetime.date(2024, 1, 2)}}, '{"a": {"b": "2024-01-02"}}'),
    ],
)
def test_values_are_written_as_a_csv_file_would_have_them(value: object, text: str | None) -> None:
    assert cell_text(value) == text


def test_surrogates_are_marked_and_nuls_become_spaces() -> None:
    column = text_column(["a", "b\udcff", None, "c\0\0", "\ud800"])

    assert column.texts.cast(pa.binary()).to_pylist() == [b"a", b"b\xff", None, b"c  ", MARK]
    assert column.marked is not None
    assert column.marked.tolist() == [False, True, False, False, True]
    assert column.nul_count == 2
    assert text_column(["a", None]).marked is None


def test_people_see_a_sign_where_bytes_do_not_fit() -> None:
    assert shown(["a", None, "b\udcff", "\ud800"]) == ("a", "", "b\ufffd", "\ufffd")


VALUES = {
    pa.string(): st.text(max_size=5),
    pa.large_string(): st.text(max_size=5),
    pa.string_view(): st.text(max_size=5),
    pa.binary(): st.binary(max_size=5),
    pa.bool_(): st.booleans(),
    pa.int8(): st.integers(-128, 127),
    pa.uint64(): st.integers(0, 2**64 - 1),
    pa.float64(): st.floats() | st.integers(-3, 3).map(float),
    pa.float32(): st.floats(width=32) | st.integers(-3, 3).map(float),
    pa.date32(): st.dates(),
    pa.decimal128(9, 2): st.decimals("-99", "99", places=2),
    pa.list_(pa.int64()): st.lists(st.integers(-9, 9), max_size=3),
    pa.struct([("a", pa.string())]): st.fixed_dictionaries({"a": st.text(max_size=3)}),
    pa.dictionary(pa.int32(), pa.string()): st.text(max_size=5),
}


@given(data=st.data(), kind=st.sampled_from(list(VALUES)))
def test_an_arrow_column_gives_what_its_values_give(data: st.DataObject, kind: pa.DataType) -> None:
    values = data.draw(st.lists(st.none() | VALUES[kind], max_size=8))
    column = pa.array(values, kind)
    found, expected = arrow_column(column), text_column(column.to_pylist())

    assert found.texts.type == pa.string()
    assert found.texts.cast(pa.binary()).equals(expected.texts.cast(pa.binary()))
    assert found.nul_count == expected.nul_count
    marked = [column.marked for column in (found, expected)]
    assert marked[0] is marked[1] is None or np.array_equal(*marked)


def test_strings_of_arrow_that_are_no_utf_8_are_marked() -> None:
    raw = pa.array([b"a", b"\xff\xfe", None])
    column = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    found = arrow_column(column)

    assert found.marked is not None
    assert found.marked.tolist() == [False, True, False]


def test_moments_need_no_database_of_time_zones() -> None:
    column = pa.array([0, None], pa.timestamp("s", "Nowhere/Land"))

    assert arrow_column(column).texts.to_pylist() == ["1970-01-01 00:00:00", None]


def test_bytes_of_a_fixed_length_are_written_in_hexadecimal() -> None:
    hashes = pa.array([b"\x00\xff", None], pa.binary(2))

    assert arrow_column(hashes).texts.to_pylist() == ["00ff", None]
