from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.labels.annotators import this_annotator
from core.labels.assign.queues import Queue
from core.labels.guidelines import Guideline
from core.labels.quick_model.quick_model_job import Scope
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from dashboard import state
from dashboard.app_pages.label.label_settings import LabelSettings
from tests import toy
from tests.dashboard.conftest import unescaped

Opened = Callable[..., AppTest]


def page(dataset, classes) -> None:  # Its source is run alone, without the imports above.
    import streamlit as st

    from core.labels.guidelines import Guideline
    from dashboard.app_pages.label.label_settings import chosen_scope, label_settings
    from dashboard.ui.failure import errors_shown

    with errors_shown():
        st.session_state["found"] = label_settings(dataset, Guideline(1, "", classes))
    st.session_state["scope"] = chosen_scope(dataset)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = toy.make_rows(40)
    return toy.import_rows(workspace, [*rows[:20], *((text, "") for text, _ in rows[20:])])


@pytest.fixture
def opened(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))
    st.cache_data.clear()

    def open_(dataset: Dataset, classes: tuple[str, ...] = ("0", "1"), **kept: object) -> AppTest:
        app = AppTest.from_function(page, default_timeout=30, args=(dataset, classes))
        for name, value in kept.items():
            app.session_state[name] = value
        app.run()
        assert not app.exception
        return app

    return open_


def settings(app: AppTest) -> LabelSettings:
    assert not app.exception
    found: LabelSettings = app.session_state["found"]
    assert app.session_state["scope"] == found.scope
    return found


def choice(app: AppTest, label: str):
    return next(each for each in app.selectbox if each.label == label)


def test_at_first_it_is_the_mixed_queue_of_rows_without_a_label(
    opened: Opened, dataset: Dataset
) -> None:
    assert settings(opened(dataset)) == LabelSettings(
        annotator=this_annotator(), queue=Queue.MIXED, scope=Scope(), target=1, suggest=False,
        blur=False, goal=200, double=0.0, audit=0.0,
    )  # fmt: skip


def test_every_choice_is_heard(opened: Opened, dataset: Dataset) -> None:
    app = opened(dataset)

    choice(app, "Queue").set_value(Queue.COMMITTEE)
    choice(app, "Among").set_value(True)
    choice(app, "The quick model learns from").set_value(LabelSource.HUMAN)
    app.text_input[0].set_value("  Ann Ähle ")
    app.toggle[0].set_value(True)
    app.toggle[1].set_value(True)
    app.number_input[0].set_value(500)
    app.slider[0].set_value(20)
    app.slider[1].set_value(5)
    app.run()

    assert settings(app) == LabelSettings(
        annotator="Ann Ähle", queue=Queue.COMMITTEE, scope=Scope(True, LabelSource.HUMAN),
        target=1, suggest=True, blur=True, goal=500, double=0.2, audit=0.05,
    )  # fmt: skip


def test_a_name_that_cannot_be_used_is_one_sentence(opened: Opened, dataset: Dataset) -> None:
    app = opened(dataset)

    app.text_input[0].set_value("   ").run()

    assert not app.exception
    assert "write your name" in unescaped(app.error[0].value)


def test_where_every_row_has_a_label_all_are_labelled_again(
    opened: Opened, workspace: Workspace
) -> None:
    full = toy.import_rows(workspace, toy.make_rows(20))

    app = opened(full)

    assert settings(app).scope == Scope(all_rows=True)
    assert choice(app, "Among").options == ["All rows"]


def test_without_labels_in_the_file_the_model_learns_from_peoples(
    opened: Opened, workspace: Workspace
) -> None:
    bare = toy.import_rows(workspace, [("one", ""), ("two", "")], name="bare")
    app = opened(bare)

    assert settings(app).scope == Scope(False, LabelSource.HUMAN)
    assert "The quick model learns from" not in [each.label for each in app.selectbox]


def test_what_was_looked_for_among_two_stays_so_beside_a_third_until_another_is_chosen(
    opened: Opened, dataset: Dataset
) -> None:
    app = opened(dataset, ("0", "unsure", "1"))
    assert settings(app).target == 2

    choice(app, "Look for").set_value("unsure").run()

    assert settings(app).target == 1


def test_of_more_classes_the_rarest_is_looked_for(opened: Opened, workspace: Workspace) -> None:
    rows = [*toy.make_rows(21, classes=3), ("a blue one more", "blue"), ("one red more", "red")]
    colours = toy.import_rows(workspace, rows, name="colours")

    assert settings(opened(colours, ("blue", "green", "red"))).target == 1


def test_a_class_that_is_no_more_is_not_looked_for(opened: Opened, dataset: Dataset) -> None:
    kept = {f"{state.KEPT}label_target_{dataset.id}": "gone"}

    app = opened(dataset, ("0", "1", "unsure"), **kept)

    assert settings(app).target == 1


def test_two_classes_need_no_choice(opened: Opened, dataset: Dataset) -> None:
    app = opened(dataset)

    assert "Look for" not in [each.label for each in app.selectbox]
    assert Guideline(1, "", ("0", "1")).classes[settings(app).target] == "1"
