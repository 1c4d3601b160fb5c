"""Load an encoder's checkpoint as a native Keras model, through keras-hub."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras_hub
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core.encoders.encoders import Encoder
from core.encoders.shapes import EncoderShape
from core.errors import EncoderError

_WEIGHTS = "model.safetensors"
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, OSError)
_DROPOUT = 0.1
_SEGMENTS = 2


def load_backbone(encoder: Encoder) -> keras_hub.models.BertBackbone:
    """The encoder as a native Keras model, with its pretrained weights.

    Raises:
        EncoderError: the files are not a BERT that keras-hub can read.
    """
    try:
        with _readable_folder(encoder.folder) as folder:
            own = _own_settings(folder)
            backbone = keras_hub.models.Backbone.from_preset(str(folder), **own)
    except (*_UNREADABLE, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise EncoderError(
            f"a BERT checkpoint for the encoder {encoder.name}",
            f"files that keras-hub cannot read ({reason[:120]})",
            "choose another encoder",
        ) from error
    if not isinstance(backbone, keras_hub.models.BertBackbone):
        raise EncoderError("a BERT encoder", type(backbone).__name__, "choose another encoder")
    return backbone


def new_backbone(shape: EncoderShape) -> keras_hub.models.BertBackbone:
    """A BERT of these sizes, its weights drawn at random."""
    return keras_hub.models.BertBackbone(
        vocabulary_size=shape.vocabulary,
        num_layers=shape.layers,
        num_heads=shape.heads,
        hidden_dim=shape.width,
        intermediate_dim=shape.inner,
        max_sequence_length=shape.positions,
        num_segments=shape.segments,
        dtype="float32",
    )


def _own_settings(folder: Path) -> dict[str, float]:
    """What a Hugging Face config.json says that keras-hub's reader of it leaves out."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    if not isinstance(config, dict) or config.get("model_type") != "bert":
        return {}
    return {
        "dropout": float(config.get("hidden_dropout_prob", _DROPOUT)),
        "num_segments": int(config.get("type_vocab_size", _SEGMENTS)),
    }


@contextmanager
def _readable_folder(folder: Path) -> Iterator[Path]:
    """The checkpoint's folder, or a copy with the names that an older keras-hub looks for.

    keras-hub before 0.26, the last for Python 3.10, knows only the names of the first BERT
    checkpoints: behind "bert.", and with gamma and beta in layer norms.
    """
    release = tuple(int(part) for part in keras_hub.__version__.split(".")[:2])
    if release >= (0, 26) or not _is_bare_bert(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory() as copy:
        tensors = load_file(folder / _WEIGHTS)
        save_file({_first_name(name): t for name, t in tensors.items()}, Path(copy) / _WEIGHTS)
        for name in ("config.json", "tokenizer_config.json", "vocab.txt"):
            shutil.copyfile(folder / name, Path(copy) / name)
        yield Path(copy)


def _is_bare_bert(folder: Path) -> bool:
    """Whether this is a Hugging Face BERT (keras-hub's own presets have other keys)."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    is_bert = isinstance(config, dict) and config.get("model_type") == "bert"
    return is_bert and (folder / _WEIGHTS).is_file()


def _first_name(name: str) -> str:
    name = name.replace("LayerNorm.weight", "LayerNorm.gamma")
    name = name.replace("LayerNorm.bias", "LayerNorm.beta")
    return name if name.startswith("bert.") else f"bert.{name}"
