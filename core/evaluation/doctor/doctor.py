"""The run doctor: looks at a run's curves, rows and settings, and says in words what is wrong.

Each rule is one function; its thresholds stand at the top with their reasons. A healthy run gets
no finding, and so does one that is too young for a rule to judge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.data.splits.split import TEST, TRAIN, VALIDATION
from core.evaluation.doctor.case import MIN_STEPS, Case
from core.evaluation.doctor.frozen_rows import FrozenRows, frozen_rows
from core.jobs.status import JobState, JobStatus, read_status
from core.runs.metrics import STEP, Measurements, MetricsReader, Values
from core.runs.metrics import VALIDATION as VALIDATIONS
from core.runs.run import Run, read_result
from core.workspace import Workspace

CHANCE_DEVIATIONS = 2.0
"""ROC-AUC within so many standard deviations of 0.5 is what 98 of 100 guessers stay below."""
CHANCE_MCC = 0.1
"""With several classes, an MCC below this is no use even where luck does not explain it."""
RISE = 0.1
"""Validation loss that is a tenth above its lowest has risen by more than re-drawn rows explain:
on 2,000 rows its standard error is some 5 %, and the rows are the same each time."""
LEAK_NOTED, LEAK_GRAVE = 0.005, 0.05
"""Shares of a part: below the first no metric moves by its standard error, from the second on
all of them do."""
USUAL_RATES = (1e-6, 1e-4)
"""BERTs are fine-tuned with 2e-5 to 5e-5 (Devlin et al., 2019), small ones with a little more."""
STUCK = 0.98
"""A loss within 2 % of what guessing by class shares costs has learned nothing but these."""
JUMP = 0.5
"""Training loss that has given back half of what it had gained was thrown back, not noisy."""
JUMP_ERRORS = 3.0
"""So many standard errors a difference of two means needs to be one."""
EDGE = 0.02
"""A threshold so near 0 or 1 splits scores that differ in their second digit at most."""
MIN_POSITIVES = 50
"""Shares of 50 rows are uncertain by 14 points (95 %): more than runs differ by."""
MIN_CLASS_ROWS = 5
"""A class measured on fewer rows moves the mean of the classes by chance."""
WAIT = 0.15
"""A step that waits this share of its time for rows could be an eighth faster without."""
MIN_WAITS = 10
GAIN = 0.01
"""A score that still rises by this much a validation has not levelled off."""
_WINDOWS = 10


class Severity(str, Enum):
    """How much a finding matters: it spoils the result, may mislead, or is good to know."""

    PROBLEM = "problem"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What a rule found, and what to do about it, each in a sentence or two."""

    rule: str
    severity: Severity
    what: str
    action: str


def run_findings(
    workspace: Workspace,
    run: Run,
    *,
    measured: Measurements | None = None,
    rows: FrozenRows | None = None,
    status: JobStatus | None = None,
) -> list[Finding]:
    """What the doctor finds in a run, the gravest first; see `diagnose`.

    Args:
        workspace: Where the run is.
        run: Active or ended.
        measured: Its metrics, where they have been read before.
        rows: Facts about its rows, which never change, where they have been found before.
        status: Its present state, where it is known.

    Raises:
        FileNotFoundError: the run has been deleted.
    """
    paths = workspace.run(run.id)
    return diagnose(
        Case(
            config=run.config,
            classes=run.classes,
            status=status or read_status(paths),
            measured=measured or MetricsReader(paths.metrics).read(),
            rows=rows or frozen_rows(paths.examples),
            result=read_result(workspace, run),
        )
    )


def diagnose(case: Case) -> list[Finding]:
    """Apply every rule; the gravest findings first, none for a healthy run."""
    found = [finding for rule in _RULES for finding in rule(case)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _leaks(case: Case) -> Iterator[Finding]:
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


def _no_skill(case: Case) -> Iterator[Finding]:
    if not case.judged or not _is_chance(case):
        return
    if _only_majority(case):
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
    accuracy, majority = case.validations("accuracy").max(), case.validations("majority")[-1]
    found = f"accuracy {accuracy:.3f}, where always the majority gets {majority:.3f}"
    if case.binary:
        base = case.rows.share(VALIDATION, case.classes[1])
        best = np.nanmax(case.validations("pr_auc"))
        found = f"PR-AUC {best:.3f}, where guessing gets {base:.3f}; {found}"
    yield Finding(
        "no_better",
        Severity.PROBLEM,
        f"It is no better than guessing: {found}.",
        "Check that the labels say what they should, then try another learning rate or train"
        " longer.",
    )


def _learning_rate(case: Case) -> Iterator[Finding]:
    rate = case.config.learning_rate
    lower = f"Train again with a lower learning rate, such as {min(rate / 3, 5e-5):.0e}"
    if case.status.state is JobState.FAILED and "learning rate" in case.status.message:
        what = f"The training diverged: a learning rate of {rate:g} is too high."
        yield Finding("learning_rate", Severity.PROBLEM, what, f"{lower}, or a longer warm-up.")
    elif (jump := _jump(case)) is not None:
        yield Finding(
            "learning_rate",
            Severity.PROBLEM,
            f"Training loss was thrown back from {jump[0]:.3f} to {jump[1]:.3f}: the learning rate"
            f" of {rate:g} is too high.",
            f"{lower}, or a longer warm-up.",
        )
    elif case.judged and _is_chance(case):
        yield from _learned_nothing(case, f"{lower}, or a longer warm-up.")


def _learned_nothing(case: Case, slower: str) -> Iterator[Finding]:
    """The learning rate as the cause of what `_no_skill` finds."""
    rate, (low, high) = case.config.learning_rate, USUAL_RATES
    if rate < low:
        what = f"It has learned nothing: a learning rate of {rate:g} is too low."
        yield Finding("learning_rate", Severity.PROBLEM, what, "Train again with 2e-5 to 5e-5.")
    elif rate > high:
        what = f"It has learned nothing: a learning rate of {rate:g} is too high."
        yield Finding("learning_rate", Severity.PROBLEM, what, slower)
    elif (guess := _stuck(case)) is not None:
        yield Finding(
            "learning_rate",
            Severity.WARNING,
            f"Since the warm-up, training loss has stayed at what guessing by class shares costs"
            f" ({guess:.3f} nats): the learning rate of {rate:g} may be too high for this encoder.",
            slower,
        )


def _overfitting(case: Case) -> Iterator[Finding]:
    losses, epochs = case.validations("loss"), case.validations("epoch")
    if len(losses) < 3 or not np.isfinite(losses).all():
        return
    lowest = int(losses.argmin())
    since = losses[lowest + 1 :]
    if len(since) < 2 or since.min() <= losses[lowest] or since[-1] < losses[lowest] * (1 + RISE):
        return
    what = (
        f"Validation loss has risen since epoch {epochs[lowest]:.1f}, from {losses[lowest]:.3f} to"
        f" {losses[-1]:.3f}: it overfits the training rows."
    )
    config, severity = case.config, Severity.WARNING
    if case.finished and config.early_stop and epochs[-1] < config.epochs:
        what += f" Early stop ended it after epoch {epochs[-1]:.1f}."
    if case.result is not None:
        name = case.score[1]
        what += f" Kept are the weights of epoch {case.result.best_epoch:.1f}, best by {name}."
        if case.result.best_step <= case.validations("step")[lowest]:
            severity = Severity.NOTE  # What it did later is thrown away.
    action = "Fewer epochs or an early stop would save the time."
    if severity is Severity.WARNING:
        action = "Train fewer epochs, stop early, or use more dropout or more rows."
    yield Finding("overfitting", severity, what, action)


def _threshold(case: Case) -> Iterator[Finding]:
    if not case.binary or not case.judged or _is_chance(case):
        return
    threshold = case.measured.last(VALIDATIONS, "threshold")
    if case.result is not None:
        threshold = case.result.threshold
    if min(threshold, 1 - threshold) < EDGE:
        yield Finding(
            "threshold",
            Severity.WARNING,
            f"The threshold of {threshold:.3g} lies at the edge: scores crowd there, and a small"
            " change turns many predictions.",
            "Train fewer epochs or with label smoothing, so that scores spread; choose by the"
            " order of scores, not by predicted labels.",
        )


def _few_rows(case: Case) -> Iterator[Finding]:
    counts = {name: case.rows.counts.get(VALIDATION, {}).get(name, 0) for name in case.classes}
    if case.binary:
        rarer = min(counts, key=lambda name: counts[name])
        if counts[rarer] < MIN_POSITIVES:
            spread = 1.96 * math.sqrt(0.25 / max(counts[rarer], 1))
            yield Finding(
                "few_rows",
                Severity.WARNING,
                f"Only {counts[rarer]:,} validation rows are {rarer!r}: recall, F1 and the"
                f" threshold are uncertain by up to {spread:.0%} of their range.",
                "Give more rows to validation, or label more of that class.",
            )
        return
    few = [name for name, count in counts.items() if count < MIN_CLASS_ROWS]
    if few:
        yield Finding(
            "few_rows",
            Severity.NOTE,
            f"{len(few):,} of {len(counts):,} classes have fewer than {MIN_CLASS_ROWS} validation"
            f" rows, such as {few[0]!r}: F1, the mean of the classes, moves by chance.",
            "Give more rows to validation, or label more of these classes.",
        )


def _input_bound(case: Case) -> Iterator[Finding]:
    waits = case.measured.column(STEP, "input_wait")[-MIN_STEPS:]
    waits = waits[np.isfinite(waits)]
    if len(waits) >= MIN_WAITS and waits.mean() > WAIT:
        yield Finding(
            "input_bound",
            Severity.WARNING,
            f"It waits {waits.mean():.0%} of its time for rows instead of computing.",
            "Close what else uses the processor or the disk, or choose larger batches.",
        )


def _still_rising(case: Case) -> Iterator[Finding]:
    column, name = case.score
    scores = case.validations(column)
    if not case.finished or len(scores) < 3 or _is_chance(case):
        return
    gains = np.diff(scores[-3:])
    if (gains >= GAIN).all() and scores[-1] == np.nanmax(scores):
        yield Finding(
            "still_rising",
            Severity.NOTE,
            f"{name} on validation rows was still rising at the end, from {scores[-3]:.3f} to"
            f" {scores[-1]:.3f} in the last two validations.",
            "More epochs may give a better model.",
        )


_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    _leaks,
    _no_skill,
    _learning_rate,
    _overfitting,
    _threshold,
    _few_rows,
    _input_bound,
    _still_rising,
)


def _is_chance(case: Case) -> bool:
    """Whether no validation was better than guessing, as far as its rows can tell."""
    if case.binary:
        areas = case.validations("roc_auc")
        counts = [case.rows.counts.get(VALIDATION, {}).get(name, 0) for name in case.classes]
        if not min(counts) or not np.isfinite(areas).any():
            return False
        # The rank-sum statistic's deviation: Mann and Whitney (1947).
        deviation = math.sqrt((sum(counts) + 1) / (12 * counts[0] * counts[1]))
        return bool(np.nanmax(areas) <= 0.5 + CHANCE_DEVIATIONS * deviation)
    accuracy, majority = case.validations("accuracy"), case.validations("majority")
    if not len(accuracy):
        return False
    share = float(majority[-1])
    deviation = math.sqrt(share * (1 - share) / max(case.rows.size(VALIDATION), 1))
    lucky = accuracy.max() <= share + CHANCE_DEVIATIONS * deviation
    return bool(lucky and case.validations("mcc").max() < CHANCE_MCC)


def _only_majority(case: Case) -> bool:
    """Whether the newest answers are all of one class, the commonest."""
    column = "accuracy_at_half" if case.binary else "accuracy"
    same = math.isclose(
        case.measured.last(VALIDATIONS, column), case.measured.last(VALIDATIONS, "majority")
    )
    return same and (case.binary or case.measured.last(VALIDATIONS, "mcc") == 0.0)


def _after_warmup(case: Case) -> Values:
    """Training losses since the learning rate reached its full height."""
    steps, losses = case.measured.column(STEP, "step"), case.measured.column(STEP, "loss")
    return losses[steps >= case.status.total * case.config.warmup]


def _jump(case: Case) -> tuple[float, float] | None:
    """From where to where training loss was thrown back and stayed; None if it was not."""
    losses = _after_warmup(case)
    if len(losses) < _WINDOWS * 4 or not np.isfinite(losses).all():
        return None
    windows = np.array_split(losses, _WINDOWS)
    means = np.array([window.mean() for window in windows])
    errors = np.array([window.std(ddof=1) / math.sqrt(len(window)) for window in windows])
    lowest = int(means[:-1].argmin())
    rise, gained = means[-1] - means[lowest], means[: lowest + 1].max() - means[lowest]
    certain = rise > JUMP_ERRORS * math.hypot(errors[-1], errors[lowest])
    # Where it had gained nothing, the height of the loss itself is the measure.
    return (
        (float(means[lowest]), float(means[-1]))
        if certain and rise > JUMP * max(gained, means[lowest])
        else None
    )


def _stuck(case: Case) -> float | None:
    """The loss of guessing by class shares, if training stays there; None if it does not.

    Only the plain loss can be compared: weights, focal loss and smoothing change its scale.
    """
    losses = _after_warmup(case)
    plain = case.config.imbalance == "none" and case.config.label_smoothing == 0
    counts = np.array(list(case.rows.counts.get(TRAIN, {}).values()), np.float64)
    if not plain or len(losses) < _WINDOWS * 4 or not counts.sum():
        return None
    shares = counts[counts > 0] / counts.sum()
    guess = float(-(shares * np.log(shares)).sum())
    return guess if losses[-len(losses) // 3 :].mean() >= STUCK * guess else None
