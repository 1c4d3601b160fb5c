"""What validation rows can tell of a run, from a handful of them to enough."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.doctor.case import Case
from core.evaluation.doctor.doctor import Severity, diagnose
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.evaluation.doctor.skill import (
    Skill,
    guessed_area_deviation,
    only_majority,
    skill_of,
)
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


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 4), (3, 4)])
def test_the_deviation_of_a_guessers_area_is_that_of_all_orders(first: int, second: int) -> None:
    rows = range(first + second)
    areas = [
        sum(low < high for high in positives for low in set(rows) - set(positives))
        / (first * second)
        for positives in itertools.combinations(rows, first)
    ]

    assert np.mean(areas) == pytest.approx(0.5)
    assert guessed_area_deviation(first, second) == pytest.approx(np.std(areas))


@pytest.mark.parametrize(
    ("rows", "area", "skill"),
    [
        (200, 0.58, Skill.NONE),
        (200, 0.59, Skill.SOME),
        (20, 0.53, Skill.NONE),  # Eight tenths would be beyond luck.
        (20, 0.54, Skill.UNKNOWN),
        (20, 0.76, Skill.UNKNOWN),
        (20, 0.77, Skill.SOME),
        (4, 1.0, Skill.UNKNOWN),
    ],
)
def test_an_area_is_skill_beyond_two_deviations_of_guessing(
    rows: int, area: float, skill: Skill
) -> None:
    assert skill_of(handful(rows // 2, rows, roc_auc=[0.4, area, 0.5, 0.45])) is skill


def test_before_there_are_figures_a_run_is_not_doubted() -> None:
    nothing = [math.nan] * 4

    assert skill_of(handful(10, 20, step=[])) is Skill.SOME
    assert skill_of(handful(10, 20, roc_auc=nothing)) is Skill.SOME


def of_three_classes(accuracy: float, mcc: float, rows: int = 100) -> Case:
    validation = {"a": rows // 2, "b": rows // 4, "c": rows // 4}
    return replace(
        handful(1, accuracy=[accuracy] * 4, majority=[0.5] * 4, mcc=[mcc] * 4),
        classes=("a", "b", "c"),
        rows=FrozenRows({"validation": validation}, {}, {}),
    )


@pytest.mark.parametrize(
    ("accuracy", "mcc", "skill"),
    [
        (0.61, 0.0, Skill.SOME),  # Above the majority's half by more than two deviations.
        (0.59, 0.0, Skill.NONE),
        (0.40, 0.21, Skill.SOME),  # Two deviations of a guesser's, whose MCC is 0.
        (0.40, 0.09, Skill.NONE),
    ],
)
def test_of_many_classes_accuracy_or_mcc_shows_skill(
    accuracy: float, mcc: float, skill: Skill
) -> None:
    assert skill_of(of_three_classes(accuracy, mcc)) is skill


def test_many_classes_are_one_answer_only_where_nothing_else_is_said() -> None:
    assert only_majority(of_three_classes(0.5, 0.0))
    assert not only_majority(of_three_classes(0.5, 0.2))
    assert not only_majority(of_three_classes(0.45, 0.0))
