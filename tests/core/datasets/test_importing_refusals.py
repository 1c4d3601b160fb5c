"""Files that cannot be imported: one sentence each, and nothing half-written stays."""

import gzip
import io
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.datasets import importing
from core.datasets.bytestream import ENCODINGS
from core.datasets.dataset import labelled_rows, list_datasets
from core.datasets.importing import Columns, import_csv, preview_csv
from core.datasets.split import SplitPlan, make_split
from core.errors import BadInput, Cancelled, NotFound, SincerelyError
from core.workspace import Workspace
from tests.core.datasets.imported import csv_bytes, nothing_half_written, rows_of
from tests.core.small_disk import python_on_full_disk
from tests.messages import assert_one_sentence

GOOD = b"text,label\nan earlier file,0\nof the same workspace,1\n"
NOISE = random.Random(0)


def zipped(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def damaged(archive: bytes, at: int, by: bytes) -> bytes:
    return archive[:at] + by + archive[at + len(by) :]


def locked(archive: bytes) -> bytes:
    """The archive with the flag that says: encrypted."""
    entry = archive.index(b"PK\1\2")
    return damaged(damaged(archive, 6, b"\1"), entry + 8, b"\1")


TABLE = zipped(
    ("a.csv", csv_bytes([("text", "label"), *((NOISE.random(), 1) for _ in range(999))]))
)


@pytest.fixture
def used(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A workspace with a data set in it."""
    (tmp_path / "earlier.csv").write_bytes(GOOD)
    import_csv(workspace, tmp_path / "earlier.csv")
    return workspace


def refusal(workspace: Workspace, file: Path, **options: object) -> SincerelyError:
    """The error of an import that fails without a trace."""
    before = list_datasets(workspace)
    with pytest.raises(SincerelyError) as caught:
        import_csv(workspace, file, **options)
    assert_one_sentence(caught.value)
    assert list_datasets(workspace) == before
    assert nothing_half_written(workspace)
    return caught.value


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty line"),
        (b" , ,\nx,y,z\n", "an empty line"),
        (b"\xef\xbb\xbf", "an empty line"),
        (b"text,label", "a header line only"),
        (b"text,label\n", "a header line only"),
        (b"text,label\n\n\n", "a header line only"),
        (b"text,label\n ,1\n,0\n", "2 rows without text left out"),
        (b"text,label\na\nb\n", "2 rows with the wrong number of fields left out"),
        (b'text,label\na,1\n"b,0\nc,1\nd,0\n', "Row #3"),
        (b'text,label\na,1\nb,"0\nc,1\nd,0', "never ends"),
        (b'text,label\na,1\nb,"0\nc,1\nd,0\n\n', "never ends"),
        (b'text,label\na,1\n"b,0\nc,1\n"d,0",1\ne,0\n', "Row #3"),
        (b"text,label\nGr\xfc\xdfe,1\n", "the byte 0xfc in line 2"),
        (b"text,label\na,1\nb\xe9,0\n" + b"c,1\n" * 999, "the byte 0xe9 in line 3"),
        (b"text,label\n" + b"good line,1\n" * 200_000 + b"bad \xff,0\n", "in line 200,002"),
        (b"text,label\na,1\nb \xe2\x82", "the byte 0xe2 in line 3"),
        ("text,label\na,1\n".encode("utf-16") + b"x", "the byte 0x78 in line 3"),
        ("text,label\na,1\n".encode("utf-16-le"), "control characters"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "a JPEG picture"),
        (b"%PDF-1.7\n" + b"1 0 obj\n" * 40, "a PDF"),
        (gzip.compress(GOOD), "a gzip archive"),
        (b"PAR1" + bytes(100), "a Parquet file"),
        (b"SQLite format 3\0" + bytes(100), "an SQLite database"),
        (b"\x7fELF\2\1\1" + bytes(100), "a program"),
        (NOISE.randbytes(5_000), "control characters"),
        (bytes(5_000), "control characters"),
        (b"\n<!DOCTYPE html>\n<html><body>Sign in, please</body></html>", "a web page"),
        (b"<html>\n<p>404, not found</p>\n</html>", "a web page"),
        (
            zipped(("[Content_Types].xml", b"<x/>"), ("xl/a.xml", b"<x/>")),
            "an Excel or Office file",
        ),
        (zipped(), "0 files"),
        (zipped(("a.csv", GOOD), ("b.csv", GOOD)), "2 files"),
        (zipped(("a.csv", b"")), "an empty file"),
        (zipped(("a.zip", TABLE)), "a .zip archive that is cut off or inside another"),
        (zipped(("a.png", b"\x89PNG\r\n\x1a\n")), "a PNG picture"),
        (TABLE[:-200], "a .zip archive that is cut off"),
        (TABLE[: len(TABLE) // 2], "a .zip archive that is cut off"),
        (damaged(TABLE, 3_000, b"\xff"), "cannot be unpacked"),
        (damaged(TABLE, 3_000, bytes(2_000)), "cannot be unpacked"),
        (damaged(TABLE, 40, b"\xff\xff"), "cannot be unpacked"),
        (damaged(TABLE, TABLE.index(b"PK\1\2"), b"XX"), "cannot be unpacked"),
        (locked(TABLE), "password required"),
        (GOOD + b"PK\5\6" + b"x" * 18, "cannot be unpacked"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    content: bytes, found: str, used: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_bytes(content)

    assert found in refusal(used, tmp_path / "bad.csv").found


@pytest.mark.parametrize(
    ("columns", "expected", "found"),
    [
        (Columns("question"), "one of the file's columns (id, text, text, label)", "'question'"),
        (Columns("id", label="target"), "(id, text, text, label)", "'target'"),
        (Columns("id", id="qid"), "(id, text, text, label)", "'qid'"),
        (Columns("text"), "a column name that occurs once", "2 columns called 'text'"),
        (Columns("label", "label"), "a label column besides the text column", "'label' for both"),
    ],
)
def test_columns_that_cannot_be_used_are_refused(
    columns: Columns, expected: str, found: str, used: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_bytes(b"id,text,text,label\n1,a,b,0\n2,c,d,1\n")
    error = refusal(used, tmp_path / "bad.csv", columns=columns)

    assert expected in error.expected
    assert found in error.found


def test_a_label_column_that_is_really_text_is_refused(used: Workspace, tmp_path: Path) -> None:
    rows = [(f"text {n}", f"a reason of its own, {n}") for n in range(2_000)]
    (tmp_path / "bad.csv").write_bytes(csv_bytes([("text", "label"), *rows]))
    error = refusal(used, tmp_path / "bad.csv")

    assert "at most 1,000 different values" in error.expected
    assert "a reason of its own" in error.found


def test_a_row_longer_than_a_block_is_refused(used: Workspace, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("text,label\na,0\n" + "x" * 10_000_000 + ",1\n")

    assert "longer than 4 MB" in refusal(used, tmp_path / "bad.csv").found


@pytest.mark.parametrize("said", [*ENCODINGS, None])
def test_another_encoding_is_suggested_but_not_the_one_that_failed(
    said: str | None, used: Workspace, tmp_path: Path
) -> None:
    # 0x81 and a single byte of UTF-16 are errors; every byte is a letter in Latin-1.
    (tmp_path / "bad.csv").write_bytes(b"text,label\r\nna\x81ve caf\xe9,1\r")
    if said == "latin-1":
        assert import_csv(used, tmp_path / "bad.csv", encoding=said).is_new
        return
    error = refusal(used, tmp_path / "bad.csv", encoding=said)

    name = ENCODINGS[said or "utf-8"]
    assert name in error.expected
    assert name not in error.action
    assert "Latin-1" in error.action


def test_a_file_in_windows_1252_can_be_imported_once_that_is_said(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "windows.csv"
    file.write_bytes("text,label\na,0\n“naïve” – 5 €,1\n".encode("cp1252"))

    assert "the byte 0x93 in line 3" in refusal(workspace, file).found
    assert "most often Windows-1252" in refusal(workspace, file).action
    dataset = import_csv(workspace, file, encoding="cp1252").dataset
    assert rows_of(workspace, dataset)[1] == ("1", "“naïve” – 5 €", "1")


def test_an_unknown_encoding_is_refused(used: Workspace, tmp_path: Path) -> None:
    assert "'koi8-r'" in refusal(used, tmp_path / "earlier.csv", encoding="koi8-r").found


@pytest.mark.parametrize(
    "name", ["missing.csv", ".", "earlier.csv/inside", "x" * 5_000, "nul\0.csv"]
)
def test_a_path_without_a_file_is_refused(name: str, used: Workspace, tmp_path: Path) -> None:
    assert isinstance(refusal(used, tmp_path / name), NotFound)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(used: Workspace, tmp_path: Path) -> None:
    (tmp_path / "earlier.csv").chmod(0)

    assert "Permission denied" in refusal(used, tmp_path / "earlier.csv").found


@pytest.mark.parametrize("content", [b"text,label\na,1\nb,1\n", b"text,label\na,\nb,nan\n"])
def test_one_class_or_none_imports_but_cannot_be_split(
    content: bytes, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "one.csv").write_bytes(content)
    dataset = import_csv(workspace, tmp_path / "one.csv").dataset

    with pytest.raises(BadInput, match="labels of at least two classes") as caught:
        make_split(*labelled_rows(workspace, dataset), SplitPlan())
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("stop_at", [1, 2, 5, 9])
@pytest.mark.parametrize(
    "stop", [Cancelled("the import"), KeyboardInterrupt(), ZeroDivisionError()]
)
def test_stopping_from_the_progress_leaves_nothing(
    stop_at: int,
    stop: BaseException,
    used: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "_BLOCK_BYTES", 5_000)
    rows = [(f"question {n}", n % 2) for n in range(5_000)]
    (tmp_path / "long.csv").write_bytes(csv_bytes([("text", "label"), *rows]))
    calls = []

    def progress(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == stop_at:
            raise stop

    before = list_datasets(used)
    with pytest.raises(type(stop)) as caught:
        import_csv(used, tmp_path / "long.csv", progress=progress)
    assert caught.value is stop
    assert len(calls) == stop_at
    assert list_datasets(used) == before
    assert nothing_half_written(used)
    assert import_csv(used, tmp_path / "long.csv").dataset.rows == 5_000


FULL_DISK = """
import sys
from pathlib import Path
from core.datasets.dataset import list_datasets
from core.datasets.importing import import_csv, import_sample
from core.errors import DiskError
from core.workspace import Workspace

workspace = Workspace(Path(sys.argv[1], "workspace"))
kept = import_sample(workspace, rows=100)
for work in (
    lambda: import_csv(workspace, Path(sys.argv[2])),
    lambda: import_sample(workspace, rows=20_000),
):
    try:
        work()
    except DiskError as error:
        print(error)
    assert list_datasets(workspace) == [kept]
    assert list((workspace.root / "staging").iterdir()) == []
    assert list(workspace.datasets.iterdir()) == [workspace.dataset(kept.id).folder]
print(import_sample(workspace, rows=200).rows)
"""


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    # Noise does not compress: far more than the disk holds.
    rows = [(NOISE.randbytes(60).hex(), n % 2) for n in range(20_000)]
    (tmp_path / "large.csv").write_bytes(csv_bytes([("text", "label"), *rows]))
    done = python_on_full_disk(
        FULL_DISK, tmp_path / "disk", str(tmp_path / "disk"), str(tmp_path / "large.csv"),
        kilobytes=400,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    message = "Expected room to write the data set, but found a full disk: "
    assert [line.startswith(message) for line in done.stdout.splitlines()] == [True, True, False]
    assert done.stdout.splitlines()[-1] == "200"


HEADS = st.sampled_from([b"", b"text,label\n", b"\xef\xbb\xbftext;label\r\n", b'"text","l\n"\n'])
TOKENS = st.sampled_from(
    [b'"', b'""', b",", b";", b"\n", b"\r\n", b"\r", b"\t", b"a", b"1", b"nan", b"\0", b"\xff\xfe",
     b"\xe9", b"PK\x03\x04", b"PK\x05\x06", "ü".encode(), "\u2028".encode(), b"x" * 5_000]
)  # fmt: skip
BODIES = st.binary(max_size=300) | st.lists(TOKENS, max_size=25).map(b"".join)


@given(head=HEADS, body=BODIES, encoding=st.sampled_from([None, *ENCODINGS]))
@example(b"", TABLE[:3_000] + TABLE[3_100:], None)
@example(b"", b"\xff\xfea\0\n\0\x00\xd8", None)
def test_any_bytes_are_imported_or_refused_in_one_sentence(
    head: bytes, body: bytes, encoding: str | None
) -> None:
    with TemporaryDirectory() as folder:
        workspace, file = Workspace(Path(folder, "w")), Path(folder, "some.csv")
        file.write_bytes(head + body)
        _import_or_refuse(lambda: preview_csv(file, encoding=encoding))
        if _import_or_refuse(lambda: import_csv(workspace, file, encoding=encoding)):
            (dataset,) = list_datasets(workspace)
            rows = rows_of(workspace, dataset)
            assert len(rows) == dataset.rows >= 1
            assert all(text.strip() for _, text, _ in rows)
            assert dataset.labelled == sum(label is not None for _, _, label in rows)
        else:
            assert list_datasets(workspace) == []
        assert nothing_half_written(workspace)


def _import_or_refuse(work: Callable[[], object]) -> bool:
    try:
        work()
    except SincerelyError as error:
        assert_one_sentence(error)
        return False
    return True
