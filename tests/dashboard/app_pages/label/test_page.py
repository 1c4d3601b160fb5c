from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.labels.assign.bulk import label_all
from core.labels.assign.queues import Queue
from core.labels.guidelines import guideline, write_guideline
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard import state
from tests import toy
from tests.dashboard.conftest import OpenPage, unescaped
from tests.dashboard.shown import press


@pytest.fixture
def dataset(workspace: Workspace, tmp_path: Path) -> Dataset:
    """Texts without labels."""
    path = tmp_path / "texts.csv"
    path.write_text("text\n" + "\n".join(text for text, _ in toy.make_rows(120)) + "\n")
    return import_file(workspace, path, columns=Columns(text="text", label=None)).dataset


def name_classes(workspace: Workspace, dataset: Dataset) -> None:
    write_guideline(
        open_labels(workspace), dataset, text="", classes=("kind", "rude"), author="ann"
    )


def label_some(workspace: Workspace, dataset: Dataset) -> None:
    store = open_labels(workspace)
    for place, value in enumerate(("kind", "rude")):
        rows = np.arange(30 * place, 30 * place + 30)
        label_all(store, dataset, rows, value, annotator="ann", reason="a test")


def said(app) -> str:
    return unescaped(" ".join([e.value for e in (*app.markdown, *app.caption, *app.error)]))


def test_a_data_set_without_labels_is_asked_for_its_classes_first(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    app = open_page("label")
    assert not app.exception
    assert "What can a text be?" in said(app)

    app.text_area[0].set_value("kind\nkind")
    app.button[0].click().run()
    assert "2 to 200 different classes, one a line" in said(app)
    app.text_area[0].set_value("kind\nrude")
    app.button[0].click().run()

    assert guideline(open_labels(workspace), dataset).classes == ("kind", "rude")
    assert not app.exception
    assert "Texts come at random until the quick model is there" in said(app)


@pytest.mark.parametrize("view", state.LABEL_VIEWS)
def test_every_view_is_drawn_before_and_after_the_first_labels(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, view: str
) -> None:
    name_classes(workspace, dataset)
    app = open_page("label")
    app.session_state[state.LABEL_VIEW] = view
    app.run()
    assert not app.exception and not app.error

    label_some(workspace, dataset)
    app.run()

    assert not app.exception and not app.error


@pytest.mark.parametrize("queue", list(Queue))
def test_every_queue_can_be_chosen(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, queue: Queue
) -> None:
    name_classes(workspace, dataset)
    app = open_page("label")
    app.session_state[state.LABEL_QUEUE] = queue
    app.run()

    assert not app.exception and not app.error


def test_a_name_that_cannot_be_used_is_one_sentence(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    name_classes(workspace, dataset)
    app = open_page("label")
    app.get_by_key("kept_label_name").set_value("   ").run()

    assert "a name of 1 to 60 characters on one line" in said(app)


@pytest.mark.slow
def test_labels_given_here_can_be_trained_on(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    name_classes(workspace, dataset)
    app = open_page("train")
    assert "Nothing to learn from" in said(app)

    label_some(workspace, dataset)
    app.run()

    assert not app.exception
    assert app.get_by_key(f"kept_train_labels_{dataset.id}").value.value == "human"
    assert "60 labelled rows, 60 rows labelled by people" in said(app)
    assert "48 rows to train on, 6 to validate, 6 to test." in said(app)


def test_a_search_is_labelled_at_once_and_one_click_takes_it_back(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    name_classes(workspace, dataset)
    app = open_page("explore")
    store = open_labels(workspace)
    app.get_by_key("rows_bulk_class").set_value("rude").run()
    app.get_by_key("rows_bulk_sure").click().run()
    assert set(store.current_labels(dataset.fingerprint).values()) == {"rude"}
    assert len(store.current_labels(dataset.fingerprint)) == dataset.rows

    press(app, f"Undo: {dataset.rows} rows labelled “rude”")

    assert store.current_labels(dataset.fingerprint) == {}
    assert not app.exception
