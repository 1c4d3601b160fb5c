"""What the doctor sees in a run's rows: leaks, too few of them, and nothing learned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.splits.split import TEST, VALIDATION
from core.evaluation.doctor.case import Case
from core.evaluation.doctor.finding import Finding, Severity
from core.evaluation.doctor.skill import Skill, only_majority, skill_of
from core.evaluation.doctor.small_samples import small_sample

LEAK_NOTED, LEAK_GRAVE = 0.005, 0.05
"""Shares of a part: below the first no metric moves by its standard error, from the second on
all of them do."""


def leaks(case: Case) -> Iterator[Finding]:
    """Texts to be judged by that are among those to learn from."""
    for part in (VALIDATION, TEST):
        leaked, rows = case.rows.leaked.get(part, 0), case.rows.size(part)
        if not leaked:
            continue
        share = leaked / rows
        severity = Severity.NOTE if share < LEAK_NOTED else Severity.WARNING
        yield Finding(
            "leak",
            Severity.PROBLEM if share >= LEAK_GRAVE else severity,
            f"{leaked:,} of the {rows:,} {part} texts ({share:.1%}) are among the texts it trains"
            f" on, {case.rows.leaked_exactly.get(part, 0):,} of them letter by letter: its scores"
            " are too good.",
            "Train on a split that keeps equal texts together, as all splits drawn here do.",
        )


def group_leaks(case: Case) -> Iterator[Finding]:
    """Rows to be judged by whose group, as people chose them, is among those to learn from."""
    if case.groups is None:
        return
    for part, shared in case.groups.rows.items():
        share = shared / case.groups.sizes[part]
        if shared:
            yield Finding(
                "group_leak",
                Severity.NOTE if share < LEAK_NOTED else Severity.WARNING,
                f"{shared:,} of the {case.groups.sizes[part]:,} {part} rows ({share:.1%}) have a"
                f" value in column {case.groups.column!r} that its train rows have, too: on rows of"
                " others it may do worse than its figures say.",
                f"Train on a split that keeps the groups of {case.groups.column!r} whole.",
            )


def no_skill(case: Case) -> Iterator[Finding]:
    """A run that is no better than guessing, as far as its rows can tell."""
    if not case.judged or skill_of(case) is not Skill.NONE:
        return
    if only_majority(case):
        name, share = case.rows.majority(VALIDATION)
        yield Finding(
            "majority_only",
            Severity.PROBLEM,
            f"It predicts only the majority class: it calls every validation row {name!r}, as"
            f" {share:.1%} of them are.",
            "Train longer or with another learning rate; if the other classes are rare, help them"
            " by class weights, focal loss or oversampling.",
        )
        return
    yield Finding(
        "no_better",
        Severity.PROBLEM,
        f"It is no better than guessing: {_beside_guessing(case)}.",
        "Check that the labels say what they should, then try another learning rate or train"
        " longer.",
    )


def few_rows(case: Case) -> Iterator[Finding]:
    """Validation rows too few to choose a model and a threshold by, or to tell it from guessing."""
    doubted = case.judged and skill_of(case) is Skill.UNKNOWN
    counts = case.class_counts(VALIDATION)
    found = small_sample(VALIDATION, counts, _beside_guessing(case) if doubted else "")
    if found is not None:
        yield found


def _beside_guessing(case: Case) -> str:
    """The best figures beside those of a guesser."""
    accuracy, majority = case.validations("accuracy").max(), case.validations("majority")[-1]
    found = f"accuracy {accuracy:.3f}, where always the majority gets {majority:.3f}"
    areas = case.validations("pr_auc")
    if not case.binary or not np.isfinite(areas).any():
        return found
    base = case.rows.share(VALIDATION, case.classes[1])
    return f"PR-AUC {np.nanmax(areas):.3f}, where guessing gets {base:.3f}; {found}"
