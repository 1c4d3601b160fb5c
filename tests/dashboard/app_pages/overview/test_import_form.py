from pathlib import Path

import pytest

from core.data.importing.import_job import ImportRequest
from core.data.importing.preview import Columns
from core.data.text_recipe import TextRecipe
from core.jobs.tasks import list_tasks
from core.records import from_plain
from core.workspace import Workspace
from dashboard.app_pages.overview.import_form import import_form
from dashboard.ui.file_source import FileSource
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, field, press, said


def drawn(draw: Draw, tmp_path: Path, content: str, name: str = "some.csv"):
    path = tmp_path / name
    path.write_text(content, "utf-8")
    return draw(import_form, FileSource(path, name))


@pytest.mark.parametrize(
    ("header", "text", "label", "id_"),
    [
        ("qid,question_text,target", "question_text", "target", "qid"),
        ("comment,label", "comment", "label", "\0"),
    ],
)
def test_columns_are_guessed_by_their_names(
    draw: Draw, tmp_path: Path, header: str, text: str, label: str, id_: str
) -> None:
    cells = {"qid": "q{n}", "question_text": "some longer words {n}", "target": "1",
             "comment": "some longer words {n}", "label": "0"}  # fmt: skip
    lines = [",".join(cells[name].format(n=n) for name in header.split(",")) for n in range(5)]

    app = drawn(draw, tmp_path, "\n".join([header, *lines, ""]))

    assert field(app.multiselect, "Text columns").value == [text]
    assert field(app.selectbox, "Label column").value == label
    assert field(app.selectbox, "Id column").value == id_
    assert field(app.text_input, "Name").value == "some"


def test_labels_are_counted_and_many_are_cut(draw: Draw, tmp_path: Path) -> None:
    lines = [f"some words {n},label {n % 9}" for n in range(90)]

    app = drawn(draw, tmp_path, "\n".join(["text,label", *lines, ""]))

    counted = next(each.value for each in app.caption if "in all 90 rows" in each.value)
    assert "and 3 more" in unescaped(counted)
    field(app.selectbox, "Label column").set_value("\0").run()
    assert not said(app, "and 3 more")


def test_names_that_occur_twice_cannot_be_chosen_and_without_another_nothing_can(
    draw: Draw, tmp_path: Path
) -> None:
    app = drawn(draw, tmp_path, "x,x,text\n1,2,hello there\n")
    assert field(app.multiselect, "Text columns").options == ["text"]
    assert said(app, "Columns whose name occurs more than once cannot be chosen.")
    assert app.dataframe[0].value.columns.tolist() == ["text", "x (1)", "x (2)"]

    app = drawn(draw, tmp_path, "x,x\n1,2\n", "twice.csv")
    assert "give the columns other names" in unescaped(app.error[0].value)
    assert [each.label for each in app.button] == ["Choose another"]


def test_a_name_that_is_taken_is_offered_with_a_number_and_said_when_typed(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    toy.import_rows(workspace, toy.make_rows(4), name="surge")
    path = tmp_path / "surge.csv"
    path.write_text("text,label\nhello there,0\nbad words,1\n")
    app = draw(import_form, FileSource(path, "surge.csv"))
    (name,) = app.text_input
    assert name.value == "surge 2"
    assert not said(app, "A data set is called so already")

    name.set_value("SURGE").run()

    assert said(app, "A data set is called so already: this one will be called “SURGE 2”.")


def test_a_file_without_rows_or_with_one_column_twice_is_not_imported(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    app = drawn(draw, tmp_path, "text,label\nhello there,0\nbad words,1\n")
    assert not button(app, "Import").disabled
    field(app.selectbox, "Id column").set_value("text").run()
    assert button(app, "Import").disabled

    app = drawn(draw, tmp_path, "text,label\n", "bare.csv")
    assert button(app, "Import").disabled
    assert list_tasks(workspace) == []


def test_another_file_can_be_chosen_and_an_upload_goes(draw: Draw, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text("text\nhello there\n", "utf-8")
    session = {"add_file": (str(path), "some.csv", True)}
    app = draw(import_form, FileSource(path, "some.csv", upload=True), session=session)

    press(app, "Choose another")

    assert not path.exists()
    assert "add_file" not in app.session_state


def test_spellings_of_one_class_can_be_merged_and_na_kept_as_a_class(
    draw: Draw, tmp_path: Path
) -> None:
    labels = ["Spam", "spam", "SPAM", "NA"]
    lines = [f"some words {n},{labels[n % 4]}" for n in range(40)]

    app = drawn(draw, tmp_path, "\n".join(["text,label", *lines, ""]))

    warnings = " ".join(unescaped(each.value) for each in app.warning)
    assert "These look like spellings of one class" in warnings
    assert "'NA' (10) counts as no label" in warnings
    field(app.multiselect, "Labels that are a class, not a missing label").set_value(["NA"]).run()
    (merge,) = app.checkbox
    assert unescaped(merge.label) == "Count as one class: Spam = spam = SPAM"
    merge.check().run()
    assert not app.warning


NEWS = "title,body,label\n" + "".join(
    f"Title of number {n},The words below it {n},{'ab'[n % 2]}\n" for n in range(12)
)


def test_a_title_that_may_belong_to_the_text_is_said_and_both_can_be_joined(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    app = drawn(draw, tmp_path, NEWS)
    (doubt,) = app.warning
    assert "'title' may belong to the text" in unescaped(doubt.value)
    assert next(iter(app.dataframe[0].value)) == "body"

    field(app.multiselect, "Text columns").set_value(["title", "body"]).run()
    field(app.selectbox, "Joined by").set_value(": ").run()
    assert not app.warning
    shown = app.dataframe[0].value
    assert list(shown) == ["title + body", "title", "body", "label"]
    assert shown["title + body"][0] == "Title of number 0: The words below it 0"
    press(app, "Import")

    (task,) = list_tasks(workspace)
    asked = from_plain(ImportRequest, task.arguments)
    assert asked.columns == Columns(TextRecipe(("title", "body"), ": "), "label")


def test_no_text_column_is_no_import(draw: Draw, tmp_path: Path) -> None:
    app = drawn(draw, tmp_path, NEWS)

    field(app.multiselect, "Text columns").set_value([]).run()

    assert not app.exception
    assert said(app, "Choose the column that holds the text.")
    assert not [each for each in app.button if each.label == "Import"]


def test_a_label_among_the_texts_columns_is_not_imported(draw: Draw, tmp_path: Path) -> None:
    app = drawn(draw, tmp_path, NEWS)

    field(app.multiselect, "Text columns").set_value(["body", "label"]).run()

    assert not app.exception
    assert "One column is chosen twice." in [unescaped(each.value) for each in app.warning]
    assert button(app, "Import").disabled
