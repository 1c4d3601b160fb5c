import pytest

from core.data.splits.split import SplitPlan
from dashboard.app_pages.explore.split_sizes import split_sizes
from tests.dashboard.conftest import Draw

PLAN = SplitPlan(0.8, 0.5, 1.0, seed=1)


def drawn(draw: Draw, plan: SplitPlan, labelled: int = 1_000, cells: int = 3, **named):
    def view() -> dict[str, float | int]:
        import streamlit as st

        return split_sizes(plan, labelled, [st.container()] * cells, "k", **named)

    return draw(view)


@pytest.mark.parametrize(
    ("plan", "in_rows", "shown"),
    [
        (PLAN, False, [80.0, 50.0, 100.0]),
        (PLAN, True, [800, 100, 100]),
        (SplitPlan(0.05, 0.005, 0.0), False, [5.0, 0.5, 0.0]),
        (SplitPlan(0.05, 0.01, 0.0), True, [50, 9, 0]),
        (SplitPlan(600, 100, 0), False, [60.0, 25.0, 0.0]),
        (SplitPlan(600, 100, 0), True, [600, 100, 0]),
    ],
)
def test_sizes_are_shown_in_the_unit_asked_for_and_stay_what_they_were(
    draw: Draw, plan: SplitPlan, in_rows: bool, shown: list[float]
) -> None:
    app = drawn(draw, plan, in_rows=in_rows)

    assert [box.value for box in app.number_input] == shown
    assert app.session_state["drawn"] == {
        "train": plan.train, "validation": plan.validation, "test": plan.test,
    }  # fmt: skip


def test_a_changed_percentage_is_a_share_and_the_others_are_what_they_show(draw: Draw) -> None:
    app = drawn(draw, SplitPlan(600, 100, 0))

    app.number_input[0].set_value(50.0).run()

    sizes = app.session_state["drawn"]
    assert (sizes["train"], sizes["test"]) == (0.5, 0)
    assert app.number_input[1].value == 25.0
    assert sizes["validation"] == 0.25


def test_a_changed_number_of_rows_is_one(draw: Draw) -> None:
    app = drawn(draw, PLAN, in_rows=True)

    app.number_input[0].set_value(123).run()

    assert app.session_state["drawn"]["train"] == 123
    assert isinstance(app.session_state["drawn"]["train"], int)


def test_parts_without_a_cell_stay_as_they_are(draw: Draw) -> None:
    app = drawn(draw, PLAN, cells=1)

    assert [box.label for box in app.number_input] == ["Train %"]
    assert app.session_state["drawn"] == {"train": 0.8, "validation": 0.5, "test": 1.0}


def test_no_rows_at_all_divide_nothing(draw: Draw) -> None:
    app = drawn(draw, SplitPlan(10, 5, 0), labelled=0)

    assert not app.exception
    assert [box.value for box in app.number_input] == [100.0, 100.0, 0.0]
