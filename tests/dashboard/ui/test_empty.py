from dashboard.ui.empty import empty_state
from tests.dashboard.conftest import Draw


def test_an_empty_card_says_what_is_missing_and_what_to_do(draw: Draw) -> None:
    app = draw(empty_state, "rule", "No run yet", "Train one first.")

    assert [each.value for each in app.markdown] == [":material/rule:", "**No run yet**"]
    assert [each.value for each in app.caption] == ["Train one first."]
