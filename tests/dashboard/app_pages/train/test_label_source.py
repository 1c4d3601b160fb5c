import pytest

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.labels.assign.bulk import label_all
from core.labels.guidelines import write_guideline
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard.app_pages.train.label_source import label_source
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said


def label(workspace: Workspace, dataset: Dataset, rows: list[int], value: str) -> None:
    import numpy as np

    label_all(
        open_labels(workspace), dataset, np.array(rows), value, annotator="ann", reason="a test"
    )


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = toy.make_rows(40)
    return toy.import_rows(workspace, [*rows[:20], *((text, "") for text, _ in rows[20:])])


def test_without_labels_of_people_there_is_no_choice(draw: Draw, dataset: Dataset) -> None:
    app = draw(label_source, dataset)

    assert app.session_state["drawn"] == (LabelSource.ORIGINAL, dataset)
    assert not app.selectbox


def test_corrections_come_on_top_until_another_source_is_chosen(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    label(workspace, dataset, [0, 1, 30, 31, 32], "1")
    app = draw(label_source, dataset)

    source, described = app.session_state["drawn"]
    assert (source, described.labelled) == (LabelSource.CORRECTED, 23)
    assert said(app, "23 labelled rows, 5 rows labelled by people")

    for chosen, labelled in ((LabelSource.ORIGINAL, 20), (LabelSource.HUMAN, 5)):
        app.selectbox[0].set_value(chosen).run()
        source, described = app.session_state["drawn"]
        assert (source, described.labelled) == (chosen, labelled)
        assert said(app, f"{labelled} labelled rows, 5 rows labelled by people")


def test_a_data_set_without_labels_has_only_those_of_people(
    draw: Draw, workspace: Workspace
) -> None:
    bare = toy.import_rows(workspace, [(f"text {n}", "") for n in range(10)], name="bare")
    store = open_labels(workspace)
    write_guideline(store, bare, text="", classes=("ham", "spam"), author="ann")
    label(workspace, bare, [0, 1, 2], "spam")
    label(workspace, bare, [3], "ham")

    app = draw(label_source, bare)

    source, described = app.session_state["drawn"]
    assert source is LabelSource.HUMAN
    assert described.class_counts == {"ham": 1, "spam": 3}
    assert app.selectbox[0].options == ["Only those given on Label"]


def test_a_new_label_counts_at_once(draw: Draw, workspace: Workspace, dataset: Dataset) -> None:
    label(workspace, dataset, [30], "1")
    app = draw(label_source, dataset)
    assert app.session_state["drawn"][1].labelled == 21

    label(workspace, dataset, [31], "0")

    assert app.run().session_state["drawn"][1].labelled == 22
