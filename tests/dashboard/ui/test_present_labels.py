import numpy as np
import pytest

from core.data.dataset import Dataset
from core.labels.assign.bulk import label_all, undo_all
from core.labels.guidelines import write_guideline
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard.app_pages.explore.rows_view import rows_view
from dashboard.app_pages.label.labels_view import labels_view
from dashboard.app_pages.overview.dataset_card import dataset_card
from dashboard.app_pages.overview.figures import figures
from dashboard.app_pages.overview.health_view import health_view
from dashboard.ui.present_labels import file_only, present_labels, presently
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said, sent, table


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """Four rows without a label, and two classes to give them."""
    made = toy.import_rows(workspace, [(f"text {n}", "") for n in range(4)])
    write_guideline(open_labels(workspace), made, text="", classes=("kind", "rude"), author="t")
    return made


def give(workspace: Workspace, dataset: Dataset, value: str, *rows: int) -> str:
    store = open_labels(workspace)
    return label_all(store, dataset, np.array(rows), value, annotator="ann", reason="a test")


def test_labels_by_people_show_as_soon_as_they_are_given_and_go_with_an_undo(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    def steps() -> object:
        labels = present_labels(dataset)
        return labels and labels.names(np.arange(4)).to_pylist(), presently(dataset).class_counts

    app = draw(steps)
    assert app.session_state["drawn"] == (None, {})
    given = give(workspace, dataset, "rude", 1)
    assert app.run().session_state["drawn"] == ([None, "rude", None, None], {"rude": 1})

    undo_all(open_labels(workspace), dataset, given, annotator="ann")
    assert app.run().session_state["drawn"] == (None, {})


def test_a_store_that_cannot_be_read_is_said_and_the_files_labels_show(
    draw: Draw, workspace: Workspace
) -> None:
    made = toy.import_rows(workspace, toy.make_rows(8))
    workspace.labels.write_bytes(b"no database at all" * 100)

    app = draw(rows_view, made)

    assert "Expected a label store" in app.error[0].value
    assert [row["label"] for row in sent(app)[0]["rows"]].count("1") == 2


def test_overview_counts_labels_by_people_and_says_whose_they_are(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    give(workspace, dataset, "rude", 0, 2)
    give(workspace, dataset, "kind", 3)

    app = draw(lambda: (figures(dataset), dataset_card(dataset)))

    assert said(app, "3 of 4 rows labelled, 3 of them by people")
    first = table(app, "text").fillna("")
    assert first["label"].tolist() == ["rude", "", "rude", "kind"]
    assert first["labelled by"].tolist() == ["people", "", "people", "people"]
    assert app.metric[1].value == "66.7%"


def test_explore_shows_counts_and_filters_labels_by_people(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    give(workspace, dataset, "rude", 0, 2)
    app = draw(rows_view, dataset)
    rows = sent(app)[0]["rows"]
    assert [row["label"] for row in rows] == ["rude", None, "rude", None]
    assert said(app, "rude: 2 (50.0%)")

    whose = next(box for box in app.selectbox if box.label == "Labelled by")
    whose.set_value("people").run()

    assert [row["row"] for row in sent(app)[0]["rows"]] == [0, 2]
    assert said(app, "People have labelled 2 of these rows before: that is overruled.")


def test_the_distribution_of_labels_has_those_by_people(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    give(workspace, dataset, "rude", 0, 2)

    app = draw(labels_view, dataset)

    assert said(app, "2 rows with a label (2 of them by people), 2 without.")


def test_what_counts_only_the_files_labels_says_so_where_people_gave_some(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    assert draw(file_only, dataset).session_state["drawn"] == ""
    give(workspace, dataset, "rude", 0)

    assert said(draw(health_view, dataset), "Labels are the file’s here, without those")
