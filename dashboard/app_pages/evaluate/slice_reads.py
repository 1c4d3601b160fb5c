"""What Evaluate reads about slices of a run's rows: kinds of text, common words, saved searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.filters.slices import Slice, list_slices
from core.errors import BadInput, DamagedFile, NotFound
from core.evaluation.slice_metrics import Mask, slice_table, term_slices, text_slices
from core.runs.origin import dataset_of
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate.column_reads import column_masks
from dashboard.app_pages.evaluate.reads import of_run, own_texts, predictions
from dashboard.cache import FEW, cached
from dashboard.reads import filter_version, given_labels_key, rows_of_filter


@cached(key=of_run, max_entries=FEW, spinner="Measuring slices")
def slice_tables(
    workspace: Workspace, run: Run, part: str, threshold: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures by slices of any text, and by common words; see `slice_table`."""
    found = predictions(workspace, run, part)
    kinds, words = _slices(workspace, run, part)
    return slice_table(found, threshold, kinds), slice_table(found, threshold, words)


@cached(key=of_run, max_entries=FEW, spinner="Finding slices", shared=True)
def _slices(
    workspace: Workspace, run: Run, part: str
) -> tuple[Mapping[str, Mask], Mapping[str, Mask]]:
    own = own_texts(workspace, run, part)
    return text_slices(own), term_slices(own)


def saved_slices(workspace: Workspace, run: Run) -> list[Slice]:
    """What was saved of the run's data set, oldest first; none where that is gone."""
    dataset = dataset_of(workspace, run)
    return list_slices(workspace, dataset) if dataset else []


def saved_slice_table(
    workspace: Workspace, run: Run, part: str, threshold: float, slices: Sequence[Slice]
) -> pd.DataFrame | None:
    """Figures of some saved slices that have rows in the part; None where none has."""
    dataset = dataset_of(workspace, run)
    if dataset is None or not slices:
        return None
    found = _saved_slice_table(workspace, run, part, threshold, dataset, slices)
    return None if found.empty else found


def _state_of(workspace: Workspace, dataset: Dataset, one: Slice) -> str:
    """What the rows of a saved slice depend on, beside the labels."""
    with suppress(NotFound):
        return f"{one!r} {filter_version(workspace, dataset, one.row_filter)}"
    return f"{one!r} gone"


@cached(
    # One text, because Streamlit takes its time over each of a thousand filters.
    key=lambda workspace, run, part, threshold, dataset, slices: (
        of_run(workspace, run, part, threshold),
        "\n".join(_state_of(workspace, dataset, one) for one in slices),
        given_labels_key(workspace, dataset),
    ),
    max_entries=FEW,
    spinner="Measuring saved slices",
)
def _saved_slice_table(
    workspace: Workspace,
    run: Run,
    part: str,
    threshold: float,
    dataset: Dataset,
    slices: Sequence[Slice],
) -> pd.DataFrame:
    masks = {one.name: _mask(workspace, run, part, dataset, one) for one in slices}
    some = {name: mask for name, mask in masks.items() if mask.any()}
    return slice_table(predictions(workspace, run, part), threshold, some)


def _mask(workspace: Workspace, run: Run, part: str, dataset: Dataset, one: Slice) -> Mask:
    """Which rows of a part a saved slice has; none where what it names is gone."""
    own = predictions(workspace, run, part).rows
    try:
        return np.isin(own, rows_of_filter(workspace, dataset, one.row_filter))
    except (BadInput, NotFound):  # Its split, run or column is gone.
        return np.zeros(len(own), bool)


def slice_names(workspace: Workspace, run: Run, part: str) -> list[str]:
    """All slices of a part: saved ones first, then kinds of text, columns, and common words."""
    kinds, words = _slices(workspace, run, part)
    saved = [each.name for each in saved_slices(workspace, run)]
    return list(dict.fromkeys([*saved, *kinds, *_by_column(workspace, run, part), *words]))


def slice_mask(workspace: Workspace, run: Run, part: str, name: str) -> Mask:
    """The rows of one of `slice_names`; none where it is gone."""
    dataset = dataset_of(workspace, run)
    for one in saved_slices(workspace, run) if dataset else []:
        if one.name == name:
            return _mask(workspace, run, part, dataset, one)
    for found in (*_slices(workspace, run, part), _by_column(workspace, run, part)):
        if name in found:
            return found[name]
    return np.zeros(len(predictions(workspace, run, part).rows), bool)


def _by_column(workspace: Workspace, run: Run, part: str) -> Mapping[str, Mask]:
    """Slices by columns; none where their file is damaged, which hides no other slice."""
    with suppress(DamagedFile):
        return column_masks(workspace, run, part)
    return {}
