"""A trained run that answers: texts to scores and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import NotFound
from core.evaluation.calibration import calibrated
from core.evaluation.metrics import verdicts
from core.model.classifier import TrainedModel, load_model
from core.runs.operating_point import operating_point
from core.runs.run import Run, read_result
from core.workspace import Workspace


@dataclass(frozen=True)
class Scores:
    """Answers for n texts.

    `values` is the probability of the positive class, or with more than two classes of the
    class in `labels`; shape (n,). `labels` are the verdicts at the run's threshold. `calibrated`
    is the same probability at the run's temperature, or None in runs of earlier versions.
    """

    values: NDArray[np.float32]
    labels: list[str]
    calibrated: NDArray[np.float32] | None = None


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
        temperature: float | None = None,
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

    @property
    def outdated(self) -> bool:
        """Whether the run has kept another model since, as after further training."""
        result = read_result(self.workspace, self.run)
        return result is not None and result.best_step != self.step

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts, in their order; an empty sequence gives empty scores."""
        if not texts:
            return Scores(np.zeros(0, np.float32), [])
        probabilities = self.model.probabilities(list(texts))
        codes = verdicts(probabilities, self.threshold)
        classes = self.model.card.classes
        shown = np.ones_like(codes) if len(classes) == 2 else codes
        rows = np.arange(len(codes))
        likely = None
        if self.temperature is not None:
            likely = calibrated(probabilities, self.temperature)[rows, shown]
        return Scores(probabilities[rows, shown], [classes[code] for code in codes], likely)


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
    step = result.best_step
    model = load_model(workspace.run(run.id).model(step))
    return Scorer(workspace, run, model, step, result.temperature)
