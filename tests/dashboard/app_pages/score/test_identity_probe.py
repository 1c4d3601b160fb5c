import pytest

from core.errors import BadInput
from core.explain.explanation_types import SwapSample
from core.explain.identity_swap import DEFAULT_GROUPS, ScoredSwap, parse_groups, shown_groups
from dashboard.app_pages.score.identity_probe import _arrow, _chosen_groups, _described, _table
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import press, table


def swap(before: float, after: float, flips: bool = False) -> ScoredSwap:
    return ScoredSwap("a *cat*", "a *dog*", "cat", "dog", before, after, "0", "1" if flips else "0")


@pytest.mark.parametrize(("flips", "shown"), [(False, "0"), (True, "0 → 1")])
def test_a_label_that_changes_shows_both(flips: bool, shown: str) -> None:
    assert _arrow(swap(0.1, 0.9, flips)) == shown


def test_a_sample_says_what_was_tried_and_what_came_of_it() -> None:
    swaps = (swap(0.1, 0.9, True), swap(0.1, 0.2), swap(0.3, 0.2))

    said = unescaped(_described(SwapSample("test", 12_345, 1_000, 2, swaps)))

    assert said == (
        "1,000 of the 12,345 test rows were looked through; 2 of them mention a term."
        " Of 3 exchanges, 1 change the label."
    )


@pytest.mark.parametrize(
    ("original", "columns"),
    [
        (True, ["Question", "Exchanged", "Before", "After", "Change", "Label"]),
        (False, ["Exchanged", "Becomes", "Before", "After", "Change", "Label"]),
    ],
)
def test_exchanges_are_listed_with_their_change(
    draw: Draw, original: bool, columns: list[str]
) -> None:
    app = draw(_table, [swap(0.25, 0.75, True)], with_original=original)

    shown = table(app, "Exchanged")
    assert shown.columns.tolist() == columns
    assert shown["Change"].tolist() == [0.5]
    assert shown["Exchanged"].tolist() == ["cat ↔ dog"]


def test_the_usual_terms_come_back(draw: Draw) -> None:
    app = draw(_chosen_groups)
    assert app.session_state["drawn"] == parse_groups(shown_groups(DEFAULT_GROUPS))

    app.text_area[0].set_value("cat, dog\nred, blue").run()
    assert app.session_state["drawn"] == parse_groups("cat, dog\nred, blue")
    press(app, "Usual terms")

    assert app.session_state["drawn"] == parse_groups(shown_groups(DEFAULT_GROUPS))


def test_a_group_of_one_is_refused(draw: Draw) -> None:
    def view() -> str:
        with pytest.raises(BadInput) as caught:
            _chosen_groups()
        return str(caught.value)

    app = draw(view, session={"kept_identity_groups": "cat"})

    assert "two or more terms in each group" in app.session_state["drawn"]
