import pytest

from core.training.forecast.forecast import Speed, expected_seconds

SPEED = Speed(rows_per_s=50.0, scoring_rows_per_s=200.0, seconds_a_step=0.64, device="CPU")


def test_a_run_takes_its_training_its_validations_and_its_test() -> None:
    seconds = expected_seconds(
        SPEED,
        train_rows=1000,
        validation_rows=100,
        test_rows=300,
        epochs=3,
        validations_per_epoch=2,
    )

    start = 10
    assert seconds == pytest.approx(start + 3 * 1000 / 50 + (3 * 2 * 100 + 300) / 200)
