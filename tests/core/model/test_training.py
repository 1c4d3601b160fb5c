from collections.abc import Callable
from dataclasses import dataclass, field, replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.errors import TrainingDiverged
from core.model.checkpoint import load_backbone
from core.model.classifier import build_classifier, predict_logits
from core.model.encoders import Encoder
from core.model.tokenizer import Tokenizer
from core.model.training import (
    Hooks,
    Progress,
    WarmupThenLinear,
    build_optimizer,
    count_steps,
    train,
)
from core.runs.config import TrainConfig, preset
from tests import toy

RECIPE = TrainConfig(
    batch_size=16, epochs=3, learning_rate=5e-3, validations_per_epoch=2, dropout=0.1
)


@dataclass
class Watcher:
    """Remembers what training reports."""

    stop_after: int | None = None
    asked: int = 0
    progress: list[Progress] = field(default_factory=list)
    validations: list[tuple[int, float]] = field(default_factory=list)

    def hooks(self) -> Hooks:
        return Hooks(
            self.progress.append,
            lambda step, epoch: self.validations.append((step, epoch)),
            self.should_stop,
        )

    def should_stop(self) -> bool:
        self.asked += 1
        return self.asked - 1 == self.stop_after

    @property
    def losses(self) -> list[float]:
        return [progress.loss for progress in self.progress]


@dataclass(frozen=True)
class Trained:
    """A training of the toy encoder and what it reported."""

    network: keras.Model
    before: dict[str, np.ndarray]
    watcher: Watcher
    to_end: bool


def weights(network: keras.Model) -> dict[str, np.ndarray]:
    return {variable.path: variable.numpy() for variable in network.trainable_variables}


@pytest.fixture(scope="module")
def run_training(encoder: Encoder, tokenizer: Tokenizer) -> Callable[..., Trained]:
    def run(
        recipe: TrainConfig = RECIPE,
        *,
        rows: list[tuple[str, str]],
        pooling: str = "mean",
        stop_after: int | None = None,
        prepare: Callable[[keras.Model], None] = lambda network: None,
    ) -> Trained:
        keras.utils.set_random_seed(recipe.seed)
        classes = sorted({label for _, label in rows})
        network = build_classifier(
            load_backbone(encoder), n_classes=len(classes), pooling=pooling, dropout=recipe.dropout
        )
        prepare(network)
        before, watcher = weights(network), Watcher(stop_after)
        ids = tokenizer.encode([text for text, _ in rows])
        codes = np.array([classes.index(label) for _, label in rows])
        to_end = train(network, ids, codes, recipe, watcher.hooks())
        return Trained(network, before, watcher, to_end)

    return run


@pytest.fixture(scope="module")
def binary(run_training: Callable[..., Trained]) -> Trained:
    """Two classes, 200 rows, 3 epochs of 13 steps."""
    return run_training(rows=toy.make_rows(200))


@pytest.fixture(scope="module")
def stopped(run_training: Callable[..., Trained]) -> Trained:
    """The same training as `binary`, asked to stop after 6 steps."""
    return run_training(rows=toy.make_rows(200), stop_after=6)


def test_the_loss_falls_where_there_is_something_to_learn(binary: Trained) -> None:
    losses = binary.watcher.losses

    assert binary.to_end
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])
    assert np.mean([progress.accuracy for progress in binary.watcher.progress[-5:]]) > 0.9


def test_a_trained_model_knows_rows_it_has_not_seen(binary: Trained, tokenizer: Tokenizer) -> None:
    rows = toy.make_rows(200, seed=99)

    logits = predict_logits(binary.network, tokenizer.encode([text for text, _ in rows]))

    right = (logits[:, 0] > 0) == np.array([label == "1" for _, label in rows])
    assert right.mean() > 0.9


def test_the_same_seed_gives_the_same_losses(binary: Trained, stopped: Trained) -> None:
    np.testing.assert_allclose(stopped.watcher.losses, binary.watcher.losses[:6], rtol=1e-4)


def test_every_step_of_a_short_training_is_reported_in_order(binary: Trained) -> None:
    reports = binary.watcher.progress

    assert [progress.step for progress in reports] == list(range(1, 40))
    assert {progress.steps for progress in reports} == {39}
    assert [progress.epoch for progress in reports] == pytest.approx(
        [step / 13 for step in range(1, 40)]
    )
    assert all(progress.rows_per_s > 0 for progress in reports)
    assert all(progress.seconds_left > 0 for progress in reports[:-1])
    assert reports[-1].seconds_left == 0


def test_the_first_loss_is_that_of_guessing(binary: Trained) -> None:
    assert binary.watcher.losses[0] == pytest.approx(np.log(2), abs=0.25)


def test_validations_are_spread_over_the_epoch_and_come_at_its_end(binary: Trained) -> None:
    assert binary.watcher.validations == [
        (6, pytest.approx(6 / 13)), (13, 1.0), (19, pytest.approx(19 / 13)), (26, 2.0),
        (32, pytest.approx(32 / 13)), (39, 3.0),
    ]  # fmt: skip


def test_the_reported_rate_warms_up_and_then_falls(binary: Trained) -> None:
    rates = [progress.learning_rate for progress in binary.watcher.progress]

    # A tenth of 39 steps is 4.
    assert rates[:5] == pytest.approx([5e-3 * part for part in (0.25, 0.5, 0.75, 1.0, 1.0)])
    assert rates[-1] == pytest.approx(5e-3 / 35)
    assert sorted(rates[4:], reverse=True) == rates[4:]


def test_every_weight_learns_but_the_pooler_which_the_mean_does_not_use(
    binary: Trained,
) -> None:
    after = weights(binary.network)

    untouched = {path for path in after if np.array_equal(after[path], binary.before[path])}
    assert {path.split("/")[-2] for path in untouched} == {"pooled_dense"}


def test_three_classes_are_learned_too(
    run_training: Callable[..., Trained], tokenizer: Tokenizer
) -> None:
    recipe = replace(RECIPE, optimizer="adam", warmup=0.0, decay=False, epochs=4)
    trained = run_training(recipe, rows=toy.make_rows(240, classes=3), pooling="cls")
    rows = toy.make_rows(90, classes=3, seed=5)

    logits = predict_logits(trained.network, tokenizer.encode([text for text, _ in rows]))

    losses = trained.watcher.losses
    assert losses[0] == pytest.approx(np.log(3), abs=0.4)
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])
    found = [sorted(toy.COLORS)[code] for code in logits.argmax(axis=1)]
    assert np.mean([label == answer for (_, label), answer in zip(rows, found, strict=True)]) > 0.8
    rates = [progress.learning_rate for progress in trained.watcher.progress]
    assert rates == pytest.approx([5e-3] * len(losses))


def test_a_loss_that_is_no_number_ends_training_in_a_sentence(
    run_training: Callable[..., Trained],
) -> None:
    def spoil(network: keras.Model) -> None:
        network.get_layer("logits").bias.assign([float("nan")])

    with pytest.raises(TrainingDiverged, match="a loss of nan at step 1: train again with a lower"):
        run_training(rows=toy.make_rows(40), prepare=spoil)


def test_a_request_to_stop_ends_training_before_the_next_step(stopped: Trained) -> None:
    assert not stopped.to_end
    assert [progress.step for progress in stopped.watcher.progress] == [1, 2, 3, 4, 5, 6]
    assert stopped.watcher.validations == [(6, pytest.approx(6 / 13))]


def test_a_long_training_that_is_stopped_between_two_reports_reports_its_last_step(
    run_training: Callable[..., Trained],
) -> None:
    recipe = replace(RECIPE, batch_size=8, epochs=1000)  # 5,000 steps, every 5th is reported.

    trained = run_training(recipe, rows=toy.make_rows(40), stop_after=7)

    assert [progress.step for progress in trained.watcher.progress] == [5, 7]
    assert trained.watcher.progress[-1].epoch == pytest.approx(7 / 5)


def test_a_request_to_stop_before_the_first_step_changes_no_weight(
    run_training: Callable[..., Trained],
) -> None:
    trained = run_training(rows=toy.make_rows(200), stop_after=0)

    after = weights(trained.network)
    assert not trained.to_end
    assert all(np.array_equal(after[path], trained.before[path]) for path in after)


class CountsTraces(keras.layers.Layer):
    """Hands its input on; Python runs it only while a graph is traced."""

    traces = 0

    def call(self, values: tf.Tensor) -> tf.Tensor:
        self.traces += 1
        return values


def test_the_step_is_traced_once_for_batches_of_all_shapes(tokenizer: Tokenizer) -> None:
    names = ("token_ids", "segment_ids", "padding_mask")
    inputs = {name: keras.Input((None,), dtype="int32", name=name) for name in names}
    counter = CountsTraces()
    size = len(toy.VOCABULARY)
    embedded = [keras.layers.Embedding(size, 4)(inputs[name]) for name in names]
    tokens = counter(keras.layers.Add()(embedded))
    features = keras.layers.GlobalAveragePooling1D()(tokens)
    network = keras.Model(inputs, keras.layers.Dense(1)(features))
    rows, watcher, traces = toy.make_rows(100), Watcher(), counter.traces
    ids = tokenizer.encode([text for text, _ in rows])

    train(network, ids, np.array([int(label) for _, label in rows]), RECIPE, watcher.hooks())

    assert len(watcher.progress) == 21
    assert counter.traces == traces + 1


@pytest.mark.parametrize(
    ("rows", "batch_size", "epochs", "steps"),
    [(200, 16, 3, 39), (192, 16, 1, 12), (1, 4096, 2, 2), (65_306, 32, 5, 5 * 2041)],
)
def test_steps_are_counted_with_the_last_small_batch(
    rows: int, batch_size: int, epochs: int, steps: int
) -> None:
    assert count_steps(rows, replace(RECIPE, batch_size=batch_size, epochs=epochs)) == steps


def test_the_schedule_rises_to_its_peak_and_falls_to_0() -> None:
    schedule = WarmupThenLinear(2.0, 4, 12, decay=True)

    rates = [float(schedule(step)) for step in range(13)]

    assert rates == pytest.approx(
        [0.5, 1.0, 1.5, 2.0, 2.0, 1.75, 1.5, 1.25, 1.0, 0.75, 0.5, 0.25, 0.0]
    )
    assert float(schedule(tf.constant(40))) == 0.0


@pytest.mark.parametrize(
    ("warmup_steps", "decay", "rates"),
    [
        (0, True, [2.0, 1.5, 1.0, 0.5, 0.0]),
        (0, False, [2.0] * 5),
        (2, False, [1.0, 2.0, 2.0, 2.0, 2.0]),
        (4, True, [0.5, 1.0, 1.5, 2.0, 0.0]),
    ],
)
def test_warmup_and_decay_can_each_be_left_out(
    warmup_steps: int, decay: bool, rates: list[float]
) -> None:
    schedule = WarmupThenLinear(2.0, warmup_steps, 4, decay=decay)

    assert [float(schedule(step)) for step in range(5)] == pytest.approx(rates)


def test_a_schedule_can_be_saved_and_read() -> None:
    schedule = WarmupThenLinear(1e-3, 5, 50, decay=True)

    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))

    assert copy.get_config() == schedule.get_config()


def test_the_tutorials_optimizer_is_adam_at_a_constant_rate() -> None:
    optimizer = build_optimizer(preset("tutorial"), 10_205)

    assert type(optimizer) is keras.optimizers.Adam
    assert optimizer.weight_decay is None
    rates = [float(optimizer._learning_rate(step)) for step in (0, 1, 5_000, 10_204)]
    assert rates == pytest.approx([2e-5] * 4)


def test_weights_decay_but_biases_and_layer_norms_do_not(encoder: Encoder) -> None:
    network = build_classifier(load_backbone(encoder), n_classes=2, pooling="cls", dropout=0.1)
    variables = network.trainable_variables
    for variable in variables:
        variable.assign(tf.ones_like(variable))
    recipe = replace(RECIPE, learning_rate=0.1, weight_decay=0.5, warmup=0.0, decay=False)
    optimizer = build_optimizer(recipe, 10)

    optimizer.build(variables)
    optimizer.apply_gradients([(tf.zeros_like(variable), variable) for variable in variables])

    ends = {path: float(value.mean()) for path, value in weights(network).items()}
    kept = {path for path, value in ends.items() if value == 1.0}
    assert kept == {path for path in ends if path.endswith(("/bias", "/gamma", "/beta"))}
    assert [ends[path] for path in ends if path not in kept] == pytest.approx(
        [0.95] * (len(ends) - len(kept))
    )
    assert len(kept) > 20
