"""Every page over a workspace with a damaged file in it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.workspace import Workspace
from dashboard import state
from tests.dashboard.conftest import OpenPage
from tests.full_workspace import DAMAGES, FILES, damaged_copy, fill

PAGES = ("overview", "explore", "label", "train", "runs", "evaluate", "score")
SEEN = {
    "examples": ("half", "runs"),
    "texts": ("missing", "overview"),
    "run's status": ("null", "runs"),
    "run's result": ("{}", "evaluate"),
    "run's job.json": ("half", "runs"),
    "scores": ("null", "score"),
}
"""What is looked at here of each file; all pages and damages are in the slow test."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("whole") / "workspace")
    fill(workspace)
    return workspace


def sentences(app: AppTest) -> list[str]:
    return [each.value for each in (*app.error, *app.caption)]


@pytest.mark.parametrize(("file", "damage", "page"), [(f, d, p) for f, (d, p) in SEEN.items()])
def test_a_damaged_file_is_said_on_the_page_that_needs_it(
    open_page: OpenPage, whole: Workspace, tmp_path: Path, file: str, damage: str, page: str
) -> None:
    app = open_page(page, damaged_copy(whole, tmp_path / "copy", file, damage))

    assert not app.exception
    assert any("damaged" in said or "no file" in said for said in sentences(app))


def test_a_damaged_profile_is_made_again(
    open_page: OpenPage, whole: Workspace, tmp_path: Path
) -> None:
    copy = damaged_copy(whole, tmp_path / "copy", "lengths", "half")
    app = open_page("overview", copy)
    assert any("it has been made again" in said for said in sentences(app))

    app.run()
    assert not app.error


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_no_damage_breaks_a_page(
    open_page: OpenPage, whole: Workspace, tmp_path: Path, file: str
) -> None:
    for damage in ("missing", "half", "null", "flipped at 50%"):
        assert damage in DAMAGES
        copy = damaged_copy(whole, tmp_path / damage, file, damage)
        for page in PAGES:
            app = open_page(page, copy)
            assert not app.exception, (damage, page, app.exception)
            if page == "evaluate":
                for view in ("Mistakes", "Slices", "Calibration", "Baselines", "Label suspects"):
                    app.session_state[state.EVALUATION] = view
                    assert not app.run().exception, (damage, view, app.exception)
