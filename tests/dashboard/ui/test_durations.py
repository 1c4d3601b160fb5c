import pytest

from dashboard.ui.durations import duration


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0, "0 s"),
        (89.4, "89 s"),
        (90, "2 min"),
        (5340, "89 min"),
        (5400, "1 h 30 min"),
        (36_000, "10 h 0 min"),
    ],
)
def test_durations_are_said_in_the_unit_that_fits(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said
