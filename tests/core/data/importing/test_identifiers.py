import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.importing.identifiers import IdHashes, hash_ids

IDS = st.text(st.sampled_from("ab\0é"), max_size=18) | st.sampled_from(["x" * 256, "x" * 257])


def repeats(ids: list[str], cut: int = 0) -> list[int]:
    column, hashes = pa.array(ids, pa.string()), IdHashes()
    hashes.add(column[:cut])
    hashes.add(column[cut:])
    return hashes.repeats().tolist()


@given(st.lists(IDS, max_size=40), st.integers(0, 40))
def test_rows_repeat_an_id_where_a_set_says_so(ids: list[str], cut: int) -> None:
    expected = [row for row, identifier in enumerate(ids) if identifier in ids[:row]]

    assert repeats(ids, min(cut, len(ids))) == expected


@given(st.lists(IDS, max_size=20), st.integers(0, 20))
def test_a_hash_depends_on_the_id_alone(ids: list[str], cut: int) -> None:
    column = pa.array(ids, pa.string())
    parts = [*hash_ids(column[:cut]).tolist(), *hash_ids(column[cut:]).tolist()]

    assert hash_ids(column).tolist() == parts
    assert dict(zip(ids, parts, strict=True)) == {i: hash_ids(pa.array([i]))[0] for i in ids}


@pytest.mark.parametrize("pattern", ["{:020d}", "{}", "row-{}-of-many", "{:x}"])
def test_counted_ids_do_not_collide(pattern: str) -> None:
    ids = [pattern.format(number) for number in range(200_000)]

    assert repeats(ids) == []
    assert repeats([*ids, ids[7], ids[7], ids[3]], cut=100_000) == [200_000, 200_001, 200_002]


def test_no_ids_repeat_none() -> None:
    assert IdHashes().repeats().tolist() == []
    assert repeats([]) == []
