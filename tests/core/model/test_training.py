from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.errors import TrainingDiverged
from core.model.classifier import predict_logits
from core.model.forward import ForwardPass
from core.model.tokenizer import Tokenizer
from core.model.training import count_steps
from tests import toy
from tests.core.model.trainings import RECIPE, Trained, Watcher, weights


@pytest.fixture(scope="module")
def binary(run_training: Callable[..., Trained]) -> Trained:
    """Two classes, 200 rows, 3 epochs of 13 steps."""
    return run_training(rows=toy.make_rows(200), deep=True)


@pytest.fixture(scope="module")
def stopped(run_training: Callable[..., Trained]) -> Trained:
    """The same training as `binary`, asked to stop after 6 steps."""
    return run_training(rows=toy.make_rows(200), watcher=Watcher(stop_after=6), deep=True)


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
    class_ids = np.array([0] * 90 + [1] * 10)

    assert count_steps(class_ids, replace(RECIPE, imbalance="oversampling", epochs=1)) == 12
