from dataclasses import asdict

import pytest

from core.explain.explanation_types import Explanation, Method, SwapSample, Word
from core.explain.identity_swap import ScoredSwap
from core.records import from_json, from_plain, to_json


@pytest.mark.parametrize(
    ("method", "baseline", "gap"),
    [(Method.INTEGRATED_GRADIENTS, -1.5, 0.01), (Method.LEAVE_ONE_OUT, None, None)],
)
def test_an_explanation_comes_back_from_json(
    method: Method, baseline: float | None, gap: float | None
) -> None:
    words = (Word(0, 3, 0.5), Word(4, 9, -0.25))
    explanation = Explanation("1", method, 0.75, baseline, gap, 9, words)

    assert from_json(Explanation, to_json(explanation)) == explanation


def test_a_method_that_nobody_knows_is_refused() -> None:
    values = asdict(Explanation("1", Method.LEAVE_ONE_OUT, 0.0, None, None, 0, ()))

    with pytest.raises(ValueError, match="tea leaves"):
        from_plain(Explanation, {**values, "method": "tea leaves"})


def test_a_sample_grows_by_the_slice_that_was_drawn_after_it() -> None:
    def swap(text: str) -> ScoredSwap:
        return ScoredSwap(text, text.upper(), "he", "she", 0.25, 0.5, "0", "1")

    first = SwapSample("test", 100, 40, 3, (swap("a"),))
    second = SwapSample("test", 100, 80, 5, (swap("b"), swap("c")))

    joined = first.joined(second)

    assert (joined.rows, joined.looked, joined.tried) == (100, 80, 8)
    assert [found.original for found in joined.swaps] == ["a", "b", "c"]
