import pytest

from core.evaluation.metrics import classification_metrics
from core.runs.metric_names import TITLES, titles


def test_some_titles_come_in_the_order_asked() -> None:
    assert list(titles("recall", "pr_auc").items()) == [("recall", "Recall"), ("pr_auc", "PR-AUC")]


def test_an_unknown_metric_has_no_title() -> None:
    with pytest.raises(KeyError, match="accuracy_"):
        titles("accuracy_")


def test_every_metric_of_a_classification_has_a_title() -> None:
    import numpy as np

    two = classification_metrics(np.array([0, 1]), np.array([[0.9, 0.1], [0.2, 0.8]]), 0.5)
    three = classification_metrics(np.array([0, 1, 2]), np.eye(3), 0.5)

    assert set(two) | set(three) <= set(TITLES)


def test_no_two_metrics_share_a_title() -> None:
    assert len(set(TITLES.values())) == len(TITLES)
