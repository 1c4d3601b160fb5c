import numpy as np

from core.data.labelled import RowLabels
from core.explore.columns.counts import label_counts
from core.explore.columns.groups import ELSEWHERE, NO_VALUE, Group, Grouped


def test_rows_are_counted_by_group_and_label() -> None:
    groups = tuple(map(Group.of_value, "ab"))
    places = np.array([0, 0, 1, 1, NO_VALUE, ELSEWHERE, 0])
    class_ids = np.array([0, 1, 1, -1, 1, 0, -1], np.int32)
    labels = RowLabels(("no", "yes"), class_ids, np.zeros(7, np.bool_))

    counts = label_counts(Grouped(groups, places), labels)

    assert counts.tolist() == [
        [0, 1, 0],  # of no group
        [0, 0, 1],  # without a value
        [1, 1, 1],
        [1, 0, 1],
    ]


def test_no_groups_and_no_labels_are_counted_too() -> None:
    labels = RowLabels((), np.full(2, -1, np.int32), np.zeros(2, np.bool_))

    counts = label_counts(Grouped((), np.array([ELSEWHERE, NO_VALUE])), labels)

    assert counts.tolist() == [[1], [1]]
