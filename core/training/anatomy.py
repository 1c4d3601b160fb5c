"""What a classifier is made of: its layers and parameters as rows, its graph as DOT."""

from __future__ import annotations

import math
from typing import Any

import keras

from core.training.model_facts import LayerFacts, ModelFacts


def describe_model(network: keras.Model, *, device: str) -> ModelFacts:
    """Describe a model; models inside it are taken apart one level deep.

    Args:
        network: The model.
        device: What it would train on.
    """
    rows = []
    for layer in network.layers:
        rows.append(_row(layer, 0))
        if isinstance(layer, keras.Model):
            inner = [part for part in layer.layers if not _is_input(part)]
            rows += [_row(part, 1) for part in inner]
    return ModelFacts(
        layers=tuple(rows),
        parameters=network.count_params(),
        trainable=_count(network.trainable_weights),
        diagram=_diagram(network),
        device=device,
    )


def _diagram(network: keras.Model) -> str:
    """Keras's own graph of the model, its boxes made to be read on light and dark pages."""
    graph = keras.utils.model_to_dot(network, expand_nested=True, dpi=72)
    parts = {str(id(part)): part for part in _operations(network)}
    graph.set_bgcolor("transparent")
    graph.set_splines("true")
    _restyle(graph, parts)
    return str(graph.to_string())


def _operations(network: keras.Model) -> list[Any]:
    """Layers and plain operations of a model and of the models inside it."""
    inner = [layer for layer in network.layers if isinstance(layer, keras.Model)]
    return [*network.operations, *(part for model in inner for part in _operations(model))]


def _restyle(graph: Any, parts: dict[str, keras.Operation]) -> None:
    for node in graph.get_node_list():
        part = parts.get(node.get_name().strip('"'))
        if part is not None:
            node.set_label(f'"{part.name}\\n{type(part).__name__}\\n{_shape_text(part)}"')
            node.set("shape", "box")
            node.set("style", '"rounded,filled"')
            node.set("color", '"#6f73ee"')
            node.set("fillcolor", '"#eef0ff"')
            node.set("fontcolor", '"#1a1d29"')
            node.set("fontsize", "13")
            node.set("margin", '"0.25,0.12"')
    for edge in graph.get_edge_list():
        edge.set("color", '"#8a8fa3"')
        if edge.get_source() == edge.get_destination():
            # An input of the model that is also one of the encoder.
            graph.del_edge(edge.get_source(), edge.get_destination())
    for inner in graph.get_subgraph_list():
        inner.set("color", '"#8a8fa3"')
        inner.set("fontcolor", '"#8a8fa3"')
        _restyle(inner, parts)


def _row(layer: keras.layers.Layer, depth: int) -> LayerFacts:
    return LayerFacts(
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


def _shape_text(layer: Any) -> str:
    output = layer.output
    shapes = [t.shape for t in output.values()] if isinstance(output, dict) else [output.shape]
    return " and ".join(
        " × ".join("any" if size is None else f"{size:,}" for size in shape) for shape in shapes
    )
