"""What a classifier is made of: its layers and parameters as rows, its graph as DOT."""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class LayerRow:
    """One layer. `depth` is 1 inside the encoder; parameters are counts."""

    name: str
    kind: str
    output_shape: str
    parameters: int
    trainable: int
    depth: int


@dataclass(frozen=True)
class Anatomy:
    """A model's layers, its parameter counts and its diagram in Graphviz's DOT language."""

    layers: tuple[LayerRow, ...]
    parameters: int
    trainable: int
    diagram: str


def describe_model(network: keras.Model) -> Anatomy:
    """Describe a model; models inside it are taken apart one level deep."""
    rows = []
    for layer in network.layers:
        rows.append(_row(layer, 0))
        if isinstance(layer, keras.Model):
            inner = [part for part in layer.layers if not _is_input(part)]
            rows += [_row(part, 1) for part in inner]
    return Anatomy(
        layers=tuple(rows),
        parameters=network.count_params(),
        trainable=_count(network.trainable_weights),
        diagram=keras.utils.model_to_dot(
            network, show_shapes=True, show_layer_names=True, dpi=72
        ).to_string(),
    )


def _row(layer: keras.layers.Layer, depth: int) -> LayerRow:
    return LayerRow(
        name=layer.name,
        kind=type(layer).__name__,
        output_shape=_shape_text(layer),
        parameters=layer.count_params(),
        trainable=_count(layer.trainable_weights),
        depth=depth,
    )


def _is_input(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.InputLayer)


def _count(weights: list[keras.Variable]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def _shape_text(layer: keras.layers.Layer) -> str:
    output = layer.output
    shapes = [t.shape for t in output.values()] if isinstance(output, dict) else [output.shape]
    return " and ".join(
        " × ".join("any" if size is None else f"{size:,}" for size in shape) for shape in shapes
    )
