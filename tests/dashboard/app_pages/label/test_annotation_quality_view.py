from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.labels.guidelines import write_guideline
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from dashboard.app_pages.label.annotation_quality_view import annotation_quality_view
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import metrics, said, table

Label = Callable[..., LabelEvent]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(60))


@pytest.fixture
def label(workspace: Workspace, dataset: Dataset) -> Label:
    clock = iter(range(0, 10_000_000, 4_000))
    store = LabelStore(f"sqlite:///{workspace.labels}", now_ms=lambda: next(clock))

    def add(row: int, value: str, annotator: str, queue: str = "random") -> LabelEvent:
        event = LabelEvent(
            fingerprint=dataset.fingerprint, row=row, action=Action.LABEL, value=value,
            annotator=annotator, queue=queue, spent_ms=2_500,
        )  # fmt: skip
        return store.add(event)

    return add


@pytest.fixture
def opened(draw: Draw, dataset: Dataset) -> Callable[[], AppTest]:
    return partial(draw, annotation_quality_view, dataset)


def test_before_anybody_has_labelled_it_says_where_to(opened: Callable[[], AppTest]) -> None:
    app = opened()

    assert said(app, "Nobody has labelled here yet")
    assert said(app, "Label some rows on the Label page")
    assert not app.dataframe


def test_one_person_is_shown_and_how_to_get_a_second_answer(
    opened: Callable[[], AppTest], label: Label
) -> None:
    for row in range(4):
        label(row, str(row % 2), "ann")

    app = opened()

    assert said(app, "No row has two answers")
    assert said(app, "Ask for a share of rows to be labelled twice on the Label page.")
    assert said(app, "Self-agreement needs rows that are asked again")
    person = table(app, "Name").iloc[0]
    assert (person["Name"], person["Labels"], person["Seconds a label"]) == ("ann", 4, 2.5)
    assert (person["Labels/h"], person["Positive"]) == (900, 0.5)
    assert pd.isna(person["Change in seconds"])


def test_two_people_have_cohens_kappa_and_a_new_label_counts_at_once(
    opened: Callable[[], AppTest], label: Label
) -> None:
    for row in range(20):
        label(row, str(row % 2), "ann")
        label(row, str(row % 2) if row else "1", "*bob*")
    label(1, "1", "ann", queue="audit")

    app = opened()

    shown = metrics(app)
    assert shown["Rows with two answers or more"] == "20"
    assert (shown["Percent agreement"], shown["Cohen’s kappa"]) == ("95.0%", "0.900")
    assert shown["Conflicts"] == "1"
    pair = table(app, "Other person").iloc[0]
    assert (pair["Person"], pair["Other person"], pair["Rows of both"]) == ("*bob*", "ann", 20)
    assert pair["Kappa"] == pytest.approx(0.9)
    people = table(app, "Name").set_index("Name")
    assert people.loc["ann", ["Self-agreement", "Rows asked again"]].tolist() == [1.0, 1]
    assert people.loc["ann", "Change in seconds"] == "+0.0 (+0.0 to +0.0)"
    assert not said(app, "Self-agreement needs")

    label(0, "1", "cat", queue="adjudication")
    assert metrics(app.run())["Conflicts"] == "0"


def test_equal_answers_of_one_class_have_no_kappa(
    opened: Callable[[], AppTest], label: Label
) -> None:
    for name in ("ann", "bob", "cat"):
        label(3, "1", name)

    app = opened()

    assert metrics(app)["Fleiss’ kappa"] == "–"
    assert said(app, "All answers are one label")
    assert pd.isna(table(app, "Other person")["Kappa"]).all()


def test_with_more_classes_each_persons_commonest_is_named(
    opened: Callable[[], AppTest], label: Label, workspace: Workspace, dataset: Dataset
) -> None:
    for row in range(4):
        label(row, str(min(row, 1)), "ann")
    assert "Positive" in table(opened(), "Name")

    write_guideline(open_labels(workspace), dataset, text="", classes=("0", "1", "2"), author="ann")
    people = table(opened(), "Name")

    assert people["Commonest label"].tolist() == ["1, 75%"]
    assert "Positive" not in people
    assert "Change in positive share" not in people


def test_a_damaged_store_is_said(
    opened: Callable[[], AppTest], workspace: Workspace, dataset: Dataset
) -> None:
    workspace.labels.write_bytes(b"no store" * 1000)

    app = opened()

    assert next(unescaped(each.value) for each in app.error).startswith("Expected a label store")
    assert not app.dataframe
