"""The file of a trained model, read without a chance for code that somebody put into it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import keras

from core.errors import DamagedFile
from core.model.kept_network import network_settings

_PACKAGES = ("None", "builtins", "keras", "keras_hub")
_TRAIN_AGAIN = "train again, or delete the run"
_OURS = frozenset(
    {"BertBackbone", "Cast", "DTypePolicy", "Dense", "Dropout", "Functional", "GlorotUniform"}
    | {"GlobalAveragePooling1D", "InputLayer", "Zeros", "__dtype__", "__keras_tensor__"}
    | {"__tuple__"}
)
"""All that a classifier is made of: nothing here takes a function or a file."""


def read_network(path: Path) -> keras.Model:
    """A classifier as Keras saved it.

    Keras itself refuses functions in its safe mode; what else its layers might do by their
    settings, such as reading files, is left out by naming the few that a classifier has.

    Raises:
        DamagedFile: it is no such file, or it holds something that no classifier is made of.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            config = network_settings(archive)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        found = "a file that is none"
        raise DamagedFile("a trained model's model.keras", found, _TRAIN_AGAIN) from error
    others = sorted(set(_classes(config)) - _OURS)
    if others:
        raise DamagedFile(
            "a model.keras that only holds a classifier's weights and layers",
            f"one with {others[0]}, which may run code of whoever made it",
            _TRAIN_AGAIN,
        )
    return keras.saving.load_model(path, compile=False, safe_mode=True)


def _classes(config: object) -> Iterator[str]:
    """Names of all classes that a saved configuration would make, those from elsewhere in full."""
    if isinstance(config, dict):
        if "class_name" in config:
            module, name = str(config.get("module")), str(config["class_name"])
            registered = str(config.get("registered_name") or name).removeprefix("keras_hub>")
            ours = module.partition(".")[0] in _PACKAGES and registered == name
            yield name if ours else f"{module}.{registered}"
        for part in config.values():
            yield from _classes(part)
    elif isinstance(config, list):
        for part in config:
            yield from _classes(part)
