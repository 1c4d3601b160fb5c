import numpy as np
import pytest

from core.data.dataset import list_datasets, take_rows
from core.labels.guidelines import guidelines
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard.ui.send_to_label import send_to_label
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button


def drawn(draw: Draw, rows, *, session=None, **named):
    def view() -> None:
        from streamlit.errors import StreamlitAPIException

        try:
            send_to_label(
                ("ham", "spam"), rows, title="Label 2 texts", name="Sent *here*",
                source="typed on Score", key="send", **named,
            )  # fmt: skip
        except StreamlitAPIException as error:  # There is no Label page beside this view.
            assert "label/page.py" in str(error)

    return draw(view, session=session)


def test_nothing_is_asked_for_before_the_button_is_pressed(
    draw: Draw, workspace: Workspace
) -> None:
    app = drawn(draw, lambda: pytest.fail("asked too early"))

    assert not button(app, "Label 2 texts").disabled
    assert list_datasets(workspace) == []


def test_texts_become_a_data_set_with_their_ids_and_the_runs_classes(
    draw: Draw, workspace: Workspace
) -> None:
    app = drawn(draw, lambda: [("7", "a *cat*"), ("9", "=1+1")], session={"kept_label_name": "Ann"})

    button(app, "Label 2 texts").click().run()

    assert not app.exception
    (dataset,) = list_datasets(workspace)
    assert (dataset.name, dataset.rows, dataset.labelled) == ("Sent *here*", 2, 0)
    rows = take_rows(workspace, dataset, np.arange(2))
    assert rows["text"].to_pylist() == ["a *cat*", "=1+1"]
    assert rows["id"].to_pylist() == ["7", "9"]
    (guide,) = guidelines(open_labels(workspace), dataset)
    assert (guide.classes, guide.author) == (("ham", "spam"), "Ann")
    assert app.session_state["chosen_dataset"] == dataset.id
    assert app.session_state["kept_label_queue"].value == "mixed"


def test_without_texts_it_says_so_and_stays(draw: Draw, workspace: Workspace) -> None:
    app = drawn(draw, list)

    button(app, "Label 2 texts").click().run()

    assert not app.exception
    assert [unescaped(each.value)[:8] for each in app.error] == ["Expected"]
    assert list_datasets(workspace) == []


def test_where_there_is_nothing_to_send_the_button_is_off(draw: Draw) -> None:
    assert button(drawn(draw, list, disabled=True), "Label 2 texts").disabled
