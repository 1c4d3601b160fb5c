import json
from pathlib import Path

import pytest

from core.encoders.vocabulary import read_vocabulary, write_vocabulary
from core.errors import EncoderError


def tokenizer(path: Path, vocab: object, added: object = None) -> Path:
    path.write_text(json.dumps({"model": {"vocab": vocab}, "added_tokens": added}), "utf-8")
    return path


def test_tokens_stand_in_the_order_of_their_ids(tmp_path: Path) -> None:
    added = [{"content": "[PAD]", "id": 4}, {"content": "a", "id": 1}]
    path = tokenizer(tmp_path / "tokenizer.json", {"b": 2, "a": 1, "c": 0}, added)

    assert read_vocabulary(path) == ["c", "a", "b", "[no token 3]", "[PAD]"]


def test_either_form_is_written_as_one_token_a_line(tmp_path: Path) -> None:
    source = tokenizer(tmp_path / "tokenizer.json", {"b": 1, "\u2028": 0})

    write_vocabulary(source, tmp_path / "vocab.txt")
    write_vocabulary(tmp_path / "vocab.txt", tmp_path / "copy.txt")

    assert read_vocabulary(tmp_path / "copy.txt") == ["\u2028", "b"]


@pytest.mark.parametrize(
    "vocab",
    [None, {}, {"a": 0, "b": 0}, {"a": -1}, {"a\nb": 0}, {"a\rb": 0}, {"\ud800": 0}, [["a", 0.5]]],
)
def test_what_is_no_wordpiece_vocabulary_is_refused(tmp_path: Path, vocab: object) -> None:
    with pytest.raises(EncoderError, match=r"a WordPiece vocabulary in tokenizer\.json"):
        read_vocabulary(tokenizer(tmp_path / "tokenizer.json", vocab))
