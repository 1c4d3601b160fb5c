from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.evaluation.intervals import Estimate
from core.labels.guidelines import guideline, write_guideline
from core.labels.quick_model.quick_model import QuickModel, write_quick_model
from core.labels.quick_model.quick_model_job import Scope, open_rows, quick_model_path
from core.labels.quick_model.stop_meter import Point, Worth
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.label.labelling_progress import advice, labelling_progress
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import metrics, said

Label = Callable[..., LabelEvent]


def page(dataset: Dataset) -> None:
    labelling_progress(dataset, guideline(open_labels(state.workspace()), dataset))


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """40 texts, half of them without a label."""
    rows = toy.make_rows(40)
    return toy.import_rows(workspace, [*rows[:20], *((text, "") for text, _ in rows[20:])])


@pytest.fixture
def label(workspace: Workspace, dataset: Dataset) -> Label:
    store = open_labels(workspace)

    def add(row: int, value: str | None, action: str = "label", queue: str = "random"):
        return store.add(
            LabelEvent(
                fingerprint=dataset.fingerprint,
                row=int(row),
                action=Action(action),
                value=value,
                annotator="ann",
                queue=queue,
            )
        )

    return add


@pytest.fixture
def opened(draw: Draw, dataset: Dataset) -> Callable[[], AppTest]:
    return partial(draw, page, dataset)


def worth(
    value: float, half: float = 0.01, *, f1: float = 0.6, low: float = 0.55, high: float = 0.65
) -> Worth:
    points = (Point(40, Estimate(0.5, 0.45, 0.55)), Point(100, Estimate(f1, low, high)))
    return Worth(points, Estimate(value, value - half, value + half))


def fit(workspace: Workspace, dataset: Dataset, found: Worth | None, scope: Scope) -> None:
    answers = np.full((2, 2), 0.5, np.float32)
    model = QuickModel(np.arange(2), (answers,), ("0", "1"), 100, 1, 0.5, found)
    write_quick_model(workspace, quick_model_path(workspace, dataset, scope), model)


def test_before_the_first_label_there_is_nothing_to_count(opened: Callable[[], AppTest]) -> None:
    app = opened()

    assert said(app, "No labels yet")
    assert not app.metric


def test_labels_flags_and_the_share_of_all_rows_are_counted(
    opened: Callable[[], AppTest], label: Label, workspace: Workspace, dataset: Dataset
) -> None:
    order = open_rows(workspace, dataset, Scope())
    for place in range(10):
        label(order[place], str(int(place < 3)))
    for row in order[15:19]:
        label(row, "1", queue="mixed/likely")
    label(0, None, action="flag")

    app = opened()

    shown = metrics(app)
    assert shown["Rows labelled"] == "14"
    assert shown["Labelled “1”"] == "7"
    assert shown["Flagged"] == "1"
    # 3 of the 9 random rows before the last, which is none that was left over.
    assert shown["Share of all rows"].startswith("33.3% (")
    assert said(app, "Too early to say what labels are worth")


def test_labels_that_queues_picked_say_nothing_of_the_share(
    opened: Callable[[], AppTest], label: Label
) -> None:
    for row in range(20, 30):
        label(row, "1", queue="mixed/likely")

    assert metrics(opened())["Share of all rows"] == "–"


def test_a_new_label_counts_at_once(opened: Callable[[], AppTest], label: Label) -> None:
    label(20, "1")
    app = opened()
    assert metrics(app)["Rows labelled"] == "1"

    label(21, "0")

    assert metrics(app.run())["Rows labelled"] == "2"


def test_the_stop_meter_says_what_labels_are_worth(
    opened: Callable[[], AppTest], label: Label, workspace: Workspace, dataset: Dataset
) -> None:
    label(20, "1")
    fit(workspace, dataset, worth(0.021), Scope())

    app = opened()

    assert said(app, "The next 100 labels are worth about +2.1 points ± 1.0 of F1")
    assert said(app, "Go on: more labels still help.")
    assert said(app, "Learning curve")
    fit(workspace, dataset, worth(0.001, 0.002), Scope())
    assert said(app.run(), "Stop, or change the queue")


def test_a_model_of_other_rows_or_labels_is_not_shown(
    opened: Callable[[], AppTest], label: Label, workspace: Workspace, dataset: Dataset
) -> None:
    label(20, "1")
    fit(workspace, dataset, worth(0.021), Scope(all_rows=True))

    app = opened()
    assert said(app, "Too early to say what labels are worth")

    app.session_state[f"kept_label_rows_{dataset.id}"] = True
    assert said(app.run(), "The next 100 labels are worth")


def test_with_more_classes_they_are_counted_each(
    opened: Callable[[], AppTest], label: Label, workspace: Workspace, dataset: Dataset
) -> None:
    write_guideline(open_labels(workspace), dataset, text="", classes=("0", "1", "2"), author="ann")
    for row, value in ((20, "0"), (21, "2"), (22, "2"), (23, "a class of before")):
        label(row, value)

    app = opened()

    shown = metrics(app)
    assert (shown["Rows labelled"], shown["Classes with labels"]) == ("3", "2")
    assert "Share of all rows" not in shown
    assert said(app, "Labels by class")


@pytest.mark.parametrize(
    ("value", "half", "start"),
    [(0.02, 0.01, "Go on"), (0.0049, 0.02, "Probably little"), (0.003, 0.0019, "Stop, or"),
     (-0.01, 0.001, "Stop, or"), (-0.01, 0.1, "Probably little"), (0.076, 0.101, "Not sure yet"),
     (0.018, 0.036, "Not sure yet"), (0.02, 0.02, "Not sure yet"), (0.02, 0.0199, "Go on")],
)  # fmt: skip
def test_advice_follows_the_interval(value: float, half: float, start: str) -> None:
    assert advice(worth(value, half)).startswith(start)


@pytest.mark.parametrize(
    ("low", "high", "start"), [(0.7, 1.0, "Too few labels to tell"), (0.97, 1.0, "Stop, or")]
)
def test_a_perfect_f1_of_few_labels_is_no_reason_to_stop(
    low: float, high: float, start: str
) -> None:
    assert advice(worth(0.05, 0.1, f1=1.0, low=low, high=high)).startswith(start)


def test_the_next_labels_are_never_said_to_lift_f1_above_1(
    opened: Callable[[], AppTest], label: Label, workspace: Workspace, dataset: Dataset
) -> None:
    label(20, "1")
    fit(workspace, dataset, worth(0.076, 0.101, f1=0.97, low=0.9, high=1.0), Scope())

    assert said(opened(), "The next 100 labels are worth about +3.0 points (-2.5 to +3.0) of F1")
