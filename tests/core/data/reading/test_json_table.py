import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.importing.import_report import Problem, RowProblem
from core.data.importing.importer import import_file
from core.data.reading.batches import Positions
from core.data.reading.cells import cell_text
from core.data.reading.formats import FileFormat, FileKind, detect_format
from core.data.reading.json_table import JsonTable
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.imported import problems_of, report_is_truthful, rows_of
from tests.messages import assert_one_sentence

JSONL = FileFormat(FileKind.JSONL, "utf-8")
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats()


def written(folder: Path, *lines: str) -> Path:
    (folder / "table.jsonl").write_text("\n".join(lines), "utf-8", errors="surrogatepass")
    return folder / "table.jsonl"


def test_keys_are_columns_and_objects_rows(workspace: Workspace, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '{"text": "Why?", "label": 0, "id": "a"}',
        "",
        '{"label": 1.0, "text": "Who\\n\\"is\\" it?", "more": [1, {"a": null}]}',
        '  {"text": "Naïve", "label": true}\r',
        '{"text": "When", "label": null, "id": 7}',
        '{"text": 12}',
    )
    result = import_file(workspace, file)

    assert report_is_truthful(workspace, result)
    assert result.dataset.file_format == "JSONL, UTF-8"
    assert rows_of(workspace, result.dataset) == [
        ("a", "Why?", "0"),
        ("1", 'Who\n"is" it?', "1"),
        ("2", "Naïve", "true"),
        ("7", "When", None),
        ("4", "12", None),
    ]


def test_lines_that_are_no_object_are_left_out(workspace: Workspace, tmp_path: Path) -> None:
    lines = [
        '{"text": "a"}',
        "[1, 2]",
        '"text"',
        "{'text': 'b'}",
        '{"text": "c"} {"text": ',
        '{"text": "e"',
        "null",
        '{"text": "\\ud800"}',
        '{"text": " "}',
        '{"other": 1}',
        '{"text": ' + "[" * 100_000 + "}",
        '{"text": ' + "1" * 5_000 + "}",
        '{"text": "z\\u0000"}',
    ]
    result = import_file(workspace, written(tmp_path, *lines))

    assert report_is_truthful(workspace, result)
    assert [row[1] for row in rows_of(workspace, result.dataset)] == ["a", "z "]
    assert [found[:2] for found in problems_of(workspace, result.dataset)] == [
        *(("json", number) for number in range(2, 8)),
        ("bytes", 8),
        ("empty", 9),
        ("empty", 10),
        ("json", 11),
        ("json", 12),
    ]
    assert problems_of(workspace, result.dataset)[2] == ("json", 4, "{'text': 'b'}")
    assert "1 NUL character replaced by spaces" in result.dataset.notes


@given(
    rows=st.lists(st.dictionaries(st.sampled_from(["text", "label"]), VALUES), max_size=9),
    chunk_bytes=st.integers(1, 30),
)
def test_every_object_comes_back_however_the_file_is_cut(
    rows: list[dict[str, object]], chunk_bytes: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [{"text": "first", "label": None}, *rows]
    file = written(tmp_path_factory.mktemp("rows"), *map(json.dumps, rows))
    table = JsonTable(file, JSONL, chunk_bytes=chunk_bytes)
    batches = list(table.batches(Positions((0,), 1)))

    assert table.header == ("text", "label")
    assert [n for batch in batches for n in batch.numbers] == list(range(1, len(rows) + 1))
    for position, key in enumerate(table.header):
        found = [cell for b in batches for cell in b.columns[position].texts.to_pylist()]
        texts = [cell_text(row.get(key)) for row in rows]
        assert found == [text and text.replace("\0", " ") for text in texts]


def test_the_head_shows_objects_and_what_is_none(tmp_path: Path) -> None:
    table = JsonTable(written(tmp_path, '{"a": 1}', "oops", '{"b": "\\ud800", "a": null}'), JSONL)

    assert table.header == ("a", "b")
    assert table.head(9) == [("1", ""), ("oops",), ("", "\ufffd")]
    assert [b.broken for b in table.batches(Positions((0,))) if b.broken] == [
        [RowProblem(2, Problem.JSON, "oops")]
    ]


def test_a_first_line_that_is_broken_does_not_hide_what_the_file_is(tmp_path: Path) -> None:
    file = written(tmp_path, '{"text": "a', '{"text": "b"}')

    assert detect_format(file) == JSONL
    assert JsonTable(file, JSONL).header == ("text",)


def test_a_file_without_any_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no object in the first lines") as caught:
        JsonTable(written(tmp_path, "a,b", "1,2"), JSONL)
    assert_one_sentence(caught.value)


def test_a_line_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, '{"text": "a"}', '{"text": "' + "x" * (70 << 20))
    with pytest.raises(BadInput, match="a line of more than 16 MB") as caught:
        list(JsonTable(file, JSONL).batches(Positions((0,))))
    assert_one_sentence(caught.value)


def test_lines_that_are_no_objects_come_along_without_their_ends(tmp_path: Path) -> None:
    file = tmp_path / "table.jsonl"
    file.write_bytes(b'{"a": 1, "b": [2]}\r\n[3] \r\n{"b": null}\r\n"4\xff"')
    batches = list(JsonTable(file, JSONL).batches(Positions((0,), others=(1,))))

    assert [cells for batch in batches for cells in batch.remains] == [["[3] "], ['"4\udcff"']]
    columns = [batch.columns[place].texts.to_pylist() for batch in batches for place in (0, 1)]
    assert columns == [["1", None], ["[2]", None], [], []]
