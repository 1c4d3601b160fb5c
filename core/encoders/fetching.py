"""Which files of a model on Hugging Face make an encoder. No TensorFlow here.

Files go into a folder that the caller throws away if anything fails.
"""

from __future__ import annotations

from pathlib import Path

from core.encoders.encoder_folder import (
    PRESET_VOCABULARY,
    check_config,
    read_config,
    refusal,
)
from core.encoders.hub_files import HubModel, Tell
from core.encoders.tensor_files import SAFETENSORS

_SMALL = (
    *("tokenizer_config.json", "tokenizer.json", "special_tokens_map.json", "added_tokens.json"),
    "vocab.txt",
)
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
    weights = _PRESET_WEIGHTS if is_preset else SAFETENSORS
    if not model.fetch(weights, folder, tell):
        raise refusal(name, f"a model without a file {weights}")
