from dashboard.ui.view_switch import view_switch
from tests.dashboard.conftest import Draw


def test_the_first_view_is_shown_until_another_is_chosen(draw: Draw) -> None:
    app = draw(view_switch, ("Rows", "Words"), "view")
    assert app.session_state["drawn"] == "Rows"

    app.segmented_control[0].set_value("Words").run()
    assert app.session_state["drawn"] == "Words"


def test_what_was_chosen_elsewhere_is_shown(draw: Draw) -> None:
    app = draw(view_switch, ["Rows", "Words"], "view", session={"view": "Words"})

    assert not app.exception
    assert app.session_state["drawn"] == "Words"
