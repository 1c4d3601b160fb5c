import numpy as np

from core.labels.suspects.suspects import (
    COPY,
    NO_COPY,
    REASON,
    SUGGESTION,
    SURE,
    Reason,
    label_quality,
    outvoted_copies,
    suspect_table,
)


def flipped_world(rows: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels of which each twentieth is wrong, sure probabilities, and which are wrong."""
    truth = np.arange(rows) % 3 == 0
    wrong = np.arange(rows) % 20 == 7
    noise = np.random.default_rng(0).normal(0, 0.03, rows)
    positive = np.clip(np.where(truth, 0.9, 0.1) + noise, 0.01, 0.99)
    probabilities = np.column_stack([1 - positive, positive]).astype(np.float32)
    return (truth ^ wrong).astype(np.int64), probabilities, wrong


def test_labels_that_a_sure_classifier_doubts_come_first() -> None:
    class_ids, probabilities, wrong = flipped_world()
    numbers = np.arange(1_000, 1_600)

    found = suspect_table(numbers, class_ids, probabilities, np.arange(600))

    # Confident learning lists as many as it takes for wrong, which may be fewer than there are.
    assert set(found["row"]) <= set(numbers[wrong])
    assert len(found) >= wrong.sum() / 2
    assert (found[SUGGESTION] == 1 - found["label"]).all()
    assert (found[SURE] > 0.7).all()
    assert (found[REASON] == Reason.LEARNING.value).all()
    assert (found[COPY] == NO_COPY).all()
    assert found["quality"].is_monotonic_increasing


def test_quality_is_the_probability_of_the_label() -> None:
    class_ids, probabilities, _ = flipped_world(9)

    quality = label_quality(class_ids, probabilities)

    np.testing.assert_allclose(quality, probabilities[np.arange(9), class_ids], atol=1e-6)


def test_a_copy_that_is_outvoted_is_a_suspect_beside_its_witness() -> None:
    class_ids = np.array([0, 0, 1, 0, 1, 1])
    probabilities = np.full((6, 2), 0.5, np.float32)
    groups = np.array([7, 7, 7, 8, 9, 9])

    found = outvoted_copies(class_ids, probabilities, groups)

    assert found.tolist() == [NO_COPY, NO_COPY, 0, NO_COPY, NO_COPY, NO_COPY]


def test_of_two_copies_that_disagree_the_less_likely_is_the_suspect() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2]], np.float32)

    found = outvoted_copies(np.array([0, 1]), probabilities, np.array([4, 4]))

    assert found.tolist() == [NO_COPY, 0]


def test_a_near_copy_is_named_as_the_reason_with_its_row() -> None:
    class_ids, probabilities, _ = flipped_world(30)
    probabilities[:] = [0.6, 0.4]
    class_ids[:] = 0
    class_ids[[2, 5]] = 1
    groups = np.arange(30)
    groups[[1, 2]] = 99

    found = suspect_table(np.arange(100, 130), class_ids, probabilities, groups).set_index("row")

    assert found.loc[102, COPY] == 101
    assert "near copy" in found.loc[102, REASON]
    assert found.loc[102, SUGGESTION] == 0
