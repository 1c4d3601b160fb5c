from pathlib import Path

from core.data.importing.column_choice import ColumnChoices
from core.data.importing.import_report import Problem
from core.data.importing.importer import import_file
from core.workspace import Workspace
from dashboard.app_pages.overview.import_report import _other_notes, import_report
from tests import toy
from tests.core.data.imported import imported
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said, table


def test_an_import_without_a_problem_says_so_and_is_closed(
    draw: Draw, workspace: Workspace
) -> None:
    app = draw(import_report, toy.import_rows(workspace, toy.make_rows(1_200)))

    (report,) = app.expander
    assert report.label == "Import report: 1,200 rows in the file, none left out"
    assert not report.proto.expanded
    assert said(app, "All rows are imported; none had a problem.")
    assert not app.get("download_button")


def test_problems_are_counted_with_their_first_rows(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("text,label\na b c,0\nd e f,0,9\n ,1\n ,1\ng h i,1\n", "utf-8")
    dataset = import_file(workspace, path).dataset

    app = draw(import_report, dataset, session={"import_report": dataset.id})

    assert app.expander[0].proto.expanded
    shown = table(app, "Problem").set_index("Problem")
    assert shown.loc[Problem.EMPTY.label].tolist() == [2, "left out", "4, 5"]
    assert shown.loc[Problem.FIELDS.label].tolist() == [1, "left out", "3"]
    assert len(app.get("download_button")) == 1
    assert said(app, "a line of column names is row 1")


def test_a_report_whose_file_is_gone_still_counts(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("text,label\na b c,0\n ,1\ng h i,1\n", "utf-8")
    dataset = import_file(workspace, path).dataset
    workspace.dataset(dataset.id).problems.unlink()

    app = draw(import_report, dataset)

    assert table(app, "Problem")["Rows"].tolist() == [1]
    assert not app.get("download_button")


def test_a_note_says_nothing_that_the_table_says(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("text,label\na b c,0\n ,1\ng h i,1\n", "utf-8")
    dataset = import_file(workspace, path).dataset

    notes = _other_notes(dataset)

    assert not any(Problem.EMPTY.label in note for note in notes)
    assert set(notes) <= set(dataset.notes)


def test_the_further_columns_stand_in_it_with_what_they_hold(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    rows = "".join(f"some words {n},{n},{'n.b.' if n == 7 else n}\n" for n in range(30))
    choices = ColumnChoices(sensitive=("votes",))
    csv = f"text,votes,price\n{rows}"
    dataset = imported(workspace, tmp_path / "t.csv", csv, choices=choices)

    shown = table(draw(import_report, dataset), "Holds")

    assert shown["Column"].tolist() == ["votes", "price"]
    assert shown["Holds"].tolist()[0] == "Number"
    assert shown["Sensitive"].tolist() == [True, False]
    assert shown["Different"].tolist() == [30, 30]
    assert "row 9" in shown["Note"][1]
