"""What a folder with a BERT says about itself: kind, sizes, vocabulary, case. No TensorFlow here.

A Hugging Face checkpoint has a config.json with a model_type, a keras-hub preset one with a
registered_name, a TF Hub module a saved_model.pb.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.encoders.shapes import EncoderShape
from core.encoders.tensor_files import find_tensors
from core.encoders.text_rules import TextRules
from core.encoders.tokenizer_files import (
    TOKENIZER,
    TOKENIZER_CONFIG,
    read_json,
    text_rules,
    vocabulary_file,
)
from core.errors import EncoderError

PRESET_VOCABULARY = "assets/tokenizer/vocabulary.txt"
HUB_GRAPH = "saved_model.pb"
PRESET_WEIGHTS = ("model.weights.h5", "model.weights.json")
_HUB_VARIABLES = "variables/variables.index"
_MARKS_OF_BERT = (b"word_embeddings", b"self_attention", b"pooler_transform")
"""Names of variables that every BERT of TF Hub has, as its graph file spells them."""
_CONFIG = "config.json"
_GELU = ("gelu", "gelu_new", "gelu_pytorch_tanh")
_LARGEST_EPSILON = 1e-9
_ODD_VALUES = "a config.json with other values where numbers belong"


@dataclass(frozen=True)
class FolderFacts:
    """A BERT's vocabulary, whether it wants lower-case text, and its sizes.

    `rules` say how a Hugging Face checkpoint wants its texts cut.
    """

    vocabulary: Path
    lower_case: bool
    shape: EncoderShape
    rules: TextRules | None = None


def is_hub_module(folder: Path) -> bool:
    """Whether this is a folder of TensorFlow's saved models, as TF Hub has them."""
    return (folder / HUB_GRAPH).is_file()


def check_hub_module(folder: Path) -> None:
    """Look at a TF Hub module as far as that goes without TensorFlow.

    Raises:
        EncoderError: files are missing, or it is no BERT.
    """
    for name in (_HUB_VARIABLES, "assets"):
        if not (folder / name).exists():
            raise refusal(folder.name, f"a TF Hub module without {name}")
    graph = (folder / HUB_GRAPH).read_bytes()
    if not all(mark in graph for mark in _MARKS_OF_BERT):
        raise refusal(folder.name, "a TF Hub module of another kind")


def read_folder(folder: Path) -> FolderFacts:
    """Read a Hugging Face checkpoint's or keras-hub preset's description of itself.

    Raises:
        EncoderError: it is no BERT, or not one that the native model can stand for.
    """
    config = read_config(folder)
    try:
        if "model_type" in config:
            return _hugging_face(folder, config)
        return _preset(folder, config)
    except KeyError as error:
        raise refusal(folder.name, f"a config.json without {error}") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise refusal(folder.name, _ODD_VALUES) from error


def read_config(folder: Path) -> dict[str, Any]:
    """The folder's config.json.

    Raises:
        EncoderError: it is none.
    """
    config = read_json(folder / _CONFIG)
    if not config:
        _refuse_outer(folder)
        raise refusal(folder.name, "a config.json that cannot be read")
    return config


def _refuse_outer(folder: Path) -> None:
    """Say which folder in this one is the encoder, as older sentence-transformers save them."""
    inner = [] if (folder / _CONFIG).exists() else sorted(folder.glob(f"*/{_CONFIG}"))
    found = [place.parent for place in inner if list(place.parent.glob("*.safetensors"))]
    if found:
        raise EncoderError(
            f"a BERT checkpoint in the folder {folder.name}",
            f"one in its folder {found[0].name}",
            f"choose {found[0]}",
        )


def check_config(config: dict[str, Any], name: str) -> None:
    """Make sure that a Hugging Face config.json is of a BERT that the native model can stand for.

    Raises:
        EncoderError: another architecture, activation, layer norm or kind of positions.
    """
    kind = config.get("model_type")
    if kind != "bert":
        raise refusal(name, f"a model of type {kind!r}")
    activation = config.get("hidden_act", "gelu")
    if activation not in _GELU:
        raise refusal(name, f"one with the activation {activation!r}")
    try:
        added = float(config.get("layer_norm_eps", 1e-12))
    except (TypeError, ValueError, OverflowError) as error:
        raise refusal(name, _ODD_VALUES) from error
    if not added <= _LARGEST_EPSILON:
        raise refusal(name, f"one whose layer norms add {added}")
    positions = config.get("position_embedding_type", "absolute")
    if positions != "absolute" or config.get("is_decoder"):
        raise refusal(name, f"one with {positions} positions, or a decoder")


def refusal(name: str, found: str) -> EncoderError:
    """The error that says that an encoder is no BERT that can be used."""
    return EncoderError(
        f"a BERT checkpoint for the encoder {name}", found, "choose another encoder"
    )


def _hugging_face(folder: Path, config: dict[str, Any]) -> FolderFacts:
    check_config(config, folder.name)
    shape = EncoderShape(
        layers=int(config["num_hidden_layers"]),
        width=int(config["hidden_size"]),
        heads=int(config["num_attention_heads"]),
        inner=int(config["intermediate_size"]),
        vocabulary=int(config["vocab_size"]),
        positions=int(config["max_position_embeddings"]),
        segments=int(config.get("type_vocab_size", 2)),
    )
    find_tensors(folder, shape)
    vocabulary = vocabulary_file(folder)
    if vocabulary is None:
        raise refusal(folder.name, "a folder without vocab.txt or a WordPiece tokenizer.json")
    rules = text_rules(folder)
    return FolderFacts(vocabulary, rules.lower_case, shape, rules)


def _preset(folder: Path, config: dict[str, Any]) -> FolderFacts:
    kind = str(config.get("class_name", "an unknown kind"))
    if config.get("registered_name") != "keras_hub>BertBackbone":
        raise refusal(folder.name, f"a preset of {kind}")
    if not any((folder / name).is_file() for name in PRESET_WEIGHTS):
        raise refusal(folder.name, f"no file {PRESET_WEIGHTS[0]}")
    sizes = config["config"]
    shape = EncoderShape(
        layers=int(sizes["num_layers"]),
        width=int(sizes["hidden_dim"]),
        heads=int(sizes["num_heads"]),
        inner=int(sizes["intermediate_dim"]),
        vocabulary=int(sizes["vocabulary_size"]),
        positions=int(sizes["max_sequence_length"]),
        segments=int(sizes["num_segments"]),
    )
    vocabulary = _vocabulary(folder, "vocab.txt", PRESET_VOCABULARY)
    tokenizer = read_json(folder / TOKENIZER).get("config", {})
    if "lowercase" in tokenizer:
        return FolderFacts(vocabulary, bool(tokenizer["lowercase"]), shape)
    return FolderFacts(vocabulary, _lower_case(folder), shape)


def _vocabulary(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise refusal(folder.name, f"a folder without {names[0]}")


def _lower_case(folder: Path) -> bool:
    """What is said beside a preset's vocabulary; without a word BERT's is lower-case."""
    told = read_json(folder / TOKENIZER_CONFIG).get("do_lower_case")
    return True if told is None else bool(told)
