"""Why a run gives a text its score: contributions of words, like rows, and swapped groups."""

from __future__ import annotations

import time
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
from core.explain.identity_swap import Group, ScoredSwap, Swap, Swapper
from core.explain.neighbours import TrainVectors
from core.model.attribution import STEPS, Attribution, integrating, leaving_one_out
from core.model.pauses import Pausing, without_pauses
from core.runs.predicted_labels import predicted_labels
from core.runs.run import read_examples
from core.scoring.scorer import Scorer

MAX_SWAPS = 10_000
"""Texts that one question may make the run score."""
MAX_SWAPPED_CHARACTERS = 10_000_000
"""How long they may be together."""

_SAMPLE_SWAPS = 1_000
"""Texts from which on no further row is added to a slice of a sample."""
_PASS_TEXTS = 64
_PASS_ROWS = 256
_FINER = 4
_SEED = 0


class Explainer:
    """Explains a scorer's answers; used by one thread.

    What takes long comes twice: as work that pauses, and done in one go.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._vectors: TrainVectors | None = None

    def explain(
        self, texts: Sequence[str], method: Method = Method.INTEGRATED_GRADIENTS
    ) -> list[Explanation]:
        """What each word adds to the log-odds of the second of two classes, or of the predicted
        label if there are more."""
        return without_pauses(self.explaining(texts, method))

    def explaining(self, texts: Sequence[str], method: Method) -> Pausing[list[Explanation]]:
        """The work of `explain`."""
        if not texts:
            return []
        classes = self._scorer.run.classes
        targets = self._shown((yield from self._probabilities(texts))).tolist()
        found = yield from self._attributions(texts, targets, method)
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
        return without_pauses(self.searching(text, count, seconds=seconds))

    def searching(
        self, text: str, count: int, *, seconds: float
    ) -> Pausing[Neighbours | Preparation]:
        """The work of `nearest`."""
        if self._vectors is None:
            self._vectors = TrainVectors(self._scorer)
        end = time.monotonic() + seconds
        while (waiting := self._vectors.advance(0.0)) is not None:
            yield
            if time.monotonic() >= end:
                return waiting
        return self._vectors.nearest(text, count)

    def swaps(self, texts: Sequence[str], groups: Sequence[Group]) -> list[ScoredSwap]:
        """Every text with each of its terms exchanged for each other one of its group.

        Raises:
            BadInput: they make more than MAX_SWAPS texts, or too long ones.
        """
        return without_pauses(self.swapping(texts, groups))

    def swapping(self, texts: Sequence[str], groups: Sequence[Group]) -> Pausing[list[ScoredSwap]]:
        """The work of `swaps`. How much it will be is known before any text is made."""
        threshold = self._scorer.threshold
        made = yield from _swaps(texts, Swapper(groups))
        if not made:
            return []
        originals = list(dict.fromkeys(text for text, _ in made))
        asked = [*originals, *(swap.text for _, swap in made)]
        probabilities = yield from self._probabilities(asked)
        class_ids = predicted_labels(probabilities, threshold)
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
            most: How many rows that mention a term to take; fewer where they have many.

        Raises:
            BadInput: one row alone makes more than MAX_SWAPS texts.
            NotFound: the run has no rows of these parts.
        """
        forever = float("inf")
        return without_pauses(self.sampling(groups, start=start, most=most, seconds=forever))

    def sampling(
        self, groups: Sequence[Group], *, start: int, most: int, seconds: float
    ) -> Pausing[SwapSample]:
        """The work of `sample_swaps`, which looks for rows for so long at most."""
        part, texts = self._sample
        swapper, looked = Swapper(groups), start
        end = time.monotonic() + seconds
        found: list[str] = []
        planned = 0
        while looked < len(texts) and len(found) < most and planned < _SAMPLE_SWAPS:
            text = texts[looked]
            looked += 1
            if count := len(swapper.exchanges(text)):
                found.append(text)
                planned += count
            if looked % _PASS_ROWS == 0:
                yield
                if time.monotonic() >= end:
                    break
        swaps = yield from self.swapping(found, groups)
        return SwapSample(part, len(texts), looked, len(found), tuple(swaps))

    def _attributions(
        self, texts: Sequence[str], targets: Sequence[int], method: Method
    ) -> Pausing[list[Attribution]]:
        model = self._scorer.model
        if method is Method.LEAVE_ONE_OUT:
            return (yield from leaving_one_out(model, texts, targets))
        found = yield from integrating(model, texts, targets)
        for place, attribution in enumerate(found):
            if abs(attribution.gap) > TOLERANCE:  # More points bring it closer.
                text, target = texts[place : place + 1], targets[place : place + 1]
                (found[place],) = yield from integrating(model, text, target, steps=_FINER * STEPS)
        return found

    def _probabilities(self, texts: Sequence[str]) -> Pausing[NDArray[np.float32]]:
        """Of each class for each text, shape (len(texts), classes)."""
        found = np.zeros((len(texts), len(self._scorer.run.classes)), np.float32)
        # Texts of like length are cheap together.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), _PASS_TEXTS):
            places = order[start : start + _PASS_TEXTS]
            found[places] = self._scorer.model.probabilities([texts[place] for place in places])
            yield
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


def _swaps(texts: Sequence[str], swapper: Swapper) -> Pausing[list[tuple[str, Swap]]]:
    """Texts and what becomes of them.

    Raises:
        BadInput: they would be too many, or too long.
    """
    all_exchanges = []
    count = characters = 0
    for text in texts:
        exchanges = swapper.exchanges(text)
        all_exchanges.append(exchanges)
        count, characters = count + len(exchanges), characters + exchanges.characters
        _check_bounds(count, characters)
        yield
    made = []
    for text, exchanges in zip(texts, all_exchanges, strict=True):
        made += [(text, swap) for swap in exchanges.made()]
        yield
    return made


def _check_bounds(count: int, characters: int) -> None:
    for what, most, found in (
        ("texts", MAX_SWAPS, count),
        ("characters", MAX_SWAPPED_CHARACTERS, characters),
    ):
        if found > most:
            raise BadInput(
                f"at most {most:,} {what} with terms exchanged",
                f"{found:,} or more",
                "take fewer texts or terms, or shorter texts",
            )


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
