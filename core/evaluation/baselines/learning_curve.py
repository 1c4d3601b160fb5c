"""What more labels are worth: the linear head fitted on growing shares of the train part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from core.data.splits.grouping import ByClass, shared
from core.evaluation.baselines.baselines import Part, Parts, linear_head
from core.evaluation.baselines.compared_model import metric_estimates, own_threshold
from core.evaluation.intervals import Estimate
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import ClassIds

SHARES = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
DRAWS = 3
"""So many random subsets of each size; all rows are one subset."""


def learning_curve(
    parts: Parts, classes: tuple[str, ...], *, on_progress: Callable[[int, int], None]
) -> pd.DataFrame:
    """Fit on shares of the train part and measure on the test part, or on validation without one.

    Args:
        parts: With vectors.
        classes: Their names.
        on_progress: Told fits done and in all before each; may raise to stop.

    Returns:
        Columns rows (of the train part), value, low and high: PR-AUC with its 95 % interval,
        or macro F1 with more than two classes; means over the draws of a size.
    """
    figure = "pr_auc" if len(classes) == 2 else "f1"
    subsets = list(_subsets(parts.train.class_ids))
    records = []
    for done, (rows, seed) in enumerate(subsets):
        on_progress(done, len(subsets))
        found = _measured(replace(parts, train=_taken(parts.train, rows)), classes)[figure]
        records.append({"rows": len(rows), "seed": seed, **vars(found)})
    table = pd.DataFrame(records)
    return table.groupby("rows", as_index=False)[["value", "low", "high"]].mean()


def _subsets(class_ids: ClassIds) -> Iterator[tuple[ClassIds, int]]:
    """Positions of the rows of each subset, every class in its share."""
    everything = np.arange(len(class_ids))
    for share in SHARES:
        size = round(share * len(class_ids))
        if share == 1.0:
            yield everything, 0
        elif size >= 2 * len(np.unique(class_ids)):
            for seed in range(DRAWS):
                yield _drawn(class_ids, size, seed), seed


def _drawn(class_ids: ClassIds, size: int, seed: int) -> ClassIds:
    """So many positions, classes in their shares; drawn as the parts of a split are."""
    by_class = ByClass.of(class_ids)
    everything = np.ones(len(class_ids), bool)
    return by_class.drawn(everything, shared(size, by_class.sizes), np.random.default_rng(seed))


def _taken(part: Part, rows: ClassIds) -> Part:
    assert part.vectors is not None
    return Part([part.texts[row] for row in rows], part.class_ids[rows], part.vectors[rows])


def _measured(parts: Parts, classes: tuple[str, ...]) -> dict[str, Estimate]:
    fitted = linear_head(parts, len(classes))
    seen = _answers("validation", parts.validation, fitted.validation, classes)
    judged = seen
    if len(parts.test.class_ids):
        judged = _answers("test", parts.test, fitted.test, classes)
    return metric_estimates(judged, own_threshold(seen))


def _answers(
    name: str, part: Part, probabilities: np.ndarray, classes: tuple[str, ...]
) -> Predictions:
    rows = np.arange(len(part.class_ids))
    return Predictions(name, classes, rows, part.class_ids, probabilities)
