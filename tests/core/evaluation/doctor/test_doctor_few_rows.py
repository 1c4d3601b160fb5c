"""The doctor over runs that were validated on a handful of rows."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.doctor.case import Case
from core.evaluation.doctor.doctor import Severity, diagnose
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.runs.config import TrainConfig
from core.runs.metrics import VALIDATION
from tests.core.evaluation.doctor.cases import case, rules, validations

HANDFULS = ((3, 5), (2, 5), (1, 5), (1, 2), (1, 60), (3, 6))


def handful(positives: int, rows: int = 5, **columns: list[float]) -> Case:
    """A run that was validated on a few rows only."""
    part = {"0": rows - positives, "1": positives}
    counts = {"train": {"0": 20, "1": 15}, "validation": part}
    base = positives / rows
    few = validations(
        pr_auc=[1.0] * 4, roc_auc=[1.0] * 4, accuracy=[max(base, 1 - base), 0.8, 0.8, 0.8],
        accuracy_at_half=[0.8] * 4, majority=[max(base, 1 - base)] * 4,
    )  # fmt: skip
    return case(found={**few, **columns}, rows=FrozenRows(counts, {}, {}))


@pytest.mark.parametrize(
    ("positives", "rows", "area"),
    [
        *((*few, area) for few in HANDFULS for area in (1.0, 0.75, 0.5, 0.2)),
        (2, 2_000, 0.75),
        (2, 2_000, 0.5),
        (5, 12, 0.6),
    ],
)
def test_a_handful_of_rows_cannot_tell_a_good_model_from_a_guesser(
    positives: int, rows: int, area: float
) -> None:
    (finding,) = diagnose(
        handful(positives, rows, roc_auc=[area] * 4, pr_auc=[max(area, positives / rows)] * 4)
    )

    assert (finding.rule, finding.severity) == ("few_rows", Severity.WARNING)
    assert f"{positives:,} of '1'" in finding.what
    assert "they cannot tell whether the run is better than guessing (PR-AUC" in finding.what
    assert "more" in finding.action


def test_of_a_handful_of_rows_curves_say_nothing_either() -> None:
    wild = {
        "loss": [0.130, 0.110, 0.223, 0.351],
        "pr_auc": [0.4, 0.6, 0.8, 1.0],
        "threshold": [0.001] * 4,
    }

    assert rules(replace(handful(3, **wild), result=None)) == {"few_rows"}


@pytest.mark.parametrize("rows", [5, 2_000])
def test_rows_of_one_class_cannot_tell(rows: int) -> None:
    nothing = [math.nan] * 4
    one_class = handful(0, rows, pr_auc=nothing, roc_auc=nothing)

    (finding,) = diagnose(one_class)

    assert finding.what.startswith(f"All {rows:,} validation rows are '0': they cannot tell")


def test_rows_enough_do_tell() -> None:
    ordered = handful(10, 20, roc_auc=[0.95] * 4, pr_auc=[0.95] * 4)
    guessed = handful(
        60, 120, roc_auc=[0.52] * 4, pr_auc=[0.52] * 4, accuracy_at_half=[0.51] * 4,
        accuracy=[0.51] * 4,
    )  # fmt: skip

    (finding,) = diagnose(ordered)
    assert finding.what.startswith("Only 10 validation rows are '0'")
    assert rules(guessed) == {"no_better"}


def test_a_rate_too_low_shows_in_the_training_rows_whatever_validates() -> None:
    config = replace(TrainConfig(), learning_rate=1e-8)
    guess = -(20 * math.log(20 / 35) + 15 * math.log(15 / 35)) / 35
    found = handful(3)
    stuck = replace(found, config=config, measured=case(np.full(500, guess)).measured)
    stuck = replace(
        stuck,
        measured=replace(
            stuck.measured,
            columns={**stuck.measured.columns, VALIDATION: found.measured.columns[VALIDATION]},
        ),
    )

    assert rules(stuck) == {"few_rows", "learning_rate"}


@pytest.mark.parametrize("accuracy", [0.4, 0.6])
def test_a_handful_of_rows_of_three_classes_cannot_tell(accuracy: float) -> None:
    three = replace(
        handful(0, accuracy=[accuracy] * 4, majority=[0.4] * 4, mcc=[accuracy - 0.4] * 4),
        classes=("a", "b", "c"),
        rows=FrozenRows({"validation": {"a": 2, "b": 2, "c": 1}}, {}, {}),
    )

    (finding,) = diagnose(three)

    assert finding.severity is Severity.WARNING
    assert "The 5 validation rows are too few: they cannot tell" in finding.what
    assert f"(accuracy {accuracy:.3f}, where always the majority gets 0.400)" in finding.what
