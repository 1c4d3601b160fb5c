import pyarrow as pa

from core.data.output.joined_cells import content, joined, rewritten


def test_cells_are_joined_but_for_rows_where_one_is_missing() -> None:
    lines = joined(["<", pa.array(["a", None, "ü"]), ">", pa.array(["1", "2", "3"]), "\n"])
    assert lines.to_pylist() == ["<a>1\n", None, "<ü>3\n"]
    assert bytes(content(lines.drop_null())) == "<a>1\n<ü>3\n".encode()


def test_the_content_of_a_part_is_that_part() -> None:
    lines = pa.array(["a", "bc", "", "d"])
    assert [bytes(content(lines[n:m])) for n, m in ((0, 4), (1, 2), (2, 3), (4, 4))] == [
        b"abcd", b"bc", b"", b"",
    ]  # fmt: skip


def test_only_what_the_pattern_is_in_is_rewritten() -> None:
    column = pa.array(["a", None, "xx", "b"])
    assert rewritten(column, "x", str.upper).to_pylist() == ["a", None, "XX", "b"]
    assert rewritten(column, "y", str.upper) is column
