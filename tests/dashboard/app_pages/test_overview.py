from pathlib import Path

from core.datasets.dataset import list_datasets
from core.workspace import Workspace
from dashboard.components.plain_text import WORD_JOINER
from tests.dashboard.conftest import OpenPage


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def unescaped(text: str) -> str:
    return text.replace("\\", "").replace(WORD_JOINER, "")


def box(app, label: str):
    return next(box for box in app.selectbox if box.label == label)


def test_an_empty_workspace_shows_the_synthetic_sample_and_calls_it_so(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = open_page()
    assert not app.exception
    assert metrics(app)["Texts"] == "20,000"
    assert any("synthetic sample" in caption.value for caption in app.caption)
    assert [dataset.synthetic for dataset in list_datasets(workspace)] == [True]


def test_opening_the_page_twice_writes_the_sample_once(
    open_page: OpenPage, workspace: Workspace
) -> None:
    open_page()
    open_page()
    assert len(list_datasets(workspace)) == 1


def test_a_file_imported_by_path_becomes_the_chosen_data_set(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("text,label\nhello there,0\nbad words,1\n\n*starred*,0\n", "utf-8")
    app = open_page()
    app.get_by_key("add_way").set_value("By path").run()
    app.get_by_key("add_path").set_value(str(path)).run()
    app.get_by_key("add_import").click().run()
    assert not app.exception
    assert metrics(app)["Texts"] == "3"
    assert app.get_by_key("overview_dataset").value == list_datasets(workspace)[-1].id
    assert not list(workspace.root.glob("staging/*"))


def test_an_uploaded_file_is_imported_with_the_columns_chosen(
    open_page: OpenPage, workspace: Workspace
) -> None:
    content = b"a;b;kind\nfirst text;other one;spam\nsecond text;more;ham\n"
    app = open_page()
    app.get_by_key("add_upload_0").upload("two.csv", content, "text/csv").run()
    box(app, "Text column").set_value("b").run()
    box(app, "Label column").set_value("kind").run()
    app.get_by_key("add_import").click().run()
    assert not app.exception
    newest = list_datasets(workspace)[-1]
    assert (newest.rows, newest.classes) == (2, ("ham", "spam"))


def test_a_second_file_starts_with_its_own_guesses(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = open_page()
    app.get_by_key("add_upload_0").upload("one.csv", b"comment,target\na b,1\n", "text/csv").run()
    assert box(app, "Text column").value == "comment"
    app.get_by_key("add_import").click().run()
    two = b"comment,question_text,target\nx,a longer text,1\n"
    app.get_by_key("add_upload_1").upload("two.csv", two, "text/csv").run()
    assert box(app, "Text column").value == "question_text"
    app.get_by_key("add_import").click().run()
    assert not app.exception
    assert {dataset.name for dataset in list_datasets(workspace)} >= {"one", "two"}
    assert not list(workspace.uploads.iterdir())


def test_a_bad_file_gives_one_sentence_and_leaves_nothing(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = open_page()
    app.get_by_key("add_upload_0").upload("cat.csv", b"\x89PNG\r\n\x1a\n\0\0", "text/csv").run()
    assert not app.exception
    assert [unescaped(error.value) for error in app.error] == [
        "Expected a text file with comma-separated values, but found a PNG picture:"
        " save the table as CSV in UTF-8 and choose that file."
    ]
    assert len(list_datasets(workspace)) == 1


def test_a_path_without_a_file_gives_one_sentence(open_page: OpenPage) -> None:
    app = open_page()
    app.get_by_key("add_way").set_value("By path").run()
    app.get_by_key("add_path").set_value("/no/such/file.csv").run()
    assert len(app.error) == 1
    assert "nothing at" in app.error[0].value


def test_runs_are_listed_with_their_metrics(open_page: OpenPage, toy_workspace, toy_run) -> None:
    app = open_page(over=toy_workspace)
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "Run" in frame.value.columns)
    assert table["Run"].tolist() == [toy_run.name]
    assert table["State"].tolist() == ["finished"]
    assert 0 < table["F1"].iloc[0] <= 1
