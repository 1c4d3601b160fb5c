import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.encoders.encoder_folder import (
    check_config,
    check_hub_module,
    is_hub_module,
    read_folder,
)
from core.encoders.shapes import EncoderShape
from core.errors import EncoderError
from tests import toy
from tests.core.model import checkpoints
from tests.messages import assert_one_sentence


@pytest.fixture(scope="module")
def preset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.preset(tmp_path_factory.mktemp("preset") / "toy", lower_case=False)


def write(folder: Path, name: str, content: Any) -> None:
    (folder / name).write_text(json.dumps(content), "utf-8")


def test_a_hugging_face_checkpoint_tells_its_sizes(tmp_path: Path) -> None:
    facts = read_folder(checkpoints.hugging_face(tmp_path / "bert"))

    assert facts.vocabulary == tmp_path / "bert" / "vocab.txt"
    assert facts.shape == EncoderShape(
        layers=1,
        width=16,
        heads=2,
        inner=32,
        vocabulary=len(toy.VOCABULARY),
        positions=40,
        segments=3,
    )


@pytest.mark.parametrize(
    ("tokenizer_config", "tokenizer", "lower_case"),
    [
        (None, None, True),
        ({}, None, True),
        ({"do_lower_case": False}, None, False),
        ({"do_lower_case": True}, {"normalizer": {"lowercase": False}}, True),
        (None, {"normalizer": {"lowercase": False}}, False),
        ({}, {"normalizer": None}, True),
    ],
)
def test_case_is_what_hugging_faces_own_tokenizer_would_make_of_it(
    tmp_path: Path, tokenizer_config: Any, tokenizer: Any, lower_case: bool
) -> None:
    folder = checkpoints.hugging_face(tmp_path / "bert")
    if tokenizer_config is not None:
        write(folder, "tokenizer_config.json", tokenizer_config)
    if tokenizer is not None:
        write(folder, "tokenizer.json", tokenizer)

    assert read_folder(folder).lower_case is lower_case


def test_a_preset_has_vocabulary_and_case_in_its_own_tokenizer(preset: Path) -> None:
    facts = read_folder(preset)

    assert facts.vocabulary.read_text("utf-8").split() == toy.VOCABULARY
    assert not facts.lower_case
    assert (facts.shape.layers, facts.shape.width, facts.shape.positions) == (1, 16, 64)


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "another architecture": ({"model_type": "roberta"}, "a model of type 'roberta'"),
    "another activation": ({"hidden_act": "relu"}, "the activation 'relu'"),
    "another layer norm": ({"layer_norm_eps": 1e-5}, "layer norms add 1e-05"),
    "relative positions": ({"position_embedding_type": "relative_key"}, "relative_key positions"),
    "a decoder": ({"is_decoder": True}, "a decoder"),
    "other sizes": ({"hidden_size": 32}, "weights that do not match its config.json"),
    "sizes that are no numbers": ({"hidden_size": None}, "other values where numbers belong"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_native_model_cannot_stand_for_is_refused(tmp_path: Path, case: str) -> None:
    changes, said = REFUSED[case]
    folder = checkpoints.hugging_face(tmp_path / "bert", **changes)

    with pytest.raises(EncoderError, match=said) as refusal:
        read_folder(folder)

    assert_one_sentence(refusal.value)


def drop_shard(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    write(folder, "model.safetensors.index.json", {"weight_map": {"a": "1.safetensors"}})


def only_a_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def rename(old: bytes, new: bytes) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes().replace(old, new))

    return change


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "no file model.safetensors"),
    "weights cut off": (lambda f: os.truncate(f / "model.safetensors", 9_000), "a damaged"),
    "weights are rubbish": (lambda f: (f / "model.safetensors").write_bytes(b"no"), "a damaged"),
    "a pickle": (only_a_pickle, "pytorch_model.bin alone, which could run its makers' code"),
    "no words": (rename(b"word_emb", b"w_rd_emb"), "without BERT's embeddings.word_embeddings"),
    "no bias": (rename(b"key.bias", b"key.b_as"), r"not match .* \(encoder.layer.0.attention.self"),
    "other numbers": (rename(b'"F32"', b'"I32"'), "weights of the kind I32"),
    "no vocabulary": (lambda f: (f / "vocab.txt").unlink(), "a folder without vocab.txt or"),
    "no config": (lambda f: (f / "config.json").unlink(), "cannot be read"),
    "a shard is missing": (drop_shard, "no file 1.safetensors"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_refused_before_anything_is_loaded(
    tmp_path: Path, damage: str
) -> None:
    folder = checkpoints.hugging_face(tmp_path / "bert")
    break_it, said = DAMAGES[damage]
    break_it(folder)

    with pytest.raises(EncoderError, match=said):
        read_folder(folder)


def test_an_encoder_that_lies_one_folder_deeper_is_named(tmp_path: Path) -> None:
    """As older versions of sentence-transformers save them."""
    inner = checkpoints.hugging_face(tmp_path / "model" / "0_Transformer")
    (tmp_path / "model" / "1_Pooling").mkdir()
    write(tmp_path / "model" / "1_Pooling", "config.json", {"pooling_mode_mean_tokens": True})

    with pytest.raises(EncoderError, match=f"one in its folder 0_Transformer: choose {inner}"):
        read_folder(tmp_path / "model")


def test_a_preset_of_another_kind_is_refused(preset: Path, tmp_path: Path) -> None:
    config = json.loads((preset / "config.json").read_text("utf-8"))
    config |= {"class_name": "RobertaBackbone", "registered_name": "keras_hub>RobertaBackbone"}
    write(tmp_path, "config.json", config)

    with pytest.raises(EncoderError, match="a preset of RobertaBackbone"):
        read_folder(tmp_path)


def test_a_hub_module_is_known_by_its_graph(tmp_path: Path) -> None:
    folder = tmp_path / "module"
    for part in ("variables", "assets"):
        (folder / part).mkdir(parents=True)
    assert not is_hub_module(folder)
    (folder / "saved_model.pb").write_bytes(b"word_embeddings self_attention pooler_transform")
    assert is_hub_module(folder)

    with pytest.raises(EncoderError, match=r"without variables/variables.index"):
        check_hub_module(folder)
    (folder / "variables" / "variables.index").touch()
    check_hub_module(folder)

    (folder / "saved_model.pb").write_bytes(b"word_embeddings of something else")
    with pytest.raises(EncoderError, match="a TF Hub module of another kind"):
        check_hub_module(folder)


@pytest.mark.parametrize("value", [None, "x", [], {}, 10**400])
@pytest.mark.parametrize("name", ["layer_norm_eps", "hidden_size", "num_hidden_layers"])
def test_what_is_no_number_in_a_config_is_refused(tmp_path: Path, name: str, value: Any) -> None:
    folder = checkpoints.hugging_face(tmp_path / "bert")
    config = {**json.loads((folder / "config.json").read_text("utf-8")), name: value}
    write(folder, "config.json", config)
    with pytest.raises(EncoderError) as caught:
        read_folder(folder)
    assert_one_sentence(caught.value)
    assert "argument" not in str(caught.value)


@pytest.mark.parametrize("value", [None, "x", [], float("nan"), float("inf"), 1e-5])
def test_a_layer_norm_that_adds_no_small_number_is_refused(value: Any) -> None:
    with pytest.raises(EncoderError):
        check_config({"model_type": "bert", "layer_norm_eps": value}, "bert")
