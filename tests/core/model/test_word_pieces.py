"""Expected tokens are what `tokenizers` 0.23 gave; nothing of it is needed here."""

import string
import unicodedata
from dataclasses import replace

import pytest
import tensorflow as tf

from core.encoders.text_rules import Step, TextRules, bert_steps
from core.model.tokenizer import Tokenizer, pieces_of
from core.model.word_pieces import ExactPieces, are_usual

VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]"),
    *"abcdefghijklmnopqrstuvwxyzäöüßéÉAZ0123456789.,!-日本語ไทยक",
    *("##日", "##本", *(f"##{letter}" for letter in string.ascii_lowercase + "äöüßéไทย")),
    *("schon", "schön", "σας", "ΣΑΣ", "fi", "ﬁ"),
]
TEXTS = [
    "schon schön SCHÖN",
    "ΣΑΣ σας",
    "日本語 ab日本",
    "a\u0301é É",
    "\x0bx\x00y\ufffdz\u200bq\x85r",
    "ﬁne ½",
    "x" * 101 + " " + "ย" * 40,
    "a-b!c",
]
THAI = " ".join(["[UNK] ย", *["##ย"] * 39])
SIGNS = "a - b ! c"
CASES: dict[str, tuple[tuple[Step, ...], list[str]]] = {
    "accents kept": (
        bert_steps(lower=True, accents=False),
        ["schon schön schön", "[UNK] σας", "日 本 語 a ##b 日 本", "[UNK] é", "x ##y ##z ##q ##r",
         "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "case kept, accents stripped": (
        bert_steps(lower=False, accents=True),
        ["schon schon [UNK]", "ΣΑΣ σας", "日 本 語 a ##b 日 本", "a ##e [UNK]",
         "x ##y ##z ##q ##r", "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "uncased": (
        bert_steps(lower=True),
        ["schon schon schon", "[UNK] σας", "日 本 語 a ##b 日 本", "a ##e e", "x ##y ##z ##q ##r",
         "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "cased": (
        bert_steps(lower=False),
        ["schon schön [UNK]", "ΣΑΣ σας", "日 本 語 a ##b 日 本", "[UNK] É", "x ##y ##z ##q ##r",
         "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "Chinese characters together": (
        bert_steps(lower=True, chinese=False),
        ["schon schon schon", "[UNK] σας", "[UNK] a ##b ##日 ##本", "a ##e e", "x ##y ##z ##q ##r",
         "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "control characters kept": (
        bert_steps(lower=True, clean=False),
        ["schon schon schon", "[UNK] σας", "日 本 語 a ##b 日 本", "a ##e e", "[UNK] r",
         "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "composed": (
        (("NFC",), ("lower",)),
        ["schon schön schön", "[UNK] σας", "[UNK] a ##b ##日 ##本", "[UNK] é", "[UNK] r",
         "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "compatible": (
        (("NFKC",), ("lower",)),
        ["schon schön schön", "[UNK] σας", "[UNK] a ##b ##日 ##本", "[UNK] é", "[UNK] r",
         "fi ##n ##e [UNK]", THAI, SIGNS],
    ),
    "taken apart": (
        (("NFD",), ("lower",), ("strip marks",)),
        ["schon schon schon", "[UNK] σας", "[UNK] a ##b ##日 ##本", "a ##e e", "[UNK] r",
         "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
    "replaced": (
        (("replace", "ch", "k"), ("replace", "x", "yy"), ("lower",)),
        ["s ##k ##o ##n s ##k ##ö ##n schön", "[UNK] σας", "[UNK] a ##b ##日 ##本", "[UNK] é",
         "[UNK] r", "ﬁ ##n ##e [UNK]", THAI, SIGNS],
    ),
}  # fmt: skip


def tokenizer(tmp_path, rules: TextRules, tokens: list[str] = VOCABULARY) -> Tokenizer:
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(tokens) + "\n", "utf-8")
    return Tokenizer(path, lower_case=rules.lower_case, max_seq_length=512, rules=rules)


def shown(ids: list[int], tokens: list[str] = VOCABULARY) -> str:
    return " ".join(tokens[number] for number in ids[1:-1])


@pytest.mark.parametrize("case", CASES)
def test_tokens_are_those_of_hugging_faces_tokenizers(tmp_path, case: str) -> None:
    steps, expected = CASES[case]
    made = tokenizer(tmp_path, TextRules(steps))

    found = made.encode(TEXTS).to_list()

    assert [shown(ids) for ids in found] == expected
    for text, ids in zip(TEXTS, found, strict=True):
        assert made.place(text).ids.tolist() == ids[1:-1], text


@pytest.mark.parametrize("lower", [True, False])
def test_the_fast_way_gives_what_the_exact_one_gives_for_every_character(lower: bool) -> None:
    """Each by itself inside a word, but of Han and Hangul, which are all alike, one in 97."""
    codes = [
        *range(1, 0x3400), *range(0x3400, 0xA000, 97), *range(0xA000, 0xAC00),
        *range(0xAC00, 0xD800, 97), *range(0xE000, 0xF900, 97), *range(0xF900, 0x10000),
        *range(0x1F000, 0x1FC00), 0x20000, 0x30000, 0xE0001, 0x10FFFD,
    ]  # fmt: skip
    letters = [chr(code) for code in codes]
    known = [*dict.fromkeys(c for c in letters if unicodedata.category(c)[0] in "LNPSM")]
    tokens = [*VOCABULARY[:4], *known, *(f"##{c}" for c in known)]
    rules = TextRules(bert_steps(lower=lower))
    assert are_usual(rules)
    texts = tf.constant([f"a{letter}a" for letter in letters])

    exact = ExactPieces(tokens, rules)(texts).to_list()
    fast = pieces_of(tokens, lower, rules)(texts).to_list()

    others = [hex(c) for c, a, b in zip(codes, exact, fast, strict=True) if a != b]
    assert others == []


def test_a_word_is_as_long_as_the_rules_say(tmp_path) -> None:
    made = tokenizer(tmp_path, replace(TextRules(bert_steps(lower=True)), longest_word=3))

    assert shown(made.encode(["abc abcd éé.abcde"]).to_list()[0]) == "a ##b ##c [UNK] e ##e . [UNK]"


def test_special_tokens_and_prefix_may_have_other_names(tmp_path) -> None:
    tokens = ["<u>", "a", "_b", "<s>", "</s>", "<pad>"]
    rules = TextRules(
        bert_steps(lower=True),
        prefix="_",
        unknown="<u>",
        first="<s>",
        last="</s>",
        padding="<pad>",
    )
    made = tokenizer(tmp_path, rules, tokens)

    assert made.encode(["ab x"]).to_list() == [[3, 1, 2, 0, 4]]
    assert made.padding == 5
    assert made.counts(made.encode(["ab x"]))[1].tolist() == [1]
    assert made.place("ab x").continues.tolist() == [False, True, False]


@pytest.mark.parametrize("case", ["accents kept", "composed", "replaced"])
def test_places_are_characters_of_the_text_as_it_was_typed(tmp_path, case: str) -> None:
    made = tokenizer(tmp_path, TextRules(CASES[case][0]))
    text = "Schön  o\u0308chx, ab"

    placed = made.place(text)

    cut = [text[start:end] for start, end in zip(placed.starts, placed.ends, strict=True)]
    assert "".join(cut).replace(" ", "") == text.replace(" ", "") or case == "replaced"
    assert cut[-2:] == ["a", "b"]
    assert placed.continues[-1]


def test_rules_are_followed_in_a_graph_too(tmp_path) -> None:
    made = tokenizer(tmp_path, TextRules(CASES["accents kept"][0]))
    expected = made.encode(TEXTS).to_list()

    made.compile()

    assert made.encode(TEXTS).to_list() == expected
    assert made.encode([]).to_list() == []


def test_usual_rules_are_followed_in_a_graph_too(tmp_path) -> None:
    made = tokenizer(tmp_path, TextRules(CASES["uncased"][0]))
    expected = made.encode(TEXTS).to_list()

    made.compile()

    assert made.encode(TEXTS).to_list() == expected
    assert made.encode(TEXTS[:1]).to_list() == expected[:1]
    assert made.encode([]).to_list() == []
