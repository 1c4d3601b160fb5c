from collections.abc import Callable
from pathlib import Path

import keras
import keras_hub
import numpy as np
import pytest

from core.encoders.encoders import Encoder, find_encoder
from core.model.backbone import load_backbone
from core.model.classifier import build_classifier, freeze
from core.model.tokenizer import Tokenizer
from core.model.training import Snapshot, train
from core.runs.config import TrainConfig
from tests.core.model.trainings import RECIPE, Trained, Watcher, weights


@pytest.fixture(scope="session")
def encoder(toy_encoder: Path) -> Encoder:
    return find_encoder(str(toy_encoder))


@pytest.fixture(scope="session")
def shallow(shallow_encoder: Path) -> Encoder:
    return find_encoder(str(shallow_encoder))


@pytest.fixture(scope="session")
def tokenizer(encoder: Encoder) -> Tokenizer:
    return Tokenizer(encoder.vocabulary, lower_case=True, max_seq_length=64)


@pytest.fixture
def backbone(encoder: Encoder) -> keras_hub.models.BertBackbone:
    """The toy encoder, fresh for every test."""
    return load_backbone(encoder)


@pytest.fixture(scope="session")
def minilm() -> keras_hub.models.BertBackbone:
    """The embedded encoder: to be read, not to be trained."""
    return load_backbone(find_encoder("minilm"))


@pytest.fixture(scope="session")
def run_training(
    encoder: Encoder, shallow: Encoder, tokenizer: Tokenizer
) -> Callable[..., Trained]:
    def run(
        recipe: TrainConfig = RECIPE,
        *,
        rows: list[tuple[str, str]],
        pooling: str = "mean",
        deep: bool = False,
        watcher: Watcher | None = None,
        start: Snapshot | None = None,
        matmul_dtype: str = "float32",
        prepare: Callable[[keras.Model], None] = lambda network: None,
    ) -> Trained:
        keras.utils.set_random_seed(recipe.seed)
        classes = sorted({label for _, label in rows})
        network = build_classifier(
            load_backbone(encoder if deep else shallow),
            n_classes=len(classes),
            pooling=pooling,
            dropout=recipe.dropout,
        )
        freeze(network, embeddings=recipe.freeze_embeddings, layers=recipe.frozen_layers)
        prepare(network)
        before, watcher = weights(network), watcher or Watcher()
        ids = tokenizer.encode([text for text, _ in rows])
        class_ids = np.array([classes.index(label) for _, label in rows])
        to_end = train(
            network, ids, class_ids, recipe, watcher.hooks(), matmul_dtype=matmul_dtype, start=start
        )
        return Trained(network, before, watcher, to_end)

    return run
