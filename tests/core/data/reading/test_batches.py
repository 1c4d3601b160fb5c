import pytest

from core.data.reading.batches import Positions


@pytest.mark.parametrize(
    ("positions", "wanted"),
    [
        (Positions(texts=(0,)), [0]),
        (Positions(texts=(2,), label=0, id=1), [0, 1, 2]),
        (Positions(texts=(1,), label=1), [1]),
        (Positions(texts=(4, 1), label=2, others=(1, 4, 0)), [0, 1, 2, 4]),
        (Positions(texts=(3,), others=(0, 3, 2)), [0, 2, 3]),
        (Positions(texts=(0,), label=None, id=0, others=(5, 5)), [0, 5]),
    ],
)
def test_chosen_columns_are_read_once_in_their_order(
    positions: Positions, wanted: list[int]
) -> None:
    assert positions.wanted == wanted
