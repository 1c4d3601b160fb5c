"""A trained run that answers: texts to scores and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import NotFound
from core.evaluation.metrics import verdicts
from core.model.classifier import TrainedModel, load_model
from core.runs.run import Run, read_result
from core.workspace import Workspace


@dataclass(frozen=True)
class Scores:
    """Answers for n texts.

    `values` is the probability of the positive class, or with more than two classes of the
    class in `labels`; shape (n,). `labels` are the verdicts at the run's threshold.
    """

    values: NDArray[np.float32]
    labels: list[str]


class Scorer:
    """Scores texts with a run's kept model and its own threshold."""

    def __init__(self, run: Run, model: TrainedModel, threshold: float) -> None:
        self.run = run
        self.threshold = threshold
        self._model = model

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts, in their order; an empty sequence gives empty scores."""
        if not texts:
            return Scores(np.zeros(0, np.float32), [])
        probabilities = self._model.probabilities(list(texts))
        codes = verdicts(probabilities, self.threshold)
        classes = self._model.card.classes
        shown = np.ones_like(codes) if len(classes) == 2 else codes
        return Scores(
            probabilities[np.arange(len(codes)), shown], [classes[code] for code in codes]
        )


def load_scorer(workspace: Workspace, run: Run) -> Scorer:
    """Load a run's kept model.

    Raises:
        NotFound: the run has kept no model yet.
    """
    result = read_result(workspace, run)
    if result is None:
        raise NotFound(
            "a run with a trained model",
            f"none in {run.name!r} yet",
            "wait for its first validation or choose another run",
        )
    return Scorer(run, load_model(workspace.run(run.id).model(result.best_step)), result.threshold)
