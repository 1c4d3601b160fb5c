"""What an import makes of columns that hold neither text nor label nor id."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.importing.column_choice import MAX_COLUMNS, ColumnChoices
from core.data.importing.importer import import_file
from core.data.reading.formats import FileFormat, FileKind
from core.data.reading.json_table import MAX_KEYS
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.imported import imported, nothing_half_written
from tests.core.data.workbooks import xlsx_bytes
from tests.messages import assert_one_sentence
from tests.toy import write_csv

TABLE = pd.DataFrame(
    {
        "text": ["one word", "two words", "three words", "four words"],
        "label": ["0", "1", "0", "1"],
        "votes": [1, 20, 3, 4],
        "edited": [True, False, True, False],
        "tag": ["a b", "c, d", 'e "f"', "g"],
    }
)
UTF8_CSV = FileFormat(FileKind.CSV, encoding="utf-8")
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6)


def cells(workspace: Workspace, dataset: Dataset) -> dict[str, list[str | None]]:
    """All further columns as they were written, by name."""
    table = pq.read_table(workspace.dataset(dataset.id).columns)
    return {column.name: table[column.cells].to_pylist() for column in dataset.columns}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", TABLE.assign(edited=TABLE["edited"].map(str).str.lower()).to_csv(index=False)),
        ("t.jsonl", TABLE.to_json(orient="records", lines=True)),
        ("t.parquet", TABLE.to_parquet(index=False)),
        ("t.xlsx", xlsx_bytes({"a": [list(TABLE), *TABLE.to_numpy().tolist()]})),
    ],
)
def test_all_columns_are_kept_alike_from_every_format(
    workspace: Workspace, tmp_path: Path, name: str, content: str | bytes
) -> None:
    dataset = imported(workspace, tmp_path / name, content)

    assert (dataset.text_column, dataset.label_column, dataset.id_column) == ("text", "label", "")
    assert {column.name: column.kind for column in dataset.columns} == {
        "votes": ColumnKind.NUMBER, "edited": ColumnKind.YES_NO, "tag": ColumnKind.TEXT,
    }  # fmt: skip
    assert cells(workspace, dataset) == {
        "votes": ["1", "20", "3", "4"],
        "edited": ["true", "false", "true", "false"],
        "tag": ["a b", "c, d", 'e "f"', "g"],
    }


@settings(deadline=None, max_examples=10)
@given(
    names=st.lists(NAMES.filter(str.strip), min_size=1, max_size=4),
    rows=st.lists(st.lists(st.none() | WORDS, min_size=4, max_size=4), min_size=2, max_size=6),
)
def test_any_cells_under_any_names_come_back(
    names: list[str], rows: list[list[str | None]]
) -> None:
    header = ["the text", *names]
    lines = [[f"some words {n}", *row[: len(names)]] for n, row in enumerate(rows)]
    objects = [dict(zip(header, line, strict=True)) for line in lines]
    with TemporaryDirectory() as folder:
        workspace, path = Workspace(Path(folder) / "ws"), Path(folder) / "t.jsonl"
        path.write_text("\n".join(map(json.dumps, objects)), "utf-8")
        dataset = import_file(workspace, path).dataset
        found = cells(workspace, dataset)

    roles = {dataset.text_column, dataset.label_column, dataset.id_column}
    assert found == {
        name: [each[name] for each in objects]
        for name in dict.fromkeys(header)
        if name not in roles
    }


def test_rows_that_are_left_out_take_their_cells_along(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(
        b"text,tag\none word,a\n,b\nbad \xff\xfe\xfa bytes,c\nfour words,d\ntoo,many,cells\n"
    )

    dataset = import_file(workspace, file, format=UTF8_CSV).dataset

    assert cells(workspace, dataset) == {"tag": ["a", "d"]}
    assert dataset.skipped == 3


def test_cells_that_are_empty_or_blank_are_missing(workspace: Workspace, tmp_path: Path) -> None:
    content = "text,tag\none word,\ntwo words,  \nthree words,x\nfour words,\u2003\n"

    dataset = imported(workspace, tmp_path / "t.csv", content)

    assert cells(workspace, dataset) == {"tag": [None, None, "x", None]}
    assert dataset.columns[0].missing == 3


def test_a_cell_of_a_further_column_may_have_bytes_that_do_not_fit(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"text,tag\none word,a\xff\ntwo words,b\n")

    dataset = import_file(workspace, file, format=UTF8_CSV).dataset

    assert cells(workspace, dataset) == {"tag": ["a\N{REPLACEMENT CHARACTER}", "b"]}
    assert any("1 cell of further columns with bytes" in note for note in dataset.notes)


def test_what_is_chosen_for_columns_is_done(workspace: Workspace, tmp_path: Path) -> None:
    content = "text,tag,year,author\none word,a,2001,x\ntwo words,b,2002,y\n"
    choices = ColumnChoices(("tag",), ("author",), {"year": ColumnKind.CATEGORY})

    dataset = imported(workspace, tmp_path / "t.csv", content, choices=choices)

    assert [(column.name, column.sensitive) for column in dataset.columns] == [
        ("year", False), ("author", True),
    ]  # fmt: skip
    assert dataset.columns[0].kind is ColumnKind.CATEGORY


def test_a_choice_for_a_column_that_is_not_there_leaves_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    choices = ColumnChoices(left_out=("country",))

    with pytest.raises(BadInput) as refused:
        imported(workspace, tmp_path / "t.csv", "text,tag\na b,c\n", choices=choices)

    assert_one_sentence(refused.value)
    assert nothing_half_written(workspace)


def test_another_cell_makes_another_data_set_and_the_same_ones_do_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = imported(workspace, tmp_path / "a.csv", "text,tag\none word,a\n")
    again = imported(workspace, tmp_path / "a.csv", "text,tag\none word,a\n")
    other = imported(workspace, tmp_path / "a.csv", "text,tag\none word,b\n")
    bare = imported(workspace, tmp_path / "a.csv", "text\none word\n")

    assert first == again
    assert len({first.fingerprint, other.fingerprint, bare.fingerprint}) == 3
    assert not workspace.dataset(bare.id).columns.exists()


def test_more_columns_than_are_kept_are_said(workspace: Workspace, tmp_path: Path) -> None:
    names = ["text", *(f"m{n}" for n in range(MAX_COLUMNS + 2))]
    rows = [["some words", *map(str, range(MAX_COLUMNS + 2))]]

    dataset = import_file(workspace, write_csv(tmp_path / "t.csv", rows, names)).dataset

    assert len(dataset.columns) == MAX_COLUMNS
    assert any("2 columns left out ('m200', 'm201')" in note for note in dataset.notes)


def test_keys_of_few_objects_become_columns_and_too_many_are_said(
    workspace: Workspace, tmp_path: Path
) -> None:
    def lines(keys: int) -> str:
        plain = [json.dumps({"text": f"some longer words {n} " * 400}) for n in range(600)]
        rare = [json.dumps({"text": f"rare words {n}", f"k{n}": n}) for n in range(keys)]
        return "\n".join([*plain[:550], *rare, *plain[550:]])

    few = imported(workspace, tmp_path / "few.jsonl", lines(1))
    many = imported(workspace, tmp_path / "many.jsonl", lines(MAX_KEYS + 1))

    assert [column.name for column in few.columns] == ["k0"]
    assert few.columns[0].missing == 600
    assert any("1,000 different keys" in note for note in many.notes)


def test_a_column_without_a_name_is_kept_if_it_holds_anything(
    workspace: Workspace, tmp_path: Path
) -> None:
    bare = imported(workspace, tmp_path / "a.csv", "text,label,,\na b,x,,\nc d,y,,\n")
    some = imported(workspace, tmp_path / "b.csv", "text,label,,,\na b,x,,,\nc d,y,,1,\n")

    assert bare.columns == ()
    assert not workspace.dataset(bare.id).columns.exists()
    assert [column.name for column in some.columns] == ["column 4"]
    assert cells(workspace, some) == {"column 4": [None, "1"]}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_below_the_header_of_a_markdown_table_is_no_row(
    workspace: Workspace, tmp_path: Path, end: str
) -> None:
    lines = ["| text | label |", "|---|:-----:|", "| a b | x |", "| --- | y |", "| c d | x |", ""]

    dataset = imported(workspace, tmp_path / "t.csv", end.join(lines))

    table = pq.read_table(workspace.dataset(dataset.id).texts)
    assert [text.strip() for text in table["text"].to_pylist()] == ["a b", "---", "c d"]
    assert dataset.problems == {"header": 1}
    assert dataset.columns == ()


def test_nothing_is_quoted_of_a_sensitive_column(workspace: Workspace, tmp_path: Path) -> None:
    content = "text,price\n" + "".join(f"some words {n},{n}\n" for n in range(30)) + "last,n.b.\n"

    shown = imported(workspace, tmp_path / "a.csv", content)
    sensitive = imported(
        workspace, tmp_path / "b.csv", content + "more,31\n",
        choices=ColumnChoices(sensitive=("price",)),
    )  # fmt: skip

    assert "n.b." in shown.columns[0].note
    assert sensitive.columns[0].note == ""
