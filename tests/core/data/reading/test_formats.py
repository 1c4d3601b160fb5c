"""What detection makes of good files; what it refuses stands in test_importing_refusals.py."""

import gzip
import io
import zipfile
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.reading.formats import FileFormat, FileKind, detect_format
from core.errors import BadInput
from tests.core.data.reading.test_compression import packed
from tests.core.data.workbooks import old_xls_bytes, xlsx_bytes
from tests.messages import assert_one_sentence

TABLE = b"text;label\nWhy, and who?;0\nWhat is it?;1\n"
LINES = b'{"text": "Why?", "label": 0}\n{"text": "Who?", "label": 1}\n'
SEMICOLONS = FileFormat(FileKind.CSV, "utf-8", ";")


def parquet_bytes() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": ["a"]}), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TABLE, SEMICOLONS),
        (b"\xef\xbb\xbf" + TABLE, SEMICOLONS),
        (TABLE.decode().encode("utf-16"), FileFormat(FileKind.CSV, "utf-16", ";")),
        (TABLE + b"na\xefve;0\n", FileFormat(FileKind.CSV, "cp1252", ";")),
        (TABLE.replace(b";", b"\t"), FileFormat(FileKind.CSV, "utf-8", "\t")),
        (TABLE.replace(b";", b"~"), FileFormat(FileKind.CSV, "utf-8", "~")),
        (TABLE.replace(b";", b"^"), FileFormat(FileKind.CSV, "utf-8", "^")),
        (TABLE.replace(b";", b"\x01"), FileFormat(FileKind.CSV, "utf-8", "\x01")),
        (b"1;a b\n2;c d\n", FileFormat(FileKind.CSV, "utf-8", ";", has_header=False)),
        (LINES, FileFormat(FileKind.JSONL, "utf-8")),
        (b"\n \n" + LINES, FileFormat(FileKind.JSONL, "utf-8")),
        (LINES.decode().encode("utf-16-le"), FileFormat(FileKind.JSONL, "utf-16")),
        (b"{a},b\n{c},d\n", FileFormat(FileKind.CSV, "utf-8")),
        (b"[a],b\n[c],d\n", FileFormat(FileKind.CSV, "utf-8")),
        (parquet_bytes(), FileFormat(FileKind.PARQUET)),
        (xlsx_bytes({"a": [["text"]]}), FileFormat(FileKind.EXCEL, first_line=0)),
        (old_xls_bytes(), FileFormat(FileKind.EXCEL, first_line=0)),
    ],
)
@pytest.mark.parametrize("compression", ["", "gzip", "zip", "zstd"])
@pytest.mark.parametrize("name", ["file", "file.csv", "file.xlsx.gz"])
def test_a_format_shows_in_the_content_whatever_the_name(
    content: bytes, expected: FileFormat, compression: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(packed(content, compression))

    assert detect_format(tmp_path / name) == FileFormat(
        **{**asdict(expected), "compression": compression}
    )


def test_an_open_document_without_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(BadInput, match="an OpenDocument file without a spreadsheet") as caught:
        detect_format(tmp_path / "file")
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.json", b'["a", "b"]', "a JSON array"),
        ("a.json.gz", gzip.compress(b"[1, 2]\n[3, 4]", mtime=0), None),
        ("a.jsonl.gz", gzip.compress(b'{"a":\n1}', mtime=0), "an object that takes several lines"),
        ("a", b'{\n"a": 1}', "an object that takes several lines"),
        ("a", b'{"a":\n1}', "an object that takes several lines"),
        ("a", b'{"text": {"0": "a", "1": "b"}, "label": {"0": "x", "1": "y"}}', "whole table"),
        ("a", b'{"text": ["a", "b"], "label": ["x", "y"]}', "whole table"),
        ("a", b'{"text": {"5": "a", "6": "b"}, "label": {"5": "x"}}', "whole table"),
        ("a", b'{"columns":["text"],"index":[0,1],"data":[["a"],["b"]]}', "whole table"),
        ("a", b'{"version": "1", "data": [{"text": "a"}]}', "whole table"),
        ("a", b'{"train": [{"text": "a"}, {"text": "b"}], "test": [{"text": "c"}]}', "whole table"),
        ("a.jsonl", b"{'text': 'a', 'label': 0}\n{'text': 'b', 'label': 1}", "Python prints"),
        ("a.json", b"[]", "a JSON array of something else"),
    ],
)
def test_json_of_another_shape_is_refused(
    name: str, content: bytes, found: str | None, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    if found is None:
        assert detect_format(tmp_path / name).kind is FileKind.CSV
        return
    with pytest.raises(BadInput, match=found) as caught:
        detect_format(tmp_path / name)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("format", "described"),
    [
        (FileFormat(FileKind.CSV, "utf-8"), "CSV, UTF-8, comma"),
        (FileFormat(FileKind.CSV, "cp1252", ";", "", False),
         "CSV, Windows-1252, semicolon, no quoting, no header"),
        (FileFormat(FileKind.CSV, "utf-16", "\t", "'", compression="zip"),
         "CSV, UTF-16, tab, single quotes, zip"),
        (FileFormat(FileKind.CSV, "latin-1", "~"), "CSV, Latin-1, '~'"),
        (FileFormat(FileKind.CSV, "windows-1251"), "CSV, Windows-1251 (Cyrillic), comma"),
        (FileFormat(FileKind.JSONL, "utf-8", compression="gzip"), "JSONL, UTF-8, gzip"),
        (FileFormat(FileKind.PARQUET, compression="zstd"), "Parquet, Zstandard"),
        (FileFormat(FileKind.EXCEL, sheet="Data"), "Excel, sheet Data"),
    ],
)  # fmt: skip
def test_a_format_has_words_for_people(format: FileFormat, described: str) -> None:
    assert format.describe() == described


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "klingon"},
        {"encoding": "base64"},
        {"compression": "rar"},
        {"delimiter": ""},
        {"delimiter": ",,"},
        {"delimiter": "a"},
        {"delimiter": "\n"},
        {"delimiter": "§"},
        {"delimiter": '"'},
        {"quote": "''"},
        {"quote": "\r"},
        {"quote": "é"},
        {"quote": ","},
    ],
)
def test_what_no_file_can_have_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(BadInput) as caught:
        FileFormat(FileKind.CSV, **options)
    assert_one_sentence(caught.value)


def test_a_format_survives_json() -> None:
    format = FileFormat(FileKind.CSV, "utf-16", ";", "'", False, compression="zip")

    assert FileFormat(**{**asdict(format), "kind": "csv"}) == format


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (b"<stata_dta><header>", "a Stata file"),
        (b"$FL2@(#) SPSS DATA FILE", "an SPSS file"),
        (b"\x93NUMPY\x01", "a NumPy file"),
    ],
)
def test_files_of_statistics_programs_are_no_csv(
    beginning: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(beginning + b"id,text,label\n1,some words,a\n" * 20)
    with pytest.raises(BadInput, match=said) as caught:
        detect_format(tmp_path / "file")
    assert_one_sentence(caught.value)
