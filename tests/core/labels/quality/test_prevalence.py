from dataclasses import dataclass

import numpy as np
import pytest

from core.labels.quality.prevalence import RandomPart, Stratum, random_part

ROWS, SHARE = 2_000, 0.2


@dataclass(frozen=True)
class Sitting:
    """What labelling has left behind, and the truth."""

    truth: np.ndarray
    order: np.ndarray
    class_ids: np.ndarray
    passed: np.ndarray
    assigned: np.ndarray

    @property
    def part(self) -> RandomPart:
        return random_part(self.order, self.class_ids, self.passed, self.assigned, positive=1)


def sitting(seed: int, *, labels: int = 700, skips: float = 0.0) -> Sitting:
    """Somebody labels 50 rows at random, then three likely positives for every two random rows."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(ROWS) < SHARE).astype(np.int64)
    likely = np.argsort(-(truth + rng.normal(0, 0.7, ROWS)))
    order = rng.permutation(ROWS)
    skipped = rng.random(ROWS) < skips
    done = np.zeros(ROWS, bool)
    streams = {True: iter(order.tolist()), False: iter(likely.tolist())}
    assigned = []
    for turn in range(labels):
        at_random = turn < 50 or turn % 5 < 2
        row = next(row for row in streams[at_random] if not done[row])
        done[row] = True
        if at_random:
            assigned.append(row)
    class_ids = np.where(done & ~skipped, truth, -1)
    return Sitting(truth, order, class_ids, done & skipped, np.sort(assigned))


def test_the_share_is_right_on_average_and_its_interval_honest_while_likely_rows_are_sought() -> (
    None
):
    sittings = [sitting(seed) for seed in range(700)]

    shares = [one.part.prevalence for one in sittings]
    truths = np.array([one.truth.mean() for one in sittings])
    values = np.array([share.value for share in shares])
    held = [s.low <= true <= s.high for s, true in zip(shares, truths, strict=True)]
    naive = np.array([one.class_ids[one.class_ids >= 0].mean() for one in sittings])
    alone = np.array([one.truth[one.assigned].mean() for one in sittings])
    assert abs(values.mean() / truths.mean() - 1) < 0.02
    assert np.mean(held) >= 0.93
    # All that was labelled, or what the random stream served alone, would be far off.
    assert naive.mean() / truths.mean() > 1.8
    assert alone.mean() / truths.mean() < 0.9
    # Rows that another stream came upon first make the sample larger than what was served.
    assert np.mean([one.part.rows / len(one.assigned) for one in sittings]) > 1.05


def test_skipped_rows_are_counted_and_change_the_share_no_way() -> None:
    parts = [sitting(seed, skips=0.2).part for seed in range(300)]

    assert np.mean([part.skipped / part.rows for part in parts]) == pytest.approx(0.2, abs=0.01)
    values = [part.prevalence.value for part in parts]
    assert np.mean(values) == pytest.approx(SHARE, rel=0.03)


def part(class_ids: list[int], assigned: list[int], passed: tuple[int, ...] = ()) -> RandomPart:
    """Of rows whose random order is that of their numbers."""
    skipped = np.zeros(len(class_ids), bool)
    skipped[list(passed)] = True
    order = np.arange(len(class_ids))
    return random_part(
        order, np.array(class_ids), skipped, np.array(assigned, np.int64), positive=1
    )


def test_what_is_on_the_screens_of_people_who_left_changes_the_share_no_way() -> None:
    values = []
    for seed in range(300):
        one = sitting(seed)
        gone = np.random.default_rng(seed).permutation(one.assigned)[:40]
        class_ids = one.class_ids.copy()
        class_ids[gone] = -1
        kept = np.setdiff1d(one.assigned, gone)
        values.append(
            random_part(one.order, class_ids, one.passed, kept, positive=1).prevalence.value
        )

    assert np.mean(values) == pytest.approx(SHARE, rel=0.03)


def test_without_labels_nothing_is_known() -> None:
    nothing = part([-1, -1, -1], [])

    assert (nothing.rows, nothing.labelled) == (0, 0)
    assert np.isnan([nothing.prevalence.value, nothing.prevalence.low]).all()
    assert part([], []).rows == 0
    only_skips = part([-1, -1, -1, -1], [0, 1, 2], passed=(0, 1, 2))
    assert (only_skips.skipped, np.isnan(only_skips.prevalence.value)) == (2, True)


def test_where_all_is_labelled_all_counts() -> None:
    everything = part([1, 0, 0, 1, 1], [0, 4])

    assert (everything.asked, everything.others) == (Stratum(2, 2, 2), Stratum(3, 3, 1))
    assert everything.prevalence.value == 0.6


def test_the_sample_ends_before_the_last_row_that_the_random_stream_asked_about() -> None:
    # Row 1 came from another stream; row 3 is the last; row 5 lies behind it.
    found = part([0, 1, 1, 1, -1, 1], [0, 2, 3])

    assert (found.asked, found.others) == (Stratum(2, 2, 1), Stratum(1, 1, 1))
    assert part([1, 1, -1], []).rows == 0


def test_a_row_that_nobody_has_answered_counts_as_the_random_stream_s() -> None:
    found = part([0, -1, 1, 1, 1, -1], [0, 3, 4])

    assert (found.asked, found.others) == (Stratum(3, 2, 1), Stratum(1, 1, 1))
    assert found.prevalence.value == (3 * 1 / 2 + 1) / 4


def test_a_label_of_another_class_is_no_positive() -> None:
    assert part([2, 1, 0], [0, 1, 2]).asked == Stratum(3, 3, 1)


def test_none_or_all_positive_is_no_certainty() -> None:
    none, all_ = (
        RandomPart(Stratum(50, 50, hits), Stratum(0, 0, 0), 0).prevalence for hits in (0, 50)
    )

    assert (none.value, none.low) == (0.0, 0.0)
    assert 0.02 < none.high < 0.08
    assert (all_.value, all_.high) == (1.0, 1.0)
    assert 0.92 < all_.low < 0.98
