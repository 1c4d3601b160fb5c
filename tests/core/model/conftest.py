from pathlib import Path

import keras_hub
import pytest

from core.model.checkpoint import load_backbone
from core.model.encoders import Encoder, find_encoder
from core.model.tokenizer import Tokenizer


@pytest.fixture(scope="session")
def encoder(toy_encoder: Path) -> Encoder:
    return find_encoder(str(toy_encoder))


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
