"""How much each word of a text adds to a classifier's answer, in log-odds of one class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.model.classifier import TrainedModel, predict_logits
from core.model.forward import ForwardPass
from core.model.kept_network import KeptNetwork
from core.model.pauses import Pausing, without_pauses
from core.model.tokenizer import PlacedTokens

if TYPE_CHECKING:
    import keras

STEPS = 32
"""Points on the way from the baseline to the text; see `make bench-attribution`."""

_PASS_TOKENS = 1024
"""Of one pass with gradients: as many as a step of training has, so it fits in its memory."""

_PASS_TEXTS = 64
"""Of one pass without gradients."""
_APOSTROPHES = "'\u2019"


@dataclass(frozen=True)
class Attribution:
    """What the words of one text add to the log-odds of a class.

    `spans` are the words that the model reads: `text[start:end]`; `contributions` belong to
    them, in nats, shape (words,). `log_odds` is the text's own answer, `baseline` that of the
    same text with every token blanked, NaN where the method has none.
    """

    spans: tuple[tuple[int, int], ...]
    contributions: NDArray[np.float64]
    log_odds: float
    baseline: float

    @property
    def read(self) -> int:
        """How many characters of the text the model reads; what comes after is cut off."""
        return max((end for _, end in self.spans), default=0)

    @property
    def gap(self) -> float:
        """What the words' parts miss of the difference from the baseline, in nats."""
        return self.log_odds - self.baseline - float(self.contributions.sum())


def integrated_gradients(
    model: TrainedModel, texts: Sequence[str], targets: Sequence[int], *, steps: int = STEPS
) -> list[Attribution]:
    """Integrate gradients over the input embeddings from blanked texts to the texts.

    Source: Sundararajan, Taly and Yan (2017), Axiomatic attribution for deep networks. The
    baseline has [PAD] in the place of every token but [CLS] and [SEP]; the integral is a
    Gauss-Legendre sum, which needs fewer points than equal steps.

    Args:
        model: A classifier.
        texts: Each is cut at the model's `max_seq_length`, as for a score.
        targets: The number of the class explained, for each text.
        steps: Points of the integral.
    """
    return without_pauses(integrating(model, texts, targets, steps=steps))


def integrating(
    model: TrainedModel, texts: Sequence[str], targets: Sequence[int], *, steps: int = STEPS
) -> Pausing[list[Attribution]]:
    """The work of `integrated_gradients`, with a pause between two passes."""
    placed = []
    for text in texts:
        placed.append(model.tokenizer.place(text))
        yield
    ids = model.tokenizer.frame([tokens.ids for tokens in placed])
    blank = model.tokenizer.frame(
        [np.full_like(tokens.ids, model.tokenizer.padding) for tokens in placed]
    )
    ends = [log_odds(predict_logits(model.network, rows), targets) for rows in (ids, blank)]
    yield
    parts = yield from _integrating(model.network, ids, blank, np.asarray(targets, np.int32), steps)
    return [
        Attribution(*_by_word(text, tokens, sums), float(own), float(base))
        for text, tokens, sums, own, base in zip(texts, placed, parts, *ends, strict=True)
    ]


def leave_one_out(
    model: TrainedModel, texts: Sequence[str], targets: Sequence[int]
) -> list[Attribution]:
    """Take out one word at a time; its contribution is what the log-odds lose.

    Source: Li, Monroe and Jurafsky (2016), Understanding neural networks through representation
    erasure. The parts do not add up to anything: there is no baseline.

    Args:
        model: A classifier.
        texts: Each is cut at the model's `max_seq_length`, as for a score.
        targets: The number of the class explained, for each text.
    """
    return without_pauses(leaving_one_out(model, texts, targets))


def leaving_one_out(
    model: TrainedModel, texts: Sequence[str], targets: Sequence[int]
) -> Pausing[list[Attribution]]:
    """The work of `leave_one_out`, with a pause between two passes."""
    found = []
    for text, target in zip(texts, targets, strict=True):
        found.append((yield from _leaving_out(model, text, target)))
    return found


def log_odds(logits: NDArray[np.float32], targets: Sequence[int]) -> NDArray[np.float64]:
    """Log-odds of one class against all others, shape (n,).

    Args:
        logits: From a classifier, shape (n, 1 or classes); one logit is that of class 1.
        targets: The class of each row.
    """
    values, rows = logits.astype(np.float64), np.arange(len(logits))
    if values.shape[1] == 1:
        return values[:, 0] * np.where(np.asarray(targets) == 1, 1.0, -1.0)
    own = values[rows, targets]
    values[rows, targets] = -np.inf
    most = values.max(axis=1)
    others: NDArray[np.float64] = most + np.log(np.exp(values - most[:, None]).sum(axis=1))
    return own - others


def word_groups(text: str, tokens: PlacedTokens) -> list[list[int]]:
    """Which tokens make up each word: pieces of one, and what an apostrophe joins."""
    words = [0]
    for token in range(1, len(tokens.ids)):
        words.append(words[-1] + (not _joined(text, tokens, token)))
    numbered = enumerate(words[: len(tokens.ids)])
    return [[token for token, _ in group] for _, group in groupby(numbered, lambda pair: pair[1])]


def _joined(text: str, tokens: PlacedTokens, token: int) -> bool:
    if tokens.continues[token]:
        return True
    at, after = tokens.starts[token], tokens.ends[token]
    if at == 0 or tokens.ends[token - 1] != at:
        return False
    if text[at:after] in _APOSTROPHES:
        return text[at - 1].isalnum() and text[after : after + 1].isalnum()
    return text[at - 1] in _APOSTROPHES and at > 1 and text[at - 2].isalnum()


def _by_word(
    text: str, tokens: PlacedTokens, parts: NDArray[np.float64]
) -> tuple[tuple[tuple[int, int], ...], NDArray[np.float64]]:
    """The spans of a text's words and the sums of their tokens' parts, without [CLS] and [SEP]."""
    groups = word_groups(text, tokens)
    spans = tuple(_span(tokens, group) for group in groups)
    return spans, np.array([parts[1:][group].sum() for group in groups], np.float64)


def _span(tokens: PlacedTokens, group: list[int]) -> tuple[int, int]:
    return int(tokens.starts[group].min()), int(tokens.ends[group].max())


def _integrating(
    network: keras.Model | KeptNetwork,
    ids: tf.RaggedTensor,
    blank: tf.RaggedTensor,
    targets: NDArray[np.int32],
    steps: int,
) -> Pausing[list[NDArray[np.float64]]]:
    """The integral of each text's tokens, [CLS] and [SEP] included."""
    lengths = ids.row_lengths().numpy()
    places, weights = np.polynomial.legendre.leggauss(steps)
    sums = [np.zeros(length) for length in lengths]
    slopes = _slopes_of(network)
    for rows, points in _passes(lengths, steps):
        own, base = (tf.gather(side, rows) for side in (ids, blank))
        mask = tf.sequence_mask(own.row_lengths(), dtype=tf.int32)
        found = slopes(
            own.to_tensor(),
            base.to_tensor(),
            mask,
            targets[rows],
            ((1.0 + places[points]) / 2.0).astype(np.float32),
        ).numpy()
        for row, point, values in zip(rows, points, found, strict=True):
            sums[row] += weights[point] / 2.0 * values[: lengths[row]]
        yield
    return sums


def _passes(
    lengths: NDArray[np.int64], steps: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Texts and points of each pass, texts of like length together."""
    order = np.repeat(np.argsort(lengths, kind="stable"), steps)
    points = np.tile(np.arange(steps), len(lengths))
    start = 0
    while start < len(order):
        ends = np.arange(start + 1, len(order) + 1)
        fitting = lengths[order[start:]] * (ends - start) <= _PASS_TOKENS
        end = start + max(1, int(fitting.sum()))
        yield order[start:end], points[start:end]
        start = end


def _leaving_out(model: TrainedModel, text: str, target: int) -> Pausing[Attribution]:
    tokens = model.tokenizer.place(text)
    groups = word_groups(text, tokens)
    rows = [tokens.ids, *(np.delete(tokens.ids, group) for group in groups)]
    parts = []
    for start in range(0, len(rows), _PASS_TEXTS):
        ids = model.tokenizer.frame(rows[start : start + _PASS_TEXTS])
        logits = predict_logits(model.network, ids)
        parts.append(log_odds(logits, [target] * len(logits)))
        yield
    found = np.concatenate(parts)
    spans = tuple(_span(tokens, group) for group in groups)
    return Attribution(spans, found[0] - found[1:], float(found[0]), float("nan"))


def _slopes_of(network: keras.Model | KeptNetwork) -> Callable[..., tf.Tensor]:
    """Gradients along the way from blank to text, by token; compiled once a network."""
    slopes: Callable[..., tf.Tensor] | None = getattr(network, "_sincerely_slopes", None)
    if slopes is None:
        forward = ForwardPass(network, to_inputs=True)
        grid = tf.TensorSpec([None, None], tf.int32)
        column = tf.TensorSpec([None], tf.int32)
        shares = tf.TensorSpec([None], tf.float32)

        def slopes_of(*inputs: tf.Tensor) -> tf.Tensor:
            return _slopes(forward, *inputs)

        signature = [grid, grid, grid, column, shares]
        slopes = tf.function(slopes_of, input_signature=signature, autograph=False)
        keeper: Any = network
        keeper._sincerely_slopes = slopes
    return slopes


def _slopes(
    forward: ForwardPass,
    ids: tf.Tensor,
    blank: tf.Tensor,
    mask: tf.Tensor,
    targets: tf.Tensor,
    shares: tf.Tensor,
) -> tf.Tensor:
    """What each token adds to the slope at a share of the way, shape (n, longest)."""
    base = forward.token_vectors(blank)
    way = forward.token_vectors(ids) - base
    points = base + shares[:, None, None] * way
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(points)
        odds = _log_odds(forward.from_token_vectors(points, mask), targets)
    return tf.reduce_sum(tape.gradient(odds, points) * way, -1)


def _log_odds(logits: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    """As `log_odds` gives."""
    if logits.shape[1] == 1:
        return logits[:, 0] * tf.where(targets == 1, 1.0, -1.0)
    chosen = tf.one_hot(targets, logits.shape[1])
    others = tf.reduce_logsumexp(tf.where(chosen > 0, float("-inf"), logits), 1)
    return tf.reduce_sum(logits * chosen, 1) - others
