"""A trained classifier read from its file without Keras: to be asked, not to be trained or saved.

Keras and keras-hub are two of the seconds before a scorer's first answer, and only Keras's file
format is needed here, in which every group of weights has the name of its layer. Ours, because
nothing but Keras reads it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.files import MAX_TEXT_BYTES
from core.records import parse_json

Arrays = list[NDArray[np.float32]]

_UNREADABLE = (
    *(OSError, zipfile.BadZipFile, RuntimeError, ValueError, LookupError, TypeError),
    *(AttributeError, StopIteration),
)
_SETTINGS = "config.json"
_INPUTS = ("padding_mask", "segment_ids", "token_ids")


class UnknownFormat(Exception):
    """The file is none that is known here; Keras may know it, or say what is wrong with it."""


@dataclass(frozen=True)
class KeptWeight:
    """A weight by the path that Keras gives it."""

    path: str
    value: tf.Variable


@dataclass(frozen=True)
class KeptLayer:
    """A layer above the encoder: dropout has a `rate`, the last one `kernel` and `bias`."""

    name: str
    rate: float = 0.0
    kernel: Any = None
    bias: Any = None


@dataclass(frozen=True)
class KeptBackbone:
    """The encoder, in the words of keras-hub's BertBackbone."""

    weights: tuple[KeptWeight, ...]
    num_layers: int
    num_heads: int
    hidden_dim: int
    dropout: float


class KeptNetwork:
    """What `core.model.forward` needs of a classifier, in Keras's words.

    Attributes:
        backbone: Its encoder.
        layers: The layers above it.
        input: Names of the inputs.
        output_shape: Its last entry is the number of logits.
    """

    def __init__(self, backbone: KeptBackbone, layers: tuple[KeptLayer, ...], units: int) -> None:
        self.backbone = backbone
        self.layers = layers
        self.input = dict.fromkeys(_INPUTS)
        self.output_shape = (None, units)

    def get_layer(self, name: str) -> KeptLayer:
        """The layer of that name."""
        return next(layer for layer in self.layers if layer.name == name)


def read_kept_network(file: Path) -> KeptNetwork:
    """The classifier in a file that `core.model.classifier.save_model` wrote.

    Raises:
        UnknownFormat: it cannot be read here.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            settings = network_settings(archive)
            content = io.BytesIO(archive.read("model.weights.h5"))
        with h5py.File(content) as weights:
            return _network(settings["config"]["layers"], dict(_by_layer(weights)))
    except _UNREADABLE as error:
        raise UnknownFormat from error


def network_settings(archive: zipfile.ZipFile) -> Any:
    """What Keras's file says of a network's layers.

    Raises:
        KeyError: nothing.
        ValueError: far too much, or no JSON.
    """
    if archive.getinfo(_SETTINGS).file_size > MAX_TEXT_BYTES:
        raise ValueError("settings without end")
    return parse_json(archive.read(_SETTINGS))


def _network(layers: list[dict[str, Any]], arrays: Mapping[str, Arrays]) -> KeptNetwork:
    encoder = next(one["config"] for one in layers if one["class_name"] == "BertBackbone")
    own = f"{encoder['name']}/"
    backbone = KeptBackbone(
        tuple(
            weight
            for layer, found in arrays.items()
            if layer.startswith(own)
            for weight in _weights(layer.removeprefix(own), found)
        ),
        *(encoder[name] for name in ("num_layers", "num_heads", "hidden_dim", "dropout")),
    )
    kernel, bias = _weights("logits", arrays["logits"])
    known = [KeptLayer("logits", kernel=kernel, bias=bias)]
    for one in layers:
        if one["name"] in ("dropout", "mean_of_tokens"):
            known.append(KeptLayer(one["name"], one["config"].get("rate", 0.0)))
    return KeptNetwork(backbone, tuple(known), arrays["logits"][1].shape[0])


def _by_layer(
    group: h5py.Group, above: str = ""
) -> Iterator[tuple[str, list[NDArray[np.float32]]]]:
    """The arrays of each layer in a group and below, by the names of the layers that hold it."""
    for key in group:
        if key == "vars":
            continue
        child = _inside(group, key)
        path = above
        if "vars" in child:
            own = _inside(child, "vars")
            path = f"{above}{own.attrs['name']}/"
            if len(own):
                numbers = map(str, range(len(own)))
                found = [_inside(own, number) for number in numbers]
                yield path[:-1], [np.asarray(array, np.float32) for array in found]
        yield from _by_layer(child, path)


def _inside(group: h5py.Group, key: str) -> Any:
    """What a group holds by that name.

    Raises:
        ValueError: it lies in another file, which is nobody's to read from here.
    """
    found = group[key] if group.get(key, getlink=True, getclass=True) is h5py.HardLink else None
    elsewhere = isinstance(found, h5py.Dataset) and (found.external or found.is_virtual)
    if found is None or elsewhere:
        raise ValueError(f"{key} lies elsewhere")
    return found


def _weights(layer: str, arrays: Arrays) -> list[KeptWeight]:
    names = ["gamma", "beta"] if layer.endswith("_norm") else ["kernel", "bias"]
    if len(arrays) == 1:
        names = ["embeddings"]
    pairs = zip(names, arrays, strict=True)
    return [
        KeptWeight(f"{layer}/{name}", tf.Variable(value, trainable=False)) for name, value in pairs
    ]
