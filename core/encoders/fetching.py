"""Which files of a model on Hugging Face make an encoder. No TensorFlow here.

Files go into a folder that the caller throws away if anything fails.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.encoders.encoder_folder import (
    PRESET_TOKENIZER,
    PRESET_VOCABULARY,
    SAFETENSORS,
    check_config,
    read_config,
    refusal,
)
from core.encoders.hub_files import HubModel, Tell

_SMALL = ("tokenizer_config.json", "tokenizer.json", "vocab.txt")
_PRESET_WEIGHTS = "model.weights.h5"


def fetch_hugging_face(name: str, folder: Path, parts: Path, tell: Tell) -> None:
    """Fetch the files of `hf://owner/name` into a folder, after a look at what kind it is.

    Args:
        name: The model.
        folder: An empty folder.
        parts: A folder for what has arrived of the weights, should this be interrupted.
        tell: Called after every piece of the weights; raising from it ends the work.

    Raises:
        EncoderError: no connection, no such model, none that may be read, or it is no BERT.
    """
    model = HubModel(name, parts)
    model.connect()
    tell("Looking at the model", 0, 0)
    if not model.fetch("config.json", folder):
        raise refusal(name, "a model without a file config.json")
    config = read_config(folder)
    is_preset = "model_type" not in config
    if not is_preset:
        check_config(config, name)
    for file in (*_SMALL, *((PRESET_VOCABULARY,) if is_preset else ())):
        model.fetch(file, folder)
    _write_vocabulary(folder)
    weights = _PRESET_WEIGHTS if is_preset else SAFETENSORS
    if not model.fetch(weights, folder, tell):
        raise refusal(name, f"a model without a file {weights}")


def _write_vocabulary(folder: Path) -> None:
    """Newer models have their WordPiece vocabulary in tokenizer.json only."""
    target = folder / "vocab.txt"
    if target.exists() or not (folder / PRESET_TOKENIZER).exists():
        return
    try:
        model = json.loads((folder / PRESET_TOKENIZER).read_text("utf-8"))["model"]
        tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
        if model.get("type") == "WordPiece":
            target.write_text("\n".join(tokens) + "\n", "utf-8")
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # That there is no vocabulary is said when the folder is read.
