"""Any bytes are imported with a truthful report or refused in one sentence, and nothing else."""

import csv
import gzip
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.dataset import list_datasets
from core.data.importing.import_report import OnProblem
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns, preview_file
from core.data.reading.encodings import ENCODINGS
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput, SincerelyError
from core.workspace import Workspace
from tests.core.data.imported import (
    csv_bytes,
    nothing_half_written,
    problems_of,
    report_is_truthful,
    rows_of,
)
from tests.core.data.reading.test_compression import packed
from tests.messages import assert_one_sentence

HEADS = st.sampled_from(
    [b"", b"text,label\n", b"\xef\xbb\xbftext;label\r\n", b'"text","l\n"\n', b'{"text": "a"}\n',
     b"\xff\xfet\0e\0x\0t\0\n\0", b"PAR1", b"PK\x03\x04", b"\x1f\x8b\x08"]
)  # fmt: skip
TOKEN_COUNTS = st.sampled_from(
    [b'"', b'""', b",", b";", b"\n", b"\r\n", b"\r", b"\t", b"a", b"1", b"nan", b"\0", b"\xff\xfe",
     b"\xe9", b"PK\x03\x04", b"PK\x05\x06", "ü".encode(), "\u2028".encode(), b"x" * 5_000,
     b"{", b"}", b'{"text": "b"}\n', b"[", b":", b"\\ud800", b"\\"]
)  # fmt: skip
BODIES = st.binary(max_size=300) | st.lists(TOKEN_COUNTS, max_size=25).map(b"".join)
FORMATS = st.none() | st.builds(
    FileFormat,
    st.sampled_from([FileKind.CSV, FileKind.JSONL, FileKind.PARQUET]),
    st.sampled_from([None, *ENCODINGS]),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(['"', "'", ""]),
    st.booleans(),
)


def check(content: bytes, format: FileFormat | None = None, *, chunk_bytes: int = 1 << 20) -> None:
    """Preview, import, and import again so that it stops at the first problem."""
    with TemporaryDirectory() as folder:
        workspace, file = Workspace(Path(folder, "w")), Path(folder, "some.csv")
        file.write_bytes(content)
        try:
            preview_file(file, format)
            result = import_file(workspace, file, format=format, chunk_bytes=chunk_bytes)
        except SincerelyError as error:
            assert_one_sentence(error)
            assert list_datasets(workspace) == []
        else:
            (dataset,) = list_datasets(workspace)
            rows = rows_of(workspace, dataset)
            assert result.dataset == dataset
            assert report_is_truthful(workspace, result)
            assert all(text.strip() and identifier.strip() for identifier, text, _ in rows)
            assert dataset.labelled == sum(label is not None for _, _, label in rows)
            if result.skipped:
                _stops(workspace, file, format, problems_of(workspace, dataset))
        assert nothing_half_written(workspace)


def _stops(
    workspace: Workspace,
    file: Path,
    format: FileFormat | None,
    problems: list[tuple[str, int, str]],
) -> None:
    skipping = ("quoting", "fields", "header", "bytes", "json", "empty")
    first = min(row for problem, row, _ in problems if problem in skipping)
    with pytest.raises(BadInput, match=rf"in row {first:,}\b") as caught:
        import_file(workspace, file, format=format, on_problem=OnProblem.STOP)
    assert_one_sentence(caught.value)


@settings(max_examples=150)
@given(head=HEADS, body=BODIES, format=FORMATS, chunk_bytes=st.integers(1, 99))
@example(b"", b"\xff\xfea\0\n\0\x00\xd8", None, 4)
@example(b"text,label\n", b'"a\n"b"\n,"c\n', None, 1)
def test_any_bytes(head: bytes, body: bytes, format: FileFormat | None, chunk_bytes: int) -> None:
    check(head + body, format, chunk_bytes=chunk_bytes)


CELLS = st.text(st.sampled_from('ab ,;"\n\ré\u2028'), max_size=6)
ROWS = st.lists(st.tuples(CELLS, st.sampled_from(["0", "1", "", "nan"])), min_size=1, max_size=9)
CHANGES = st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), max_size=3)


def changed(content: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    for at, by in changes:
        place = at % (len(content) + 1)
        content = content[:place] + by + content[place + 1 :]
    return content


@given(rows=ROWS, changes=CHANGES, compression=st.sampled_from(["", "gzip", "zip", "zstd"]))
def test_csv_with_changed_bytes(
    rows: list[tuple[str, str]], changes: list[tuple[int, bytes]], compression: str
) -> None:
    content = changed(csv_bytes([("text", "label"), *rows]), changes)

    check(packed(content, compression), chunk_bytes=20)


@given(rows=ROWS, changes=CHANGES)
def test_jsonl_with_changed_bytes(
    rows: list[tuple[str, str]], changes: list[tuple[int, bytes]]
) -> None:
    lines = [json.dumps({"text": text, "label": label}) for text, label in rows]

    check(changed("\n".join(lines).encode(), changes), chunk_bytes=20)


@given(rows=ROWS, changes=CHANGES, compression=st.sampled_from(["gzip", "zip", "zstd"]))
def test_archives_with_changed_bytes(
    rows: list[tuple[str, str]], changes: list[tuple[int, bytes]], compression: str
) -> None:
    check(changed(packed(csv_bytes([("text", "label"), *rows]), compression), changes))


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\r\t")
TIDY = st.text(LETTERS, max_size=8)


@given(
    rows=st.lists(st.tuples(TIDY, TIDY, TIDY), min_size=1, max_size=9),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    blank_lines=st.booleans(),
)
def test_well_formed_files_equal_what_csv_and_pandas_read(
    rows: list[tuple[str, str, str]], delimiter: str, line_end: str, blank_lines: bool
) -> None:
    table = [("id", "text", "other"), *rows]
    content = csv_bytes(table, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    if blank_lines:
        content += line_end.encode() * 3
    lines = io.StringIO(content.decode(), newline="")
    read = [row for row in csv.reader(lines, delimiter=delimiter) if row][1:]
    if line_end != "\r" and "\r" not in "".join(map("".join, rows)):  # Where pandas differs.
        frame = pd.read_csv(io.BytesIO(content), sep=delimiter, dtype=str, keep_default_na=False)
        assert frame.to_numpy().tolist() == read
    expected = [
        (identifier if identifier.strip() else str(number), text)
        for number, (identifier, text, _) in enumerate(read)
        if text.strip()
    ]
    with TemporaryDirectory() as folder:
        workspace, file = Workspace(Path(folder, "w")), Path(folder, "table.csv")
        file.write_bytes(content)
        format = FileFormat(FileKind.CSV, "utf-8", delimiter)
        columns = Columns("text", None, "id")
        if not expected:
            with pytest.raises(BadInput, match="at least one row of text"):
                import_file(workspace, file, columns, format=format)
            return
        result = import_file(workspace, file, columns, format=format)
        assert [row[:2] for row in rows_of(workspace, result.dataset)] == expected
        assert result.rows_in_file == len(rows)
        assert report_is_truthful(workspace, result)


@pytest.mark.parametrize("compression", ["", "gzip", "zstd"])
@pytest.mark.parametrize("name", ["quora/labelled.csv", "davidson/all.csv"])
def test_real_files_cut_off_anywhere_are_imported_as_far_as_they_go_or_refused(
    name: str, compression: str, shared_data: Path, tmp_path: Path
) -> None:
    content = (shared_data / name).read_bytes()[:300_000]
    for number, cut in enumerate((100_001, 123_457)):
        file, workspace = tmp_path / f"{number}.csv", Workspace(tmp_path / f"{number}")
        file.write_bytes(packed(content[:cut], compression))
        result = import_file(workspace, file)
        assert report_is_truthful(workspace, result)
        if compression:
            file.write_bytes(packed(content, compression)[: cut // 5])
            with pytest.raises(BadInput, match="cannot be decompressed"):
                import_file(workspace, file)


def test_a_gzip_of_nothing_but_zeros_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(bytes(50_000_000)))
    with pytest.raises(BadInput, match="control characters"):
        import_file(workspace, tmp_path / "bomb.csv.gz")
