"""`make bench-suspects`: how many labels that were flipped at random the suspects' ranking finds.

Of every real set 5 % of the labels are flipped to another class, as many rows are taken from the
top of the ranking, and the share of the flipped rows among them is told. At random it would be
5 %. The sets' own wrong labels count as misses, so 100 % cannot be reached. The last columns are
of the list that people get: how long it is, how much of it was flipped, and how much of what was
flipped stands in it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from cleanlab.rank import get_label_quality_scores
from numpy.typing import NDArray

from core.data.columns import labelled_rows
from core.data.dataset import TEXT, Dataset, take_rows
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.text.duplicates import duplicate_groups
from core.evaluation.baselines.word_features import count_terms
from core.labels.suspects.out_of_fold import (
    Rows,
    judged_classes,
    out_of_fold,
    stratified_folds,
)
from core.labels.suspects.suspects import doubted
from core.model.text_vectors import labelled_vectors
from core.runs.predicted_labels import ClassIds, Probabilities
from core.workspace import Workspace
from tests.benchmarks.questions import PROJECT

FLIPPED = 0.05
SEEDS = 3
METHODS = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
LISTED = ("listed", "flipped of those listed", "listed of those flipped")
SETS = {
    "Quora questions": (
        "quora/labelled.csv",
        Columns(text="question_text", label="target", id="qid"),
    ),
    "SMS spam": ("sms_spam/all.csv", Columns(text="text", label="label")),
    "TREC questions": ("trec/train.csv", Columns(text="text", label="label")),
    "Davidson tweets": ("davidson/all.csv", Columns(text="text", label="label")),
}
_VECTORS, _WORDS, _BOTH = "vectors", "words", "mean of both"
_KEEP = PROJECT / "test-output" / "suspects"
_USED = (_BOTH, METHODS[0])


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--data", type=Path, default=_data(), help="folder with the real sets")
    parser.add_argument("--out", type=Path, default=_KEEP, help="folder that keeps the vectors")
    asked = parser.parse_args()
    print(f"{date.today()}, {os.cpu_count()} cores; share of {FLIPPED:.0%} flipped labels found\n")
    print("| set | rows | classes | features | " + " | ".join((*METHODS, *LISTED)) + " |")
    print("|---" * (4 + len(METHODS) + len(LISTED)) + "|")
    workspace = Workspace(asked.out / "workspace")
    for name, (path, columns) in SETS.items():
        found = asked.data / path
        if not found.is_file():
            print(f"without {name}: no file at {found}", file=sys.stderr)
            continue
        dataset = import_file(workspace, found, columns=columns).dataset
        for line in measure(workspace, dataset, name, asked.seeds):
            print(line, flush=True)


def measure(workspace: Workspace, dataset: Dataset, name: str, seeds: int) -> Iterator[str]:
    """A line of the table for each kind of features."""
    numbers, class_ids = labelled_rows(workspace, dataset)
    groups = duplicate_groups(workspace, dataset, numbers, near=True)
    texts = take_rows(workspace, dataset, numbers)[TEXT].to_pylist()
    features = {
        _VECTORS: labelled_vectors(workspace, dataset, numbers, report=lambda *_: None),
        _WORDS: count_terms(texts).matrix,
    }
    shares: dict[tuple[str, str], list[float]] = {}
    for seed in range(seeds):
        given, flipped = flip(class_ids, len(dataset.classes), seed)
        answers = {
            kind: _out_of_fold(inputs, given, groups, len(dataset.classes))
            for kind, inputs in features.items()
        }
        answers[_BOTH] = (answers[_VECTORS] + answers[_WORDS]) / 2
        for kind, probabilities in answers.items():
            for method in METHODS:
                share = found_share(given, probabilities, flipped, method)
                shares.setdefault((kind, method), []).append(share)
            listed = doubted(given, probabilities)
            both = int((listed & flipped).sum())
            told = listed.mean(), both / max(1, listed.sum()), both / flipped.sum()
            for column, share in zip(LISTED, told, strict=True):
                shares.setdefault((kind, column), []).append(float(share))
    for kind in (_VECTORS, _WORDS, _BOTH):
        cells = [f"{statistics.mean(shares[kind, method]):.0%}" for method in (*METHODS, *LISTED)]
        cells = [
            f"**{cell}**" if (kind, method) == _USED else cell
            for cell, method in zip(cells, (*METHODS, *LISTED), strict=True)
        ]
        size = f"{len(class_ids):,} | {len(dataset.classes)}"
        yield f"| {name} | {size} | {kind} | {' | '.join(cells)} |"


def flip(class_ids: ClassIds, classes: int, seed: int) -> tuple[ClassIds, NDArray[np.bool_]]:
    """The labels with FLIPPED of them changed to another class, and which these are."""
    rng = np.random.default_rng(seed)
    places = rng.choice(len(class_ids), round(FLIPPED * len(class_ids)), replace=False)
    given = class_ids.copy()
    given[places] = (class_ids[places] + rng.integers(1, classes, len(places))) % classes
    return given, given != class_ids


def found_share(
    given: ClassIds, probabilities: Probabilities, flipped: NDArray[np.bool_], method: str
) -> float:
    """The share of the flipped rows among as many rows of the lowest quality."""
    quality = get_label_quality_scores(given, probabilities.astype(np.float64), method=method)
    top = np.argsort(quality, kind="stable")[: int(flipped.sum())]
    return float(flipped[top].mean())


def _out_of_fold(
    features: Any, class_ids: ClassIds, groups: NDArray[np.int64], classes: int
) -> Probabilities:
    # Rows of a class too small for every fold are judged by classifiers that may not know it.
    assert len(judged_classes(class_ids, groups)) > 1
    rows = Rows((features,), class_ids, groups, stratified_folds(class_ids, groups), classes)
    found = out_of_fold(rows, step=lambda: None)
    return (found + 1e-6) / (found + 1e-6).sum(axis=1, keepdims=True)


def _data() -> Path:
    default = PROJECT.parent / "shared" / "data"
    return Path(os.environ.get("SINCERELY_SHARED_DATA") or default)


if __name__ == "__main__":
    main()
