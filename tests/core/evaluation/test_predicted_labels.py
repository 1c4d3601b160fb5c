import numpy as np

from core.evaluation.predicted_labels import predicted_labels


def test_a_score_at_the_threshold_is_positive_and_many_classes_ignore_it() -> None:
    two = np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]], np.float32)
    assert predicted_labels(two, 0.5).tolist() == [0, 1, 1]
    many = np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]], np.float32)
    assert predicted_labels(many, 0.9).tolist() == [1, 0]


def test_a_threshold_between_two_neighbouring_scores_parts_them() -> None:
    low = np.float32(0.3)
    high = np.nextafter(low, np.float32(1))
    scores = np.array([low, high])
    threshold = (float(low) + float(high)) / 2

    answers = predicted_labels(np.column_stack([1 - scores, scores]), threshold)

    assert answers.tolist() == [0, 1]
