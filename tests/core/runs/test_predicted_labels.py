import numpy as np

from core.runs.predicted_labels import predicted_labels, scores_of


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


def test_the_score_of_two_classes_is_that_of_the_second_whatever_is_predicted() -> None:
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)

    assert scores_of(probabilities).tolist() == probabilities[:, 1].tolist()


def test_the_score_of_more_classes_is_the_highest() -> None:
    probabilities = np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]], np.float32)

    assert scores_of(probabilities).tolist() == [np.float32(0.5), np.float32(0.7)]
