from collections.abc import Callable

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.labels.assign.bulk import MAX_ROWS, undo_all
from core.labels.guidelines import write_guideline
from core.labels.store.events import BULK, Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from dashboard.app_pages.label.bulk_label import bulk_label
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, buttons, press, said


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, [(text, "") for text, _ in toy.make_rows(40)])


@pytest.fixture
def store(workspace: Workspace, dataset: Dataset) -> LabelStore:
    store = open_labels(workspace)
    write_guideline(store, dataset, text="", classes=("*kind*", "rude"), author="ann")
    return store


@pytest.fixture
def opened(draw: Draw, dataset: Dataset) -> Callable[..., object]:
    def open_(rows: list[int], count: int | None = None, **session: object):
        return draw(
            bulk_label, dataset, len(rows) if count is None else count, lambda: np.array(rows),
            found_by="has “cat”", key="bulk", session=session,
        )  # fmt: skip

    return open_


def said_notice(app) -> str:
    return unescaped(app.session_state["notice"])


def test_all_rows_get_the_class_in_the_name_of_who_labels_and_one_click_takes_them_back(
    opened, store: LabelStore, dataset: Dataset
) -> None:
    app = opened([3, 5, 8], kept_label_name="Ann")
    app.selectbox[0].set_value("rude").run()

    press(app, "Label 3 rows as “rude”")

    assert store.current_labels(dataset.fingerprint) == {3: "rude", 5: "rude", 8: "rude"}
    events = store.events(dataset.fingerprint)
    assert {(e.annotator, e.queue, e.reason) for e in events} == {("Ann", BULK, "has “cat”")}
    assert said_notice(app) == "3 rows labelled “rude”."

    press(app, "Undo: 3 rows labelled “rude”")
    assert store.current_labels(dataset.fingerprint) == {}
    assert said_notice(app) == "3 labels are taken back."
    assert not any(label.startswith("Undo") for label in buttons(app))


def test_labels_of_before_come_back_with_an_undo(
    opened, store: LabelStore, dataset: Dataset
) -> None:
    store.add(
        LabelEvent(
            fingerprint=dataset.fingerprint, row=3, action=Action.LABEL, value="rude",
            annotator="bob", queue="random",
        )
    )  # fmt: skip
    app = opened([3, 5])

    press(app, "Label 2 rows as “*kind*”")
    assert store.current_labels(dataset.fingerprint) == {3: "*kind*", 5: "*kind*"}
    press(app, "Undo")

    assert store.current_labels(dataset.fingerprint) == {3: "rude"}


def undos(app) -> list[str]:
    return [label for label in buttons(app) if label.startswith("Undo")]


def test_the_last_click_is_undone_first_then_the_one_before(
    opened, store: LabelStore, dataset: Dataset
) -> None:
    app = opened([1, 2])
    press(app, "Label 2 rows as “*kind*”")
    app.selectbox[0].set_value("rude").run()
    press(app, "Label 2 rows as “rude”")

    assert undos(app) == ["Undo: 2 rows labelled “rude”"]
    press(app, "Undo")
    assert set(store.current_labels(dataset.fingerprint).values()) == {"*kind*"}
    assert undos(app) == ["Undo: 2 rows labelled “*kind*”"]
    press(app, "Undo")
    assert undos(app) == []


def test_after_a_reload_the_last_click_can_still_be_undone(
    opened, store: LabelStore, dataset: Dataset
) -> None:
    press(opened([1, 2], kept_label_name="Ann"), "Label 2 rows as “*kind*”")

    again = opened([5], kept_label_name="Ann")
    assert undos(again) == ["Undo: 2 rows labelled “*kind*”"]
    assert undos(opened([5], kept_label_name="Bob")) == []  # Nobody takes back another's labels.

    press(again, "Undo")
    assert store.current_labels(dataset.fingerprint) == {}


@pytest.mark.parametrize(("count", "disabled"), [(0, True), (1, False)])
def test_without_a_row_there_is_nothing_to_open(
    opened, store: LabelStore, count: int, disabled: bool
) -> None:
    app = opened(list(range(count)))

    popover = app.get("popover")[0].proto.popover
    assert popover.label == f"Label {count} rows"
    assert popover.disabled is disabled


def test_without_classes_it_says_where_they_are_named(opened) -> None:
    app = opened([1, 2])

    assert said(app, "Name the classes on Label first.")
    assert not app.selectbox


def test_more_rows_than_one_click_may_label_are_refused(opened, store: LabelStore) -> None:
    app = opened([1], count=MAX_ROWS + 1)
    assert said(app, f"At most {MAX_ROWS:,} rows at once: narrow the search.")
    assert buttons(app) == []

    assert button(opened([1], count=MAX_ROWS), f"Label {MAX_ROWS:,} rows as")


def test_an_undo_of_another_data_set_is_not_offered(
    draw: Draw, workspace: Workspace, opened, store: LabelStore
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(10), name="other")
    press(opened([1, 2]), "Label 2 rows as “*kind*”")

    app = draw(bulk_label, other, 2, lambda: np.array([1, 2]), found_by="x", key="bulk")

    assert undos(app) == []


def test_what_was_undone_elsewhere_is_said_and_the_button_goes(
    opened, store: LabelStore, dataset: Dataset
) -> None:
    app = opened([1, 2])
    press(app, "Label 2 rows as “*kind*”")
    undo_all(store, dataset, store.events(dataset.fingerprint)[0].batch, annotator="bob")

    press(app, "Undo")

    assert said_notice(app).startswith("Expected ")
    assert undos(app) == []


def test_a_name_that_cannot_be_used_is_said_and_nothing_is_stored(
    opened, store: LabelStore, dataset: Dataset
) -> None:
    app = opened([1, 2], kept_label_name="   ")

    press(app, "Label 2 rows")

    assert "write your name" in said_notice(app)
    assert store.events(dataset.fingerprint) == []
