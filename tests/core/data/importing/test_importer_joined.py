"""What an import makes of several columns that are one text."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import TEXT, find_dataset
from core.data.importing.column_choice import ColumnChoices
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.reading.formats import FileFormat, FileKind
from core.data.text_recipe import TextRecipe
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.imported import csv_bytes, imported, problems_of, report_is_truthful, rows_of
from tests.core.data.workbooks import xlsx_bytes
from tests.messages import assert_one_sentence

NEWS = TextRecipe(("title", "body"), ": ")
COLUMNS = Columns(NEWS, "label", "id")
UTF8_CSV = FileFormat(FileKind.CSV, encoding="utf-8")
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)


def texts_of(workspace: Workspace, name: str) -> list[str]:
    dataset = find_dataset(workspace, name)
    return pq.read_table(workspace.dataset(dataset.id).texts)[TEXT].to_pylist()


def contents(rows: list[tuple[str, ...]]) -> dict[str, bytes]:
    """The rows under their header in every format, by a file's name."""
    header, *cells = rows
    objects = [dict(zip(header, row, strict=True)) for row in cells]
    return {
        "t.csv": csv_bytes(rows),
        "t.jsonl": "\n".join(map(json.dumps, objects)).encode(),
        "t.json": json.dumps(objects).encode(),
        "t.parquet": pd.DataFrame(objects).to_parquet(index=False),
        "t.xlsx": xlsx_bytes({"a": [[cell or None for cell in row] for row in rows]}),
    }


TABLE = contents(
    [
        ("id", "body", "label", "title"),
        ("a", "It rained.", "0", "Weather"),
        ("b", "", "1", "  Only a title "),
        ("c", "Only a body", "0", ""),
        ("d", " ", "1", ""),
        ("e", "two\nlines", "1", "Last"),
    ]
)


@pytest.mark.parametrize("name", TABLE)
def test_columns_are_joined_alike_from_every_format(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(TABLE[name])

    result = import_file(workspace, file, COLUMNS)

    assert report_is_truthful(workspace, result)
    assert rows_of(workspace, result.dataset) == [
        ("a", "Weather: It rained.", "0"), ("b", "Only a title", "1"), ("c", "Only a body", "0"),
        ("e", "Last: two\nlines", "1"),
    ]  # fmt: skip
    assert [problem[0] for problem in problems_of(workspace, result.dataset)] == ["empty"]


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5),
    st.permutations(["x", "y", "z"]),
    st.sampled_from(["\n", " ", "", " - "]),
    st.sampled_from(["csv", "jsonl"]),
)
def test_any_cells_are_joined_as_they_stand_in_the_file(
    rows: list[tuple[str, ...]], order: list[str], separator: str, ending: str
) -> None:
    header = ("x", "y", "z")
    rows = [("a first row", "of some", "words"), *rows]
    with TemporaryDirectory() as folder:
        workspace, path = Workspace(Path(folder) / "ws"), Path(folder) / f"t.{ending}"
        objects = [dict(zip(header, row, strict=True)) for row in rows]
        made = csv_bytes([header, *rows])
        path.write_bytes(made if ending == "csv" else "\n".join(map(json.dumps, objects)).encode())
        kind = FileKind.CSV if ending == "csv" else FileKind.JSONL
        columns = Columns(TextRecipe(tuple(order), separator))
        import_file(workspace, path, columns, format=FileFormat(kind, "utf-8"), name="n")
        found = texts_of(workspace, "n")

    parts = ([each[name].strip() for name in order if each[name].strip()] for each in objects)
    expected = [separator.join(row) for row in parts]
    assert found == [text for text in expected if text]


def test_joined_columns_are_kept_as_further_ones_and_a_single_one_is_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(TABLE["t.csv"])

    both = import_file(workspace, file, COLUMNS).dataset
    one = import_file(workspace, file, Columns("body", "label", "id")).dataset
    less = import_file(
        workspace, file, COLUMNS, choices=ColumnChoices(("title",), ("body",))
    ).dataset

    assert [column.name for column in both.columns] == ["body", "title"]
    assert (both.text_recipe, both.text_column) == (NEWS, "")
    assert [column.name for column in one.columns] == ["title"]
    assert (one.text_recipe, one.text_column) == (TextRecipe(("body",)), "body")
    assert [(column.name, column.sensitive) for column in less.columns] == [("body", True)]
    assert find_dataset(workspace, both.id) == both


def test_a_part_whose_bytes_do_not_fit_leaves_the_row_out(
    workspace: Workspace, tmp_path: Path
) -> None:
    content = b"title,body\none word,a body\nnaive,caf\xe9\ncaf\xe9,\nlast,words\n"

    dataset = imported(
        workspace, tmp_path / "t.csv", content, columns=Columns(NEWS), format=UTF8_CSV
    )

    assert [text for _, text, _ in rows_of(workspace, dataset)] == [
        "one word: a body",
        "last: words",
    ]
    assert problems_of(workspace, dataset) == [
        ("bytes", 3, "naive: caf\ufffd"), ("bytes", 4, "caf\ufffd"),
    ]  # fmt: skip


def test_a_text_is_long_by_what_it_is_joined_of(workspace: Workspace, tmp_path: Path) -> None:
    rows = [("title", "body"), ("x" * 9_999, "y" * 10_000), ("x" * 9_999, "y" * 9_999)]

    dataset = imported(workspace, tmp_path / "t.csv", csv_bytes(rows), columns=Columns(NEWS))

    assert problems_of(workspace, dataset) == [("long", 2, "20,001 characters")]


def test_a_header_that_comes_again_is_left_out(workspace: Workspace, tmp_path: Path) -> None:
    lines = ["title,body,label", "a first,text here,0", "title,body,label", "a second,text there,1"]
    again = ["title,x,0", "y,body,1"]

    dataset = imported(
        workspace, tmp_path / "t.csv", "\n".join([*lines, *again, ""]),
        columns=Columns(TextRecipe(("body", "title"), " "), "label"),
    )  # fmt: skip

    assert [text for _, text, _ in rows_of(workspace, dataset)] == [
        "text here a first", "text there a second", "x title", "body y",
    ]  # fmt: skip
    assert dataset.problems == {"header": 1}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            Columns(TextRecipe(("title", "text"))),
            "one of the file's columns (id, title, body, n, n",
        ),
        (Columns(TextRecipe(("title", "n"))), "found 2 columns called 'n'"),
        (
            Columns(NEWS, "body"),
            "a label column besides the text column, but found 'body' for both",
        ),
    ],
)
def test_columns_that_cannot_be_joined_are_refused(
    workspace: Workspace, tmp_path: Path, columns: Columns, said: str
) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"id,title,body,n,n\n1,a,b,c,d\n")

    with pytest.raises(BadInput) as caught:
        import_file(workspace, file, columns)

    assert said in str(caught.value)
    assert_one_sentence(caught.value)


def test_a_real_file_of_titles_and_bodies_is_joined_as_pandas_does(
    workspace: Workspace, tmp_path: Path, shared_data: Path
) -> None:
    tweets = pd.read_csv(shared_data / "davidson" / "all.csv", dtype=str, keep_default_na=False)
    tweets = tweets.iloc[::20]
    parts = tweets["text"].str.partition(" ")
    news = pd.DataFrame({"title": parts[0], "body": parts[2], "label": tweets["label"]})
    news.to_csv(tmp_path / "news.csv", index=False)

    dataset = import_file(
        workspace, tmp_path / "news.csv", Columns(TextRecipe(("title", "body"), " "), "label")
    ).dataset

    stripped = news["title"].str.strip() + " " + news["body"].str.strip()
    assert [text for _, text, _ in rows_of(workspace, dataset)] == stripped.str.strip().tolist()
    assert dataset.class_counts == news["label"].value_counts().to_dict()
