"""A trained run that answers: texts to scores and predicted labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import never_stop
from core.evaluation.operating_point import operating_point
from core.evaluation.temperature import calibrated
from core.model.classifier import TrainedModel, load_answering_model
from core.runs.predicted_labels import reaches, scores_of
from core.runs.result import kept_result, read_result
from core.runs.run import Run
from core.scoring.prediction_cache import CACHED_PREDICTION, CachedPredictions
from core.workspace import Workspace


@dataclass(frozen=True)
class Scores:
    """Answers for n texts.

    `values` is the probability of the positive class, or with more than two classes of the
    class in `labels`; shape (n,). `labels` are the predicted labels at the run's threshold.
    `calibrated` is the same probability at the run's temperature.
    """

    values: NDArray[np.float32]
    labels: list[str]
    calibrated: NDArray[np.float32]


class Scorer:
    """Scores texts with a run's kept model, and the threshold that was chosen for the run.

    Args:
        workspace: Where the run is.
        run: What answers.
        model: Its kept model.
        step: The step after which the model was kept.
        temperature: What calibrates it; see `core.runs.run.RunResult`.

    Raises:
        NotFound: the run has kept no model yet.
    """

    def __init__(
        self,
        workspace: Workspace,
        run: Run,
        model: TrainedModel,
        step: int,
        temperature: float = 1.0,
    ) -> None:
        self.workspace = workspace
        self.run = run
        self.model = model
        self.step = step
        self.temperature = temperature
        self.refresh()

    def refresh(self) -> None:
        """Take up the threshold that is chosen now; a file is scored with one from end to end.

        Raises:
            NotFound: the run has been deleted.
        """
        self.threshold = operating_point(self.workspace, self.run).threshold

    def warm_up(self) -> None:
        """Compile all that a single text needs, so that the first one is answered soon."""
        self.model.tokenizer.compile()
        self.score(["warm up"])

    @property
    def outdated(self) -> bool:
        """Whether the run has kept another model since, as after further training."""
        result = read_result(self.workspace, self.run)
        return result is not None and result.best_step != self.step

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts, in their order; an empty sequence gives empty scores."""
        if not texts:
            return Scores(np.zeros(0, np.float32), [], np.zeros(0, np.float32))
        found = self.read(texts)
        return Scores(found["score"], self.labels(found), found["calibrated"])

    def read(
        self, texts: Sequence[str], should_stop: Callable[[], bool] = never_stop
    ) -> CachedPredictions:
        """What the model says of texts, whatever the threshold; shape (len(texts),).

        Raises:
            Cancelled: `should_stop` said so between two batches.
        """
        found = np.zeros(len(texts), CACHED_PREDICTION)
        tokens = self.model.tokens(list(texts))
        probabilities = self.model.probabilities_of(tokens, should_stop)
        found["score"] = scores_of(probabilities)
        found["class_id"] = probabilities.argmax(axis=1)
        found["calibrated"] = scores_of(calibrated(probabilities, self.temperature))
        found["tokens"], found["unknown"] = self.model.tokenizer.counts(tokens)
        return found

    def labels(self, predictions: CachedPredictions) -> list[str]:
        """The predicted labels at the run's threshold."""
        class_ids = predictions["class_id"]
        if self.binary:
            class_ids = reaches(predictions["score"], self.threshold).astype(np.int64)
        return [self.model.card.classes[class_id] for class_id in class_ids]

    @property
    def binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.model.card.classes) == 2


def load_scorer(workspace: Workspace, run: Run) -> Scorer:
    """Load a run's kept model.

    Raises:
        NotFound: the run has kept no model yet.
    """
    result = kept_result(workspace, run)
    step = result.best_step
    model = load_answering_model(workspace.run(run.id).model(step))
    return Scorer(workspace, run, model, step, result.temperature)
