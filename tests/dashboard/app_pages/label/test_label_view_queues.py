"""Which rows the queue offers, in what order, and what it says when there are none."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.labelled import LabelSource
from core.jobs.tasks import list_tasks
from core.labels.assign.queues import Queue
from core.labels.guidelines import write_guideline
from core.labels.quick_model.quick_model import QuickModel, write_quick_model
from core.labels.quick_model.quick_model_job import Scope, quick_model_path
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore
from core.labels.suspects.suspects_file import Features, read_suspects
from core.labels.suspects.suspects_job import make_suspects
from core.workspace import Workspace
from tests import toy
from tests.dashboard.app_pages.label.desk import HELD, desk, desk_opener, settings
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said


@pytest.fixture
def opened(draw: Draw) -> Callable[..., AppTest]:
    return desk_opener(draw)


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        (Queue.SUSPECTS, "Look for suspects on Evaluate"),
        (Queue.ADJUDICATION, "People agree on every row that two have labelled."),
        (Queue.SELECTION, "search on Explore, then come back"),
    ],
)
def test_an_empty_queue_says_how_to_fill_it(
    opened: Callable[..., AppTest], dataset: Dataset, queue: Queue, words: str
) -> None:
    session = {"row_filter": RowFilter(text="nobody wrote this")}

    shown = desk(opened(dataset, settings(queue), **session))

    assert shown["items"] == []
    assert words in shown["nothing"]


def test_a_search_is_asked_about_alone_and_another_search_starts_afresh(
    opened: Callable[..., AppTest], dataset: Dataset
) -> None:
    app = opened(dataset, settings(Queue.SELECTION), row_filter=RowFilter(rows=(3, 8, 60)))
    before = desk(app)
    assert sorted(item["row"] for item in before["items"]) == [3, 8, 60]
    assert {item["about"] for item in before["items"]} == {"from the search"}

    app.session_state["row_filter"] = RowFilter(rows=(4,))
    app.run()

    after = desk(app)
    assert [item["row"] for item in after["items"]] == [4]
    assert after["asked"] != before["asked"]


def test_rows_that_people_disagree_about_show_what_they_have_said(
    opened: Callable[..., AppTest], dataset: Dataset, store: LabelStore
) -> None:
    for who, value in (("ann", "1"), ("bob", "0")):
        for row in (2, 3):
            store.add(
                LabelEvent(
                    fingerprint=dataset.fingerprint, row=row, action=Action.LABEL,
                    value=value if row == 2 else "1", annotator=who, queue="random",
                )
            )  # fmt: skip

    (item,) = desk(opened(dataset, settings(Queue.ADJUDICATION)))["items"]

    assert item["row"] == 2
    assert item["about"] == "people said 0 and 1"


def test_suspects_come_with_their_label_and_the_suggested_one(
    opened: Callable[..., AppTest], workspace: Workspace
) -> None:
    rows = toy.make_rows(200)
    wrong = [(text, str(1 - int(label))) for text, label in rows[:8]]
    labelled = toy.import_rows(workspace, [*wrong, *rows[8:]], name="labelled")
    path = make_suspects(workspace, labelled, Features.WORDS, report=lambda *_: None)
    table = read_suspects(path).table

    items = desk(opened(labelled, settings(Queue.SUSPECTS, scope=Scope(True))))["items"]

    assert [item["row"] for item in items] == table["row"].tolist()[: len(items)]
    for item, record in zip(items, table.to_dict("records"), strict=False):
        assert item["given"] == labelled.classes[record["label"]]
        assert item["suggestion"] == labelled.classes[record["suggestion"]]
        assert item["about"] == "its label may be wrong"


def fit(workspace: Workspace, dataset: Dataset, positive: np.ndarray) -> None:
    """A quick model that is sure of what it says of each row."""
    answers = np.column_stack([1 - positive, positive]).astype(np.float32)
    model = QuickModel(np.arange(len(positive)), (answers,), ("0", "1"), 40, 1, 0.5)
    scope = Scope(False, LabelSource.HUMAN)
    write_quick_model(workspace, quick_model_path(workspace, dataset, scope), model)


def test_likely_rows_come_in_the_order_of_the_quick_model_with_its_answer(
    opened: Callable[..., AppTest], workspace: Workspace, dataset: Dataset, store: LabelStore
) -> None:
    write_guideline(store, dataset, text="", classes=("0", "1"), author="ann")
    sure = np.linspace(0.01, 0.99, 100)
    fit(workspace, dataset, sure)

    app = opened(dataset, settings(Queue.LIKELY))

    items = desk(app)["items"]
    assert [item["row"] for item in items] == list(range(99, 99 - HELD, -1))
    assert {item["suggestion"] for item in items} == {"1"}
    assert items[0]["sure"] == pytest.approx(0.99)
    assert said(app, "Quick model: learned from 40 labels, ranks 100 rows; fitted again after")


def test_uncertain_rows_are_those_the_quick_model_cannot_tell(
    opened: Callable[..., AppTest], workspace: Workspace, dataset: Dataset, store: LabelStore
) -> None:
    write_guideline(store, dataset, text="", classes=("0", "1"), author="ann")
    fit(workspace, dataset, np.where(np.arange(100) < 40, 0.5, 0.99))

    items = desk(opened(dataset, settings(Queue.UNCERTAIN)))["items"]

    assert all(item["row"] < 40 for item in items)


def test_a_random_queue_needs_no_model_and_starts_none(
    opened: Callable[..., AppTest], workspace: Workspace, dataset: Dataset
) -> None:
    app = opened(dataset)

    assert not said(app, "quick model")
    assert list_tasks(workspace) == []


def test_without_a_model_a_queue_that_needs_one_says_what_it_lacks(
    opened: Callable[..., AppTest], workspace: Workspace, dataset: Dataset
) -> None:
    app = opened(dataset, settings(Queue.MIXED))

    assert said(app, "Texts come at random until the quick model is there")
    assert len(desk(app)["items"]) == HELD
    assert list_tasks(workspace) == []
