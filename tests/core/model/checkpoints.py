"""Tiny BERT checkpoints as other libraries write them."""

import json
from pathlib import Path

import keras
import keras_hub
import numpy as np
from safetensors.numpy import save_file

from tests import toy

CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "vocab_size": len(toy.VOCABULARY),
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "hidden_size": 16,
    "intermediate_size": 32,
    "hidden_dropout_prob": 0.25,
    "max_position_embeddings": 40,
    "type_vocab_size": 3,
}


def hugging_face(folder: Path, **changes: object) -> Path:
    """A Hugging Face BERT of one layer, with `changes` in its config.json."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({**CONFIG, **changes}), "utf-8")
    (folder / "vocab.txt").write_text("\n".join(toy.VOCABULARY) + "\n", "utf-8")
    save_file(_tensors(), folder / "model.safetensors")
    return folder


def _tensors() -> dict[str, np.ndarray]:
    width, inner = 16, 32
    layer = "encoder.layer.0"
    shapes = {
        "embeddings.word_embeddings.weight": (len(toy.VOCABULARY), width),
        "embeddings.position_embeddings.weight": (40, width),
        "embeddings.token_type_embeddings.weight": (3, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
        f"{layer}.attention.output.dense.weight": (width, width),
        f"{layer}.attention.output.dense.bias": (width,),
        f"{layer}.attention.output.LayerNorm.weight": (width,),
        f"{layer}.attention.output.LayerNorm.bias": (width,),
        f"{layer}.intermediate.dense.weight": (inner, width),
        f"{layer}.intermediate.dense.bias": (inner,),
        f"{layer}.output.dense.weight": (width, inner),
        f"{layer}.output.dense.bias": (width,),
        f"{layer}.output.LayerNorm.weight": (width,),
        f"{layer}.output.LayerNorm.bias": (width,),
        "pooler.dense.weight": (width, width),
        "pooler.dense.bias": (width,),
    }
    for part in ("query", "key", "value"):
        shapes[f"{layer}.attention.self.{part}.weight"] = (width, width)
        shapes[f"{layer}.attention.self.{part}.bias"] = (width,)
    rng = np.random.default_rng(5)
    return {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}


def preset(folder: Path, *, lower_case: bool = True) -> Path:
    """A keras-hub preset with its tokenizer, as keras-hub itself saves both."""
    keras.utils.set_random_seed(9)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(toy.VOCABULARY),
        num_layers=1,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=64,
    )
    tokenizer = keras_hub.models.BertTokenizer(toy.VOCABULARY, lowercase=lower_case)
    backbone.save_to_preset(str(folder))
    tokenizer.save_to_preset(str(folder))
    return folder
