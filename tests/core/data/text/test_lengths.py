import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.text.lengths import count_chars, count_words, string_buffers


def every_character() -> list[str]:
    surrogates = range(0xD800, 0xE000)
    return [chr(code) for code in range(sys.maxunicode + 1) if code not in surrogates]


def test_words_are_those_of_split_around_every_character_of_unicode() -> None:
    texts = [f" a{character}b {character}" for character in every_character()]

    assert count_words(pa.array(texts)).to_pylist() == [len(text.split()) for text in texts]


@given(
    st.lists(st.text(st.sampled_from("ab\t\n\r\x0b\x0c\x1c\x1f \x85\xa0\u2003\u2029\u200b\u3000")))
)
@example(["", " ", "\u3000", " a  b "])
def test_words_and_characters_are_those_of_python(texts: list[str]) -> None:
    column = pa.array(texts, pa.string())

    assert count_words(column).to_pylist() == [len(text.split()) for text in texts]
    assert count_chars(column).to_pylist() == [len(text) for text in texts]
    assert count_words(column).type == count_chars(column).type == pa.int32()


@pytest.mark.parametrize("file", ["labelled.csv", "unlabelled.csv"])
def test_words_and_characters_of_the_real_questions_are_those_of_python(
    file: str, shared_data: Path
) -> None:
    questions = pd.read_csv(shared_data / "quora" / file, keep_default_na=False)
    texts = questions["question_text"].tolist()

    assert count_words(pa.array(texts)).to_pylist() == [len(text.split()) for text in texts]
    assert count_chars(pa.array(texts)).to_pylist() == [len(text) for text in texts]


@given(st.lists(st.text(max_size=6), max_size=9), st.integers(0, 9), st.integers(0, 9))
def test_a_slice_of_a_column_is_counted_as_if_it_were_alone(
    texts: list[str], start: int, length: int
) -> None:
    column = pa.array(texts, pa.string()).slice(min(start, len(texts)), length)
    alone = texts[start : start + length]

    assert count_words(column).to_pylist() == [len(text.split()) for text in alone]
    data, ends = string_buffers(column)
    assert data.tobytes() == "".join(alone).encode()
    assert ends.tolist() == [len("".join(alone[:n]).encode()) for n in range(len(alone) + 1)]
