"""Rows of groups by their labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.labelled import RowLabels
from core.explore.columns.groups import ELSEWHERE, Grouped


def label_counts(grouped: Grouped, labels: RowLabels) -> NDArray[np.int64]:
    """How many rows of each group have which label.

    Returns:
        Shape (2 + groups, 1 + classes): rows of no group and rows without a value come before the
        groups, rows without a label before the classes.
    """
    groups, classes = len(grouped.groups) - ELSEWHERE, len(labels.classes) + 1
    cells = (grouped.places - ELSEWHERE).astype(np.int64) * classes + (labels.class_ids + 1)
    found = np.bincount(cells, minlength=groups * classes)
    return found.reshape(groups, classes)
