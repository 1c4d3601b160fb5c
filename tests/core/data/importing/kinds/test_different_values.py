import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from core.data.importing.kinds.different_values import MOST_KEPT, DifferentValues


@given(st.lists(st.lists(st.integers(0, 40), max_size=30), max_size=5))
def test_few_values_are_kept(batches: list[list[int]]) -> None:
    different = DifferentValues()
    for batch in batches:
        different.add(pa.array(list(map(str, batch)), pa.string()))

    assert different.kept is not None
    assert set(different.kept.to_pylist()) == {str(value) for batch in batches for value in batch}
    assert different.count() == len(different.kept)


def test_many_values_are_counted_but_not_kept() -> None:
    different = DifferentValues()
    for start in (0, 5000, 12_000, 0):
        different.add(pa.array([f"value {i}" for i in range(start, start + 6000)]))

    assert different.kept is None
    assert different.count() == 17_000 > MOST_KEPT


def test_values_are_counted_while_millions_are_added() -> None:
    different = DifferentValues()
    values = pa.array(range(60_000)).cast(pa.string())
    for _ in range(40):
        different.add(values)

    assert different.count() == 60_000


def test_long_values_are_counted_but_not_kept() -> None:
    different = DifferentValues()
    different.add(pa.array([f"{i}" * 2_000_000 for i in range(5)]))

    assert (different.kept, different.count()) == (None, 5)
