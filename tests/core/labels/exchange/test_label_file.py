import io
import os
from pathlib import Path

import pyarrow as pa
import pytest

from core.errors import BadInput, NotFound, SincerelyError
from core.labels.exchange.label_file import (
    LabelFileFormat,
    Record,
    fault,
    read_records,
    write_tables,
)
from tests.messages import assert_one_sentence

SCHEMA = pa.schema([("row", pa.int64()), ("text", pa.string()), ("label", pa.string())])
ODD = [
    "plain", "=SUM(A1)", "'=SUM(A1)", "a,b;c\td", 'say "so"', "two\nlines", "\u00e9\U0001f642",
    "\\n", "{", " ",
]  # fmt: skip


def written(content: bytes, folder: Path) -> Path:
    path = folder / "labels.txt"
    path.write_bytes(content)
    return path


def records(content: str | bytes, folder: Path) -> list[Record]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_records(written(data, folder)))


def cells(content: str | bytes, folder: Path) -> list[dict[str, str | None]]:
    return [record.cells for record in records(content, folder)]


@pytest.mark.parametrize("file_format", LabelFileFormat)
def test_what_is_written_is_read_back(file_format: LabelFileFormat, tmp_path: Path) -> None:
    rows = [{"row": n, "text": text, "label": None} for n, text in enumerate(ODD)]
    tables = [pa.Table.from_pylist(part, SCHEMA) for part in (rows[:4], [], rows[4:])]
    sink = io.BytesIO()

    assert write_tables(sink, SCHEMA, tables, file_format) == len(ODD)

    found = cells(sink.getvalue(), tmp_path)
    assert [one["text"] for one in found] == ODD
    assert [one["row"] for one in found] == [str(n) for n in range(len(ODD))]
    assert {one["label"] for one in found} == {None}


def test_csv_has_its_header_once_and_guards_formulas() -> None:
    sink = io.BytesIO()
    tables = [pa.table([[n], ["=1+1"], [None]], schema=SCHEMA) for n in range(2)]

    write_tables(sink, SCHEMA, tables, LabelFileFormat.CSV)

    header, *lines = sink.getvalue().decode().splitlines()
    assert header == "row,text,label"
    assert [line.split(",")[1].strip('"') for line in lines] == ["'=1+1", "'=1+1"]


def test_json_lines_are_objects_with_null_for_nothing() -> None:
    sink = io.BytesIO()

    write_tables(sink, SCHEMA, [pa.table([[7], ['"'], [None]], schema=SCHEMA)], _JSONL)

    assert sink.getvalue() == b'{"row":7,"text":"\\"","label":null}\n'


_JSONL = LabelFileFormat.JSONL


def test_no_tables_are_a_header_or_nothing() -> None:
    for file_format, content in ((LabelFileFormat.CSV, b"row,text,label\n"), (_JSONL, b"")):
        sink = io.BytesIO()
        assert write_tables(sink, SCHEMA, [], file_format) == 0
        assert sink.getvalue() == content


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_may_have_any_usual_delimiter_and_a_byte_order_mark(mark: str, tmp_path: Path) -> None:
    content = "\ufeff\u200brow ,label\u00a0\n1,a\n\n2,\n".replace(",", mark)

    assert records(content, tmp_path) == [
        Record(2, {"row": "1", "label": "a"}),
        Record(4, {"row": "2", "label": None}),
    ]


def test_lines_are_counted_where_their_rows_begin(tmp_path: Path) -> None:
    content = 'row,text\n1,"a\nb\nc"\n2,d\n'

    assert [record.line for record in records(content, tmp_path)] == [2, 5]


def test_values_of_json_become_text_as_cells_have_it(tmp_path: Path) -> None:
    content = '\n{"row": 3, "label": "x", "none": null, "empty": "", "sure": true}\n'

    (record,) = records(content, tmp_path)

    assert record.line == 2
    assert (record.cells["row"], record.cells["label"]) == ("3", "x")
    assert (record.cells["none"], record.cells["empty"]) == (None, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "'labels.txt', which is empty"),
        (b"\n \n", "which is empty"),
        (b"a,a\n1,2\n", "'a' twice"),
        (b"a,b\n1\n", "2 cells in line 2, but found 1"),
        (b"a,b\n1,2,3\n", "2 cells in line 2, but found 3"),
        (b'a,b\n1,2\n3,"x\n', "in line 3, but found one that never ends"),
        (b"a,b\n1,caf\xe9\n", "text in UTF-8 in line 2, but found bytes of another encoding"),
        (b"a,b\n1,\x00\n", "text in line 2, but found a NUL character"),
        (b'{"a": 1}\n[1]\n', "one JSON object in line 2, but found another JSON value"),
        (b'{"a": 1}\nx\n', "one JSON object in line 2, but found text that is none"),
        (b'{"a": 1}\n{"b": ', "in line 2, but found a line that breaks off"),
        (b'{"a": "\\u0000"}\n', "in line 1, but found a NUL character or half of a surrogate"),
        (b'{"a": "\\ud800"}\n', "in line 1, but found a NUL character or half of a surrogate"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    content: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        records(content, tmp_path)

    assert said in str(caught.value)
    assert_one_sentence(caught.value)


def test_what_stands_before_a_fault_is_read(tmp_path: Path) -> None:
    lines = read_records(written(b"a,b\n1,2\n3\n", tmp_path))

    assert next(lines).cells == {"a": "1", "b": "2"}
    with pytest.raises(BadInput):
        next(lines)


@pytest.mark.parametrize("name", ["none.csv", "."])
def test_a_file_that_is_not_there_or_is_a_folder_is_said_so(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="none to read at") as caught:
        next(read_records(tmp_path / name))
    assert_one_sentence(caught.value)


def test_a_fault_names_its_line_and_that_nothing_was_stored() -> None:
    error: SincerelyError = fault(1_234, "a row", "none")

    assert str(error) == (
        "Expected a row in line 1,234, but found none: correct that line and import the file"
        " again; nothing was stored."
    )


@pytest.mark.parametrize(
    ("begin", "piece", "times"), [("", "a", 17 << 20), ('text,label\n"', "a" * 4_000 + "\n", 4_300)]
)
def test_a_line_or_a_cell_without_end_is_refused(
    tmp_path: Path, begin: str, piece: str, times: int
) -> None:
    with pytest.raises(BadInput, match="at most 16 MB of them") as caught:
        records(begin + piece * times, tmp_path)
    assert_one_sentence(caught.value)


def test_a_million_columns_are_looked_through_at_once(tmp_path: Path) -> None:
    header = ",".join(map(str, range(1_000_000)))
    with pytest.raises(BadInput, match="1000000 cells in line 2, but found 1"):
        records(f"{header}\na\n", tmp_path)
    with pytest.raises(BadInput, match="'7' twice"):
        records(f"{header},7\na\n", tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "labels.csv")
    with pytest.raises(NotFound):
        list(read_records(tmp_path / "labels.csv"))
