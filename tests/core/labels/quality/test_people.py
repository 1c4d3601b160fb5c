import numpy as np
import pytest

from core.labels.quality.people import NO_DRIFT, annotators
from tests.label_frames import frame, label


def test_pace_leaves_pauses_out() -> None:
    at_s = [0, 4, 8, 100, 110, 120]
    actions = ["label", "label", "skip", "label", "flag", "label"]
    spent_ms = [3_000, 5_000, 100, 90_000, 100, None]
    events = [
        label(row, "1" if action == "label" else None, action=action, at_ms=1_000 * at, spent_ms=ms)
        for row, (at, action, ms) in enumerate(zip(at_s, actions, spent_ms, strict=True))
    ]

    (person,) = annotators(frame(events))

    assert (person.name, person.labels, person.skips, person.flags) == ("ann", 4, 1, 1)
    assert person.seconds == 4.0
    # Two labels end gaps at work: 4, 4, 10 and 10 s.
    assert person.labels_per_hour == pytest.approx(2 / 28 * 3_600)
    assert person.last_at_ms == 120_000


def test_shares_are_of_own_last_answers() -> None:
    events = [label(1, "0"), label(1, "1"), label(2, "0"), label(2, "1", queue="audit")]
    events += [label(3, "1", queue="bulk"), label(4, "1", "bob", queue="import")]
    events += [label(5, "1", "cat", queue="adjudication")]

    ann, cat = annotators(frame(events), positive="1")

    assert ann.shares == {"0": 0.5, "1": 0.5}
    assert (ann.labels, cat.labels, cat.shares) == (2, 0, {})
    assert np.isnan([ann.seconds, cat.seconds]).all()
    assert ann.share_drift == ann.seconds_drift == NO_DRIFT
    assert annotators(frame([])) == []


def test_who_becomes_faster_and_stricter_drifts() -> None:
    rng = np.random.default_rng(0)
    rows = 300
    seconds = np.linspace(6, 2, rows) + rng.normal(0, 0.5, rows)
    hits = rng.random(rows) < np.linspace(0.1, 0.6, rows)
    events = [
        label(row, str(int(hit)), at_ms=5_000 * row, spent_ms=int(1_000 * time))
        for row, (hit, time) in enumerate(zip(hits, seconds, strict=True))
    ]

    (person,) = annotators(frame(events), positive="1")

    drift = person.seconds_drift
    assert drift.first == pytest.approx(np.median(seconds[:100]), abs=0.01)
    assert drift.last == pytest.approx(np.median(seconds[200:]), abs=0.01)
    assert drift.change.value == pytest.approx(drift.last - drift.first)
    assert drift.sure
    assert drift.change.high < 0
    assert person.share_drift.sure
    assert person.share_drift.change.low > 0
    assert annotators(frame(events))[0].share_drift == NO_DRIFT


def test_intervals_of_drift_hold_the_truth() -> None:
    tries, held = 200, {"seconds": 0, "share": 0}
    for seed in range(tries):
        rng = np.random.default_rng(seed)
        events = [
            label(row, str(int(rng.random() < 0.2)), spent_ms=int(rng.lognormal(1, 0.6) * 1_000))
            for row in range(75)
        ]
        (person,) = annotators(frame(events), positive="1")
        held["seconds"] += not person.seconds_drift.sure
        held["share"] += not person.share_drift.sure
    assert min(held.values()) / tries > 0.9
    assert held["share"] < tries
