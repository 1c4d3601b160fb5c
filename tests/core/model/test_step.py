from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.encoders.encoders import Encoder
from core.model.backbone import load_backbone
from core.model.batches import TokenRows
from core.model.classifier import build_classifier
from core.model.step import TrainingStep
from core.model.tokenizer import Tokenizer
from core.runs.config import TrainConfig
from tests import toy
from tests.core.model.trainings import weights

RECIPE = TrainConfig(dropout=0.0, seed=3)
ROWS = toy.make_rows(16)
CLASS_IDS = np.array([int(label) for _, label in ROWS])

Made = tuple[keras.Model, TrainingStep]


@pytest.fixture
def make(shallow: Encoder) -> Callable[..., Made]:
    """A network, the same each time, and the step that trains it."""

    def make(recipe: TrainConfig = RECIPE, matmul_dtype: str = "float32") -> Made:
        keras.utils.set_random_seed(5)
        network = build_classifier(
            load_backbone(shallow), n_classes=2, pooling="mean", dropout=recipe.dropout
        )
        return network, TrainingStep(network, CLASS_IDS, recipe, matmul_dtype)

    return make


@pytest.fixture
def rows(tokenizer: Tokenizer) -> TokenRows:
    return TokenRows(tokenizer.encode([text for text, _ in ROWS]))


def train(
    step: TrainingStep, rows: TokenRows, places: range, *, number: int = 0, updates: bool = True
) -> tuple[float, float]:
    """One step; gives the mean cross-entropy and how many answers were right."""
    chosen = np.array(places)
    loss, right = step.run(
        rows.inputs(chosen), tf.constant(CLASS_IDS[chosen], tf.int32),
        step=number, learning_rate=5e-3, updates=updates,
    )  # fmt: skip
    return float(loss) / len(chosen), float(right)


def differences(left: keras.Model, right: dict[str, np.ndarray]) -> float:
    return max(np.abs(value - right[name]).max() for name, value in weights(left).items())


def test_steps_lower_the_cross_entropy_that_they_give(
    make: Callable[..., Made], rows: TokenRows
) -> None:
    _, step = make()

    losses = [train(step, rows, range(16), number=number)[0] for number in range(12)]

    assert losses[0] == pytest.approx(np.log(2), abs=0.5)
    assert losses[-1] < losses[0] / 2
    assert train(step, rows, range(16), number=12)[1] >= 14


def test_a_batch_that_is_to_wait_changes_no_weight(
    make: Callable[..., Made], rows: TokenRows
) -> None:
    network, step = make(replace(RECIPE, accumulation=2))
    before = weights(network)

    train(step, rows, range(8), updates=False)
    assert differences(network, before) == 0.0
    train(step, rows, range(8, 16), number=1)
    assert differences(network, before) > 1e-4


@pytest.mark.parametrize(
    "recipe",
    [
        RECIPE,
        replace(RECIPE, dropout=0.3),
        replace(RECIPE, averaging=0.9),
        replace(RECIPE, accumulation=2),
    ],
    ids=["plain", "dropout", "averaged", "accumulating"],
)
def test_a_step_that_is_taken_up_goes_on_as_if_it_had_never_ended(
    make: Callable[..., Made], rows: TokenRows, recipe: TrainConfig
) -> None:
    network, step = make(recipe)
    accumulates = recipe.accumulation > 1
    train(step, rows, range(8))
    train(step, rows, range(8), number=1, updates=not accumulates)
    kept = {name: value.copy() for name, value in step.state().items()}
    train(step, rows, range(8, 16), number=2)

    again, taken_up = make(recipe)
    taken_up.restore(kept)
    train(taken_up, rows, range(8, 16), number=2)

    assert differences(again, weights(network)) < 1e-6


def test_a_state_of_another_recipe_is_none_of_this_one(make: Callable[..., Made]) -> None:
    _, plain = make()
    _, averaging = make(replace(RECIPE, averaging=0.9))

    with pytest.raises(KeyError):
        averaging.restore(plain.state())


def test_the_average_takes_the_weights_place_only_in_its_block(
    make: Callable[..., Made], rows: TokenRows
) -> None:
    network, step = make(replace(RECIPE, averaging=0.9))
    for number in range(3):
        train(step, rows, range(16), number=number)
    latest = weights(network)

    with step.averaged():
        assert differences(network, latest) > 1e-4
    assert differences(network, latest) == 0.0

    with pytest.raises(KeyboardInterrupt), step.averaged():
        raise KeyboardInterrupt
    assert differences(network, latest) == 0.0


def test_without_an_average_the_block_changes_nothing(
    make: Callable[..., Made], rows: TokenRows
) -> None:
    network, step = make()
    train(step, rows, range(16))
    latest = weights(network)

    with step.averaged():
        assert differences(network, latest) == 0.0


def test_dropout_is_that_of_the_step_and_the_seed(
    make: Callable[..., Made], rows: TokenRows
) -> None:
    recipe = replace(RECIPE, dropout=0.5, accumulation=2)
    (_, step), (_, seeded) = make(recipe), make(replace(recipe, seed=4))

    losses = [  # All of the weights that the networks begin with.
        train(step, rows, range(16), number=number, updates=False)[0]
        for step, number in ((step, 0), (step, 0), (step, 1), (seeded, 0))
    ]

    assert losses[0] == losses[1]
    assert len(set(losses)) == 3


def test_alone_a_process_stops_when_it_wants_to(make: Callable[..., Made]) -> None:
    _, step = make()

    assert (step.agreed(True), step.agreed(False)) == (True, False)
