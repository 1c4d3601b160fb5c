"""Load an encoder's checkpoint as a native Keras model: its numbers, and nothing of its code."""

from __future__ import annotations

import re
from pathlib import Path

import keras
import keras_hub
import numpy as np

from core.encoders.encoder_folder import PRESET_WEIGHTS, read_config
from core.encoders.encoders import Encoder
from core.encoders.shapes import EncoderShape
from core.encoders.tensor_files import POOLER, find_tensors
from core.errors import EncoderError

_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, OSError)
_DROPOUT = 0.1
_SPREAD = 0.02
"""Of BERT's weights before any training."""
_HUB_NAMES = (
    # What Hugging Face calls a weight, and what TF Hub calls it.
    (r"^embeddings\.word_embeddings\.weight$", "word_embeddings/embeddings"),
    (r"^embeddings\.position_embeddings\.weight$", "position_embedding/embeddings"),
    (r"^embeddings\.token_type_embeddings\.weight$", "type_embeddings/embeddings"),
    (r"^embeddings\.LayerNorm\.", "embeddings/layer_norm."),
    (r"^pooler\.dense\.", "pooler_transform."),
    (r"^encoder\.layer\.(\d+)\.", r"transformer/layer_\1/"),
    (r"attention\.self\.", "self_attention/"),
    (r"attention\.output\.dense", "self_attention/attention_output"),
    (r"attention\.output\.LayerNorm", "self_attention_layer_norm"),
    (r"output\.LayerNorm", "output_layer_norm"),
    (r"(intermediate|output)\.dense", r"\1"),
    (r"norm\.weight$", "norm/gamma"),
    (r"norm\.bias$", "norm/beta"),
    (r"\.weight$", "/kernel"),
    (r"\.bias$", "/bias"),
)


def load_backbone(encoder: Encoder) -> keras_hub.models.BertBackbone:
    """The encoder as a native Keras model, with its pretrained weights.

    A checkpoint without a pooler gets one whose weights are drawn at random, always the same.

    Raises:
        EncoderError: the files are not a BERT that can be read.
    """
    config = read_config(encoder.folder)
    try:
        if "model_type" in config:
            dropout = float(config.get("hidden_dropout_prob", _DROPOUT))
            backbone = new_backbone(encoder.shape, dropout=dropout)
            _fill(backbone, encoder)
        else:
            dropout = float(config["config"].get("dropout", _DROPOUT))
            backbone = new_backbone(encoder.shape, dropout=dropout)
            backbone.load_weights(_preset_weights(encoder.folder))
    except _UNREADABLE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise EncoderError(
            f"a BERT checkpoint for the encoder {encoder.name}",
            f"files that cannot be read ({reason[:120]})",
            "choose another encoder",
        ) from error
    return backbone


def new_backbone(
    shape: EncoderShape, *, dropout: float = _DROPOUT
) -> keras_hub.models.BertBackbone:
    """A BERT of these sizes, its weights drawn at random."""
    return keras_hub.models.BertBackbone(
        vocabulary_size=shape.vocabulary,
        num_layers=shape.layers,
        num_heads=shape.heads,
        hidden_dim=shape.width,
        intermediate_dim=shape.inner,
        max_sequence_length=shape.positions,
        num_segments=shape.segments,
        dropout=dropout,
        dtype="float32",
    )


def _preset_weights(folder: Path) -> Path:
    """A preset's one file, or the one that names its parts."""
    return next(folder / name for name in PRESET_WEIGHTS if (folder / name).is_file())


def _fill(backbone: keras_hub.models.BertBackbone, encoder: Encoder) -> None:
    """Read the weights of a Hugging Face checkpoint."""
    tensors = find_tensors(encoder.folder, encoder.shape)
    places = weight_places(backbone)
    for name, tensor in tensors.items():
        hub_name = name
        for pattern, spelling in _HUB_NAMES:
            hub_name = re.sub(pattern, spelling, hub_name)
        weight = tensor.read()
        # Dense layers there multiply from the other side.
        weight = weight.T if hub_name.endswith("/kernel") else weight
        places[hub_name].assign(weight.reshape(places[hub_name].shape))
    if POOLER not in tensors:
        drawn = np.random.default_rng(0).normal(0, _SPREAD, (encoder.shape.width,) * 2)
        places["pooler_transform/kernel"].assign(drawn.astype(np.float32))


def weight_places(backbone: keras_hub.models.BertBackbone) -> dict[str, keras.Variable]:
    """The backbone's variables by the names that TF Hub's BERTs give them."""
    norm = backbone.embeddings_layer_norm
    places = {
        "word_embeddings/embeddings": backbone.token_embedding.embeddings,
        "position_embedding/embeddings": backbone.position_embedding.position_embeddings,
        "type_embeddings/embeddings": backbone.segment_embedding.embeddings,
        "embeddings/layer_norm/gamma": norm.gamma,
        "embeddings/layer_norm/beta": norm.beta,
        "pooler_transform/kernel": backbone.pooled_dense.kernel,
        "pooler_transform/bias": backbone.pooled_dense.bias,
    }
    for number, layer in enumerate(backbone.transformer_layers):
        attention = layer._self_attention_layer
        dense = {
            "self_attention/query": attention.query_dense,
            "self_attention/key": attention.key_dense,
            "self_attention/value": attention.value_dense,
            "self_attention/attention_output": attention.output_dense,
            "intermediate": layer._feedforward_intermediate_dense,
            "output": layer._feedforward_output_dense,
        }
        norms = {
            "self_attention_layer_norm": layer._self_attention_layer_norm,
            "output_layer_norm": layer._feedforward_layer_norm,
        }
        for name, part in dense.items():
            places[f"transformer/layer_{number}/{name}/kernel"] = part.kernel
            places[f"transformer/layer_{number}/{name}/bias"] = part.bias
        for name, part in norms.items():
            places[f"transformer/layer_{number}/{name}/gamma"] = part.gamma
            places[f"transformer/layer_{number}/{name}/beta"] = part.beta
    return places
