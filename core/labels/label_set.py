"""The labels to learn from: those of the file, with people's on top, or people's alone."""

from __future__ import annotations

import numpy as np

from core.data.columns import row_class_ids
from core.data.dataset import Dataset
from core.data.labelled import Labelled, LabelSource, RowLabels, original_labels
from core.errors import BadInput
from core.labels.guidelines import guideline
from core.labels.store.ledger import shared_ledger
from core.labels.store.store import LabelStore
from core.workspace import Workspace


def row_labels(workspace: Workspace, store: LabelStore, dataset: Dataset) -> RowLabels | None:
    """The label that every row has now and whose it is; None where people have labelled none.

    It is what `label_set` gives as CORRECTED, of all rows.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    classes = guideline(store, dataset).classes
    ledger = shared_ledger(store, dataset.fingerprint, dataset.rows).refresh()
    given = ledger.class_ids_in(classes)
    by_people = given >= 0
    if not by_people.any():
        return None
    places = np.array([*(classes.index(name) for name in dataset.classes), -1], np.int32)
    class_ids = np.where(by_people, given, places[row_class_ids(workspace, dataset)])
    return RowLabels(classes, class_ids.astype(np.int32), by_people)


def label_set(
    workspace: Workspace, store: LabelStore, dataset: Dataset, source: LabelSource
) -> Labelled:
    """The labelled rows of a data set by a source; labels of classes that are no more are left out.

    Raises:
        BadInput: people have labelled nothing, and only their labels are asked for.
        SincerelyError: as `LabelStore.reading`.
    """
    original = original_labels(workspace, dataset)
    if source is LabelSource.ORIGINAL:
        return original
    classes = guideline(store, dataset).classes
    ledger = shared_ledger(store, dataset.fingerprint, dataset.rows).refresh()
    by_people = ledger.class_ids_in(classes)
    if source is LabelSource.HUMAN and not (by_people >= 0).any():
        raise BadInput(
            "labels that people gave on the Label page", "none yet", "label some rows first"
        )
    class_ids = by_people.copy()
    if source is LabelSource.CORRECTED:
        places = np.array([classes.index(name) for name in original.classes], np.int64)
        open_rows = class_ids[original.rows] < 0
        class_ids[original.rows[open_rows]] = places[original.class_ids[open_rows]]
    rows = np.flatnonzero(class_ids >= 0)
    return Labelled(
        rows, class_ids[rows], classes, source, int((by_people >= 0).sum()), ledger.last
    )
