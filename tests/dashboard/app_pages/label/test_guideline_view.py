from collections.abc import Callable
from functools import partial

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.labels.guidelines import Guideline, guideline, guidelines, write_guideline
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.label.guideline_view import guideline_form
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import said


def page(dataset: Dataset) -> None:
    guideline_form(dataset, guideline(open_labels(state.workspace()), dataset))
    if told := state.take_notice():
        st.info(told)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(20))


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


@pytest.fixture
def opened(draw: Draw) -> Callable[[Dataset], AppTest]:
    return partial(draw, page)


def save(app: AppTest, classes: str, text: str = "") -> AppTest:
    app.text_area[0].set_value(classes)
    app.text_area[1].set_value(text)
    app.button[0].click().run()
    assert not app.exception
    return app


def test_a_data_set_without_classes_is_asked_for_them(
    opened: Callable[[Dataset], AppTest], workspace: Workspace, store: LabelStore
) -> None:
    bare = toy.import_rows(workspace, [("one", ""), ("two", "")])

    app = opened(bare)

    assert said(app, "What can a text be?")
    save(app, " ham \n\nspam\n", "  Spam sells. ")
    assert guideline(store, bare).classes == ("ham", "spam")
    assert guideline(store, bare).text == "Spam sells."
    assert said(app, "Classes and guideline")
    assert app.info[0].value == "Version 1 is saved."


def test_each_save_is_a_version_and_the_old_ones_stay_to_be_read(
    opened: Callable[[Dataset], AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    assert app.text_area[0].value == "0\n1"
    assert not app.expander

    save(app, "0\n1", "Rude is 1.")
    save(app, "0\n1\nunsure", "Rude is *1*.\nNobody knows?")

    assert [one.version for one in guidelines(store, dataset)] == [1, 2]
    assert (app.text_area[0].value, app.text_area[1].value) == (
        "0\n1\nunsure", "Rude is *1*.\nNobody knows?",
    )  # fmt: skip
    titles = [unescaped(each.label) for each in app.expander]
    assert [title[:10] for title in titles] == ["Version 2,", "Version 1,"]
    assert said(app, "Classes: 0, 1, unsure")
    assert said(app, "Rude is *1*.")  # As it was written: plain escapes what Markdown would hide.


def test_one_that_says_the_same_makes_no_version(
    opened: Callable[[Dataset], AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = save(opened(dataset), "0\n1", "Rude is 1.")
    save(app, "0\n1", "Rude is 1.")

    assert len(guidelines(store, dataset)) == 1
    assert app.info[0].value == "Version 1 is saved."


def test_a_list_that_cannot_be_used_is_said_and_kept_to_be_corrected(
    opened: Callable[[Dataset], AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = save(opened(dataset), "0\nsomething", "Rude is 1.")

    assert "a list without '1'" in unescaped(app.error[0].value)
    assert app.text_area[0].value == "0\nsomething"
    assert app.text_area[1].value == "Rude is 1."
    assert guidelines(store, dataset) == []
    save(app, "0\n1", "Rude is 1.")
    assert not app.error


def test_the_author_is_who_labels(
    opened: Callable[[Dataset], AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    app.session_state["kept_label_name"] = "  Ann "

    save(app, "0\n1", "Rude is 1.")

    assert guideline(store, dataset).author == "Ann"


def test_a_name_that_cannot_be_used_is_said(
    opened: Callable[[Dataset], AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    app.session_state["kept_label_name"] = "  "

    save(app, "0\n1", "Rude is 1.")

    assert "write your name" in unescaped(app.error[0].value)
    assert guideline(store, dataset) == Guideline(0, "", ("0", "1"))


def test_what_another_person_wrote_meanwhile_is_there_at_the_next_look(
    opened: Callable[[Dataset], AppTest], dataset: Dataset, store: LabelStore
) -> None:
    app = opened(dataset)
    write_guideline(store, dataset, text="By Bob.", classes=("0", "1", "2"), author="bob")

    app.run()

    assert (app.text_area[0].value, app.text_area[1].value) == ("0\n1\n2", "By Bob.")


def test_a_new_class_is_told_its_key_and_all_keys_are_listed(
    opened: Callable[[Dataset], AppTest], dataset: Dataset
) -> None:
    app = save(opened(dataset), "0\n1\n*odd*")

    assert unescaped(app.info[0].value) == "Version 1 is saved. New keys: 2 *odd*."
    assert said(app, "Keys: 0 0, 1 1, 2 *odd*")
