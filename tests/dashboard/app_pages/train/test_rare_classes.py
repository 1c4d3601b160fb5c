import pytest

from core.data.dataset import Dataset
from core.workspace import Workspace
from dashboard.app_pages.train.rare_classes import rare_classes
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = [(f"text {n}", ("ham", "spam")[n % 2]) for n in range(40)]
    return toy.import_rows(workspace, [*rows, ("a writ", "legal"), ("an ad", "promo")])


def test_rare_classes_are_named_and_kept_unless_a_click_says_otherwise(
    draw: Draw, dataset: Dataset
) -> None:
    app = draw(rare_classes, dataset, "k")

    assert said(app, "Fewer than 10 rows: legal (1), promo (1).")
    assert app.session_state["drawn"] == {}
    field(app.segmented_control, "Classes of few rows").set_value("Leave out").run()
    assert app.session_state["drawn"] == {"left_out": ("legal", "promo")}
    field(app.segmented_control, "Classes of few rows").set_value("Merge into another").run()
    assert app.session_state["drawn"] == {"merged": (("legal", "ham"), ("promo", "ham"))}


def test_nothing_is_asked_where_no_class_is_rare(draw: Draw, workspace: Workspace) -> None:
    rows = [(f"text {n}", "abc"[n % 3]) for n in range(40)]

    app = draw(rare_classes, toy.import_rows(workspace, rows), "k")

    assert app.session_state["drawn"] == {}
    assert not app.segmented_control
