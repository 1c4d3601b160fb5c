"""What is imported, row by row against what other readers and writers say."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.importing.importer import import_file
from core.data.importing.preview import Columns, preview_file
from core.data.reading.formats import FileFormat, FileKind
from core.errors import SincerelyError
from core.workspace import Workspace
from tests.core.data.imported import (
    csv_bytes,
    imported,
    report_is_truthful,
    rows_of,
)
from tests.messages import assert_one_sentence

HEADER = ("id", "text", "label")

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
PLAIN = st.text(st.sampled_from("ab 1é\U0001f600;|\t,\"'\n\r"), max_size=8)
LABELS = st.sampled_from(["0", "1", "spam", "not, quite", 'so "called"', "two\nlines"])
TABLES = st.lists(st.tuples(CELLS | PLAIN, CELLS | PLAIN, LABELS), min_size=1, max_size=15)


@given(rows=TABLES, delimiter=st.sampled_from(",;\t|"), line_end=st.sampled_from(["\n", "\r\n"]))
@example([("", "a", "0")], ",", "\n")
@example([("\ufeff", "\ufeffa", "0"), ('"', "\r", "1"), ("x", "'", "1")], ";", "\r\n")
def test_what_pythons_csv_module_writes_comes_back_exactly(
    rows: list[tuple[str, str, str]], delimiter: str, line_end: str
) -> None:
    content = csv_bytes(
        [HEADER, *rows], delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL
    )
    with TemporaryDirectory() as folder:
        workspace, file = Workspace(Path(folder, "w")), Path(folder, "table.csv")
        file.write_bytes(content)
        ids = [row[0] if row[0].strip() else str(n) for n, row in enumerate(rows)]
        expected = [(i, t, lb) for i, (_, t, lb) in zip(ids, rows, strict=True) if t.strip()]
        format = FileFormat(FileKind.CSV, "utf-8", delimiter)
        try:
            result = import_file(workspace, file, Columns("text", "label", "id"), format=format)
        except SincerelyError as error:
            assert not expected, error
            assert_one_sentence(error)
            return
        assert rows_of(workspace, result.dataset) == expected
        assert result.problems.get("empty", 0) == len(rows) - len(expected)
        assert report_is_truthful(workspace, result)


FIELDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), max_size=9)


@given(st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=12))
def test_rows_imported_and_left_out_add_up(rows: list[list[str]]) -> None:
    content = csv_bytes([("text", "label"), ("first", "0"), *rows], quoting=csv.QUOTE_ALL)
    whole = [row for row in rows if len(row) > 1 and not any(row[2:])]
    empty = sum(not row[0].strip() for row in whole)
    with TemporaryDirectory() as folder:
        workspace, file = Workspace(Path(folder, "w")), Path(folder, "table.csv")
        file.write_bytes(content)
        result = import_file(workspace, file, format=FileFormat(FileKind.CSV, "utf-8"))

        assert report_is_truthful(workspace, result)
        assert result.rows_in_file == 1 + len(rows)
        assert result.problems.get("fields", 0) == len(rows) - len(whole)
        assert result.problems.get("empty", 0) == empty


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("quora/labelled.csv", Columns("question_text", "target", "qid")),
        ("quora/unlabelled.csv", Columns("question_text", None, "qid")),
        ("banking77/train.csv", Columns("text", "label")),
        ("davidson/all.csv", Columns("text", "label")),
        ("trec/train.csv", Columns("text", "label")),
        ("sms_spam/all.csv", Columns("text", "label")),
    ],
)
def test_real_files_equal_what_csv_and_pandas_read(
    workspace: Workspace, shared_data: Path, name: str, columns: Columns
) -> None:
    path = shared_data / name
    with path.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)

    assert preview_file(path).guess == columns
    dataset = import_file(workspace, path).dataset
    (text,) = columns.text.columns
    ids, texts, labels = zip(*rows_of(workspace, dataset), strict=True)
    assert list(texts) == [row[text] for row in rows] == frame[text].tolist()
    if columns.label:
        assert list(labels) == [row[columns.label] for row in rows]
        assert dataset.class_counts == frame[columns.label].value_counts().to_dict()
    if columns.id:
        assert list(ids) == frame[columns.id].tolist()
    else:
        assert list(ids) == [str(number) for number in range(len(rows))]
    assert dataset.notes == ()
    assert dataset.skipped == 0


def test_what_pandas_writes_comes_back_exactly(workspace: Workspace, file: Path) -> None:
    frame = pd.DataFrame(
        {
            "text": ['a, "b"', "c\nd", " e ", "ü😀", "None"],
            "target": [0.0, 1.0, float("nan"), 1.0, 0.0],
        }
    )
    buffer = io.StringIO(newline="")
    frame.to_csv(buffer, index=True, lineterminator="\n")
    dataset = imported(workspace, file, buffer.getvalue())

    ids, texts, labels = zip(*rows_of(workspace, dataset), strict=True)
    assert list(ids) == ["0", "1", "2", "3", "4"]
    assert list(texts) == frame["text"].tolist()
    assert labels == ("0.0", "1.0", None, "1.0", "0.0")
    assert dataset.positive == "1.0"
