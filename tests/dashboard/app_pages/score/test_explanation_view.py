import pytest

from core.explain.explanation_types import TOLERANCE, Explanation, Method, Word
from dashboard.app_pages.score.explanation_view import _mark, _sum_check, _within


def explanation(*parts: float, gap: float | None = 0.01, baseline: float | None = -1.5):
    words = tuple(Word(2 * n, 2 * n + 1, part) for n, part in enumerate(parts))
    method = Method.LEAVE_ONE_OUT if gap is None else Method.INTEGRATED_GRADIENTS
    return Explanation("*rude*", method, 2.25, baseline, gap, 99, words)


def test_parts_that_add_up_say_to_what() -> None:
    said = _sum_check(explanation(3.0, 1.0, -0.26))

    assert said == (
        "The log-odds of “*rude*” are +2.25, those of a blank text of this length -1.50. The words"
        " add up to +3.74 of the difference of +3.75: 0.010 is missing, within the 0.05 allowed."
    )


def test_parts_that_leave_a_gap_say_so() -> None:
    assert "0.200 is missing, more than the 0.05 allowed." in _sum_check(explanation(3.0, gap=-0.2))


def test_what_words_leave_behind_does_not_add_up() -> None:
    said = _sum_check(explanation(3.0, gap=None, baseline=None))

    assert said.endswith("a word's number is what they lose without it. These do not add up.")


@pytest.mark.parametrize(
    ("gap", "within"), [(TOLERANCE, True), (-TOLERANCE, True), (TOLERANCE + 1e-6, False)]
)
def test_the_tolerance_holds_on_both_sides(gap: float, within: bool) -> None:
    assert _within(gap).startswith("within" if within else "more than")


def test_a_place_is_named_by_its_run_and_texts() -> None:
    class Known:
        def __init__(self, id_: str) -> None:
            self.id = id_

    one = _mark(Known("a"), "x", "y")
    assert one == _mark(Known("a"), "x", "y")
    assert len({one, _mark(Known("b"), "x", "y"), _mark(Known("a"), "xy")}) == 3
    assert len(_mark(Known("a"), "half a pair \ud800")) == 8
