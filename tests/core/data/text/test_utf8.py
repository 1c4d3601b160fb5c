from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.text.utf8 import first_points, text_bytes, wide_characters

TEXTS = st.text(st.sampled_from("a\x00\x7f\x80é߿ࠀ€\ud7ff\ue000\uffff\U00010000🙂\U0010ffff"))


@pytest.mark.parametrize(("start", "count"), [(0, 4), (1, 2), (2, 1), (3, 1), (4, 0)])
def test_a_slice_has_its_own_bytes_only(start: int, count: int) -> None:
    texts = ["one", "é", "", "🙂b"]

    data, offsets = text_bytes(pa.array(texts).slice(start, count))

    whole = "".join(texts[start : start + count]).encode()
    assert bytes(data) == whole
    cut = [whole[a:b].decode() for a, b in pairwise(offsets)]
    assert (offsets[0], cut) == (0, texts[start : start + count])


@pytest.mark.parametrize("texts", [[], [""], ["", "", ""]])
def test_texts_without_a_byte_begin_and_end_at_nought(texts: list[str]) -> None:
    data, offsets = text_bytes(pa.array(texts, pa.string()))

    assert (data.tolist(), offsets.tolist()) == ([], [0] * (len(texts) + 1))


@given(TEXTS)
@example("ab")
def test_characters_beyond_ascii_are_found_with_their_places_and_sizes(text: str) -> None:
    found = wide_characters(text_bytes(pa.array([text]))[0])

    wide = [
        (len(text[:place].encode()), ord(sign), len(sign.encode()))
        for place, sign in enumerate(text)
        if sign > "\x7f"
    ]
    columns = (found.places.tolist(), found.points.tolist(), found.sizes.tolist())
    assert list(zip(*columns, strict=True)) == wide


@given(st.lists(TEXTS, max_size=6))
@example(["", "🙂", "a🙂", ""])
def test_the_first_character_of_each_text_counts_if_it_is_beyond_ascii(texts: list[str]) -> None:
    found = first_points(*text_bytes(pa.array(texts, pa.string())))

    assert found.tolist() == [ord(text[0]) if text and text[0] > "\x7f" else 0 for text in texts]
