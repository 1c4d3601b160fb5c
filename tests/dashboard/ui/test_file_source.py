from pathlib import Path

import pytest

from core.errors import NotFound
from core.workspace import Workspace
from dashboard.ui.file_source import FileSource, path_source, upload_source
from tests.dashboard.conftest import Draw


def test_a_file_is_named_by_its_path_alone() -> None:
    one, other = (FileSource(Path(name), "x.csv") for name in ("/a/x.csv", "/b/x.csv"))

    assert one.key == FileSource(Path("/a/x.csv"), "another", upload=True).key
    assert one.key != other.key
    assert FileSource(Path("/a/\udcff.csv"), "x").key.isalnum()  # A name that is no text.


@pytest.mark.parametrize("typed", ["", "   "])
def test_while_nothing_is_typed_there_is_no_file(draw: Draw, typed: str) -> None:
    app = draw(path_source, "k")
    app.text_input[0].set_value(typed).run()

    assert app.session_state["drawn"] is None


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/a/b c.csv", Path("/a/b c.csv")),
        ("  /a/b.csv ", Path("/a/b.csv")),
        ("~/b.csv", Path.home() / "b.csv"),
        ("b.csv", Path.cwd() / "b.csv"),
    ],
)
def test_a_typed_path_is_made_whole(draw: Draw, typed: str, path: Path) -> None:
    app = draw(path_source, "k")
    app.text_input[0].set_value(typed).run()

    assert app.session_state["drawn"] == FileSource(path, path.name)


def test_a_folder_of_nobody_is_refused(draw: Draw) -> None:
    def view() -> str:
        with pytest.raises(NotFound) as caught:
            path_source("k")
        return str(caught.value)

    app = draw(view, session={"k_path": "~no-such-user-here/b.csv"})

    assert "nothing at '~no-such-user-here/b.csv'" in app.session_state["drawn"]


def test_an_upload_is_a_file_that_goes_when_it_was_used(draw: Draw, workspace: Workspace) -> None:
    app = draw(upload_source, "k", label="A file")
    assert app.session_state["drawn"] is None
    assert app.file_uploader[0].label.startswith("A file, up to ")

    app.file_uploader[0].upload("some.csv", b"text\na\n", "text/csv").run()

    found = app.session_state["drawn"]
    assert (found.name, found.upload) == ("some.csv", True)
    assert found.path.parent == workspace.uploads
    assert found.path.read_bytes() == b"text\na\n"
