"""A BERT classifier: encoder, pooling, dropout and one dense layer that gives logits."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.encoders.text_rules import TextRules
from core.encoders.vocabulary import write_vocabulary
from core.errors import BadInput, Cancelled, EncoderError, never_stop
from core.files import sync_folder
from core.model.batches import Indices, TokenRows, scoring_order
from core.model.forward import EMBEDDING_LAYERS, ForwardPass, backbone_of
from core.model.kept_network import KeptNetwork, UnknownFormat, read_kept_network
from core.model.keras_import import import_keras
from core.model.tokenizer import Tokenizer
from core.records import from_json, to_json

if TYPE_CHECKING:
    import keras
    import keras_hub

SCORING_BATCH = 32
"""Texts that the model reads at once, so that thousands of them need no more memory."""
# On an H100 five times faster than one batch of 32 after the other, and 1.3 times than one of 256.
_GPU_BATCH, _GPU_BATCHES_AT_ONCE = 256, 4
_CPU_BATCHES_AT_ONCE = min(2 * (os.cpu_count() or 1), 8)


@dataclass(frozen=True)
class ModelCard:
    """What a saved model needs beside its weights to score a text.

    `rules` are None where the encoder has none of its own, and in models of earlier versions.
    """

    classes: tuple[str, ...]
    max_seq_length: int
    lower_case: bool
    rules: TextRules | None = None


@dataclass(frozen=True)
class TrainedModel:
    """A model with the tokenizer that belongs to it."""

    network: keras.Model | KeptNetwork
    tokenizer: Tokenizer
    card: ModelCard

    def probabilities(
        self, texts: list[str], should_stop: Callable[[], bool] = never_stop
    ) -> NDArray[np.float32]:
        """Probability of each class for each text, shape (len(texts), classes).

        Raises:
            Cancelled: `should_stop` said so between two batches.
        """
        return self.probabilities_of(self.tokens(texts), should_stop)

    def tokens(self, texts: list[str]) -> tf.RaggedTensor:
        """What the model reads of each text: token ids, int32, shape (len(texts), None)."""
        return self.tokenizer.encode(texts)

    def probabilities_of(
        self, tokens: tf.RaggedTensor, should_stop: Callable[[], bool] = never_stop
    ) -> NDArray[np.float32]:
        """As `probabilities`, of texts as `tokens` gives them."""
        return to_probabilities(predict_logits(self.network, tokens, should_stop))

    @property
    def width(self) -> int:
        """Numbers in the vector of a text."""
        return int(backbone_of(self.network).hidden_dim)

    def mean_vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """One vector of length 1 a text, the mean of its tokens' vectors in the trained encoder.

        Args:
            texts: One batch, best of like length.

        Returns:
            Shape (len(texts), width).
        """
        rows = TokenRows(self.tokenizer.encode(texts))
        inputs = rows.inputs(np.arange(len(texts)))
        means: NDArray[np.float32] = _compiled(self.network, "sentence_vectors")(inputs).numpy()
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        unit: NDArray[np.float32] = means / np.maximum(lengths, np.finfo(np.float32).tiny)
        return unit


def check_tokenizer(tokenizer: Tokenizer, backbone: keras_hub.models.BertBackbone) -> None:
    """Make sure that the encoder knows every token and position the tokenizer can give it.

    Raises:
        EncoderError: the vocabulary has more tokens than the encoder.
        BadInput: `max_seq_length` is more than the encoder has positions for.
    """
    if tokenizer.vocabulary_size > backbone.vocabulary_size:
        raise EncoderError(
            f"a vocabulary of the encoder's {backbone.vocabulary_size:,} tokens",
            f"{tokenizer.vocabulary_size:,}",
            "choose another encoder",
        )
    if tokenizer.max_seq_length > backbone.max_sequence_length:
        raise BadInput(
            f"max_seq_length up to the encoder's {backbone.max_sequence_length:,}",
            f"{tokenizer.max_seq_length:,}",
            "train again with a smaller one",
        )


def build_classifier(
    backbone: keras_hub.models.BertBackbone, *, n_classes: int, pooling: str, dropout: float
) -> keras.Model:
    """A classifier over an encoder.

    Args:
        backbone: The encoder.
        n_classes: Two gives one logit (of the second class), more give one each.
        pooling: "cls" takes the pooler's output of [CLS], "mean" the mean over all tokens.
        dropout: Share of pooled features dropped in training.

    Returns:
        A model from a BertBackbone's inputs to float32 logits, shape (batch, 1 or n_classes).
    """
    import keras

    outputs = backbone(backbone.input)
    if pooling == "mean":
        backbone.pooled_dense.trainable = False  # Nothing comes of what it gives.
        mask = keras.ops.cast(backbone.input["padding_mask"], "bool")
        features = keras.layers.GlobalAveragePooling1D(name="mean_of_tokens")(
            outputs["sequence_output"], mask=mask
        )
    else:
        features = outputs["pooled_output"]
    features = keras.layers.Dropout(dropout, name="dropout")(features)
    units = 1 if n_classes == 2 else n_classes
    logits = keras.layers.Dense(units, dtype="float32", name="logits")(features)
    return keras.Model(backbone.input, logits, name="classifier")


def freeze(network: keras.Model, *, embeddings: bool, layers: int) -> None:
    """Keep a classifier's embeddings or its lowest encoder layers as they are in training.

    Raises:
        BadInput: the encoder has fewer layers.
    """
    backbone: keras_hub.models.BertBackbone = backbone_of(network)
    if layers > backbone.num_layers:
        raise BadInput(
            f"frozen_layers up to the encoder's {backbone.num_layers}",
            str(layers),
            "freeze fewer layers",
        )
    frozen = [f"transformer_layer_{number}" for number in range(layers)]
    for name in [*frozen, *(EMBEDDING_LAYERS if embeddings else ())]:
        backbone.get_layer(name).trainable = False


def predict_logits(
    network: keras.Model | KeptNetwork,
    ids: tf.RaggedTensor,
    should_stop: Callable[[], bool] = never_stop,
    *,
    at_once: int | None = None,
) -> NDArray[np.float32]:
    """Logits in the order of `ids`, computed in batches of like length.

    Args:
        network: From `build_classifier`.
        ids: Token ids, shape (n, None).
        should_stop: Asked before every batch, where there are several.
        at_once: Batches that are computed at the same time; None takes what suits the device.

    Returns:
        Shape (n, 1 or classes).

    Raises:
        Cancelled: `should_stop` said so.
    """
    forward = _compiled(network, "__call__")
    rows = TokenRows(ids)
    gpu = bool(tf.config.list_logical_devices("GPU"))
    order = scoring_order(rows.lengths, _GPU_BATCH if gpu else SCORING_BATCH)
    at_once = at_once or (_GPU_BATCHES_AT_ONCE if gpu else _CPU_BATCHES_AT_ONCE)
    logits = np.zeros((len(rows.lengths), network.output_shape[-1]), np.float32)

    def answer(batch: Indices) -> NDArray[np.float32]:
        found: NDArray[np.float32] = forward(rows.inputs(batch)).numpy()
        return found

    for batch, found in _side_by_side(answer, order, at_once, should_stop):
        logits[batch] = found
    return logits


def _side_by_side(
    answer: Callable[[Indices], NDArray[np.float32]],
    order: list[Indices],
    at_once: int,
    should_stop: Callable[[], bool],
) -> Iterator[tuple[Indices, NDArray[np.float32]]]:
    """Answers to batches, some of which are computed at the same time.

    What the cores cannot share in one batch, they do in the next: a quarter faster than one batch
    after the other on two cores, 2.7 times on sixteen.
    """
    if len(order) < 2:
        yield from ((batch, answer(batch)) for batch in order)
        return
    with ThreadPoolExecutor(at_once) as pool:
        coming: deque[tuple[Indices, Future[NDArray[np.float32]]]] = deque()
        for batch in order:
            if should_stop():
                raise Cancelled("asking the model")
            coming.append((batch, pool.submit(answer, batch)))
            if len(coming) > at_once:
                first, future = coming.popleft()
                yield first, future.result()
        yield from ((batch, future.result()) for batch, future in coming)


def to_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Class probabilities, shape (n, classes): sigmoid of one logit, softmax of several."""
    if logits.shape[1] == 1:
        positive = 1.0 / (1.0 + np.exp(-logits.astype(np.float64)))
        return np.hstack([1.0 - positive, positive]).astype(np.float32)
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares.astype(np.float32)


def save_model(folder: Path, network: keras.Model, vocabulary: Path, card: ModelCard) -> None:
    """Write weights, vocabulary and card to `folder`, which appears whole or not at all.

    Raises:
        OSError: the disk is full; nothing of this model stays.
    """
    staged = folder.with_name(folder.name + ".new")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    try:
        network.save(staged / "model.keras")
        write_vocabulary(vocabulary, staged / "vocab.txt")
        (staged / "card.json").write_text(to_json(card), "utf-8")
        sync_folder(staged)
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(staged, folder)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def load_model(folder: Path) -> TrainedModel:
    """Read what `save_model` wrote, as a Keras model.

    Raises:
        DamagedFile: the network's file is none, or holds more than `save_model` puts there.
    """
    import_keras()
    from core.model.keras_file import read_network

    return _loaded(folder, read_network(folder / "model.keras"))


def load_answering_model(folder: Path) -> TrainedModel:
    """Read what `save_model` wrote, to be asked only: without Keras where its file is known.

    Raises:
        DamagedFile: as `load_model`.
    """
    try:
        network = read_kept_network(folder / "model.keras")
    except UnknownFormat:
        return load_model(folder)
    return _loaded(folder, network)


def _loaded(folder: Path, network: keras.Model | KeptNetwork) -> TrainedModel:
    card = from_json(ModelCard, (folder / "card.json").read_text("utf-8"))
    tokenizer = Tokenizer(
        folder / "vocab.txt",
        lower_case=card.lower_case,
        max_seq_length=card.max_seq_length,
        rules=card.rules,
    )
    return TrainedModel(network, tokenizer, card)


def _compiled(
    network: keras.Model | KeptNetwork, method: str
) -> tf.types.experimental.PolymorphicFunction:
    """A method of the network's forward pass that takes its inputs, compiled once a network."""
    kept = f"_sincerely_{method.strip('_')}"
    compiled = getattr(network, kept, None)
    if compiled is None:
        signature = {
            name: tf.TensorSpec([None, None], tf.int32, name=name) for name in network.input
        }
        forward = getattr(ForwardPass(network), method)
        # Without AutoGraph, which finds no control flow to convert and takes seconds over it.
        compiled = tf.function(forward, input_signature=[signature], autograph=False)
        compiled.get_concrete_function()  # Now: threads that wait for it would each warn of it.
        setattr(network, kept, compiled)
    return compiled
