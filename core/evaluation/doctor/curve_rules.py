"""What the doctor sees in a run's curves and settings."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from core.data.splits.split import TRAIN
from core.evaluation.doctor.case import MIN_STEPS, Case
from core.evaluation.doctor.finding import Finding, Severity
from core.evaluation.doctor.skill import Skill, skill_of
from core.jobs.status import JobState
from core.runs.metrics import STEP, Values
from core.runs.metrics import VALIDATION as VALIDATIONS

RISE = 0.1
"""Validation loss that is a tenth above its lowest has risen by more than re-drawn rows explain:
on 2,000 rows its standard error is some 5 %, and the rows are the same each time."""
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
WAIT = 0.15
"""A step that waits this share of its time for rows could be an eighth faster without."""
MIN_WAITS = 10
GAIN = 0.01
"""A score that still rises by this much a validation has not levelled off."""
_WINDOWS = 10


def learning_rate(case: Case) -> Iterator[Finding]:
    """A learning rate at which training diverges, is thrown back or learns nothing."""
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
    elif case.judged and _learned_little(case):
        yield from _learned_nothing(case, f"{lower}, or a longer warm-up.")


def _learned_little(case: Case) -> bool:
    """Whether the validation rows say so, or training loss where they are too few to tell."""
    skill = skill_of(case)
    return skill is Skill.NONE or (skill is Skill.UNKNOWN and _stuck(case) is not None)


def _learned_nothing(case: Case, slower: str) -> Iterator[Finding]:
    """The learning rate as the cause of it."""
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


def overfitting(case: Case) -> Iterator[Finding]:
    """Validation loss that rises while training goes on."""
    losses, epochs = case.validations("loss"), case.validations("epoch")
    if len(losses) < 3 or not np.isfinite(losses).all() or skill_of(case) is Skill.UNKNOWN:
        return
    lowest = int(losses.argmin())
    since, rise = losses[lowest + 1 :], 1 + RISE * case.noise
    if len(since) < 2 or since.min() <= losses[lowest] or since[-1] < losses[lowest] * rise:
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


def threshold(case: Case) -> Iterator[Finding]:
    """A threshold at the edge of the scores."""
    if not case.binary or not case.judged or skill_of(case) is not Skill.SOME:
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


def input_bound(case: Case) -> Iterator[Finding]:
    """A training that waits for its rows."""
    waits = case.measured.column(STEP, "input_wait")[-MIN_STEPS:]
    waits = waits[np.isfinite(waits)]
    if len(waits) >= MIN_WAITS and waits.mean() > WAIT:
        yield Finding(
            "input_bound",
            Severity.WARNING,
            f"It waits {waits.mean():.0%} of its time for rows instead of computing.",
            "Close what else uses the processor or the disk, or choose larger batches.",
        )


def still_rising(case: Case) -> Iterator[Finding]:
    """A score that had not levelled off at the end."""
    column, name = case.score
    scores = case.validations(column)
    if not case.finished or len(scores) < 3 or skill_of(case) is not Skill.SOME:
        return
    gains = np.diff(scores[-3:])
    if (gains >= GAIN * case.noise).all() and scores[-1] == np.nanmax(scores):
        yield Finding(
            "still_rising",
            Severity.NOTE,
            f"{name} on validation rows was still rising at the end, from {scores[-3]:.3f} to"
            f" {scores[-1]:.3f} in the last two validations.",
            "More epochs may give a better model.",
        )


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
