from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest

from core.errors import BadInput
from core.model.forward import backbone_of
from tests import toy
from tests.core.model.trainings import RECIPE, Trained, Watcher, weights


@pytest.mark.slow
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


@pytest.mark.slow
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

    trained = run_training(recipe, rows=toy.make_rows(60), deep=True)

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
        run_training(replace(RECIPE, frozen_layers=3), rows=toy.make_rows(20), deep=True)


@pytest.mark.parametrize("matmul_dtype", ["bfloat16", "float16"])
def test_training_in_half_precision_learns_as_well(
    run_training: Callable[..., Trained], matmul_dtype: str
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
