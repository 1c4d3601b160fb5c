import csv
import io
import json
from collections.abc import Callable
from functools import partial

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.labels.exchange.label_file import LabelFileFormat
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.label.label_exchange import (
    _file,
    export_current,
    export_history,
    label_exchange,
)
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import said


def page(dataset: Dataset) -> None:
    label_exchange(dataset)
    if told := state.take_notice():
        st.info(told)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(20))


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


@pytest.fixture
def opened(draw: Draw, dataset: Dataset) -> Callable[[], AppTest]:
    return partial(draw, page, dataset)


def give(store: LabelStore, dataset: Dataset, row: int, value: str) -> None:
    store.add(
        LabelEvent(
            fingerprint=dataset.fingerprint,
            row=row,
            action=Action.LABEL,
            value=value,
            annotator="ann",
            queue="random",
        )
    )


def bring(app: AppTest, content: str) -> AppTest:
    app.file_uploader[0].upload("labels.csv", content.encode(), "text/csv").run()
    app.get_by_key("labels_import").click().run()
    assert not app.exception
    return app


def downloads(app: AppTest) -> dict[str, bool]:
    """Whether each file can be had, by its name."""
    return {each.label: not each.disabled for each in app.get("download_button")}


def test_before_the_first_label_only_the_history_can_be_had(
    opened: Callable[[], AppTest], store: LabelStore, dataset: Dataset
) -> None:
    app = opened()
    assert said(app, "0 rows labelled by people")
    assert list(downloads(app).values()) == [False, True]

    give(store, dataset, 3, "1")

    assert list(downloads(app.run()).values()) == [True, True]
    assert said(app, "1 rows labelled by people")


@pytest.mark.parametrize("file_format", list(LabelFileFormat))
def test_files_hold_the_labels_or_all_that_happened(
    opened: Callable[[], AppTest], store: LabelStore, dataset: Dataset, file_format: LabelFileFormat
) -> None:
    opened()
    give(store, dataset, 3, "0")
    give(store, dataset, 3, "1")

    def lines(write: object) -> list[dict[str, object]]:
        text = _file(dataset, write, file_format).decode("utf-8-sig")
        if file_format is LabelFileFormat.JSONL:
            return [json.loads(line) for line in text.splitlines()]
        return list(csv.DictReader(io.StringIO(text)))

    (now,) = lines(export_current)
    assert (str(now["row"]), now["label"]) == ("3", "1")
    assert [one["value"] for one in lines(export_history)] == ["0", "1"]


def test_a_table_is_imported_in_the_name_of_who_labels(
    opened: Callable[[], AppTest], store: LabelStore, dataset: Dataset, workspace: Workspace
) -> None:
    app = opened()
    app.session_state["kept_label_name"] = "Ann"

    bring(app, "row,label\n2,1\n5,0\n")

    assert app.info[0].value == "2 events are stored."
    assert store.current_labels(dataset.fingerprint) == {2: "1", 5: "0"}
    assert {event.annotator for event in store.events(dataset.fingerprint)} == {"Ann"}
    assert said(app, "2 rows labelled by people")
    assert list(workspace.uploads.iterdir()) == []
    # The form is empty again; the same table tells nothing new.
    assert not [each for each in app.button if each.key == "labels_import"]
    bring(app, "row,label\n2,1\n5,0\n7,1\n")
    assert app.info[0].value == "1 events are stored, 2 were known."


def test_a_file_that_cannot_be_used_is_said_and_stores_nothing(
    opened: Callable[[], AppTest], store: LabelStore, dataset: Dataset
) -> None:
    app = bring(opened(), "row,label\n2,1\n500,0\n")

    (error,) = app.error
    assert unescaped(error.value).startswith("Expected ")
    assert store.events(dataset.fingerprint) == []
    assert not app.info


def test_a_history_comes_back_whole_and_is_not_counted_twice(
    opened: Callable[[], AppTest], store: LabelStore, dataset: Dataset
) -> None:
    app = opened()
    give(store, dataset, 3, "0")
    store.undo(dataset.fingerprint, annotator="ann", queue="random")
    history = _file(dataset, export_history, LabelFileFormat.CSV).decode("utf-8-sig")
    before = store.events(dataset.fingerprint)

    bring(app, history)

    assert app.info[0].value == "0 events are stored, 2 were known."
    assert store.events(dataset.fingerprint) == before
