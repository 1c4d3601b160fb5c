"""Why a run gives a text its score: contributions of words, like rows, and swapped groups."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.data.splits.split import TEST, VALIDATION
from core.errors import BadInput, NotFound
from core.explain.explanation_types import (
    TOLERANCE,
    Explanation,
    Method,
    Neighbours,
    Preparation,
    SwapSample,
    Word,
)
from core.explain.identity_swap import Group, ScoredSwap, Swapper
from core.explain.neighbours import TrainVectors
from core.model.attribution import STEPS, Attribution, integrated_gradients, leave_one_out
from core.runs.predicted_labels import predicted_labels
from core.runs.run import read_examples
from core.scoring.scorer import Scorer

MAX_SWAPS = 10_000
"""Texts that one question may make the run score."""

_FINER = 4
_SEED = 0


class Explainer:
    """Explains a scorer's answers; used by one request at a time."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._vectors: TrainVectors | None = None

    def explain(
        self, texts: Sequence[str], method: Method = Method.INTEGRATED_GRADIENTS
    ) -> list[Explanation]:
        """What each word adds to the log-odds of the second of two classes, or of the predicted
        label if there are more."""
        if not texts:
            return []
        classes = self._scorer.run.classes
        targets = self._shown(self._scorer.model.probabilities(list(texts))).tolist()
        found = self._attributions(texts, targets, method)
        return [
            _explanation(text, classes[target], method, attribution)
            for text, target, attribution in zip(texts, targets, found, strict=True)
        ]

    def nearest(self, text: str, count: int, *, seconds: float) -> Neighbours | Preparation:
        """The train rows most like a text; how far the search is prepared if it takes longer.

        Args:
            text: Any text.
            count: How many rows.
            seconds: How long to prepare before saying how far it is; ask again to go on.

        Raises:
            DiskError: the rows' vectors could not be kept for the next time.
        """
        if self._vectors is None:
            self._vectors = TrainVectors(self._scorer)
        waiting = self._vectors.advance(seconds)
        return self._vectors.nearest(text, count) if waiting is None else waiting

    def swaps(self, texts: Sequence[str], groups: Sequence[Group]) -> list[ScoredSwap]:
        """Every text with each of its terms exchanged for each other one of its group.

        Raises:
            BadInput: they make more than MAX_SWAPS texts.
        """
        swapper = Swapper(groups)
        made = [(text, swap) for text in texts for swap in swapper.swaps(text)]
        if len(made) > MAX_SWAPS:
            raise BadInput(
                f"at most {MAX_SWAPS:,} texts with terms exchanged",
                f"{len(made):,}",
                "take fewer texts or terms",
            )
        if not made:
            return []
        originals = list(dict.fromkeys(text for text, _ in made))
        asked = [*originals, *(swap.text for _, swap in made)]
        probabilities = self._scorer.model.probabilities(asked)
        class_ids = predicted_labels(probabilities, self._scorer.threshold)
        shown = self._shown(probabilities)
        place = {text: number for number, text in enumerate(originals)}
        classes = self._scorer.run.classes
        scored = []
        for number, (text, swap) in enumerate(made, len(originals)):
            before = place[text]
            scored.append(
                ScoredSwap(
                    original=text,
                    swapped=swap.text,
                    old=swap.old,
                    new=swap.new,
                    before=float(probabilities[before, shown[before]]),
                    after=float(probabilities[number, shown[before]]),
                    label_before=classes[class_ids[before]],
                    label_after=classes[class_ids[number]],
                )
            )
        return scored

    def sample_swaps(self, groups: Sequence[Group], *, start: int, most: int) -> SwapSample:
        """Swaps in the next rows of the run's test part, else its validation part.

        Args:
            groups: Terms that can stand for each other.
            start: How many rows have been looked through; they come in one random order.
            most: How many rows that mention a term to take.

        Raises:
            BadInput: they make more than MAX_SWAPS texts.
            NotFound: the run has no rows of these parts.
        """
        part, texts = self._sample
        swapper, looked = Swapper(groups), start
        found: list[str] = []
        for text in texts[start:]:
            if len(found) == most:
                break
            looked += 1
            if swapper.mentions(text):
                found.append(text)
        return SwapSample(part, len(texts), looked, len(found), tuple(self.swaps(found, groups)))

    def _attributions(
        self, texts: Sequence[str], targets: Sequence[int], method: Method
    ) -> list[Attribution]:
        model = self._scorer.model
        if method is Method.LEAVE_ONE_OUT:
            return leave_one_out(model, texts, targets)
        found = integrated_gradients(model, texts, targets)
        for place, attribution in enumerate(found):
            if abs(attribution.gap) > TOLERANCE:  # More points bring it closer.
                found[place] = integrated_gradients(
                    model, [texts[place]], [targets[place]], steps=_FINER * STEPS
                )[0]
        return found

    @cached_property
    def _sample(self) -> tuple[str, list[str]]:
        run = self._scorer.run
        for part in (TEST, VALIDATION):
            texts = read_examples(self._scorer.workspace, run, part).texts
            if texts:
                order = np.random.default_rng(_SEED).permutation(len(texts))
                return part, [texts[place] for place in order]
        raise NotFound("a run with test or validation rows", f"{run.name!r}", "choose another run")

    def _shown(self, probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
        """The class whose probability is the score."""
        if len(self._scorer.run.classes) == 2:
            return np.ones(len(probabilities), np.int64)
        largest: NDArray[np.int64] = probabilities.argmax(axis=1)
        return largest


def _explanation(text: str, label: str, method: Method, attribution: Attribution) -> Explanation:
    words = tuple(
        Word(start, end, float(part))
        for (start, end), part in zip(attribution.spans, attribution.contributions, strict=True)
    )
    based = method is Method.INTEGRATED_GRADIENTS
    return Explanation(
        label=label,
        method=method,
        log_odds=attribution.log_odds,
        baseline=attribution.baseline if based else None,
        gap=attribution.gap if based else None,
        read=attribution.read,
        words=words,
    )
