"""Files that can be imported; the modules beside have rows, reports and refusals."""

import threading
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.data.dataset import list_datasets
from core.data.importing.importer import READING_SHARE, import_file
from core.data.importing.preview import Columns
from core.data.reading.formats import FileFormat, FileKind
from core.workspace import Workspace
from tests.core.data.imported import (
    csv_bytes,
    imported,
    nothing_half_written,
    problems_of,
    rows_of,
)
from tests.core.data.reading.encoded_texts import Sample, long_samples

HEADER = ("id", "text", "label")


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
        ("utf-32", None),
        ("utf-32-be", "utf-32-be"),
        ("cp1252", None),
        ("mac-roman", "macintosh"),
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


@pytest.mark.parametrize("sample", long_samples(), ids=lambda one: f"{one.language}-{one.encoding}")
def test_no_language_in_an_encoding_of_its_own_is_garbled(
    workspace: Workspace, file: Path, sample: Sample
) -> None:
    rows = [line.partition(",") for line in sample.text.splitlines()[1:]]
    text = "id,text\n" + "".join(f'{row},"{sentence}"\n' for row, _, sentence in rows)
    dataset = imported(workspace, file, text.encode(sample.encoding))

    assert [row[1] for row in rows_of(workspace, dataset)] == [sentence for *_, sentence in rows]
    assert not dataset.problems.get("bytes")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_comes_in_both_byte_orders(workspace: Workspace, file: Path, codec: str) -> None:
    dataset = imported(workspace, file, "\ufefftext,label\nGrüße 😀,1\n".encode(codec))

    assert rows_of(workspace, dataset) == [("0", "Grüße 😀", "1")]


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]
)
def test_a_zip_with_one_file_is_unpacked_on_the_way(
    workspace: Workspace, tmp_path: Path, compression: int
) -> None:
    with zipfile.ZipFile(tmp_path / "train.csv.zip", "w", compression) as archive:
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
    workspace: Workspace, file: Path
) -> None:
    texts = [f"question {n}" if n % 7 else "" for n in range(3_000)]
    content = csv_bytes([("text", "label"), *((t, 1) for t in texts)])
    dataset = imported(workspace, file, content, chunk_bytes=3_000)

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
    workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    rows = [(f"id {n}", f'text "{n}",\nand more', str(n % 3)) for n in range(2_000)]
    content = csv_bytes([HEADER, *rows])
    whole = imported(workspace, file, content)

    in_pieces = Workspace(tmp_path / "pieces")
    cut = imported(in_pieces, file, content, group_rows=300, chunk_bytes=3_000)
    metadata = pq.read_metadata(in_pieces.dataset(cut.id).texts)
    sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert sizes == [300] * 6 + [200]
    assert cut.fingerprint == whole.fingerprint
    assert rows_of(in_pieces, cut) == rows


def test_progress_grows_to_its_end_and_is_told_in_the_callers_thread(
    workspace: Workspace, file: Path
) -> None:
    calls: list[tuple[int, int]] = []
    threads = set()

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        threads.add(threading.get_ident())

    content = csv_bytes([HEADER, *((n, "some words " * 20, n % 2) for n in range(20_000))])
    imported(workspace, file, content, progress=progress, chunk_bytes=1 << 16)
    done, totals = zip(*calls, strict=True)
    (total,) = set(totals)
    assert len(calls) > 40
    assert done == tuple(sorted(done))
    assert done[-1] == total
    assert total == pytest.approx(len(content) / READING_SHARE, abs=1)
    assert len(content) in done  # Where the reading ends and the profile begins.
    assert threads == {threading.get_ident()}


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
