"""Files that cannot be imported: one sentence each, and nothing half-written stays."""

import gzip
import io
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from core.data.columns import labelled_rows
from core.data.dataset import list_datasets
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.reading.formats import FileFormat, FileKind
from core.data.splits.split import SplitPlan, make_split
from core.errors import BadInput, Cancelled, NotFound, SincerelyError
from core.workspace import Workspace
from tests.core.data.imported import csv_bytes, nothing_half_written
from tests.core.data.workbooks import xlsx_bytes
from tests.core.small_disk import python_on_full_disk
from tests.messages import assert_one_sentence

PROJECT = Path(__file__).resolve().parents[4]
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


def gzipped(content: bytes) -> bytes:
    """Without the time of day, which would give each process other tests to collect."""
    return gzip.compress(content, mtime=0)


def zstd(content: bytes) -> bytes:
    return pa.Codec("zstd").compress(content).to_pybytes()


def office(part: str) -> bytes:
    return zipped(("[Content_Types].xml", b"<x/>"), (part, b"<x/>"))


def tar(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


TEXT = csv_bytes([("text", "label"), *((NOISE.random(), 1) for _ in range(999))])
TAR = tar(GOOD)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TABLE = zipped(
    ("a.csv", csv_bytes([("text", "label"), *((NOISE.random(), 1) for _ in range(999))]))
)


@pytest.fixture
def used(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A workspace with a data set in it."""
    (tmp_path / "earlier.csv").write_bytes(GOOD)
    import_file(workspace, tmp_path / "earlier.csv")
    return workspace


def refusal(workspace: Workspace, file: Path, **options: object) -> SincerelyError:
    """The error of an import that fails without a trace."""
    before = list_datasets(workspace)
    with pytest.raises(SincerelyError) as caught:
        import_file(workspace, file, **options)
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
        (b"text,label", "a header only"),
        (b"text,label\n", "a header only"),
        (b"text,label\n\n\n", "a header only"),
        (b"text,label\n ,1\n,0\n", "2 rows with no text left out"),
        (b"text,label\na\nb\n", "2 rows with the wrong number of fields left out"),
        (b'text,label\n"a"b,1\n"c","d",1\n', "1 row with broken quoting left out"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "a JPEG picture"),
        (b"%PDF-1.7\n" + b"1 0 obj\n" * 40, "a PDF"),
        (b"{\\rtf1\\ansi Some text}", "a rich text document"),
        (gzipped(gzipped(GOOD)), "an archive inside an archive"),
        (gzipped(b""), "an empty file"),
        (gzipped(TAR), "a tar archive"),
        (TAR, "a tar archive"),
        (gzipped(TEXT)[:-9], "cannot be decompressed"),
        (gzipped(TEXT)[:9], "cannot be decompressed"),
        (damaged(gzipped(TEXT), 3_000, bytes(500)), "cannot be decompressed"),
        (zstd(TEXT)[:-9], "cannot be decompressed"),
        (damaged(zstd(TEXT), 3_000, bytes(500)), "cannot be decompressed"),
        (b"PAR1" + bytes(100), "cannot be read"),
        (b"SQLite format 3\0" + bytes(100), "an SQLite database"),
        (b"\x7fELF\2\1\1" + bytes(100), "a program"),
        (NOISE.randbytes(5_000), "control characters"),
        (bytes(5_000), "control characters"),
        (GOOD.decode().encode("utf-32-le") * 9, "control characters"),
        (b"\n<!DOCTYPE html>\n<html><body>Sign in, please</body></html>", "a web page"),
        (b"<html>\n<p>404, not found</p>\n</html>", "a web page"),
        (b"<?xml version='1.0'?>\n<rows/>", "an XML file"),
        (b'[{"text": "a", "label": 1}', "that it breaks off behind 1 whole ones"),
        (b'\xef\xbb\xbf [\n{"text": "a"},\n{"text": ', "that it breaks off behind 1"),
        (b'{\n"text": "a"\n}\n', "an object that takes several lines"),
        (office("word/document.xml"), "a Word document"),
        (office("ppt/slides/slide1.xml"), "a PowerPoint presentation"),
        (gzipped(office("word/document.xml")), "a Word document"),
        (office("xl/worksheets/sheet1.xml"), "cannot be read"),
        (xlsx_bytes({"a": [["text"]]})[:-100], "a damaged office document"),
        (damaged(xlsx_bytes({"a": [["text"]] * 99}), 700, bytes(90)), "cannot be read"),
        (xlsx_bytes({"a": []}), "the empty sheet 'a'"),
        (xlsx_bytes({"a": [["text", "label"]]}), "a header only"),
        (OLD + "WordDocument".encode("utf-16-le"), "a Word document"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "one that is locked"),
        (OLD, "cannot be read"),
        (zipped(), "an empty one"),
        (zipped(("a.csv", GOOD), ("b.csv", GOOD)), "2 files"),
        (zipped(("a.csv", b"")), "an empty file"),
        (zipped(("a.zip", TABLE)), "an archive inside an archive"),
        (zipped(("a.png", b"\x89PNG\r\n\x1a\n")), "a PNG picture"),
        (TABLE[:-200], "cannot be decompressed"),
        (TABLE[: len(TABLE) // 2], "cannot be decompressed"),
        (damaged(TABLE, 3_000, b"\xff"), "cannot be decompressed"),
        (damaged(TABLE, 3_000, bytes(2_000)), "cannot be decompressed"),
        (damaged(TABLE, 40, b"\xff\xff"), "cannot be decompressed"),
        (damaged(TABLE, TABLE.index(b"PK\1\2"), b"XX"), "cannot be decompressed"),
        (locked(TABLE), "one that is locked"),
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


def test_a_line_longer_than_a_row_can_be_is_refused(used: Workspace, tmp_path: Path) -> None:
    for content in ("text,label\na,0\n" + "x" * 22_000_000 + ",1\n", 'text\n"' + "x " * 8_500_000):
        (tmp_path / "bad.csv").write_text(content)

        assert "a line of more than 16 MB" in refusal(used, tmp_path / "bad.csv").found


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(BadInput, match="'klingon'") as caught:
        FileFormat(FileKind.CSV, "klingon")
    assert_one_sentence(caught.value)


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
    dataset = import_file(workspace, tmp_path / "one.csv").dataset

    with pytest.raises(BadInput, match="labels of at least two classes") as caught:
        make_split(*labelled_rows(workspace, dataset), SplitPlan())
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("stop_at", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize(
    "stop", [Cancelled("the import"), KeyboardInterrupt(), ZeroDivisionError()]
)
def test_stopping_from_the_progress_leaves_nothing(
    stop_at: float,
    stop: BaseException,
    used: Workspace,
    tmp_path: Path,
) -> None:
    rows = [(f"question {n}", n % 2) for n in range(5_000)]
    (tmp_path / "long.csv").write_bytes(csv_bytes([("text", "label"), *rows]))
    calls = []

    def progress(done: int, total: int) -> None:
        calls.append(done)
        if done >= stop_at * total:
            raise stop

    before = list_datasets(used)
    with pytest.raises(type(stop)) as caught:
        import_file(used, tmp_path / "long.csv", progress=progress, chunk_bytes=5_000)
    assert caught.value is stop
    assert len(calls) == 1 or stop_at > 0
    assert list_datasets(used) == before
    assert nothing_half_written(used)
    assert import_file(used, tmp_path / "long.csv").dataset.rows == 5_000


KILLED = """
import sys
from pathlib import Path
from core.data.importing.importer import import_file
from core.workspace import Workspace

def progress(done, total):
    if done >= float(sys.argv[3]) * total:
        print("there", flush=True)
        sys.stdin.read()

import_file(Workspace(Path(sys.argv[1])), Path(sys.argv[2]), progress=progress)
"""


@pytest.mark.parametrize("at", ["0.3", "0.61"])
def test_a_killed_import_leaves_no_data_set(at: str, used: Workspace, tmp_path: Path) -> None:
    rows = [(f"question {n}", n % 2) for n in range(5_000)]
    (tmp_path / "long.csv").write_bytes(csv_bytes([("text", "label"), *rows]))
    before = list_datasets(used)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(used.root), str(tmp_path / "long.csv"), at],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        process.kill()

    assert list_datasets(used) == before
    assert [folder.name for folder in used.datasets.iterdir()] == [d.id for d in before]
    assert import_file(used, tmp_path / "long.csv").dataset.rows == 5_000


FULL_DISK = """
import sys
from pathlib import Path
from core.data.dataset import list_datasets
from core.data.importing.importer import import_file, import_sample
from core.errors import DiskError
from core.workspace import Workspace

workspace = Workspace(Path(sys.argv[1], "workspace"))
kept = import_sample(workspace, rows=100)
for work in (
    lambda: import_file(workspace, Path(sys.argv[2])),
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
