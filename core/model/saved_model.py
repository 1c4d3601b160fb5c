"""A trained model as a TensorFlow SavedModel: raw strings in, named answers out.

Tokenizer, threshold and temperature are inside. To run, it needs TensorFlow and tensorflow-text,
nothing of Keras and nothing of this project.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tensorflow as tf
from numpy.typing import NDArray

from core.model.batches import model_inputs
from core.model.classifier import SCORING_BATCH, TrainedModel
from core.model.forward import ForwardPass

Outputs = dict[str, tf.Tensor]
SIGNATURE = "serving_default"
TEXT = "text"
PROBABILITIES = "probabilities"
SCORE = "score"
LABEL = "label"
CALIBRATED = "calibrated"
_SMALLEST = 1e-7  # As in core.evaluation.temperature; a test holds the two together.
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)


def write_saved_model(
    folder: Path, model: TrainedModel, *, threshold: float, temperature: float
) -> None:
    """Write a SavedModel whose signature SIGNATURE maps TEXT, string (n,), to its outputs.

    They are PROBABILITIES, float32 (n, classes); SCORE, float32 (n,), the probability of the
    second of two classes or of the chosen one of more; LABEL, string (n,), the predicted label; and
    CALIBRATED, float32 (n,), SCORE at the temperature. Any number of texts of
    any length may be sent; they are sorted by length inside, and come back in their order.

    Args:
        folder: A new folder.
        model: What answers.
        threshold: From where on the predicted label is the second of two classes.
        temperature: What log-odds are divided by to calibrate them.

    Raises:
        OSError: the disk is full or closed to this user; a part of the folder may stay.
    """
    answer = tf.function(
        _answering(model, threshold, temperature),
        input_signature=[tf.TensorSpec([None], tf.string, name=TEXT)],
        autograph=False,
    )
    signature = answer.get_concrete_function()
    module = tf.Module()
    module.weights = list(signature.variables)
    with _disk_errors():
        tf.saved_model.save(module, str(folder), {SIGNATURE: signature})


def read_saved_model(folder: Path) -> Callable[[Sequence[str | bytes]], dict[str, NDArray[Any]]]:
    """A function from texts to the outputs that `write_saved_model` describes."""
    # The module owns the weights that the signature reads.
    module = tf.saved_model.load(str(folder))

    def answer(texts: Sequence[str | bytes]) -> dict[str, NDArray[Any]]:
        outputs = module.signatures[SIGNATURE](**{TEXT: tf.constant(list(texts), tf.string)})
        return {name: value.numpy() for name, value in outputs.items()}

    return answer


def _answering(
    model: TrainedModel, threshold: float, temperature: float
) -> Callable[[tf.Tensor], Outputs]:
    """What the signature does with a tensor of texts."""
    forward = ForwardPass(model.network)
    units = model.network.output_shape[-1]

    def answer(text: tf.Tensor) -> Outputs:
        ids = model.tokenizer.encode_strings(text)
        probabilities = _to_probabilities(_logits(forward, ids, units))
        class_ids = _predicted_labels(probabilities, threshold)
        shown = tf.ones_like(class_ids) if units == 1 else class_ids
        likely = _calibrated(probabilities, temperature)
        return {
            PROBABILITIES: probabilities,
            SCORE: tf.gather(probabilities, shown, batch_dims=1),
            LABEL: tf.gather(tf.constant(model.card.classes), class_ids),
            CALIBRATED: tf.gather(likely, shown, batch_dims=1),
        }

    return answer


def _logits(forward: ForwardPass, ids: tf.RaggedTensor, units: int) -> tf.Tensor:
    """float32 logits, shape (n, units), in the order of `ids`; shortest texts computed first."""
    order = tf.argsort(ids.row_lengths(), stable=True)
    count = tf.size(order)

    def step(start: tf.Tensor, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        rows = order[start : start + SCORING_BATCH]
        found = forward(model_inputs(tf.gather(ids, rows)))
        return start + SCORING_BATCH, tf.tensor_scatter_nd_update(logits, rows[:, None], found)

    _, logits = tf.while_loop(
        lambda start, _: start < count,
        step,
        (tf.constant(0), tf.zeros([count, units])),
        # More would hold the intermediate values of as many batches at once.
        parallel_iterations=1,
    )
    return logits


def _to_probabilities(logits: tf.Tensor) -> tf.Tensor:
    """Shape (n, classes), as `core.model.classifier.to_probabilities`."""
    exact = tf.cast(logits, tf.float64)
    if logits.shape[1] == 1:
        positive = tf.sigmoid(exact)
        exact = tf.concat([1.0 - positive, positive], axis=1)
    else:
        exact = tf.nn.softmax(exact)
    return tf.cast(exact, tf.float32)


def _predicted_labels(probabilities: tf.Tensor, threshold: float) -> tf.Tensor:
    """Class ids, int32 (n,), as `core.runs.predicted_labels`."""
    if probabilities.shape[1] == 2:
        return tf.cast(tf.cast(probabilities[:, 1], tf.float64) >= threshold, tf.int32)
    return tf.argmax(probabilities, axis=1, output_type=tf.int32)


def _calibrated(probabilities: tf.Tensor, temperature: float) -> tf.Tensor:
    """Shape (n, classes), as `core.evaluation.temperature.calibrated`."""
    if temperature == 1.0:
        return probabilities
    logs = tf.math.log(tf.clip_by_value(tf.cast(probabilities, tf.float64), _SMALLEST, 1.0))
    return tf.cast(tf.nn.softmax(logs / temperature), tf.float32)


@contextmanager
def _disk_errors() -> Iterator[None]:
    """Turn TensorFlow's errors of a disk, which say the system's words, into the system's."""
    try:
        yield
    except tf.errors.OpError as error:
        for number in _DISK_ERRORS:
            if os.strerror(number) in str(error):
                raise OSError(number, os.strerror(number)) from error
        raise
