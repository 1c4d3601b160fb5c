import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.reading.batches import Positions
from core.data.reading.formats import FileFormat, FileKind
from core.data.reading.tables import OpenTable, open_table
from core.errors import BadInput, NotFound, SincerelyError
from tests.messages import assert_one_sentence

CSV = b"text,label\none,0\ntwo,1\n"
JSONL = b'{"text": "one", "label": "0"}\n{"text": "two", "label": "1"}\n'


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def parquet() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": ["one", "two"], "label": ["0", "1"]}), sink)
    return sink.getvalue().to_pybytes()


def texts(opened: OpenTable) -> list[str]:
    found = opened.table.batches(Positions(texts=(0,)))
    return [text for batch in found for text in batch.columns[0].texts.to_pylist()]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(CSV, FileKind.CSV), (JSONL, FileKind.JSONL), (parquet(), FileKind.PARQUET)],
    ids=["csv", "jsonl", "parquet"],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_files_of_any_kind_are_one_table(
    content: bytes, kind: FileKind, compressed: bool, tmp_path: Path, scratch: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content) if compressed else content)

    opened = open_table(path, None, scratch)

    assert opened.format.kind is kind
    assert opened.format.compression == ("gzip" if compressed else "")
    assert opened.table.header == ("text", "label")
    assert texts(opened) == ["one", "two"]
    assert opened.sheets == ()


def test_a_given_format_is_taken_and_a_missing_encoding_detected(
    tmp_path: Path, scratch: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("text;label\ncafé au lait, s'il vous plaît;0\n".encode("cp1252") * 20)

    opened = open_table(path, FileFormat(FileKind.CSV, delimiter=";"), scratch)

    assert opened.format.encoding is not None
    assert opened.table.header == ("text", "label")
    assert texts(opened)[0] == "café au lait, s'il vous plaît"


@pytest.mark.parametrize(
    ("content", "kind", "error"),
    [
        (None, None, NotFound),
        (b"", None, BadInput),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), None, BadInput),
        (parquet()[:-20], FileKind.PARQUET, BadInput),
        (CSV, FileKind.PARQUET, BadInput),
    ],
    ids=["missing", "empty", "picture", "torn", "another kind"],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    content: bytes | None,
    kind: FileKind | None,
    error: type[SincerelyError],
    tmp_path: Path,
    scratch: Path,
) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(error) as caught:
        open_table(path, FileFormat(kind) if kind else None, scratch)
    assert_one_sentence(caught.value)
