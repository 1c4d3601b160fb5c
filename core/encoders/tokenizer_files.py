"""What Hugging Face's tokenizer files say of an encoder's texts: as rules, or refused by name.

tokenizer_config.json goes before tokenizer.json, as BERT's tokenizer there has it; of a class that
has no settings of its own (PreTrainedTokenizerFast), tokenizer.json alone counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.encoders.text_rules import (
    FORMS,
    LOWER,
    REPLACE,
    STRIP_MARKS,
    Step,
    TextRules,
    bert_steps,
)
from core.encoders.vocabulary import read_vocabulary, tokens_of
from core.errors import EncoderError
from core.files import read_text
from core.records import parse_json

TOKENIZER = "tokenizer.json"
TOKENIZER_CONFIG = "tokenizer_config.json"
ADDED = "added_tokens.json"
_SPECIAL = "special_tokens_map.json"
_WORDPIECE = ("Bert", "DistilBert", "Electra", "MobileBert", "LayoutLM", "MPNet")
_GENERIC = ("PreTrainedTokenizerFast", "TokenizersBackend")
_CLASSES = frozenset(
    ["", *_GENERIC, *(f"{name}Tokenizer{fast}" for name in _WORDPIECE for fast in ("", "Fast"))]
)
_ROLES = {
    "unknown": ("unk_token", "[UNK]"),
    "first": ("cls_token", "[CLS]"),
    "last": ("sep_token", "[SEP]"),
    "padding": ("pad_token", "[PAD]"),
}
_MASK = "[MASK]"
_ENDLESS = 1_000_000
"""Hugging Face writes 10^30 for "no limit"."""
Json = dict[str, Any]


def text_rules(folder: Path) -> TextRules:
    """How the encoder in a folder wants its texts cut.

    Raises:
        EncoderError: it asks for something that cannot be done exactly here; the setting is named.
            Or its files are of another form.
    """
    said = _Files(
        folder.name,
        read_json(folder / TOKENIZER_CONFIG),
        read_json(folder / TOKENIZER),
        read_json(folder / _SPECIAL),
        read_json(folder / ADDED),
    )
    try:
        return _rules(said)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise EncoderError(
            f"tokenizer files in Hugging Face's form for the encoder {folder.name}",
            "another form",
            "choose another encoder",
        ) from error


def _rules(said: _Files) -> TextRules:
    _check_class(said)
    model = _model(said)
    roles = {role: said.token(key, default) for role, (key, default) in _ROLES.items()}
    roles["unknown"] = str(model.get("unk_token", roles["unknown"]))
    _check_frame(said, roles)
    _check_added(said)
    return TextRules(
        steps=_steps(said),
        prefix=_prefix(said, model),
        longest_word=_longest_word(said, model),
        longest_text=_longest_text(said),
        **roles,
    )


def read_json(path: Path) -> Json:
    """What a JSON file says; empty if there is none or it is damaged."""
    try:
        content = parse_json(read_text(path))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


class _Files:
    """The four files, and what to call the encoder in an error."""

    def __init__(
        self, name: str, config: Json, tokenizer: Json, special: Json, added: Json
    ) -> None:
        self.name = name
        self.kind = str(config.get("tokenizer_class") or "")
        self.config = {} if self.kind in _GENERIC and tokenizer else config
        self.all_config = config
        self.tokenizer = tokenizer
        self.special = special
        self._added = added

    def added(self) -> list[Json]:
        """The tokens beyond the model's own, as any of the files has them."""
        special = [_MASK, *(self.special.get("additional_special_tokens") or ())]
        names = [one["content"] if isinstance(one, dict) else one for one in special]
        return [
            *(self.tokenizer.get("added_tokens") or ()),
            *(self.all_config.get("added_tokens_decoder") or {}).values(),
            *({"content": token, "special": token in names} for token in self._added),
        ]

    def token(self, key: str, default: str) -> str:
        """A special token, which may be an object with its text inside."""
        for source in (self.all_config, self.special):
            found = source.get(key)
            if isinstance(found, dict):
                found = found.get("content")
            if isinstance(found, str):
                return found
        return default

    def refused(self, setting: str, value: object) -> EncoderError:
        """The error that names a setting."""
        shown = json.dumps(value, ensure_ascii=False, default=str)
        return EncoderError(
            f"an encoder {self.name} that cuts its texts in one of BERT's ways",
            f"the setting {setting} {shown[:80]}, which cannot be followed exactly",
            "choose another encoder",
        )


def _check_class(said: _Files) -> None:
    if said.kind not in _CLASSES:
        raise said.refused("tokenizer_class", said.kind)
    expected: Mapping[str, tuple[object, ...]] = {
        "do_basic_tokenize": (None, True),
        "never_split": (None, []),
        "truncation_side": (None, "right"),
        "split_special_tokens": (None, False, True),
    }
    for setting, allowed in expected.items():
        if said.all_config.get(setting) not in allowed:
            raise said.refused(setting, said.all_config[setting])
    truncation = said.tokenizer.get("truncation")
    if isinstance(truncation, dict) and truncation.get("direction", "Right") != "Right":
        raise said.refused("truncation direction", truncation["direction"])


def _model(said: _Files) -> Json:
    model = said.tokenizer.get("model")
    if model is None:
        return {}
    if not isinstance(model, dict) or model.get("type", "WordPiece") != "WordPiece":
        raise said.refused("model", model.get("type") if isinstance(model, dict) else model)
    return model


def _prefix(said: _Files, model: Json) -> str:
    found = [model.get("continuing_subword_prefix"), said.config.get("wordpieces_prefix")]
    told = {str(prefix) for prefix in found if prefix is not None}
    letters = any(not prefix or any(map(str.isalnum, prefix)) for prefix in told)
    if len(told) > 1 or letters:
        raise said.refused("wordpieces_prefix", found[1] if found[1] is not None else found[0])
    return told.pop() if told else "##"


def _longest_word(said: _Files, model: Json) -> int:
    setting = "max_input_chars_per_word"
    found = model.get(setting, said.config.get(setting, 100))
    if not isinstance(found, int) or not 0 < found < _ENDLESS:
        raise said.refused(setting, found)
    return found


def _longest_text(said: _Files) -> int | None:
    found = said.all_config.get("model_max_length")
    if not isinstance(found, int | float) or not 2 < found < _ENDLESS:
        return None
    return int(found)


def _check_frame(said: _Files, roles: dict[str, str]) -> None:
    """The post-processor has to put a text between the two tokens that frame it."""
    found = said.tokenizer.get("post_processor")
    if found is None:
        return
    kind = found.get("type") if isinstance(found, dict) else found
    if kind == "BertProcessing":
        frame = [found["cls"][0], None, found["sep"][0]]
    elif kind == "TemplateProcessing":
        parts = found.get("single") or ()
        frame = [part.get("SpecialToken", {}).get("id") for part in parts]
    else:
        raise said.refused("post_processor", kind)
    if len(frame) != 3 or frame[1] is not None or None in (frame[0], frame[2]):
        raise said.refused("post_processor", frame)
    roles["first"], roles["last"] = str(frame[0]), str(frame[2])


def _check_added(said: _Files) -> None:
    """A token that was added is looked for in the text as it was typed, which is not done here."""
    known = {said.token(key, default) for key, default in _ROLES.values()}
    for added in said.added():
        if not added.get("special") and added.get("content") not in known:
            raise said.refused("added_tokens", added.get("content"))


def _steps(said: _Files) -> tuple[Step, ...]:
    splitter = said.tokenizer.get("pre_tokenizer")
    is_generic = bool(said.tokenizer) and said.kind in _GENERIC
    kind = splitter.get("type") if isinstance(splitter, dict) else splitter
    if kind != "BertPreTokenizer" and (kind is not None or is_generic):
        raise said.refused("pre_tokenizer", kind)
    normalizer = said.tokenizer.get("normalizer")
    if normalizer is None:
        return () if is_generic else _berts(said.config, {})
    if normalizer.get("type", "BertNormalizer") == "BertNormalizer":
        return _berts(said.config, normalizer)
    return _normalizer(said, normalizer)


def _berts(config: Json, normalizer: Json) -> tuple[Step, ...]:
    """BERT's own steps, as settings say; a setting that is null is one that leaves it open."""

    def told(key: str, there: str, default: bool) -> bool:
        for source, name in ((config, key), (normalizer, there)):
            if source.get(name) is not None:
                return bool(source[name])
        return default

    accents = config.get("strip_accents", normalizer.get("strip_accents"))
    return bert_steps(
        lower=told("do_lower_case", "lowercase", True),
        accents=None if accents is None else bool(accents),
        clean=told("clean_text", "clean_text", True),
        chinese=told("tokenize_chinese_chars", "handle_chinese_chars", True),
    )


def _normalizer(said: _Files, normalizer: Json) -> tuple[Step, ...]:
    """The steps of one of the library's normalizers."""
    kind = normalizer.get("type")
    if kind == "Sequence":
        return tuple(s for n in normalizer["normalizers"] for s in _normalizer(said, n))
    if kind == "BertNormalizer":
        return _berts({}, normalizer)
    if kind in FORMS:
        return ((str(kind),),)
    if kind == "Strip":  # Spaces at the ends are cut off anyway.
        return ()
    named = {"Lowercase": LOWER, "StripAccents": STRIP_MARKS}
    if kind in named:
        return ((named[str(kind)],),)
    pattern = normalizer.get("pattern", {})
    if kind == "Replace" and pattern.get("String"):
        return ((REPLACE, str(pattern["String"]), str(normalizer.get("content", ""))),)
    raise said.refused("normalizer", kind if kind != "Replace" else pattern)


def vocabulary_file(folder: Path) -> Path | None:
    """Where a checkpoint's vocabulary is: in vocab.txt, else in tokenizer.json.

    Raises:
        EncoderError: both are there and differ.
    """
    text, both = folder / "vocab.txt", read_json(folder / TOKENIZER)
    try:
        tokens = tokens_of(both)
    except (KeyError, ValueError, TypeError, AttributeError):
        return text if text.is_file() else None
    if not text.is_file():
        return folder / TOKENIZER
    if any(line != token for line, token in zip(read_vocabulary(text), tokens, strict=False)):
        raise EncoderError(
            f"one vocabulary for the encoder {folder.name}",
            "a vocab.txt and a tokenizer.json that differ",
            "remove the one that is wrong",
        )
    return text
