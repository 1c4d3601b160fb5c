"""A model that is refitted in seconds while people label: linear classifiers on a frozen encoder.

Two classifiers, of sentence vectors and of words, whose answers are averaged: their errors differ,
and where they differ most a label teaches most.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.artifacts import new_artifact
from core.data.dataset import ROW
from core.errors import BadInput
from core.evaluation.baselines.baselines import regression
from core.evaluation.baselines.word_features import Basis, term_spans
from core.labels.quick_model.stop_meter import Worth
from core.records import from_plain, parse_json
from core.runs.predicted_labels import (
    DEFAULT_THRESHOLD,
    ClassIds,
    Probabilities,
    predicted_labels,
)
from core.workspace import Workspace

_STRENGTH = 3.0
"""Of 1, 3 and 10 best for both kinds of features; scikit-learn's C."""
_WORDS = 300
_FACTS = b"quick-model"


@dataclass(frozen=True, eq=False)
class QuickModel:
    """What it says of the rows that it was asked about.

    Attributes:
        rows: Their numbers, shape (n,).
        opinions: Probabilities by each classifier, each of shape (n, classes).
        classes: Their names.
        labels: How many labels it learned from.
        last_event: The last event of the label store that it knows.
        threshold: The score from which it would call a row positive; None unless two classes.
        worth: What further labels are worth; None while there are too few.
        words: Words that speak for the positive class, by weight; empty unless two classes.
        basis: What of the texts could be counted.
    """

    rows: NDArray[np.int64]
    opinions: tuple[Probabilities, ...]
    classes: tuple[str, ...]
    labels: int
    last_event: int
    threshold: float | None = None
    worth: Worth | None = None
    words: dict[str, float] = field(default_factory=dict)
    basis: Basis = Basis.WORDS

    @property
    def probabilities(self) -> Probabilities:
        """The mean of its classifiers, shape (n, classes)."""
        return mean_opinion(self.opinions)

    def suggestions(self, rows: Sequence[int]) -> dict[int, tuple[str, float]]:
        """The label it would give each row that it was asked about, and its probability."""
        wanted = np.array(rows, np.int64)
        if not len(wanted) or not len(self.rows):
            return {}
        places = np.minimum(np.searchsorted(self.rows, wanted), len(self.rows) - 1)
        known = self.rows[places] == wanted
        answers = self.probabilities[places[known]]
        # Two classes are told apart by the model's own threshold.
        threshold = DEFAULT_THRESHOLD if self.threshold is None else self.threshold
        guess = predicted_labels(answers, threshold)
        return {
            int(row): (self.classes[class_id], float(answer[class_id]))
            for row, class_id, answer in zip(wanted[known], guess, answers, strict=True)
        }

    def word_spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where in a text the words are that speak for the positive class, in characters."""
        if not self.words:
            return ()
        return tuple(span for span, term in term_spans(text) if term in self.words)


def ask(
    features: Sequence[Any], class_ids: ClassIds, train: ClassIds, asked: ClassIds, n_classes: int
) -> list[Probabilities]:
    """Fit a classifier on each kind of features and ask it.

    Args:
        features: Matrices of shape (n, width), dense or sparse.
        class_ids: Class ids of the places `train`, in that order.
        train: Places in the features to fit on.
        asked: Places to ask about.
        n_classes: How many classes there are.

    Returns:
        Probabilities of shape (asked, classes), one for each kind of features; a class that no
        row of `train` has is never likely.
    """
    seen = np.unique(class_ids)
    found = []
    for matrix in features:
        answers = np.zeros((len(asked), n_classes), np.float32)
        if len(seen) < 2:
            answers[:, seen] = 1.0
        elif len(asked):
            model = regression(matrix[train], class_ids, _STRENGTH, None)
            answers[:, model.classes_] = model.predict_proba(matrix[asked])
        found.append(answers)
    return found


def mean_opinion(opinions: Sequence[Probabilities]) -> Probabilities:
    """The mean of several classifiers' probabilities."""
    mean: Probabilities = np.mean(np.stack(list(opinions)), axis=0, dtype=np.float32)
    return mean


def telling_words(
    matrix: Any, names: Sequence[str], class_ids: ClassIds, train: ClassIds
) -> dict[str, float]:
    """Single words whose weight speaks most for the positive class.

    Args:
        matrix: Word features, sparse, shape (n, terms).
        names: The terms, in the order of the columns.
        class_ids: 0 or 1, of the places `train`.
        train: Places to fit on.
    """
    if len(np.unique(class_ids)) < 2:
        return {}
    weights = regression(matrix[train], class_ids, _STRENGTH, None).coef_[0]
    best = np.argsort(-weights)[: 4 * _WORDS]
    chosen = [(names[place], float(weights[place])) for place in best if weights[place] > 0]
    return dict([pair for pair in chosen if " " not in pair[0]][:_WORDS])


def write_quick_model(workspace: Workspace, path: Path, model: QuickModel) -> None:
    """Keep it, in one step.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    columns: dict[str, NDArray[np.generic]] = {ROW: model.rows}
    for kind, opinion in enumerate(model.opinions):
        for place in range(len(model.classes)):
            columns[f"p{kind}_{place}"] = opinion[:, place]
    facts = {
        "classes": model.classes,
        "kinds": len(model.opinions),
        "labels": model.labels,
        "last_event": model.last_event,
        "threshold": model.threshold,
        "worth": None if model.worth is None else asdict(model.worth),
        "words": model.words,
        "basis": model.basis,
    }
    table = pa.table(columns).replace_schema_metadata({_FACTS: json.dumps(facts).encode()})
    with new_artifact(workspace, path, "the quick model") as made:
        pq.write_table(table, made)


def read_quick_model(path: Path) -> QuickModel | None:
    """The model that was kept; None if there is none yet.

    Raises:
        BadInput: the file is damaged.
    """
    try:
        table = pq.read_table(path)
        facts = parse_json(table.schema.metadata[_FACTS])
        classes, worth = tuple(facts.pop("classes")), facts.pop("worth")
        opinions = tuple(
            np.column_stack([table[f"p{kind}_{place}"].to_numpy() for place in range(len(classes))])
            for kind in range(facts.pop("kinds"))
        )
        return QuickModel(
            rows=table[ROW].to_numpy().astype(np.int64),
            opinions=opinions,
            classes=classes,
            worth=None if worth is None else from_plain(Worth, worth),
            basis=Basis(facts.pop("basis", Basis.WORDS)),
            **facts,
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "a quick model", f"a damaged file ({error})", "label on: it is made again"
        ) from error
