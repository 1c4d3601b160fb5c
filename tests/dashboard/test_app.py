import re

from dashboard.app import ICON, PAGES, ROOT
from tests.dashboard.conftest import APP, OpenPage


def test_every_page_of_the_menu_is_there_and_every_page_is_in_the_menu() -> None:
    folders = {each.parent.name for each in (APP.parent / "app_pages").glob("*/page.py")}

    assert {folder for folder, _ in PAGES} == folders
    assert len(PAGES) == len(folders)
    assert PAGES[0][0] == "overview"
    assert ICON.is_file()
    assert APP.parent.parent.samefile(ROOT)


def test_icons_are_names_of_icons() -> None:
    assert all(re.fullmatch(r"[a-z_]+", icon) for _, icon in PAGES)
    assert len({icon for _, icon in PAGES}) == len(PAGES)


def test_each_page_opens_on_a_fresh_workspace(open_page: OpenPage) -> None:
    app = open_page()
    titles = []
    for folder, _ in PAGES:
        if folder == "train":  # It would look into the model with TensorFlow.
            continue
        app.switch_page(f"app_pages/{folder}/page.py").run()
        assert not app.exception, folder
        titles.append(app.title[0].value)

    assert titles == ["Overview", "Explore", "Label", "Runs", "Evaluate", "Score"]
