"""What one session has chosen, step by step, without a page around it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest
from streamlit.testing.v1 import AppTest

from core.data.filters.row_filter import RowFilter
from core.labels.assign.queues import Queue
from core.workspace import Workspace
from dashboard import state
from tests.dashboard.conftest import Draw

T = TypeVar("T")


def named(*ids: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(id=each) for each in ids]


@pytest.fixture
def in_session(draw: Draw) -> Callable[[Callable[[], T]], T]:
    """Do some steps in one session, and give what they return."""

    def run(steps: Callable[[], T]) -> T:
        found: T = draw(steps).session_state["drawn"]
        return found

    return run


def test_choices_fall_back_to_what_exists(in_session) -> None:
    old, new = named("old", "new")

    def steps() -> list[object]:
        found = [state.chosen_dataset([old, new]), state.chosen_run([]), state.chosen_run([new])]
        state.choose_dataset("old")
        state.choose_run("gone")
        return [*found, state.chosen_dataset([old, new]), state.chosen_run([new, old])]

    assert in_session(steps) == [new, None, new, old, new]


def test_runs_to_compare_start_with_the_one_chosen_elsewhere(in_session) -> None:
    first, second, third = runs = named("first", "second", "third")

    def steps() -> list[object]:
        found = [state.chosen_runs([]), state.chosen_runs(runs)]
        state.choose_run("second")
        found.append(state.chosen_runs(runs))
        state.choose_runs(["third", "first"])
        # Several are no choice for the other pages; one alone is.
        found += [state.chosen_runs(runs), [state.chosen_run(runs)]]
        state.choose_runs(["third"])
        found += [state.chosen_runs(runs), [state.chosen_run(runs)]]
        state.choose_runs([])
        return [*found, state.chosen_runs(runs)]

    assert in_session(steps) == [
        [], [first], [second], [first, third], [second], [third], [third], [],
    ]  # fmt: skip


def test_a_run_that_is_gone_is_no_longer_compared(in_session) -> None:
    def steps() -> list[object]:
        state.choose_runs(["a", "gone"])
        return state.chosen_runs(named("a", "b"))

    assert in_session(steps) == named("a")


def test_the_newest_scoring_is_shown_until_another_is_chosen(in_session) -> None:
    new, old = named("new", "old")

    def steps() -> list[object]:
        found = [state.chosen_scoring([]), state.chosen_scoring([new, old])]
        state.choose_scoring("old")
        return [*found, state.chosen_scoring([new, old]), state.chosen_scoring([new])]

    assert in_session(steps) == [None, new, old, new]


def test_a_notice_is_said_once(in_session) -> None:
    def steps() -> list[str | None]:
        state.notice("first")
        state.notice("said")
        return [state.take_notice(), state.take_notice()]

    assert in_session(steps) == ["said", None]


def test_another_data_set_forgets_the_search(in_session) -> None:
    def steps() -> list[object]:
        state.set_row_filter(RowFilter(text="cat"))
        state.choose_dataset("a")
        state.choose_dataset("a")
        kept = state.row_filter()
        state.choose_dataset("b")
        return [kept, state.row_filter(), state.chosen_dataset(named("a", "b", "c")).id]

    assert in_session(steps) == [RowFilter(text="cat"), RowFilter(), "b"]


def test_rows_set_from_outside_make_a_new_form_and_those_of_the_form_do_not(in_session) -> None:
    import streamlit as st

    def steps() -> list[object]:
        forms = [state.filter_form()]
        st.session_state[state.PAGE] = 4
        state.keep_row_filter(RowFilter())
        state.keep_row_filter(RowFilter(text="cat"))
        forms.append(state.filter_form())
        st.session_state[state.PAGE] = 3
        state.keep_row_filter(RowFilter(text="cat"))
        page = st.session_state[state.PAGE]
        state.keep_row_filter(RowFilter(text="dog"))
        gone = state.PAGE not in st.session_state
        state.set_row_filter(RowFilter(text="dog"))
        return [*forms, page, gone, state.filter_form()]

    # The same rows keep their page, others begin at the first.
    assert in_session(steps) == [0, 0, 3, True, 1]


def test_rows_asked_for_within_a_page_are_shown_by_the_next_run(in_session) -> None:
    import streamlit as st

    def steps() -> list[object]:
        state.take_next_rows()
        st.session_state[state.VIEW] = "Words"
        state.show_rows_next(RowFilter(text="cat"))
        before = (state.row_filter(), st.session_state[state.VIEW])
        state.take_next_rows()
        after = (state.row_filter(), st.session_state[state.VIEW])
        state.set_row_filter(RowFilter())
        state.take_next_rows()
        return [before, after, state.row_filter()]

    assert in_session(steps) == [
        (RowFilter(), "Words"), (RowFilter(text="cat"), state.ROWS_VIEW), RowFilter(),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("open_", "queue"), [(state.label_selection, Queue.SELECTION),
                         (lambda: state.open_label("b"), Queue.MIXED)],
)  # fmt: skip
def test_a_way_to_label_opens_its_queue(in_session, open_: Callable[[], None], queue) -> None:
    import streamlit as st

    def steps() -> object:
        st.session_state[state.LABEL_VIEW] = "Progress"
        open_()
        return st.session_state[state.LABEL_QUEUE], st.session_state[state.LABEL_VIEW]

    assert in_session(steps) == (queue, "Label")


def test_a_picked_file_is_remembered_until_it_is_dropped(in_session) -> None:
    def steps() -> list[object]:
        found = [state.picked_file("add")]
        state.pick_file("add", Path("/a/b.csv"), "b.csv", upload=True)
        found += [state.picked_file("add"), state.picked_file("score")]
        token, uploads = state.form_token("add"), state.uploads_done("add")
        same = state.form_token("add") == token
        state.drop_file("add")
        found += [state.picked_file("add"), same, state.form_token("add") == token]
        return [*found, state.uploads_done("add") - uploads]

    assert in_session(steps) == [
        None, (Path("/a/b.csv"), "b.csv", True), None, None, True, False, 1,
    ]  # fmt: skip


def test_a_used_upload_goes_and_its_form_starts_empty(in_session, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"x")

    def steps() -> list[int]:
        state.finish_upload("score", path)
        state.finish_upload("score", path)  # Gone already, as after a double click.
        return [state.uploads_done("score"), state.uploads_done("add")]

    assert in_session(steps) == [2, 0]
    assert not path.exists()


def test_an_upload_is_written_once(draw: Draw, workspace: Workspace) -> None:
    upload = SimpleNamespace(file_id="abc-1", getbuffer=lambda: b"first")
    again = SimpleNamespace(file_id="abc-1", getbuffer=lambda: b"second")

    found = draw(lambda: [state.upload_path(upload), state.upload_path(again)])

    assert found.session_state["drawn"] == [workspace.uploads / "abc-1"] * 2
    assert (workspace.uploads / "abc-1").read_bytes() == b"first"
    assert not list(workspace.root.glob("staging/*"))


@pytest.mark.parametrize(
    ("key", "now", "same"),
    [("start", 101.0, True), ("start", 104.99, True), ("start", 105.0, False),
     ("other", 101.0, False)],
)  # fmt: skip
def test_the_second_press_of_a_double_click_has_the_name_of_the_first(
    in_session, key: str, now: float, same: bool
) -> None:
    def steps() -> list[str]:
        return [state.press_token("start", now=100.0), state.press_token(key, now=now)]

    first, second = in_session(steps)
    assert (first == second) is same


def test_every_press_of_many_has_the_name_of_the_first(in_session) -> None:
    def steps() -> set[str]:
        return {state.press_token("start", now=100.0 + 4 * press) for press in range(5)}

    assert len(in_session(steps)) == 1


def test_a_session_hears_of_the_tasks_that_it_watches(in_session) -> None:
    def steps() -> list[bool]:
        state.unwatch("never")
        for task in ("a", "b", "a"):
            state.watch(task)
        state.unwatch("a")
        return [state.watched("a"), state.watched("b"), state.watched("c")]

    assert in_session(steps) == [False, True, False]


def test_only_kept_values_of_that_part_are_forgotten(in_session) -> None:
    import streamlit as st

    def steps() -> list[str]:
        for key in ("kept_add_x_text", "kept_add_y_text", "add_x_other"):
            st.session_state[key] = 1
        state.forget_kept("add_x")
        return sorted(key for key in st.session_state if "add" in str(key))

    assert in_session(steps) == ["add_x_other", "kept_add_y_text"]


def test_a_box_keeps_its_value_while_it_is_not_drawn_if_its_key_says_so() -> None:
    def page() -> None:
        import streamlit as st

        from dashboard import state

        state.keep_choices()
        if st.toggle("draw", value=True):
            st.text_input("kept", key="kept_name")
            st.text_input("forgotten", key="name")

    app = AppTest.from_function(page, default_timeout=30).run()
    for box in app.text_input:
        box.set_value("typed")
    app.run()
    app.toggle[0].set_value(False).run()
    app.toggle[0].set_value(True).run()

    assert [box.value for box in app.text_input] == ["typed", ""]


def test_the_report_of_the_last_import_is_open(in_session) -> None:
    def steps() -> list[bool]:
        found = [state.report_shown("a")]
        state.show_report("a")
        found.append(state.report_shown("a"))
        state.show_report("b")
        return [*found, state.report_shown("a"), state.report_shown("b")]

    assert in_session(steps) == [False, True, False, True]


def test_evaluate_opens_on_its_first_view_where_a_run_lacks_the_chosen_one(in_session) -> None:
    import streamlit as st

    def steps() -> list[str]:
        found = [state.evaluation_view(["Threshold", "Mistakes"])]
        st.session_state[state.EVALUATION] = "Mistakes"
        found.append(state.evaluation_view(["Threshold", "Mistakes"]))
        st.session_state[state.EVALUATION] = "Threshold"
        return [*found, state.evaluation_view(["Classes", "Mistakes"])]

    assert in_session(steps) == ["Threshold", "Mistakes", "Classes"]


def test_a_way_to_mistakes_sets_what_is_seen_of_them(in_session) -> None:
    import streamlit as st

    def steps() -> list[object]:
        found = [state.mistakes_cell(), state.chosen_slice(), state.leaves_view()]
        state.choose_slice("Cats")
        state.show_mistakes(1, 0)
        found += [st.session_state[state.EVALUATION], state.mistakes_cell(), state.chosen_slice()]
        found += [state.leaves_view(), state.leaves_view()]
        state.choose_cell(0, -1)
        found.append(state.mistakes_cell())
        state.show_slice("Dogs")
        return [*found, state.mistakes_cell(), state.chosen_slice(), state.leaves_view()]

    assert in_session(steps) == [
        None, "", False,
        "Mistakes", (1, 0), "",
        True, False,
        (0, -1),
        None, "Dogs", False,
    ]  # fmt: skip


def test_a_session_of_many_searches_keeps_the_form_of_the_last_alone() -> None:
    def page() -> None:
        import streamlit as st

        from core.data.filters.row_filter import RowFilter
        from dashboard import state

        state.keep_choices()
        key = f"{state.KEPT}filter_a-1_{state.filter_form()}_text"
        st.text_input("Search", state.row_filter().text, key=key)
        st.text_input("Other", key=f"{state.KEPT}filter")
        number = state.filter_form()
        st.button("Next", on_click=state.set_row_filter, args=[RowFilter(text=f"w{number}")])
        kept = [str(key) for key in st.session_state if str(key).startswith(state.KEPT)]
        st.session_state["all_kept"] = sorted(kept)

    app = AppTest.from_function(page).run()
    for _ in range(5):
        app.button[0].click().run()

    assert not app.exception
    assert app.session_state["all_kept"] == ["kept_filter", "kept_filter_a-1_5_text"]
    assert app.text_input[0].value == "w4"
