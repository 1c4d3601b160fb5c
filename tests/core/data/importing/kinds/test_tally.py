import numpy as np
import pyarrow as pa

from core.data.importing.kinds.shapes import Shape, Strings
from core.data.importing.kinds.tally import ColumnTally, Place


def tallied(*batches: list[tuple[int, Shape, str]]) -> ColumnTally:
    tally = ColumnTally()
    for batch in batches:
        numbers, shapes, cells = zip(*batch, strict=True)
        tally.add(np.array(shapes, np.uint8), np.array(numbers), pa.array(cells), None)
    return tally


def test_the_first_cell_of_a_shape_is_that_of_the_lowest_row() -> None:
    tally = tallied(
        [(9, Shape.WHOLE, "9"), (7, Shape.OTHER, "x")],
        [(5, Shape.OTHER, "y"), (4, Shape.WHOLE, "4"), (6, Shape.OTHER, "z")],
    )

    assert tally.first([Shape.OTHER]) == Place(5, "y")
    assert tally.first([Shape.OTHER, Shape.WHOLE, Shape.ISO]) == Place(4, "4")
    assert tally.count(Shape.OTHER, Shape.WHOLE) == tally.filled == 5


def test_blank_and_missing_cells_show_no_kind() -> None:
    tally = tallied([(1, Shape.BLANK, ""), (2, Shape.MISSING, "NA"), (3, Shape.ISO, "2020-01-01")])
    tally.add_missing(4)

    assert (tally.blank, tally.filled) == (5, 2)
    assert tally.shapes() == {Shape.ISO}


def test_ids_are_short_and_of_visible_ascii_letters() -> None:
    for cells, like_ids in (
        (["a-1", "ü"], False),
        (["a-1", "b c"], False),
        (["a" * 65], False),
        (["a" * 64, "http://b/?c=d"], True),
    ):
        tally = ColumnTally()
        tally.measure(Strings.of(pa.array(["x"])))
        tally.measure(Strings.of(pa.array(cells)))
        assert tally.like_ids is like_ids
        assert tally.longest == max(map(len, cells))
