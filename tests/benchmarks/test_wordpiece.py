from pathlib import Path

import pytest

from core.encoders.encoders import EMBEDDED, find_encoder
from core.model.tokenizer import Tokenizer
from tests.benchmarks.sides.wordpiece import FullTokenizer

TEXTS = [
    "hello world, it is a wonderful day for learning",
    "Why isn't Zürich's café (the OLD one) open at 9:30 a.m.?",
    "  tabs\tand\nnew lines, two  blanks ",
    "你好 world, mixed 中文text",
    "a$b^c`d|e~f <g> = [h] {i} “quoted” – dashes—and … dots",
    "supercalifragilisticexpialidocious" * 8,
    "emoji 😀 and ☃ and \u200b nothing seen",
    "",
]
# The project's tokenizer first turns compatibility characters into plain ones, this one does not.
ALIKE = [text for text in TEXTS if "…" not in text]


@pytest.fixture(scope="module")
def vocabulary() -> Path:
    return find_encoder(EMBEDDED).vocabulary


def test_the_python_tokenizer_cuts_texts_as_the_project_does(vocabulary: Path) -> None:
    tokenizer = FullTokenizer(vocabulary, lower_case=True)
    found = [
        tokenizer.to_ids(["[CLS]", *tokenizer.tokenize(text)[:126], "[SEP]"]) for text in ALIKE
    ]
    ours = Tokenizer(vocabulary, lower_case=True, max_seq_length=128)
    assert found == ours.encode(ALIKE).to_list()


def test_the_tutorials_sentence_has_the_tutorials_ids(vocabulary: Path) -> None:
    tokenizer = FullTokenizer(vocabulary, lower_case=True)
    ids = tokenizer.to_ids(tokenizer.tokenize(TEXTS[0]))
    assert ids == [7592, 2088, 1010, 2009, 2003, 1037, 6919, 2154, 2005, 4083]
