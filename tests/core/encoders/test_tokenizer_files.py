import json
from pathlib import Path
from typing import Any

import pytest

from core.encoders.text_rules import TextRules, bert_steps
from core.encoders.tokenizer_files import text_rules, vocabulary_file
from core.errors import EncoderError
from tests.messages import assert_one_sentence

USUAL = bert_steps(lower=True)


def files(folder: Path, config: Any = None, tokenizer: Any = None, special: Any = None) -> Path:
    names = ("tokenizer_config.json", "tokenizer.json", "special_tokens_map.json")
    for name, content in zip(names, (config, tokenizer, special), strict=True):
        if content is not None:
            (folder / name).write_text(json.dumps(content), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("config", "normalizer", "steps"),
    [
        (None, None, USUAL),
        ({"strip_accents": False}, None, bert_steps(lower=True, accents=False)),
        ({"do_lower_case": False}, None, bert_steps(lower=False)),
        (
            {"do_lower_case": False, "strip_accents": True},
            None,
            bert_steps(lower=False, accents=True),
        ),
        ({"strip_accents": None}, {"strip_accents": False}, USUAL),
        (
            {},
            {"type": "BertNormalizer", "strip_accents": False},
            bert_steps(lower=True, accents=False),
        ),
        ({"tokenize_chinese_chars": False}, None, bert_steps(lower=True, chinese=False)),
        ({}, {"handle_chinese_chars": False}, bert_steps(lower=True, chinese=False)),
        ({}, {"clean_text": False}, bert_steps(lower=True, clean=False)),
        ({}, {"type": "Lowercase"}, (("lower",),)),
        (
            {},
            {
                "type": "Sequence",
                "normalizers": [
                    {"type": "NFC"},
                    {"type": "Replace", "pattern": {"String": "ß"}, "content": "ss"},
                    {"type": "Strip", "strip_left": True, "strip_right": True},
                ],
            },
            (("NFC",), ("replace", "ß", "ss")),
        ),
        (
            {"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": True},
            {"type": "BertNormalizer", "lowercase": False},
            bert_steps(lower=False),
        ),
    ],
)
def test_how_texts_change_is_as_the_files_say(
    tmp_path: Path, config: Any, normalizer: Any, steps: Any
) -> None:
    tokenizer = {"normalizer": normalizer, "pre_tokenizer": {"type": "BertPreTokenizer"}}
    folder = files(tmp_path, config, tokenizer if normalizer else None)

    assert text_rules(folder).steps == steps


def test_special_tokens_lengths_and_prefix_are_as_the_files_say(tmp_path: Path) -> None:
    config = {"cls_token": "<s>", "pad_token": {"content": "<p>"}, "model_max_length": 64}
    model = {
        "type": "WordPiece",
        "unk_token": "<u>",
        "continuing_subword_prefix": "_",
        "max_input_chars_per_word": 20,
    }
    frame = {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "<e>", "type_id": 0}},
        ],
    }
    folder = files(
        tmp_path, config, {"model": model, "post_processor": frame}, {"sep_token": "<e>"}
    )

    assert text_rules(folder) == TextRules(
        USUAL, "_", 20, unknown="<u>", first="<s>", last="<e>", padding="<p>", longest_text=64
    )


def test_an_endless_length_is_no_limit(tmp_path: Path) -> None:
    assert text_rules(files(tmp_path, {"model_max_length": 10**30})).longest_text is None


REFUSED: dict[str, tuple[Any, Any]] = {
    "tokenizer_class": ({"tokenizer_class": "BertJapaneseTokenizer"}, None),
    "do_basic_tokenize": ({"do_basic_tokenize": False}, None),
    "never_split": ({"never_split": ["[X]"]}, None),
    "truncation_side": ({"truncation_side": "left"}, None),
    "wordpieces_prefix": ({"wordpieces_prefix": ""}, None),
    "max_input_chars_per_word": ({"max_input_chars_per_word": 0}, None),
    "model": (None, {"model": {"type": "BPE"}}),
    "pre_tokenizer": (None, {"pre_tokenizer": {"type": "Whitespace"}}),
    "post_processor": (None, {"post_processor": {"type": "RobertaProcessing"}}),
    "added_tokens": (None, {"added_tokens": [{"id": 9, "content": "<url>", "special": False}]}),
    "normalizer": (None, {"normalizer": {"type": "Precompiled"}}),
    'normalizer {"Regex"': (
        None,
        {"normalizer": {"type": "Replace", "pattern": {"Regex": "a+"}, "content": ""}},
    ),
}


@pytest.mark.parametrize("setting", REFUSED)
def test_what_cannot_be_followed_is_refused_by_its_name(tmp_path: Path, setting: str) -> None:
    config, tokenizer = REFUSED[setting]

    with pytest.raises(EncoderError, match=f"the setting {setting}") as refusal:
        text_rules(files(tmp_path, config, tokenizer))

    assert_one_sentence(refusal.value)


def test_tokens_that_were_added_are_found_in_each_file(tmp_path: Path) -> None:
    special = {"id": 9, "content": "[USR]", "special": True}
    decoder = {"9": special, "10": {"content": "cool-token", "special": False}}
    with pytest.raises(EncoderError, match='added_tokens "cool-token"'):
        text_rules(files(tmp_path, {"added_tokens_decoder": decoder}, {"added_tokens": [special]}))

    added = tmp_path / "added_tokens.json"
    files(tmp_path, {}, {}, {"additional_special_tokens": ["[USR]", {"content": "[SYS]"}]})
    added.write_text(json.dumps({"[USR]": 9, "[SYS]": 10, "[MASK]": 4, "[PAD]": 0}), "utf-8")
    assert text_rules(tmp_path).steps == USUAL
    added.write_text(json.dumps({"[USR]": 9, "cool-token": 10}), "utf-8")
    with pytest.raises(EncoderError, match='added_tokens "cool-token"'):
        text_rules(tmp_path)


def test_a_vocabulary_is_in_the_text_file_or_in_the_tokenizer(tmp_path: Path) -> None:
    assert vocabulary_file(tmp_path) is None
    files(tmp_path, tokenizer={"model": {"vocab": {"a": 1, "[PAD]": 0}}})
    assert vocabulary_file(tmp_path) == tmp_path / "tokenizer.json"
    (tmp_path / "vocab.txt").write_text("[PAD]\na\n", "utf-8")
    assert vocabulary_file(tmp_path) == tmp_path / "vocab.txt"


def test_two_vocabularies_that_differ_are_refused(tmp_path: Path) -> None:
    files(tmp_path, tokenizer={"model": {"vocab": {"a": 1, "[PAD]": 0}}})
    (tmp_path / "vocab.txt").write_text("[PAD]\nb\n", "utf-8")

    with pytest.raises(EncoderError, match=r"a vocab\.txt and a tokenizer\.json that differ"):
        vocabulary_file(tmp_path)


@pytest.mark.parametrize(
    "tokenizer",
    [
        {"normalizer": "BertNormalizer"},
        {"normalizer": {"type": "Replace", "pattern": "a"}},
        {"added_tokens": ["[PAD]"]},
        {"post_processor": {"type": "TemplateProcessing", "single": ["[CLS]"]}},
        {"post_processor": {"type": "BertProcessing", "cls": [], "sep": []}},
    ],
    ids=str,
)
def test_settings_of_another_form_are_refused(tmp_path: Path, tokenizer: Any) -> None:
    with pytest.raises(EncoderError, match="found another form") as refusal:
        text_rules(files(tmp_path, tokenizer=tokenizer))
    assert_one_sentence(refusal.value)


def test_json_that_is_nested_too_deeply_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("[" * 100_000)

    assert text_rules(tmp_path) == TextRules(USUAL)
