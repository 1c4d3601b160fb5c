"""Files that can be imported; what is refused stands in test_importing_refusals.py."""

import csv
import io
import threading
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.datasets import bytestream, writer
from core.datasets.dataset import list_datasets
from core.datasets.formats import FileFormat, FileKind
from core.datasets.importing import READING_SHARE, import_file
from core.datasets.preview import Columns, preview_file
from core.datasets.report import OnProblem
from core.errors import BadInput, SincerelyError
from core.workspace import Workspace
from tests.core.datasets.imported import (
    csv_bytes,
    imported,
    nothing_half_written,
    problems_of,
    report_is_truthful,
    rows_of,
)
from tests.messages import assert_one_sentence

HEADER = ("id", "text", "label")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions.csv"


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytestream, "_CHUNK_BYTES", 3_000)


def test_a_plain_file_comes_back_row_by_row(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, "qid,question_text,target\na1,Why?,0\nb2,Who is it?,1\n")

    assert rows_of(workspace, dataset) == [("a1", "Why?", "0"), ("b2", "Who is it?", "1")]
    assert dataset.class_counts == {"0": 1, "1": 1}
    assert (dataset.classes, dataset.positive) == (("0", "1"), "1")
    assert (dataset.name, dataset.source, dataset.notes) == ("questions", "questions.csv", ())
    assert not dataset.synthetic
    assert nothing_half_written(workspace)


def test_labels_may_be_words(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, "label,text\nspam,win\nham,hello\n ham ,hi\n")

    assert dataset.class_counts == {"spam": 1, "ham": 2}
    assert dataset.classes == ("ham", "spam")


@pytest.mark.parametrize(
    "missing",
    [
        "",
        " ",
        '""',
        "nan",
        " nan ",
        "NaN",
        "NAN",
        "null",
        "NULL",
        "Null",
        "NA",
        "N/A",
        "n/a",
        "<NA>",
        "?",
    ],
)
def test_missing_labels_are_kept_as_unlabelled_with_a_note(
    workspace: Workspace, file: Path, missing: str
) -> None:
    dataset = imported(workspace, file, f"text,label\na,1\nb,{missing}\nc,0\nd,{missing}\n")

    assert [label for _, _, label in rows_of(workspace, dataset)] == ["1", None, "0", None]
    assert (dataset.labelled, dataset.unlabelled) == (2, 2)
    spelled = missing.strip().strip('"')
    said = f" (2 with {spelled!r})" if spelled else ""
    assert dataset.notes == (f"2 rows without a label kept as unlabelled{said}",)


def test_none_in_small_letters_is_a_class(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, "text,label\na,none\nb,sexism\nc,racism\n")

    assert dataset.classes == ("none", "racism", "sexism")


def test_a_file_without_labels_is_unlabelled_without_a_note(
    workspace: Workspace, file: Path
) -> None:
    dataset = imported(workspace, file, "qid,question_text\n1,Why?\n2,Who?\n")

    assert (dataset.classes, dataset.labelled, dataset.notes) == ((), 0, ())
    assert rows_of(workspace, dataset) == [("1", "Why?", None), ("2", "Who?", None)]


def test_commas_quotes_and_line_breaks_inside_quotes_are_text(
    workspace: Workspace, file: Path
) -> None:
    texts = ['a, b and "c"', "one\ntwo\r\nthree\rfour", ' " ', '""', "tab\tand | and ;", '",\n"']
    rows = [(str(n), text, "x") for n, text in enumerate(texts)]

    assert rows_of(workspace, imported(workspace, file, csv_bytes([HEADER, *rows]))) == rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(
    workspace: Workspace, file: Path, delimiter: str, line_end: str
) -> None:
    rows = [("1", "a, b; c\td | e", "0"), ("2", "f", "1")]
    content = csv_bytes([HEADER, *rows], delimiter=delimiter, lineterminator=line_end)

    dataset = imported(workspace, file, content)
    assert rows_of(workspace, dataset) == rows
    name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[delimiter]
    assert dataset.file_format == f"CSV, UTF-8, {name}"


def test_delimiters_inside_a_quoted_header_do_not_count(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, '"text, as written, in full";label\n"a, b";1\nc;0\n')

    assert rows_of(workspace, dataset) == [("0", "a, b", "1"), ("1", "c", "0")]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
        ("latin-1", "latin-1"),
        ("utf-8-sig", "utf-8"),
    ],
)
def test_encodings_give_the_same_text(
    workspace: Workspace, file: Path, encoding: str, said: str | None
) -> None:
    text = "id,text,label\n1,Déjà vu? Größe: 5 £,0\n2,naïve,1\n"
    format = FileFormat(FileKind.CSV, said)
    dataset = imported(workspace, file, text.encode(encoding), format=format)

    assert [row[1] for row in rows_of(workspace, dataset)] == ["Déjà vu? Größe: 5 £", "naïve"]
    assert dataset.id == imported(workspace, file, text).id


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_comes_in_both_byte_orders(workspace: Workspace, file: Path, codec: str) -> None:
    dataset = imported(workspace, file, "\ufefftext,label\nGrüße 😀,1\n".encode(codec))

    assert rows_of(workspace, dataset) == [("0", "Grüße 😀", "1")]


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_with_one_file_is_unpacked_on_the_way(
    workspace: Workspace, tmp_path: Path, packing: int
) -> None:
    with zipfile.ZipFile(tmp_path / "train.csv.zip", "w", packing) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/train.csv", "text,label\na,0\nb,1\n")
        archive.writestr("__MACOSX/folder/._train.csv", b"\0\5\26\7")
    dataset = import_file(workspace, tmp_path / "train.csv.zip").dataset

    assert rows_of(workspace, dataset) == [("0", "a", "0"), ("1", "b", "1")]
    assert (dataset.name, dataset.source) == ("train", "train.csv.zip")


def test_ids_are_made_where_the_file_has_none(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, "text,label\na,0\n,1\nc,1\n")

    assert [row[0] for row in rows_of(workspace, dataset)] == ["0", "2"]


def test_ids_that_are_made_count_the_rows_of_the_whole_file(
    workspace: Workspace, file: Path, small_chunks: None
) -> None:
    texts = [f"question {n}" if n % 7 else "" for n in range(3_000)]
    dataset = imported(workspace, file, csv_bytes([("text", "label"), *((t, 1) for t in texts)]))

    expected = [(str(n), text, "1") for n, text in enumerate(texts) if text]
    assert rows_of(workspace, dataset) == expected


def test_blank_ids_are_made_and_repeated_ones_reported(workspace: Workspace, file: Path) -> None:
    content = "id,text,label\nx,a,0\n,b,1\n \t,c,1\nx,d,0\n\u3000,e,1\n y ,f,0\nx,g,1\n1,h,0\n"
    dataset = imported(workspace, file, content)

    assert [row[0] for row in rows_of(workspace, dataset)] == [
        "x",
        "1",
        "2",
        "x",
        "4",
        " y ",
        "x",
        "1",
    ]
    assert dataset.problems == {"repeated_id": 3}
    assert dataset.skipped == 0
    assert problems_of(workspace, dataset) == [
        ("repeated_id", 5, "x"),
        ("repeated_id", 8, "x"),
        ("repeated_id", 9, "1"),
    ]


def test_a_file_of_one_column_is_a_list_of_texts(workspace: Workspace, file: Path) -> None:
    dataset = imported(
        workspace, file, "text\nfirst\n\n   \nsecond, with comma\n".replace(", ", " ")
    )

    assert [row[1] for row in rows_of(workspace, dataset)] == ["first", "second with comma"]


def test_columns_can_be_chosen(workspace: Workspace, file: Path) -> None:
    content = "text,other,label,class\na,Hello,0,x\nb,World,1,y\n"
    chosen = Columns(text="other", label="class", id="text")
    dataset = imported(workspace, file, content, columns=chosen)

    assert rows_of(workspace, dataset) == [("a", "Hello", "x"), ("b", "World", "y")]


def test_other_columns_may_share_a_name_or_have_none(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, ",x, text ,x,label\n0,1,Hello,2,a\n1,1,World,2,b\n")

    assert rows_of(workspace, dataset) == [("0", "Hello", "a"), ("1", "World", "b")]


def test_the_same_content_is_recognised_under_another_name(
    workspace: Workspace, file: Path
) -> None:
    first = imported(workspace, file, "text,label\na,0\nb,1\n")
    file.write_text('"label";"text"\r\n0;a\r\n1;b\r\n')
    again = import_file(workspace, file, name="another")

    assert (again.dataset, again.is_new) == (first, False)
    assert list_datasets(workspace) == [first]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Quora, first half!", "quora-first-half-"), ("  ", "questions-"), ("质问", "1f9a7a-")],
)
def test_the_id_comes_from_the_name(
    workspace: Workspace, file: Path, name: str, expected: str
) -> None:
    dataset = imported(workspace, file, "text,label\na,0\nb,1\n", name=name)

    assert dataset.id == expected + dataset.fingerprint[:8]


def test_a_file_without_a_name_before_the_dot_keeps_its_whole_name(
    workspace: Workspace, tmp_path: Path
) -> None:
    assert imported(workspace, tmp_path / ".csv", "text,label\na,0\n").name == ".csv"


def test_the_size_of_chunks_changes_nothing(
    workspace: Workspace, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f"id {n}", f'text "{n}",\nand more', str(n % 3)) for n in range(2_000)]
    content = csv_bytes([HEADER, *rows])
    whole = imported(workspace, file, content)

    monkeypatch.setattr(bytestream, "_CHUNK_BYTES", 3_000)
    monkeypatch.setattr(writer, "GROUP_ROWS", 300)
    in_pieces = Workspace(tmp_path / "pieces")
    cut = imported(in_pieces, file, content)
    metadata = pq.read_metadata(in_pieces.dataset(cut.id).texts)
    sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert sizes == [300] * 6 + [200]
    assert cut.fingerprint == whole.fingerprint
    assert rows_of(in_pieces, cut) == rows


def test_progress_grows_to_its_end_and_is_told_in_the_callers_thread(
    workspace: Workspace, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytestream, "_CHUNK_BYTES", 1 << 16)
    calls: list[tuple[int, int]] = []
    threads = set()

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        threads.add(threading.get_ident())

    content = csv_bytes([HEADER, *((n, "some words " * 20, n % 2) for n in range(20_000))])
    imported(workspace, file, content, progress=progress)
    done, totals = zip(*calls, strict=True)
    (total,) = set(totals)
    assert len(calls) > 40
    assert done == tuple(sorted(done))
    assert done[-1] == total
    assert total == pytest.approx(len(content) / READING_SHARE, abs=1)
    assert len(content) in done  # Where the reading ends and the profile begins.
    assert threads == {threading.get_ident()}


def test_each_row_left_out_stands_in_the_report(workspace: Workspace, file: Path) -> None:
    content = 'text,label\na,1\nb\nc,0,9\n ,0\n\n,\nd,0\n"x"y,1\ne,\n"f\n,1\ng,0\n'
    file.write_text(content)
    format = FileFormat(FileKind.CSV, "utf-8")
    result = import_file(workspace, file, format=format)

    assert report_is_truthful(workspace, result)
    assert [row[:2] for row in rows_of(workspace, result.dataset)] == [
        ("0", "a"),
        ("5", "d"),
        ("7", "e"),
        ("10", "g"),
    ]
    assert problems_of(workspace, result.dataset) == [
        ("fields", 3, "1 field: b"),
        ("fields", 4, "3 fields: c | 0 | 9"),
        ("empty", 5, ""),
        ("empty", 6, ""),
        ("quoting", 8, '"x"y,1'),
        ("quoting", 10, '"f'),
        ("empty", 11, ""),
    ]
    assert (result.rows_in_file, result.skipped) == (11, 7)
    assert result.problems == {"quoting": 2, "fields": 2, "empty": 3}
    assert result.dataset.notes == (
        "2 rows with the wrong number of fields left out (the first is row 3)",
        "3 rows with no text left out (the first is row 5)",
        "2 rows with broken quoting left out (the first is row 8)",
        "1 row without a label kept as unlabelled",
    )


def test_row_numbers_hold_far_into_a_file(
    workspace: Workspace, file: Path, small_chunks: None
) -> None:
    lines = ["text,label", *(f"question {n},{n % 2}" for n in range(5_000))]
    lines[4_321] = "no label here"
    dataset = imported(workspace, file, "\n".join(lines))

    assert dataset.rows == 4_999
    assert problems_of(workspace, dataset) == [("fields", 4_322, "1 field: no label here")]


def test_bytes_that_do_not_fit_matter_in_the_chosen_columns_only(
    workspace: Workspace, file: Path
) -> None:
    lines = [
        "a,ü,0".encode(),
        b"b,caf\xe9,0",
        b"c\xff,x,1",
        b"d,x,\xff1",
        b"e,\xff\xfe,1",
        b'"f\xc3",x,1',
    ]
    file.write_bytes(b"text,other,label\n" + b"\n".join(lines))
    chosen = Columns("text", "label")
    result = import_file(workspace, file, chosen, format=FileFormat(FileKind.CSV, "utf-8"))

    assert report_is_truthful(workspace, result)
    assert [row[1] for row in rows_of(workspace, result.dataset)] == ["a", "b", "e"]
    assert problems_of(workspace, result.dataset) == [
        ("bytes", 4, "c\N{REPLACEMENT CHARACTER}"),
        ("bytes", 5, "d"),
        ("bytes", 7, "f\N{REPLACEMENT CHARACTER}"),
    ]


def test_conflicting_labels_are_reported_when_all_rows_are_known(
    workspace: Workspace, file: Path
) -> None:
    rows = [
        ("So what?", "0"),
        ("", "0"),
        ("Something else", "1"),
        ("so WHAT", "1"),
        ("  so what!", "0"),
        ("twice", "1"),
        ("Twice", "1"),
    ]
    file.write_bytes(csv_bytes([("text", "label"), *rows]))
    result = import_file(workspace, file)

    assert report_is_truthful(workspace, result)
    assert result.problems == {"empty": 1, "conflict": 3}
    assert problems_of(workspace, result.dataset)[1:] == [
        ("conflict", 2, "0: So what?"),
        ("conflict", 5, "1: so WHAT"),
        ("conflict", 6, "0: so what!"),
    ]
    again = import_file(workspace, file)
    assert (again.dataset, again.is_new) == (result.dataset, False)
    assert again.problems == result.problems


def test_the_figures_of_a_second_import_are_its_own(workspace: Workspace, file: Path) -> None:
    first = imported(workspace, file, "text,label\na,0\nb,1\n")
    file.write_text("text,label\na,0\nb,1\nno label\n,1\n")
    again = import_file(workspace, file)

    assert (again.dataset, again.is_new) == (first, False)
    assert (again.rows_in_file, again.skipped) == (4, 2)
    assert again.problems == {"fields": 1, "empty": 1}
    assert first.problems == {}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("b", "the wrong number of fields in row 3 (1 field: b)"),
        (" ,1", "no text in row 3"),
        ('"b"c,1', 'broken quoting in row 3 ("b"c,1)'),
    ],
)
def test_an_import_may_stop_at_the_first_bad_row(
    workspace: Workspace, file: Path, bad: str, said: str
) -> None:
    file.write_text(f"text,label\na,0\n{bad}\nc,0\n,\n")
    with pytest.raises(BadInput) as caught:
        import_file(workspace, file, format=FileFormat(FileKind.CSV), on_problem=OnProblem.STOP)

    assert_one_sentence(caught.value)
    assert caught.value.found == said
    assert list_datasets(workspace) == []
    assert nothing_half_written(workspace)


def test_an_import_does_not_stop_at_rows_that_are_kept(workspace: Workspace, file: Path) -> None:
    content = f"id,text,label\n1,a,0\n1,{'long ' * 5_000},1\n1,A,1\n"
    dataset = imported(workspace, file, content, on_problem=OnProblem.STOP)

    assert dataset.problems == {"long": 1, "conflict": 2, "repeated_id": 2}


def test_a_text_of_100_000_characters_is_kept_whole_with_a_note(
    workspace: Workspace, file: Path
) -> None:
    for length in (100_000, 3_500_000, 9_000_000):
        dataset = imported(workspace, file, f"text,label\n{'word ' * (length // 5)},1\nb,0\n")
        assert len(rows_of(workspace, dataset)[0][1]) == length
        assert problems_of(workspace, dataset) == [("long", 2, f"{length:,} characters")]
        assert dataset.notes == (
            "1 row with more than 20,000 characters kept whole; a model reads only their beginning",
        )


def test_long_means_characters_not_bytes(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, f"text,label\n{'é' * 20_000},1\n{'é' * 20_001},0\n")

    assert problems_of(workspace, dataset) == [("long", 3, "20,001 characters")]


def test_nul_characters_become_spaces_with_a_note(workspace: Workspace, file: Path) -> None:
    content = "text,label\n" + "a text of some length,1\n" * 10 + "one\0two\0three,0\n"
    dataset = imported(workspace, file, content)

    assert rows_of(workspace, dataset)[-1][1] == "one two three"
    assert dataset.notes == ("2 NUL characters replaced by spaces",)


def test_one_class_alone_is_imported(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, "text,label\na,1\nb,1\n")

    assert (dataset.classes, dataset.positive) == (("1",), None)


@pytest.mark.parametrize(
    "ends",
    ["", "\n", "\r\n", "\n\n\n", "\n   \n", '\n"quoted","1"', '\n"q\nr","1"\n', '\n"q\nr",1\n'],
)
def test_the_end_of_a_file_may_look_like_this(workspace: Workspace, file: Path, ends: str) -> None:
    dataset = imported(workspace, file, f'text,label\na,0\n"b\nc","1"{ends}')

    assert rows_of(workspace, dataset)[1] == ("1", "b\nc", "1")


# Row by row against other readers.

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
    whole = [row for row in rows if len(row) == 2]
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
    ids, texts, labels = zip(*rows_of(workspace, dataset), strict=True)
    assert list(texts) == [row[columns.text] for row in rows] == frame[columns.text].tolist()
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
