from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest

from core.errors import BadInput, Cancelled, TrainingDiverged
from tests import toy
from tests.core.model.trainings import RECIPE, Trained, Watcher, weights


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


def test_a_validation_can_end_training(run_training: Callable[..., Trained]) -> None:
    trained = run_training(rows=toy.make_rows(200), watcher=Watcher(end_at=13))

    assert trained.to_end
    assert trained.watcher.validations[-1] == (13, 1.0)
    assert trained.watcher.progress[-1].step == 13


@pytest.mark.slow
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


@pytest.mark.slow
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
