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

from core.datasets import importing
from core.datasets.dataset import Dataset, list_datasets
from core.datasets.importing import Columns, import_csv, preview_csv
from core.errors import SincerelyError
from core.workspace import Workspace
from tests.core.datasets.imported import csv_bytes, nothing_half_written, rows_of
from tests.messages import assert_one_sentence

HEADER = ("id", "text", "label")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions.csv"


def imported(workspace: Workspace, file: Path, content: str | bytes, **options: object) -> Dataset:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_csv(workspace, file, **options).dataset


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
        "None",
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
    assert dataset.notes == ("2 rows without a label kept as unlabelled",)


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

    assert preview_csv_of(file, content).delimiter == delimiter
    assert rows_of(workspace, imported(workspace, file, content)) == rows


def preview_csv_of(file: Path, content: bytes) -> importing.CsvPreview:
    file.write_bytes(content)
    return preview_csv(file)


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
    dataset = imported(workspace, file, text.encode(encoding), encoding=said)

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
    dataset = import_csv(workspace, tmp_path / "train.csv.zip").dataset

    assert rows_of(workspace, dataset) == [("0", "a", "0"), ("1", "b", "1")]
    assert (dataset.name, dataset.source) == ("train", "train.csv.zip")


def test_ids_are_made_where_the_file_has_none(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, "text,label\na,0\n,1\nc,1\n")

    assert [row[0] for row in rows_of(workspace, dataset)] == ["0", "2"]


def test_ids_that_are_made_count_the_rows_of_the_whole_file(
    workspace: Workspace, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BLOCK_BYTES", 3_000)
    texts = [f"question {n}" if n % 7 else "" for n in range(3_000)]
    dataset = imported(workspace, file, csv_bytes([("text", "label"), *((t, 1) for t in texts)]))

    expected = [(str(n), text, "1") for n, text in enumerate(texts) if text]
    assert rows_of(workspace, dataset) == expected


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


@pytest.mark.parametrize(
    ("header", "guess"),
    [
        ("qid,question_text,target", Columns("question_text", "target", "qid")),
        ("ID,Comment_Text,Toxic", Columns("Comment_Text", "Toxic", "ID")),
        ("count,tweet,class", Columns("tweet", "class", None)),
        ("a,longest,b", Columns("longest", None, None)),
        ("text,label,label_fine", Columns("text", "label", None)),
    ],
)
def test_columns_are_guessed_by_name_and_else_by_length(
    file: Path, header: str, guess: Columns
) -> None:
    content = f"{header}\n1,a long enough text,0\n2,and a second one,1\n"

    assert preview_csv_of(file, content.encode()).guess == guess


def test_the_preview_shows_header_and_first_rows(file: Path) -> None:
    rows = [(str(n), "x" * 50, "0") for n in range(1_000)]
    preview = preview_csv_of(file, csv_bytes([HEADER, *rows]))

    assert preview.header == HEADER
    assert preview.rows == tuple(rows[:200])


def test_the_preview_shows_no_row_that_it_has_cut_off(file: Path) -> None:
    rows = [("1", "short", "0"), *((str(n), "x" * 90_000, "1") for n in range(2, 9))]
    preview = preview_csv_of(file, csv_bytes([HEADER, *rows]))

    assert preview.rows == tuple(rows[: len(preview.rows)])
    assert len(preview.rows) == 3


def test_the_same_content_is_recognised_under_another_name(
    workspace: Workspace, file: Path
) -> None:
    first = imported(workspace, file, "text,label\na,0\nb,1\n")
    file.write_text('"label";"text"\r\n0;a\r\n1;b\r\n')
    again = import_csv(workspace, file, name="another")

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


def test_the_size_of_blocks_changes_nothing(
    workspace: Workspace, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f"id {n}", f'text "{n}",\nand more', str(n % 3)) for n in range(2_000)]
    content = csv_bytes([HEADER, *rows])
    whole = imported(workspace, file, content)

    monkeypatch.setattr(importing, "_BLOCK_BYTES", 3_000)
    in_pieces = Workspace(tmp_path / "pieces")
    cut = imported(in_pieces, file, content)
    table = pq.ParquetFile(in_pieces.dataset(cut.id).texts)
    assert table.num_row_groups > 10
    assert cut.fingerprint == whole.fingerprint
    assert rows_of(in_pieces, cut) == rows


def test_progress_grows_to_the_files_size_and_is_told_in_the_callers_thread(
    workspace: Workspace, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BLOCK_BYTES", 1 << 16)
    calls: list[tuple[int, int]] = []
    threads = set()

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        threads.add(threading.get_ident())

    content = csv_bytes([HEADER, *((n, "some words " * 20, n % 2) for n in range(20_000))])
    imported(workspace, file, content, progress=progress)
    assert len(calls) > 20
    assert calls == sorted(calls)
    assert calls[-1] == (len(content), len(content))
    assert threads == {threading.get_ident()}


def test_rows_left_out_are_counted_and_the_first_is_named(workspace: Workspace, file: Path) -> None:
    content = "text,label\na,1\nb\nc,0,9\n ,0\n\n,\nd,0\ne,\n"
    dataset = imported(workspace, file, content)

    assert [row[1] for row in rows_of(workspace, dataset)] == ["a", "d", "e"]
    assert dataset.notes == (
        "2 rows with the wrong number of fields left out (the first is row 3)",
        "2 rows without text left out",
        "1 row without a label kept as unlabelled",
    )


def test_row_numbers_hold_far_into_a_file(
    workspace: Workspace, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BLOCK_BYTES", 3_000)
    lines = ["text,label", *(f"question {n},{n % 2}" for n in range(5_000))]
    lines[4_321] = "no label here"
    dataset = imported(workspace, file, "\n".join(lines))

    assert dataset.rows == 4_999
    assert "(the first is row 4322)" in dataset.notes[0]


def test_a_text_of_100_000_characters_is_kept_whole_with_a_note(
    workspace: Workspace, file: Path
) -> None:
    for length in (100_000, 3_500_000):
        dataset = imported(workspace, file, f"text,label\n{'word ' * (length // 5)},1\nb,0\n")
        assert len(rows_of(workspace, dataset)[0][1]) == length
        assert dataset.notes == (
            "1 row longer than 20,000 characters kept whole; a model reads only their beginning",
        )


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
    ["", "\n", "\r\n", "\n\n\n", "   \n", '\n"quoted","1"', '\n"q\nr","1"\n', '\n"q\nr",1\n'],
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
        expected = [row for row in rows if row[1].strip()]
        try:
            result = import_csv(workspace, file, Columns("text", "label", "id"))
        except SincerelyError as error:
            assert not expected, error
            assert_one_sentence(error)
            return
        assert rows_of(workspace, result.dataset) == expected
        assert result.dataset.rows == len(expected)
        left_out = len(rows) - len(expected)
        notes = " ".join(result.dataset.notes)
        assert ("without text left out" in notes) == bool(left_out)


FIELDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), max_size=9)


@given(st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=12))
def test_rows_imported_and_left_out_add_up(rows: list[list[str]]) -> None:
    content = csv_bytes([("text", "label"), ("first", "0"), *rows], quoting=csv.QUOTE_ALL)
    whole = [row for row in rows if len(row) == 2]
    empty = sum(not row[0].strip() for row in whole)
    with TemporaryDirectory() as folder:
        workspace, file = Workspace(Path(folder, "w")), Path(folder, "table.csv")
        dataset = imported(workspace, file, content)

        assert dataset.rows == 1 + len(whole) - empty
        assert dataset.labelled + dataset.unlabelled == dataset.rows
        assert _count(dataset, "wrong number of fields") == len(rows) - len(whole)
        assert _count(dataset, "without text") == empty
        assert _count(dataset, "without a label") == dataset.unlabelled


def _count(dataset: Dataset, what: str) -> int:
    """The number at the beginning of the note about something."""
    return sum(int(note.split()[0].replace(",", "")) for note in dataset.notes if what in note)


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

    assert preview_csv(path).guess == columns
    dataset = import_csv(workspace, path).dataset
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
