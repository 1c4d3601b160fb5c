"""The forecast of a run that is being set up, from the data set that it would be drawn from."""

from __future__ import annotations

import numpy as np

from core.data.dataset import N_WORDS, Dataset
from core.data.splits.saved_split import find_split
from core.data.splits.split import PARTS, TEST, TRAIN, VALIDATION, part_size
from core.encoders.shapes import EncoderShape
from core.explore.length_stats import COUNT, LENGTH, length_table
from core.runs.config import TrainConfig
from core.training.forecast.crowd import crowding
from core.training.forecast.forecast import Forecast, forecast
from core.training.forecast.past_runs import past_runs
from core.training.forecast.rates import find_device
from core.training.forecast.work import PartSizes, Work, run_work
from core.workspace import Workspace

TOKENS_A_WORD = 1.25
"""WordPiece tokens a word of English questions; [CLS] and [SEP] come on top."""
_FRAME = 2
_QUANTILES = 32


def planned_forecast(
    workspace: Workspace, dataset: Dataset, config: TrainConfig, shape: EncoderShape
) -> Forecast:
    """How long a run of this configuration would take here.

    Raises:
        NotFound: its saved split is gone.
        JobError: it names a GPU that is not there.
    """
    device = find_device(config.devices, config.precision)
    work = planned_work(workspace, dataset, config, shape)
    past = past_runs(workspace, device)
    return forecast(work, device, past, crowding=crowding(workspace))


def planned_work(
    workspace: Workspace, dataset: Dataset, config: TrainConfig, shape: EncoderShape
) -> Work:
    """The work of a run that is not there yet, on a data set's texts.

    Raises:
        NotFound: its saved split is gone.
    """
    return run_work(shape, config, *planned_texts(workspace, dataset, config))


def planned_texts(
    workspace: Workspace, dataset: Dataset, config: TrainConfig
) -> tuple[list[int], PartSizes]:
    """Tokens of typical texts, and how many rows each part would have.

    Raises:
        NotFound: the saved split is gone.
    """
    return _typical_lengths(workspace, dataset), _planned_sizes(workspace, dataset, config)


def _typical_lengths(workspace: Workspace, dataset: Dataset) -> list[int]:
    """Tokens at evenly spaced quantiles of the texts, from their words."""
    table = length_table(workspace, dataset, N_WORDS).sort_values(LENGTH)
    if table.empty:
        return [_FRAME]
    reached = table[COUNT].cumsum().to_numpy() / max(int(table[COUNT].sum()), 1)
    shares = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    words = table[LENGTH].to_numpy()[np.searchsorted(reached, shares)]
    return [round(float(count) * TOKENS_A_WORD) + _FRAME for count in words]


def _planned_sizes(workspace: Workspace, dataset: Dataset, config: TrainConfig) -> PartSizes:
    if config.split:
        sizes = find_split(workspace, dataset, config.split).sizes
        rows = {part: sizes.get(part, 0) for part in PARTS}
    else:
        rows, left = {}, dataset.labelled
        for part in PARTS:
            rows[part] = part_size(left, getattr(config.split_plan(), part))
            left -= rows[part]
    trained = float(rows[TRAIN])
    if config.imbalance == "oversampling":
        trained *= dataset.majority_share * len(dataset.classes)
    return PartSizes(round(trained), rows[VALIDATION], rows[TEST])
