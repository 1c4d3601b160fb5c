"""How long a run will take, worked out before it starts."""

from __future__ import annotations

from dataclasses import dataclass

_START_S = 10.0
"""TensorFlow, the encoder's weights and the first step, which compiles."""


@dataclass(frozen=True)
class Speed:
    """Rows a second in training and in scoring; `is_estimate` if scaled from another measurement.

    `seconds_a_step` is of one batch, `device` what it was measured on.
    """

    rows_per_s: float
    scoring_rows_per_s: float
    seconds_a_step: float
    device: str
    is_estimate: bool = False


def expected_seconds(
    speed: Speed,
    *,
    train_rows: int,
    validation_rows: int,
    test_rows: int,
    epochs: int,
    validations_per_epoch: int,
) -> float:
    """Seconds from the start of a run to its end, if it is not ended early.

    Args:
        speed: Measured or estimated on this machine.
        train_rows: Rows of the training part; each is seen once an epoch.
        validation_rows: Rows measured at every validation.
        test_rows: Rows measured once at the end.
        epochs: Epochs of the run.
        validations_per_epoch: Validations in each.
    """
    trained = train_rows * epochs / speed.rows_per_s
    measured = validation_rows * validations_per_epoch * epochs + test_rows
    return _START_S + trained + measured / speed.scoring_rows_per_s
