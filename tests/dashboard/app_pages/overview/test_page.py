from pathlib import Path

from core.data.dataset import list_datasets
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import save_slice
from core.data.importing.import_report import Problem
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.workspace import Workspace
from tests import toy
from tests.dashboard.conftest import OpenPage, unescaped
from tests.dashboard.importing import box, do_import, pick_path, pick_upload, texts
from tests.made_runs import copy_run, make_run


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_an_empty_workspace_shows_the_synthetic_sample_and_calls_it_so(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = open_page(empty=True)
    assert not app.exception
    assert metrics(app)["Texts"] == "20,000"
    assert any("synthetic sample" in caption.value for caption in app.caption)
    assert [dataset.synthetic for dataset in list_datasets(workspace)] == [True]


def test_opening_the_page_twice_writes_the_sample_once(
    open_page: OpenPage, workspace: Workspace
) -> None:
    open_page(empty=True)
    open_page(empty=True)
    assert len(list_datasets(workspace)) == 1


def test_a_file_imported_by_path_becomes_the_chosen_data_set(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("text,label\nhello there,0\nbad words,1\n\n*starred*,0\n", "utf-8")
    app = do_import(workspace, pick_path(open_page(), path))
    assert not app.exception
    assert metrics(app)["Texts"] == "3"
    assert app.get_by_key("overview_dataset").value == list_datasets(workspace)[-1].id
    assert [unescaped(toast.value) for toast in app.toast] == ["Imported 3 rows as tickets."]
    assert path.exists()
    assert not list(workspace.root.glob("staging/*"))


def test_an_uploaded_file_is_imported_with_the_columns_chosen(
    open_page: OpenPage, workspace: Workspace
) -> None:
    content = b"a;b;kind\nfirst text;other one;spam\nsecond text;more;ham\n"
    app = pick_upload(open_page(), "two.csv", content)
    assert box(app, "Between columns").value == ";"
    texts(app).set_value(["b"]).run()
    box(app, "Label column").set_value("kind").run()
    do_import(workspace, app)
    assert not app.exception
    newest = list_datasets(workspace)[-1]
    assert (newest.rows, newest.classes, newest.name) == (2, ("ham", "spam"), "two")
    assert not list(workspace.uploads.iterdir())


def test_a_second_file_starts_with_its_own_guesses(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = pick_upload(open_page(), "one.csv", b"comment,target\na b,1\n")
    assert texts(app).value == ["comment"]
    do_import(workspace, app)
    pick_upload(app, "two.csv", b"comment,question_text,target\nx,a longer text,1\n")
    assert texts(app).value == ["question_text"]
    do_import(workspace, app)
    assert not app.exception
    assert {dataset.name for dataset in list_datasets(workspace)} >= {"one", "two"}
    assert not list(workspace.uploads.iterdir())


def test_the_same_content_again_names_the_data_set_that_has_it(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "first.csv"
    path.write_text("text,label\nhello there,0\nbad words,1\n", "utf-8")
    app = do_import(workspace, pick_path(open_page(), path))
    again = path.rename(tmp_path / "second.csv")
    do_import(workspace, pick_path(app, again))
    assert [unescaped(toast.value) for toast in app.toast] == [
        "The same content is here already as first."
    ]
    assert metrics(app)["Texts"] == "2"
    assert len(list_datasets(workspace)) == 2


def test_the_import_report_counts_and_names_the_rows(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("text,label\na b c,0\nd e f,0,9\n ,1\ng h i,1\n", "utf-8")
    app = do_import(workspace, pick_path(open_page(), path))
    assert not app.exception
    report = next(part for part in app.expander if "Import report" in part.label)
    assert report.label == "Import report: 4 rows in the file, 2 left out"
    assert report.proto.expanded
    table = report.dataframe[0].value
    assert table["Problem"].tolist() == [Problem.FIELDS.label, Problem.EMPTY.label]
    assert table["Rows"].tolist() == [1, 1]
    assert table["They are"].tolist() == ["left out", "left out"]
    assert table["First rows"].tolist() == ["3", "4"]
    assert report.get("download_button")[0].proto.label == "Download the whole report"


def test_a_data_set_is_renamed(open_page: OpenPage, workspace: Workspace) -> None:
    app = open_page()
    dataset = list_datasets(workspace)[0]
    app.get_by_key(f"rename_{dataset.id}").set_value("*My* set").run()
    app.get_by_key(f"rename_{dataset.id}_do").click().run()
    assert not app.exception
    assert [d.name for d in list_datasets(workspace)] == ["*My* set"]
    assert any(unescaped(text.value) == "***My* set**" for text in app.markdown)


def test_a_name_that_cannot_be_one_is_refused_in_a_sentence(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = open_page()
    dataset = list_datasets(workspace)[0]
    app.get_by_key(f"rename_{dataset.id}").set_value("  ").run()
    app.get_by_key(f"rename_{dataset.id}_do").click().run()
    assert unescaped(app.toast[0].value).startswith("Expected a name of 1 to")
    assert [d.name for d in list_datasets(workspace)] == [dataset.name]


def test_a_deleted_data_set_gives_way_to_another(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label\nhello there,0\nbad words,1\n", "utf-8")
    app = do_import(workspace, pick_path(open_page(), path))
    sample, dataset = list_datasets(workspace)
    delete = app.get_by_key(f"delete_{dataset.id}_do")
    assert delete.disabled
    app.get_by_key(f"delete_{dataset.id}").check().run()
    app.get_by_key(f"delete_{dataset.id}_do").click().run()
    assert not app.exception
    assert [d.id for d in list_datasets(workspace)] == [sample.id]
    assert app.get_by_key("overview_dataset").value == sample.id


def test_deleting_the_last_data_set_brings_the_sample_back(
    open_page: OpenPage, workspace: Workspace
) -> None:
    toy.import_rows(workspace, toy.make_rows(40))
    app = open_page()
    (dataset,) = list_datasets(workspace)
    app.get_by_key(f"delete_{dataset.id}").check().run()
    app.get_by_key(f"delete_{dataset.id}_do").click().run()
    assert not app.exception
    assert [d.synthetic for d in list_datasets(workspace)] == [True]
    assert metrics(app)["Texts"] == "20,000"


def test_what_uses_a_data_set_is_said_before_it_is_deleted(
    open_page: OpenPage, toy_workspace: Workspace, toy_dataset, toy_run
) -> None:
    app = open_page(over=toy_workspace)
    said = [unescaped(caption.value) for caption in app.caption]
    assert any(line.startswith(f"Trained on it: {toy_run.name}.") for line in said)


def test_slices_and_splits_that_go_with_a_data_set_are_said(
    open_page: OpenPage, workspace: Workspace
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(40))
    save_slice(workspace, dataset, "rude *ones*", RowFilter(text="stupid"), 3)
    save_split(workspace, dataset, "by halves", SplitPlan(0.5, 0.5, seed=1))
    said = [unescaped(caption.value) for caption in open_page().caption]
    assert "Slices that go with it: rude *ones*." in said
    assert "Saved splits that go with it: by halves." in said


def test_of_many_runs_the_newest_are_shown_and_a_button_leads_to_all(
    open_page: OpenPage, workspace: Workspace
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    first = make_run(workspace, dataset, "run", points=0)
    newest = copy_run(workspace, first, 100)[::-1]

    app = open_page()

    table = next(frame.value for frame in app.dataframe if "PR-AUC" in frame.value.columns)
    assert table["Run"].tolist() == [run.name for run in newest]
    next(each for each in app.button if each.label == "See all 101 runs").click().run()
    assert not app.exception
    assert any(caption.value == "1 to 100 of 101 runs." for caption in app.caption)
