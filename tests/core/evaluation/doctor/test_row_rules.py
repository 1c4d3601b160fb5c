"""Rows that leak, are too few, or of which nothing was learned."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.data.splits.group_leaks import GroupLeak
from core.evaluation.doctor.case import Case
from core.evaluation.doctor.doctor import diagnose
from core.evaluation.doctor.finding import Severity
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.evaluation.doctor.row_rules import group_leaks, leaks, no_skill
from core.jobs.status import JobState, JobStatus
from core.runs.config import PRESETS
from tests.core.evaluation.doctor.cases import (
    GUESSING,
    case,
    frozen,
    measured,
    rules,
    steps,
)


def test_only_the_majority_class() -> None:
    finding = diagnose(case(found=GUESSING))[0]

    assert (finding.rule, finding.severity) == ("majority_only", Severity.PROBLEM)
    assert "'0', as 94.0% of them are" in finding.what
    assert "class weights" in finding.action


def test_without_an_area_the_figures_beside_a_guessers_are_accuracies() -> None:
    nothing = {**GUESSING, "pr_auc": [math.nan] * 4, "accuracy_at_half": [0.93] * 4}

    (finding,) = no_skill(case(found=nothing))

    assert finding.what == (
        "It is no better than guessing: accuracy 0.300, where always the majority gets 0.940."
    )


def test_no_better_than_guessing() -> None:
    some = {**GUESSING, "accuracy_at_half": [0.93, 0.935, 0.931, 0.932]}
    finding = diagnose(case(found=some))[0]

    assert finding.rule == "no_better"
    assert "PR-AUC 0.067, where guessing gets 0.060" in finding.what
    assert "accuracy 0.300, where always the majority gets 0.940" in finding.what


@pytest.mark.parametrize(
    ("leaked", "severity"),
    [(2, Severity.NOTE), (40, Severity.WARNING), (300, Severity.PROBLEM)],
)
def test_texts_in_two_parts(leaked: int, severity: Severity) -> None:
    finding = diagnose(case(rows=frozen(leaked=leaked)))[0]

    assert (finding.rule, finding.severity) == ("leak", severity)
    assert f"{leaked} of the 2,000 validation texts ({leaked / 2000:.1%})" in finding.what
    assert f"{leaked // 2} of them letter by letter" in finding.what


def test_each_part_is_told_of_its_own_leaks() -> None:
    part = {"0": 90, "1": 10}
    rows = FrozenRows(
        {"train": part, "validation": part, "test": part}, {"validation": 1, "test": 5}, {"test": 2}
    )

    first, second = leaks(case(rows=rows))

    assert first.what.startswith("1 of the 100 validation texts (1.0%) are among")
    assert "0 of them letter by letter" in first.what
    assert second.what.startswith("5 of the 100 test texts (5.0%) are among")
    assert (first.severity, second.severity) == (Severity.WARNING, Severity.PROBLEM)


def test_few_positives_in_validation() -> None:
    (finding,) = diagnose(case(rows=frozen(rows=400)))

    assert finding.rule == "few_rows"
    assert "Only 24 validation rows are '1'" in finding.what
    assert "by up to 20%" in finding.what


def many(accuracy: float, mcc: float, *, rows_of_class: int = 13) -> Case:
    names = tuple(f"class {number}" for number in range(77))
    part = dict.fromkeys(names, rows_of_class)
    validation = {
        "step": [500.0, 1000.0],
        "epoch": [1.0, 2.0],
        "loss": [2.0, 1.0],
        "f1": [accuracy / 2, accuracy],
        "mcc": [mcc / 2, mcc],
        "accuracy": [accuracy / 2, accuracy],
        "accuracy_at_half": [accuracy / 2, accuracy],
        "majority": [1 / 77] * 2,
        "threshold": [0.5] * 2,
    }
    loss = 0.4 + 4 * np.exp(-5 * np.linspace(0, 1, 500))
    return Case(
        config=PRESETS["fast"],
        classes=names,
        status=JobStatus(JobState.FINISHED, epochs=2, done=1000, total=1000),
        measured=measured(steps(loss), validation),
        rows=FrozenRows({"train": part, "validation": part}, {}, {}),
    )


def test_many_classes() -> None:
    assert rules(many(0.89, 0.88)) == set()
    assert rules(many(1 / 77, 0.0)) == {"majority_only"}
    assert rules(many(0.015, 0.003)) == {"no_better"}
    assert rules(many(0.89, 0.88, rows_of_class=4)) == {"few_rows"}


def test_groups_in_two_parts_are_said_where_groups_were_chosen() -> None:
    sizes = {"validation": 2_000, "test": 2_000}
    shared = GroupLeak("*author*", {"validation": 1_500, "test": 2}, sizes)

    first, second = group_leaks(replace(case(), groups=shared))

    assert (first.rule, first.severity) == ("group_leak", Severity.WARNING)
    assert first.what.startswith(
        "1,500 of the 2,000 validation rows (75.0%) have a value in column '*author*' that its"
    )
    assert second.severity is Severity.NOTE
    none = GroupLeak("author", {"validation": 0}, {"validation": 10})
    assert not list(group_leaks(replace(case(), groups=none)))
    assert not list(group_leaks(case()))
