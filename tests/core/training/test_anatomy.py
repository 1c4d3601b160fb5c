from pathlib import Path

import keras
import keras_hub
import pytest

from core.encoders.encoders import Encoder, find_encoder
from core.model.backbone import load_backbone
from core.model.classifier import build_classifier
from core.training.anatomy import describe_model
from core.training.model_facts import ModelFacts


@pytest.fixture(scope="module")
def encoder(toy_encoder: Path) -> Encoder:
    return find_encoder(str(toy_encoder))


@pytest.fixture(scope="module")
def network(encoder: Encoder) -> keras.Model:
    return build_classifier(load_backbone(encoder), n_classes=3, pooling="mean", dropout=0.2)


@pytest.fixture(scope="module")
def anatomy(network: keras.Model) -> ModelFacts:
    return describe_model(network, device="CPU")


def test_parameters_are_counted_as_keras_counts_them(
    network: keras.Model, anatomy: ModelFacts
) -> None:
    (pooler,) = [row for row in anatomy.layers if row.name == "pooled_dense"]
    assert anatomy.parameters == network.count_params()
    # The mean of the tokens does not use the pooler.
    assert (pooler.parameters, pooler.trainable) == (32 * 32 + 32, 0)
    assert anatomy.trainable == anatomy.parameters - pooler.parameters
    assert sum(row.parameters for row in anatomy.layers if row.depth == 0) == anatomy.parameters
    assert {row.name: row.parameters for row in anatomy.layers if row.depth == 0} == {
        layer.name: layer.count_params() for layer in network.layers
    }


def test_the_encoder_is_taken_apart(network: keras.Model, anatomy: ModelFacts) -> None:
    (encoder,) = [row for row in anatomy.layers if row.kind == "BertBackbone"]
    inner = [row for row in anatomy.layers if row.depth == 1]

    assert sum(row.parameters for row in inner) == encoder.parameters
    assert [row.name for row in inner if row.kind == "TransformerEncoder"] == [
        "transformer_layer_0", "transformer_layer_1",
    ]  # fmt: skip
    assert not [row for row in inner if row.kind == "InputLayer"]


def test_shapes_say_what_may_vary(anatomy: ModelFacts) -> None:
    shapes = {row.name: row.output_shape for row in anatomy.layers}

    assert shapes["token_ids"] == "any × any"
    assert shapes["transformer_layer_0"] == "any × any × 32"
    assert shapes["mean_of_tokens"] == "any × 32"
    assert shapes["logits"] == "any × 3"


def test_what_is_frozen_does_not_count_as_trainable(encoder: Encoder) -> None:
    backbone = load_backbone(encoder)
    backbone.trainable = False
    model = build_classifier(backbone, n_classes=2, pooling="cls", dropout=0.2)
    anatomy = describe_model(model, device="CPU")

    assert anatomy.trainable == 33
    assert anatomy.parameters == backbone.count_params() + 33


def test_the_diagram_is_dot_and_names_every_layer(anatomy: ModelFacts) -> None:
    assert anatomy.diagram.lstrip().startswith("digraph")
    assert anatomy.diagram.rstrip().endswith("}")
    for row in anatomy.layers:
        assert row.name in anatomy.diagram, row.name


def test_the_tutorials_model_has_the_tutorials_parameters_and_shows_its_layers() -> None:
    # Sizes are enough; drawing 109 million numbers would take most of the time.
    with keras.StatelessScope(initialize_variables=False):
        backbone = keras_hub.models.BertBackbone(
            vocabulary_size=30_522,
            num_layers=12,
            num_heads=12,
            hidden_dim=768,
            intermediate_dim=3072,
            max_sequence_length=512,
        )
        model = build_classifier(backbone, n_classes=2, pooling="cls", dropout=0.5)
        anatomy = describe_model(model, device="CPU")

    rows = {row.kind: row for row in anatomy.layers if row.depth == 0}
    # The tutorial's 109,483,010 count a flag for upper and lower case as a parameter.
    assert anatomy.parameters == anatomy.trainable == 109_483_009
    assert rows["BertBackbone"].parameters == 109_482_240
    assert rows["Dense"].parameters == 769
    assert sum(row.kind == "TransformerEncoder" for row in anatomy.layers) == 12
