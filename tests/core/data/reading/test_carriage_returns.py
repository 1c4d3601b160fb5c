from pathlib import Path

import pytest

from core.data.importing.importer import import_file
from core.data.reading.carriage_returns import whole_rows
from core.data.reading.csv_records import located_records, split_lines
from core.data.reading.dialect import Dialect
from core.workspace import Workspace
from tests.core.data.imported import imported, report_is_truthful, rows_of

PLAIN = [f"{n},some words {n},{'ham' if n % 2 else 'ad'}\n" for n in range(9)]


def rows(text: str, dialect: Dialect | None = None) -> list[str]:
    return whole_rows(split_lines(text), dialect or Dialect())


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("9,so\rmany words,ad\n", "9,so many words,ad\n"),
        ("\r9,many words,ad\n", " 9,many words,ad\n"),
        ("9,many\r\rwords,ad\r\n", "9,many  words,ad\r\n"),
        ("9,many words,a\rd", "9,many words,a d"),
        ('9,"so, "\rmany" words,ad\n', '9,"so, "\rmany" words,ad\n'),
        ('9,"so,\rmany words",a\rd\n', '9,"so,\rmany words",a d\n'),
    ],
)
def test_what_is_a_row_only_as_a_whole_is_one(line: str, whole: str) -> None:
    assert "".join(rows("".join(PLAIN) + line)) == "".join(PLAIN) + whole


@pytest.mark.parametrize(
    "text",
    [
        "".join(PLAIN).replace("\n", "\r") + 'a,"b\nc",d\r',
        "".join(PLAIN) + "".join(PLAIN).replace("\n", "\r") + "9,a,b\n",
        "text\nso\rmany\nwords\n",
        "\r",
        "",
    ],
)
def test_lines_that_end_so_stay_lines(text: str) -> None:
    assert rows(text) == split_lines(text)


def test_rows_may_all_hold_some() -> None:
    lines = [f"{n},so\rmany\rwords {n},ad\n" for n in range(9)]

    assert rows("".join(["id,text,label\n", *lines]))[1:] == [
        line.replace("\r", " ") for line in lines
    ]


def test_places_of_records_count_whole_rows() -> None:
    text = "".join(PLAIN) + "9,so\rmany,ad\n10,b,c\n"
    found = located_records(text, Dialect(), final=True)

    assert [(one.start, one.record) for one in found[-2:]] == [
        (9, ["9", "so many", "ad"]), (10, ["10", "b", "c"]),
    ]  # fmt: skip


@pytest.mark.parametrize("chunk_bytes", [1 << 20, 100, 37])
@pytest.mark.parametrize("quote", ["", '"'])
def test_no_text_is_cut_at_a_carriage_return(
    workspace: Workspace, tmp_path: Path, chunk_bytes: int, quote: str
) -> None:
    texts = [f"some{' ' if n % 7 else chr(13)}words {n}" for n in range(60)]
    lines = [f"{n},ad,{quote}{text}{quote}\n" for n, text in enumerate(texts)]
    (tmp_path / "a.csv").write_bytes("".join(["id,label,text\n", *lines]).encode())
    result = import_file(workspace, tmp_path / "a.csv", chunk_bytes=chunk_bytes)

    assert report_is_truthful(workspace, result)
    found = [text for _, text, _ in rows_of(workspace, result.dataset)]
    assert [text.replace("\r", " ") for text in found] == [t.replace("\r", " ") for t in texts]


def test_files_of_two_systems_that_were_joined_keep_all_rows(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = "id,text,label\n" + "".join(PLAIN) + "".join(PLAIN[:4]).replace("\n", "\r") + "x,y,z\n"

    assert imported(workspace, tmp_path / "a.csv", text).rows == 14
