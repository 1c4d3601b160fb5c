from collections.abc import Callable
from dataclasses import dataclass, field, replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.errors import BadInput, Cancelled, TrainingDiverged
from core.model.checkpoint import load_backbone
from core.model.classifier import build_classifier, freeze, predict_logits
from core.model.encoders import Encoder
from core.model.forward import ForwardPass, backbone_of
from core.model.meter import Progress
from core.model.tokenizer import Tokenizer
from core.model.training import Hooks, Snapshot, count_steps, train
from core.runs.config import TrainConfig
from tests import toy

RECIPE = TrainConfig(
    batch_size=16, epochs=3, learning_rate=5e-3, validations_per_epoch=2, dropout=0.1
)


@dataclass
class Watcher:
    """Remembers what training reports."""

    stop_after: int | None = None
    end_at: int | None = None
    snapshot_at: int | None = None
    asked: int = 0
    snapshots: list[Snapshot] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    validations: list[tuple[int, float]] = field(default_factory=list)

    def hooks(self) -> Hooks:
        return Hooks(
            self.progress.append,
            self.on_validate,
            self.should_stop,
            lambda: self.asked == self.snapshot_at,
            self.snapshots.append,
        )

    def on_validate(self, step: int, epoch: float) -> bool:
        self.validations.append((step, epoch))
        return step == self.end_at

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
    return {variable.path: variable.numpy() for variable in network.weights}


@pytest.fixture(scope="module")
def run_training(encoder: Encoder, tokenizer: Tokenizer) -> Callable[..., Trained]:
    def run(
        recipe: TrainConfig = RECIPE,
        *,
        rows: list[tuple[str, str]],
        pooling: str = "mean",
        watcher: Watcher | None = None,
        start: Snapshot | None = None,
        matmul_dtype: str = "float32",
        prepare: Callable[[keras.Model], None] = lambda network: None,
    ) -> Trained:
        keras.utils.set_random_seed(recipe.seed)
        classes = sorted({label for _, label in rows})
        network = build_classifier(
            load_backbone(encoder), n_classes=len(classes), pooling=pooling, dropout=recipe.dropout
        )
        freeze(network, embeddings=recipe.freeze_embeddings, layers=recipe.frozen_layers)
        prepare(network)
        before, watcher = weights(network), watcher or Watcher()
        ids = tokenizer.encode([text for text, _ in rows])
        codes = np.array([classes.index(label) for _, label in rows])
        to_end = train(
            network, ids, codes, recipe, watcher.hooks(), matmul_dtype=matmul_dtype, start=start
        )
        return Trained(network, before, watcher, to_end)

    return run


@pytest.fixture(scope="module")
def binary(run_training: Callable[..., Trained]) -> Trained:
    """Two classes, 200 rows, 3 epochs of 13 steps."""
    return run_training(rows=toy.make_rows(200))


@pytest.fixture(scope="module")
def stopped(run_training: Callable[..., Trained]) -> Trained:
    """The same training as `binary`, asked to stop after 6 steps."""
    return run_training(rows=toy.make_rows(200), watcher=Watcher(stop_after=6))


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

    trained = run_training(recipe, rows=toy.make_rows(40), watcher=Watcher(stop_after=7))

    assert [progress.step for progress in trained.watcher.progress] == [5, 7]
    assert trained.watcher.progress[-1].epoch == pytest.approx(7 / 5)


def test_a_request_to_stop_before_the_first_step_changes_no_weight(
    run_training: Callable[..., Trained],
) -> None:
    trained = run_training(rows=toy.make_rows(200), watcher=Watcher(stop_after=0))

    after = weights(trained.network)
    assert not trained.to_end
    assert all(np.array_equal(after[path], trained.before[path]) for path in after)


def test_the_step_is_traced_once_for_batches_of_all_shapes(
    run_training: Callable[..., Trained], monkeypatch: pytest.MonkeyPatch
) -> None:
    traced = []
    forward = ForwardPass.__call__

    def counted(self: ForwardPass, inputs: object, seed: object = None) -> tf.Tensor:
        traced.append(seed)
        return forward(self, inputs, seed)

    monkeypatch.setattr(ForwardPass, "__call__", counted)

    trained = run_training(replace(RECIPE, epochs=1), rows=toy.make_rows(100))

    assert len(trained.watcher.progress) == 7
    assert len(traced) == 1


def test_a_validation_can_end_training(run_training: Callable[..., Trained]) -> None:
    trained = run_training(rows=toy.make_rows(200), watcher=Watcher(end_at=13))

    assert trained.to_end
    assert trained.watcher.validations[-1] == (13, 1.0)
    assert trained.watcher.progress[-1].step == 13


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"averaging": 0.9, "accumulation": 3, "imbalance": "oversampling", "layer_decay": 0.8},
    ],
)
def test_a_training_taken_up_mid_epoch_goes_on_as_if_it_had_not_ended(
    run_training: Callable[..., Trained], changes: dict[str, object]
) -> None:
    recipe, rows = replace(RECIPE, epochs=2, **changes), toy.make_rows(96)
    whole = run_training(recipe, rows=rows)

    first = run_training(recipe, rows=rows, watcher=Watcher(stop_after=8))
    second = run_training(recipe, rows=rows, start=first.watcher.snapshots[-1])

    assert first.watcher.snapshots[-1].step == 8
    joined = first.watcher.losses + second.watcher.losses
    np.testing.assert_allclose(joined, whole.watcher.losses, rtol=1e-4)
    expected = weights(whole.network)
    for path, value in weights(second.network).items():
        np.testing.assert_allclose(value, expected[path], atol=1e-4)


def test_a_snapshot_holds_what_was_measured_since_the_last_report(
    run_training: Callable[..., Trained],
) -> None:
    recipe = replace(RECIPE, batch_size=8, epochs=400, validations_per_epoch=1)
    watcher = Watcher(stop_after=9, snapshot_at=3)  # 2,000 steps, every 2nd is reported.
    first = run_training(recipe, rows=toy.make_rows(40), watcher=watcher)
    early = first.watcher.snapshots[0]

    second = run_training(
        recipe, rows=toy.make_rows(40), start=early, watcher=Watcher(stop_after=6)
    )

    assert (early.step, early.sums.rows) == (3, 8)
    assert second.watcher.progress[0].step == 4
    assert second.watcher.progress[0].loss == pytest.approx(
        first.watcher.progress[1].loss, rel=1e-4
    )


def test_a_validation_that_was_broken_off_is_made_when_training_is_taken_up(
    run_training: Callable[..., Trained],
) -> None:
    broken = Watcher(stop_after=6)

    def break_off(network: keras.Model) -> None:
        def cancel(step: int, epoch: float) -> bool:
            raise Cancelled("measuring the model")

        broken.on_validate = cancel  # type: ignore[method-assign]

    recipe, rows = replace(RECIPE, epochs=1, averaging=0.9), toy.make_rows(200)
    first = run_training(recipe, rows=rows, watcher=broken, prepare=break_off)
    second = run_training(recipe, rows=rows, start=first.watcher.snapshots[-1])

    assert [snapshot.owes_validation for snapshot in first.watcher.snapshots] == [True, True]
    assert [step for step, _ in second.watcher.validations] == [6, 13]
    assert not second.watcher.snapshots[-1].owes_validation


def test_a_training_that_a_validation_has_ended_is_not_taken_up_again(
    run_training: Callable[..., Trained],
) -> None:
    first = run_training(rows=toy.make_rows(200), watcher=Watcher(end_at=13))

    second = run_training(rows=toy.make_rows(200), start=first.watcher.snapshots[-1])

    assert second.to_end
    assert second.watcher.progress == []


def test_weights_without_a_value_never_become_a_snapshot(
    run_training: Callable[..., Trained],
) -> None:
    recipe = replace(RECIPE, batch_size=8, epochs=1000)  # Every 5th step is reported.
    watcher = Watcher(snapshot_at=2)

    def spoil(network: keras.Model) -> None:
        network.get_layer("logits").bias.assign([float("nan")])

    with pytest.raises(TrainingDiverged, match="weights without a value at step 2"):
        run_training(recipe, rows=toy.make_rows(40), watcher=watcher, prepare=spoil)


def test_a_snapshot_of_another_recipe_is_refused(run_training: Callable[..., Trained]) -> None:
    first = run_training(rows=toy.make_rows(40), watcher=Watcher(stop_after=2))

    with pytest.raises(BadInput, match=r"these very settings, but found another's .*average"):
        run_training(
            replace(RECIPE, averaging=0.9),
            rows=toy.make_rows(40),
            start=first.watcher.snapshots[-1],
        )


def test_the_average_is_what_is_validated_and_what_stays_at_the_end(
    run_training: Callable[..., Trained],
) -> None:
    seen: list[dict[str, np.ndarray]] = []
    watcher = Watcher()

    def look(network: keras.Model) -> None:
        watcher.on_validate = lambda step, epoch: bool(seen.append(weights(network)))  # type: ignore[method-assign]

    recipe = replace(RECIPE, averaging=0.99, epochs=1)
    trained = run_training(recipe, rows=toy.make_rows(100), watcher=watcher, prepare=look)
    plain = run_training(replace(RECIPE, epochs=1), rows=toy.make_rows(100))

    path = "logits/kernel"
    averaged, last = weights(trained.network)[path], weights(plain.network)[path]
    np.testing.assert_array_equal(seen[-1][path], averaged)
    moved = np.abs(last - plain.before[path]).mean()
    assert 0 < np.abs(averaged - plain.before[path]).mean() < 0.99 * moved
    np.testing.assert_allclose(trained.watcher.losses, plain.watcher.losses, rtol=1e-4)


def test_accumulated_batches_learn_as_one_large_one(run_training: Callable[..., Trained]) -> None:
    def same_order(network: keras.Model) -> None:
        backbone_of(network).dropout = 0.0
        network.get_layer("dropout").rate = 0.0

    rows = toy.make_rows(64)
    constant = replace(RECIPE, epochs=1, warmup=0.0, decay=False, dropout=0.0)
    large = run_training(replace(constant, batch_size=64), rows=rows, prepare=same_order)
    small = run_training(
        replace(constant, batch_size=16, accumulation=4), rows=rows, prepare=same_order
    )

    expected = weights(large.network)
    for path, value in weights(small.network).items():
        np.testing.assert_allclose(value, expected[path], atol=2e-3)


def test_frozen_layers_stay_as_they_are(run_training: Callable[..., Trained]) -> None:
    recipe = replace(RECIPE, epochs=1, freeze_embeddings=True, frozen_layers=1)

    trained = run_training(recipe, rows=toy.make_rows(60))

    after = weights(trained.network)
    stayed = {
        path.split("/")[0] for path in after if np.array_equal(after[path], trained.before[path])
    }
    assert stayed == {
        "token_embedding", "position_embedding", "segment_embedding", "embeddings_layer_norm",
        "transformer_layer_0", "pooled_dense",
    }  # fmt: skip


def test_more_frozen_layers_than_there_are_is_one_sentence(
    run_training: Callable[..., Trained],
) -> None:
    with pytest.raises(BadInput, match="frozen_layers up to the encoder's 2, but found 3"):
        run_training(replace(RECIPE, frozen_layers=3), rows=toy.make_rows(20))


@pytest.mark.parametrize("matmul_dtype", ["bfloat16", "float16"])
def test_training_in_half_precision_learns_as_well(
    run_training: Callable[..., Trained], binary: Trained, matmul_dtype: str
) -> None:
    trained = run_training(rows=toy.make_rows(200), matmul_dtype=matmul_dtype)

    losses = trained.watcher.losses
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])
    assert all(value.dtype == np.float32 for value in weights(trained.network).values())


@pytest.mark.parametrize("imbalance", ["class_weights", "focal", "oversampling"])
def test_each_help_against_imbalance_learns_and_reports_plain_cross_entropy(
    run_training: Callable[..., Trained], imbalance: str
) -> None:
    trained = run_training(replace(RECIPE, imbalance=imbalance), rows=toy.make_rows(200))

    losses = trained.watcher.losses
    assert losses[0] == pytest.approx(np.log(2), abs=0.25)
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


@pytest.mark.parametrize(
    ("rows", "batch_size", "epochs", "steps"),
    [(200, 16, 3, 39), (192, 16, 1, 12), (1, 4096, 2, 2), (65_306, 32, 5, 5 * 2041)],
)
def test_steps_are_counted_with_the_last_small_batch(
    rows: int, batch_size: int, epochs: int, steps: int
) -> None:
    recipe = replace(RECIPE, batch_size=batch_size, epochs=epochs)

    assert count_steps(np.zeros(rows, np.int64), recipe) == steps


def test_oversampling_counts_the_rows_it_adds() -> None:
    codes = np.array([0] * 90 + [1] * 10)

    assert count_steps(codes, replace(RECIPE, imbalance="oversampling", epochs=1)) == 12
