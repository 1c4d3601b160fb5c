"""What is done on tensors is what `core.encoders.text_rules` does character by character."""

import pytest
import tensorflow as tf

from core.encoders.text_rules import LOWER, REPLACE, STRIP_MARKS, Step, bert_steps, changed, cut
from core.model.text_steps import text_change

TEXTS = [
    "",
    "  Schön,\tSCHO\u0308N…\u3000so\r\n",
    "日本語a\u0301é\U0001f642\u200d\U0001f642",
    "x\x00y\ufffdz\u0600q\x85r\ue000s",
    "\u3400\U00020000\U0003ffff\U000e0041\ud7a4",
    "a\U000f0000b\U000ffffdc\U000ffffed\U000fffffe\U00100000f\U0010fffdg\U0010ffff",
    "a.b c\\1 \\. ``d'' (e) [f] é é ^$*+?{}|#&~-",
    "İΣßﬁ½",
]
MANY = (("``", '"'), ("a.b", "\\0"), ("é é", "e"), ("(e)", "()"), ("\r\n", "\\"),
        ("^$*+?{}|#&~-", "."), ("\\1", "$1"))  # fmt: skip
ONE = ((".", "\\1"), ("a", "zz"), ("\\", ""), ("\U000f0000", "first"), ("\U0010fffd", "c"))
CHAINED = (("d", "k"), ("k''", "!"))


def replacing(pairs: tuple[tuple[str, str], ...]) -> tuple[Step, ...]:
    return tuple((REPLACE, *pair) for pair in pairs)


RULES: dict[str, tuple[Step, ...]] = {
    "none": (),
    "uncased": bert_steps(lower=True),
    "cased, Chinese characters together": bert_steps(lower=False, chinese=False),
    "composed": (("NFC",), (LOWER,), (STRIP_MARKS,)),
    "compatible at the end": ((LOWER,), ("NFKC",)),
    "one character replaced": replacing(ONE),
    "several replaced": replacing(MANY),
    "one gives what the next takes": (*replacing(CHAINED), (LOWER,)),
}


def by_character(text: str, steps: tuple[Step, ...]) -> str:
    for step in steps:
        text = changed(text, step)
    return cut(text)


def texts_of(answer: tf.Tensor) -> list[str]:
    return [text.decode() for text in answer.numpy()]


@pytest.mark.parametrize("rules", RULES)
def test_texts_become_what_they_become_character_by_character(rules: str) -> None:
    steps = RULES[rules]

    found = texts_of(text_change(steps)(tf.constant(TEXTS)))

    assert found == [by_character(text, steps) for text in TEXTS]


def test_bytes_that_are_no_text_become_a_sign_of_their_own() -> None:
    (found,) = texts_of(text_change(((LOWER,),))(tf.constant([b"A\xffB\xc3"])))

    assert found == "a\ufffdb\ufffd"


def test_in_a_graph_texts_become_the_same_however_many_there_are() -> None:
    change = text_change(RULES["composed"])
    expected = texts_of(change(tf.constant(TEXTS)))

    in_graph = tf.function(change, input_signature=[tf.TensorSpec([None], tf.string)])

    assert texts_of(in_graph(tf.constant(TEXTS))) == expected
    assert texts_of(in_graph(tf.constant(TEXTS[2:3]))) == expected[2:3]
    assert texts_of(in_graph(tf.constant([], tf.string))) == []
