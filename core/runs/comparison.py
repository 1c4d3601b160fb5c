"""Runs side by side: what they reached, how far from the best, and which settings differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import pandas as pd

from core.runs.metric_names import TITLES, titles
from core.runs.run import Run

METRICS = titles(
    "pr_auc", "f1", "precision", "recall", "accuracy", "majority", "roc_auc", "mcc", "loss"
)
"""Metrics that are compared, those that imbalance cannot fool first."""
_LESS_IS_BETTER = frozenset({"loss"})
_NOT_COMPARED = frozenset({"majority"})
_SPLIT = ("train_size", "validation_size", "test_size", "split", "seed")


def metric_names(n_classes: int) -> dict[str, str]:
    """METRICS as they are called for so many classes."""
    return METRICS | ({"f1": TITLES["macro_f1"]} if n_classes > 2 else {})


def compared(metrics: Mapping[str, Mapping[str, float]], n_classes: int) -> pd.DataFrame:
    """Metrics of runs in words: the best of each says so, the others how far they are from it.

    Args:
        metrics: By a run's name, its metrics by theirs; empty where it has none.
        n_classes: How many classes the runs tell apart.

    Returns:
        A row a metric that any run has, a column a run, texts.
    """
    numbers = pd.DataFrame(metrics, index=list(METRICS), dtype=float).dropna(how="all")
    texts = {name: _row(name, values) for name, values in numbers.iterrows()}
    table = pd.DataFrame.from_dict(texts, orient="index", columns=list(metrics))
    table.index = pd.Index([metric_names(n_classes)[str(name)] for name in table.index], name="")
    return table


def same_rows(runs: Sequence[Run]) -> bool:
    """Whether runs were measured on the same rows, so that their metrics can be compared."""
    return len({(run.fingerprint, *(getattr(run.config, n) for n in _SPLIT)) for run in runs}) <= 1


def differing_settings(runs: Sequence[Run]) -> pd.DataFrame:
    """The settings in which runs differ.

    Returns:
        A row a setting, a column a run's name, texts; no rows where all are the same.
    """
    settings = {run.id: {"data set": run.dataset_name, **asdict(run.config)} for run in runs}
    names = list(next(iter(settings.values()))) if runs else []
    differing = [name for name in names if len({repr(s[name]) for s in settings.values()}) > 1]
    rows = [[_said(settings[run.id][name]) for run in runs] for name in differing]
    index = pd.Index([name.replace("_", " ").capitalize() for name in differing], name="")
    return pd.DataFrame(rows, index=index, columns=[run.name for run in runs], dtype=str)


def _row(name: object, values: pd.Series) -> list[str]:
    known = values.dropna()
    best = known.min() if name in _LESS_IS_BETTER else known.max()
    alone = len(known) < 2 or name in _NOT_COMPARED
    return [_cell(value, None if alone else best) for value in values]


def _cell(value: float, best: float | None) -> str:
    if math.isnan(value):
        return "–"
    if best is None:
        return f"{value:.4f}"
    return f"{value:.4f} · best" if value == best else f"{value:.4f} · {value - best:+.4f}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value) or "–"
