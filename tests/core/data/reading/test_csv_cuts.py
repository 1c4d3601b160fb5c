from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.reading.bytestream import open_utf8
from core.data.reading.csv_cuts import behind_lines, is_regular, regular_cut
from core.data.reading.dialect import Dialect

PIECES = st.lists(st.sampled_from(['"', '"', ",", "\n", "\r", "a"]), max_size=40).map("".join)


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize("lines", range(8))
def test_all_but_the_first_lines_is_left_however_the_file_is_read(
    tmp_path: Path, lines: int, chunk_bytes: int
) -> None:
    content = "a\r\nb\rc\n\n\r\nd\re"
    above = ["", "a\r\n", "b\r", "c\n", "\n", "\r\n", "d\r", "e"]
    file = tmp_path / "table.csv"
    file.write_bytes(content.encode())

    with open_utf8(file, chunk_bytes=chunk_bytes) as stream:
        left = behind_lines(stream, lines) + b"".join(iter(stream.block, b""))

    assert left.decode() == content.removeprefix("".join(above[: lines + 1]))


def line_ends_outside(text: str) -> list[int]:
    """The places behind line ends with an even number of quotation marks before."""
    return [
        place + 1
        for place, sign in enumerate(text)
        if sign in "\r\n" and text[:place].count('"') % 2 == 0
    ]


@given(PIECES)
@example('a,b\n"c\n"' + ',"\n"' * 20)
@example('"\n' * 30)
def test_a_cut_is_behind_the_last_line_end_outside_of_quotation_marks(text: str) -> None:
    ends = line_ends_outside(text)

    cut, _ = regular_cut(text.encode(), Dialect(), final=False)

    assert cut == max(ends, default=0)


def test_the_end_of_the_file_ends_a_row_unless_a_quotation_is_open() -> None:
    assert regular_cut(b'a,b\n"c",d', Dialect(), final=True) == (9, True)
    assert regular_cut(b'a,b\n"c,d', Dialect(), final=True) == (4, True)


def test_without_quoting_every_line_end_ends_a_row() -> None:
    assert regular_cut(b'a,"b\nc,"d\n"e', Dialect(quote=""), final=False) == (10, True)


@pytest.mark.parametrize(
    ("text", "regular"),
    [
        ("a,b\n", True),
        ('"a","b"\r\n', True),
        ('"a ""b"" c",d\n"e"', True),
        ('""\n"",""\n', True),
        ('a "b" c\n', False),
        ('"a" ,b\n', False),
        ('a, "b"\n', False),
        ('"a"b\n', False),
        ("'a';\"b\"", False),
    ],
)
def test_regular_quotation_marks_stand_at_the_edges_of_cells(text: str, regular: bool) -> None:
    array = np.frombuffer(text.encode(), np.uint8)

    assert is_regular(array, np.flatnonzero(array == ord('"')), Dialect()) is regular


def test_the_edges_of_cells_are_the_delimiters_own() -> None:
    assert regular_cut(b'a;"b"\n', Dialect(";"), final=False) == (6, True)
    assert regular_cut(b'a;"b"\n', Dialect(","), final=False) == (6, False)
    assert regular_cut(b"a;'b'\n", Dialect(";", "'"), final=False) == (6, True)
