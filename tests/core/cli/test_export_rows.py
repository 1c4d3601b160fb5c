import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from core.cli.parser import main
from core.data.dataset import Dataset
from core.data.importing.column_choice import ColumnChoices
from core.data.importing.preview import Columns
from core.workspace import Workspace
from tests import toy
from tests.core.data.imported import imported
from tests.core.small_disk import no_file_above

Printed = pytest.CaptureFixture[str]
CSV = "question,spam,country,mail,n\na cat,yes,US,=x,01\na dog,no,CA,y,2.0\nno cat,,US,z,\n"


@pytest.fixture(autouse=True)
def dataset(workspace: Workspace, tmp_path: Path) -> Dataset:
    return imported(
        workspace, tmp_path / "pets.csv", CSV, columns=Columns(text="question", label="spam"),
        choices=ColumnChoices(sensitive=("mail",)),
    )  # fmt: skip


def test_the_ending_says_the_format(tmp_path: Path, capsys: Printed) -> None:
    for name in ("a.csv", "a.tsv", "a.parquet", "a.jsonl", "a.xlsx"):
        assert main(["export-rows", "pets", str(tmp_path / name), "cat"]) == 0
        assert capsys.readouterr().err == "2 rows\n"

    header = ["id", "question", "spam", "country", "n"]
    rows = [["0", "a cat", "yes", "US", "01"], ["2", "no cat", None, "US", None]]
    empty = [[cell or "" for cell in row] for row in rows]
    for name, delimiter in (("a.csv", ","), ("a.tsv", "\t")):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            assert list(csv.reader(file, delimiter=delimiter)) == [header, *empty]
    expected = [dict(zip(header, row, strict=True)) for row in rows]
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == expected
    lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == expected
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert book.get_sheet_by_index(0).to_python() == [header, *empty]


def test_conditions_and_choices_go_together(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    arguments = ["--where", "country = 'US'", "--label", "yes", "--sensitive", "--format", "csv"]
    assert main(["export-rows", "pets", "-", *arguments]) == 0

    printed = capfdbinary.readouterr()
    (row,) = csv.DictReader(io.StringIO(printed.out.decode(), newline=""))
    assert (row["question"], row["mail"]) == ("a cat", "'=x")
    assert printed.err == (
        b"1 row\n1 cell that a spreadsheet would run as a formula written behind an apostrophe\n"
    )
    assert main(["export-rows", "pets", "-", *arguments, "--unguarded"]) == 0
    assert b",=x," in capfdbinary.readouterr().out


def test_parts_of_the_split_that_rows_are_of_stand_beside_them(
    workspace: Workspace, tmp_path: Path
) -> None:
    toy.import_rows(workspace, toy.make_rows(60), name="many")
    assert main(["split", "many", "--name", "Half"]) == 0
    target = tmp_path / "test.jsonl"
    assert main(["export-rows", "many", str(target), "--split", "Half", "--part", "test"]) == 0
    parts = {json.loads(line)["part"] for line in target.read_text("utf-8").splitlines()}
    assert parts == {"test"}
    assert main(["export-rows", "many", str(target), "--with-split", "Half"]) == 0
    assert len(target.read_text("utf-8").splitlines()) == 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/no/such/folder/x.csv"], "no such folder"),
        (["x.docx"], "a file to write that ends in .csv"),
        (["-", "--typed"], "a kind of file that has types, but found CSV"),
        (["-", "--with-split", "gone"], "the name of a split"),
        (["-", "--with-run", "gone"], "the id or name of a run"),
        (["-", "--where", "nation = 'US'"], "nation"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_written_is_one_sentence(
    capsys: Printed, arguments: list[str], message: str
) -> None:
    capsys.readouterr()
    assert main(["export-rows", "pets", *arguments]) == 1

    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_a_full_disk_is_said_and_leaves_what_was_there(
    workspace: Workspace, tmp_path: Path, capsys: Printed
) -> None:
    toy.import_rows(workspace, [("long " * 200_000, "1")], name="long")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.csv").write_text("before")
    with no_file_above(500):
        assert main(["export-rows", "long", str(folder / "a.csv")]) == 1

    assert capsys.readouterr().err.startswith("Expected room to write the rows, but found")
    assert [path.read_text() for path in folder.iterdir()] == ["before"]
