from pathlib import Path

import pandas as pd
import pytest
import tensorflow as tf
import tensorflow_text as tf_text

from core.encoders.encoders import find_encoder
from core.errors import EncoderError
from core.model.tokenizer import Tokenizer
from tests import toy

CLS, SEP, UNKNOWN = 101, 102, 100
TUTORIAL_TEXT = "hello world, it is a wonderful day for learning"
TUTORIAL_IDS = [7592, 2088, 1010, 2009, 2003, 1037, 6919, 2154, 2005, 4083]


def embedded(max_seq_length: int = 128) -> Tokenizer:
    encoder = find_encoder("minilm")
    return Tokenizer(
        encoder.vocabulary, lower_case=encoder.lower_case, max_seq_length=max_seq_length
    )


def write_vocabulary(path: Path, tokens: list[str]) -> Path:
    path.write_bytes("".join(f"{token}\n" for token in tokens).encode())
    return path


def test_the_tutorials_sentence_gives_the_tutorials_ids_in_a_frame() -> None:
    (ids,) = embedded().encode([TUTORIAL_TEXT]).to_list()

    assert ids == [CLS, *TUTORIAL_IDS, SEP]


def test_ids_are_int32_and_ragged() -> None:
    ids = embedded().encode(["one", "one two three"])

    assert ids.dtype == tf.int32
    assert ids.row_lengths().numpy().tolist() == [3, 5]


@pytest.mark.parametrize("length", [3, 4, 12])
def test_a_long_text_is_cut_to_the_length_and_keeps_its_frame(length: int) -> None:
    (ids,) = embedded(length).encode([TUTORIAL_TEXT]).to_list()

    assert ids == [CLS, *TUTORIAL_IDS[: length - 2], SEP]


def test_a_text_of_100_000_characters_is_cut_like_any_other() -> None:
    ids = embedded(16).encode(["word " * 20_000, "x" * 100_000])

    assert ids.row_lengths().numpy().tolist() == [16, 3]
    assert ids.to_list()[1] == [CLS, UNKNOWN, SEP]


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_a_blank_text_is_an_empty_frame(text: str) -> None:
    assert embedded().encode([text]).to_list() == [[CLS, SEP]]


def test_no_texts_give_no_rows() -> None:
    assert embedded().encode([]).to_list() == []


def test_case_and_accents_do_not_matter_to_an_uncased_encoder() -> None:
    first, second = embedded().encode(["Café NAÏVE Über", "cafe naive uber"]).to_list()

    assert first == second


def test_a_cased_encoder_keeps_case(tmp_path: Path) -> None:
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "Word", "word"]
    path = write_vocabulary(tmp_path / "vocab.txt", tokens)

    tokenizer = Tokenizer(path, lower_case=False, max_seq_length=8)

    assert tokenizer.encode(["Word word WORD"]).to_list() == [[2, 4, 5, 1, 3]]


def test_ids_are_line_numbers_even_behind_tokens_that_look_like_line_ends(tmp_path: Path) -> None:
    odd = ["\u2028", "\u0085", "\x0b", "\x1c"]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *odd, "word"]
    path = write_vocabulary(tmp_path / "vocab.txt", tokens)

    ids = Tokenizer(path, lower_case=True, max_seq_length=8).encode(["word"])

    assert ids.to_list() == [[2, 8, 3]]


def test_a_vocabulary_with_windows_line_ends_is_the_same_vocabulary(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes("\r\n".join(toy.VOCABULARY).encode())

    ids = Tokenizer(path, lower_case=True, max_seq_length=8).encode(["the cat"])

    assert [toy.VOCABULARY[number] for number in ids.to_list()[0]] == [
        "[CLS]", "the", "cat", "[SEP]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        (["[PAD]", "[UNK]", "a"], r"\[CLS\], \[SEP\] missing"),
        (["[UNK]", "[PAD]", "[CLS]", "[SEP]"], r"'\[UNK\]' first"),
        ([], "missing"),
        (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "a"], "must be unique"),
    ],
)
def test_a_vocabulary_that_is_not_berts_is_refused(
    tmp_path: Path, tokens: list[str], found: str
) -> None:
    path = write_vocabulary(tmp_path / "vocab.txt", tokens)

    with pytest.raises(EncoderError, match=found):
        Tokenizer(path, lower_case=True, max_seq_length=8)


def test_real_questions_give_the_ids_of_the_reference_tokenizer(shared_data: Path) -> None:
    texts = pd.read_csv(shared_data / "quora" / "labelled.csv")["question_text"].tolist()
    vocabulary = str(find_encoder("minilm").vocabulary)
    reference = tf_text.BertTokenizer(vocabulary, token_out_type=tf.int32, lower_case=True)
    expected = reference.tokenize(texts).merge_dims(1, -1)

    found = embedded(512).encode(texts)[:, 1:-1]

    assert len(texts) > 20_000
    assert tf.reduce_all(found.row_splits == expected.row_splits)
    assert tf.reduce_all(found.flat_values == expected.flat_values)


@pytest.mark.parametrize("text", ["", "don't\tÉTÉ 日本 🙂🙂 x\x00y ½ ﬁne", "word " * 99])
def test_placed_tokens_are_those_of_the_encoding(text: str) -> None:
    tokenizer = embedded(16)

    placed = tokenizer.place(text)

    assert placed.ids.tolist() == tokenizer.encode([text]).to_list()[0][1:-1]
    assert tokenizer.frame([placed.ids]).to_list() == tokenizer.encode([text]).to_list()


def test_places_are_characters_of_the_text_as_it_was_typed() -> None:
    text = "🙂 Café cafe\u0301 日本 unbelievableness"

    placed = embedded().place(text)

    cut = [text[start:end] for start, end in zip(placed.starts, placed.ends, strict=True)]
    assert cut == ["🙂", "Café", "cafe\u0301", "日", "本", "unbelievable", "ness"]
    assert placed.continues.tolist() == [False] * 6 + [True]
