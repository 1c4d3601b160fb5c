"""The doctor over curves as real runs have them, sick and healthy."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.errors import TrainingDiverged
from core.evaluation.doctor.case import Case
from core.evaluation.doctor.doctor import Severity, diagnose, run_findings
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.jobs.status import JobState, JobStatus
from core.runs.config import PRESETS, TrainConfig
from core.runs.metrics import RESOURCES, STEP, VALIDATION, Measurements
from core.runs.result import RunResult

SHARE = 0.06
GUESS = -(SHARE * math.log(SHARE) + (1 - SHARE) * math.log(1 - SHARE))


def frozen(rows: int = 2000, share: float = SHARE, leaked: int = 0) -> FrozenRows:
    positives = round(rows * share)
    part = {"0": rows - positives, "1": positives}
    counts = {
        "train": {"0": 8 * part["0"], "1": 8 * part["1"]},
        "validation": part,
        "test": part,
    }
    return FrozenRows(counts, {"validation": leaked} if leaked else {}, {"validation": leaked // 2})


def measured(steps: dict[str, object], validations: dict[str, list[float]]) -> Measurements:
    def columns(table: dict[str, object]) -> dict[str, np.ndarray]:
        return {name: np.asarray(values, np.float64) for name, values in table.items()}

    return Measurements({STEP: columns(steps), VALIDATION: columns(validations), RESOURCES: {}})


def steps(loss: np.ndarray, *, total: int = 1000, **more: object) -> dict[str, object]:
    """Logged steps with the noise that means of a few batches of 32 have."""
    noise = np.random.default_rng(0).normal(scale=0.035, size=len(loss))
    at = np.linspace(total / len(loss), total, len(loss))
    return {"step": at, "loss": np.maximum(loss + noise, 0.001), **more}


def learned(points: int = 500, floor: float = 0.10) -> np.ndarray:
    """Training loss from 0.69 by way of guessing to `floor`."""
    x = np.linspace(0, 1, points)
    return floor + 0.59 * np.exp(-40 * x) + 0.06 * np.exp(-4 * x)


def validations(**columns: list[float]) -> dict[str, list[float]]:
    """A healthy run's validations, one half an epoch, but for what `columns` says."""
    healthy = {
        "step": [250.0, 500.0, 750.0, 1000.0],
        "epoch": [0.5, 1.0, 1.5, 2.0],
        "loss": [0.128, 0.112, 0.110, 0.113],
        "pr_auc": [0.55, 0.63, 0.651, 0.655],
        "roc_auc": [0.93, 0.95, 0.955, 0.956],
        "f1": [0.55, 0.62, 0.64, 0.64],
        "mcc": [0.52, 0.59, 0.61, 0.61],
        "accuracy": [0.945, 0.953, 0.955, 0.956],
        "accuracy_at_half": [0.948, 0.955, 0.956, 0.957],
        "majority": [1 - SHARE] * 4,
        "threshold": [0.22, 0.31, 0.35, 0.37],
    }
    count = min([len(values) for values in columns.values()] + [4])
    return {**{name: values[:count] for name, values in healthy.items()}, **columns}


def case(
    loss: np.ndarray | None = None,
    found: dict[str, list[float]] | None = None,
    *,
    state: JobState = JobState.FINISHED,
    message: str = "",
    config: TrainConfig | None = None,
    rows: FrozenRows | None = None,
    waits: object = None,
    kept: tuple[int, float, float] | None = (1000, 2.0, 0.37),
) -> Case:
    train = steps(learned() if loss is None else loss)
    if waits is not None:
        train["input_wait"] = waits
    result = None
    if kept is not None:
        result = RunResult(kept[0], kept[1], kept[2], {}, {}, 200.0, 600.0, "CPU")
    return Case(
        config=config or TrainConfig(),
        classes=("0", "1"),
        status=JobStatus(state, message, epochs=2, done=1000, total=1000),
        measured=measured(train, validations() if found is None else found),
        rows=rows or frozen(),
        result=result,
    )


def rules(case: Case) -> set[str]:
    return {finding.rule for finding in diagnose(case)}


GUESSING = validations(
    pr_auc=[0.061, 0.066, 0.064, 0.067],
    roc_auc=[0.50, 0.52, 0.51, 0.52],
    f1=[0.113, 0.115, 0.114, 0.115],
    mcc=[0.0, 0.02, 0.01, 0.02],
    accuracy=[0.06, 0.3, 0.2, 0.2],
    accuracy_at_half=[1 - SHARE] * 4,
    loss=[GUESS] * 4,
)


@pytest.mark.parametrize(
    "healthy",
    [
        case(),
        case(state=JobState.RUNNING, kept=None),
        case(state=JobState.STOPPED),
        case(state=JobState.DIED, message="The worker was killed."),
        # A hard data set: clearly above guessing, far from good.
        case(found=validations(pr_auc=[0.12] * 4, roc_auc=[0.66] * 4, mcc=[0.12] * 4)),
        # At a half it calls nothing positive yet, but it orders the rows well.
        case(found=validations(accuracy_at_half=[1 - SHARE] * 4)),
        # Validation loss wavers and comes back.
        case(found=validations(loss=[0.112, 0.121, 0.110, 0.113])),
        case(loss=learned(floor=0.02), config=replace(TrainConfig(), learning_rate=2e-5)),
        # Weights and smoothing change the loss's scale.
        case(loss=np.full(500, 0.69), config=replace(TrainConfig(), imbalance="class_weights")),
        case(waits=[0.04] * 500),
        case(rows=frozen(leaked=0)),
    ],
)
def test_a_healthy_run_gets_no_finding(healthy: Case) -> None:
    assert diagnose(healthy) == []


@pytest.mark.parametrize("seed", range(20))
def test_noise_alone_is_no_finding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss = np.maximum(learned() + rng.normal(scale=0.05, size=500), 0.001)

    assert diagnose(case(loss)) == []


def test_before_there_is_anything_nothing_is_found() -> None:
    nothing = replace(
        case(state=JobState.QUEUED, kept=None),
        measured=Measurements(),
        status=JobStatus(JobState.QUEUED),
    )

    assert diagnose(nothing) == []


def test_one_early_validation_of_a_run_under_way_is_not_judged() -> None:
    first = {name: values[:1] for name, values in GUESSING.items()}

    assert rules(case(found=first, state=JobState.RUNNING, kept=None)) == set()
    assert rules(case(found=GUESSING, state=JobState.RUNNING, kept=None)) == {"majority_only"}


def test_only_the_majority_class() -> None:
    finding = diagnose(case(found=GUESSING))[0]

    assert (finding.rule, finding.severity) == ("majority_only", Severity.PROBLEM)
    assert "'0', as 94.0% of them are" in finding.what
    assert "class weights" in finding.action


def test_no_better_than_guessing() -> None:
    some = {**GUESSING, "accuracy_at_half": [0.93, 0.935, 0.931, 0.932]}
    finding = diagnose(case(found=some))[0]

    assert finding.rule == "no_better"
    assert "PR-AUC 0.067, where guessing gets 0.060" in finding.what
    assert "accuracy 0.300, where always the majority gets 0.940" in finding.what


@pytest.mark.parametrize(
    ("kept", "severity", "said"),
    [((500, 1.0), Severity.NOTE, "save the time"), ((1000, 2.0), Severity.WARNING, "more dropout")],
)
def test_validation_loss_rising(kept: tuple[int, float], severity: Severity, said: str) -> None:
    rising = validations(loss=[0.130, 0.110, 0.123, 0.151])
    finding = diagnose(case(found=rising, kept=(*kept, 0.4)))[0]

    assert (finding.rule, finding.severity) == ("overfitting", severity)
    assert "since epoch 1.0, from 0.110 to 0.151" in finding.what
    assert f"Kept are the weights of epoch {kept[1]:.1f}, best by PR-AUC" in finding.what
    assert said in finding.action


def test_an_early_stop_is_told() -> None:
    config = replace(TrainConfig(), epochs=5, early_stop=2)
    rising = validations(loss=[0.130, 0.110, 0.123, 0.151])

    assert (
        "Early stop ended it after epoch 2.0" in diagnose(case(found=rising, config=config))[0].what
    )


@pytest.mark.parametrize(
    ("leaked", "severity"),
    [(2, Severity.NOTE), (40, Severity.WARNING), (300, Severity.PROBLEM)],
)
def test_texts_in_two_parts(leaked: int, severity: Severity) -> None:
    finding = diagnose(case(rows=frozen(leaked=leaked)))[0]

    assert (finding.rule, finding.severity) == ("leak", severity)
    assert f"{leaked} of the 2,000 validation texts ({leaked / 2000:.1%})" in finding.what
    assert f"{leaked // 2} of them letter by letter" in finding.what


def test_a_loss_that_is_thrown_back() -> None:
    loss = learned()
    loss[300:] = 0.24
    (finding,) = diagnose(case(loss))

    assert (finding.rule, finding.severity) == ("learning_rate", Severity.PROBLEM)
    assert "thrown back" in finding.what
    assert "lower learning rate, such as 2e-05" in finding.action


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (1e-3, "of 0.001 is too high"),
        (5e-5, "costs (0.227 nats): the learning rate of 5e-05 may be too high"),
        (1e-8, "of 1e-08 is too low"),
    ],
)
def test_a_rate_at_which_nothing_is_learned(rate: float, said: str) -> None:
    config = replace(TrainConfig(), learning_rate=rate)
    found = diagnose(case(np.full(500, GUESS), GUESSING, config=config))

    assert {finding.rule for finding in found} == {"majority_only", "learning_rate"}
    assert any(said in finding.what for finding in found)


def test_a_training_that_diverged() -> None:
    error = TrainingDiverged(
        "finite numbers", "a loss of nan at step 3", "train again with a lower learning rate"
    )
    failed = case(state=JobState.FAILED, message=str(error), kept=None)

    assert rules(failed) == {"learning_rate"}
    assert rules(case(state=JobState.FAILED, message="Memory ran out.", kept=None)) == set()


@pytest.mark.parametrize("threshold", [0.004, 0.991])
def test_a_threshold_at_the_edge(threshold: float) -> None:
    finding = diagnose(case(kept=(1000, 2.0, threshold)))[0]

    assert finding.rule == "threshold"
    assert f"{threshold:.3g}" in finding.what


def test_few_positives_in_validation() -> None:
    (finding,) = diagnose(case(rows=frozen(rows=400)))

    assert finding.rule == "few_rows"
    assert "Only 24 validation rows are '1'" in finding.what
    assert "by up to 20%" in finding.what


def test_waiting_for_rows() -> None:
    (finding,) = diagnose(case(waits=[0.3] * 500))

    assert finding.rule == "input_bound"
    assert "30% of its time" in finding.what
    assert rules(case(waits=[0.9] * 450 + [0.02] * 50)) == set()


def test_a_score_still_rising_at_the_end() -> None:
    rising = validations(pr_auc=[0.40, 0.50, 0.56, 0.61])
    (finding,) = diagnose(case(found=rising))

    assert (finding.rule, finding.severity) == ("still_rising", Severity.NOTE)
    assert "from 0.500 to 0.610" in finding.what
    assert rules(case(found=rising, state=JobState.RUNNING, kept=None)) == set()


def test_the_gravest_comes_first() -> None:
    found = diagnose(case(found=GUESSING, rows=frozen(leaked=2), waits=[0.5] * 500))

    assert [finding.severity for finding in found] == sorted(
        (finding.severity for finding in found), key=list(Severity).index
    )
    assert len(found) >= 3


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


def test_a_real_run_is_examined_from_its_folder(toy_workspace, toy_run) -> None:
    found = run_findings(toy_workspace, toy_run)

    # Its 80 validation rows hold 20 rude ones, and its steps are over before their rows are there.
    assert "few_rows" in {finding.rule for finding in found}
    assert not {"majority_only", "no_better", "leak", "learning_rate"} & {f.rule for f in found}
