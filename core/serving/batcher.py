"""Texts of all waiting requests scored together, a bounded number at a time."""

from __future__ import annotations

import copy
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import JobError
from core.explain.explanation import Explainer
from core.model.pauses import Pausing
from core.scoring.scorer import Scorer, Scores, load_scorer

MAX_BATCH = 64
"""Texts of a batch."""
_LONG, _LONG_TOGETHER = 10_000, 1_000_000
"""From so many characters on a text is long, and about so many of long ones make a batch."""
MAX_WAITING = 50_000
"""Texts of all requests that are not answered yet."""

T = TypeVar("T")


class Closed(JobError):
    """The batcher was closed before the answer was there."""

    def __init__(self) -> None:
        super().__init__("a running scorer", "one that is ending", "ask again in a while")


class Full(JobError):
    """Too many texts wait already."""

    def __init__(self) -> None:
        super().__init__(
            "a scorer with less to do", "too many waiting texts", "ask again in a while"
        )


class Batcher:
    """Answers requests with one model, which a thread of its own works.

    While the model works, requests wait. A batch then takes texts of the first MAX_BATCH of them,
    in equal shares, so that a single text never waits for thousands of another request; it does
    for the batch at work, one part of other work, and a changed model. Other work, which may take
    long, has the model up to its next pause and then goes to the end of the line; while texts
    wait, a batch of them comes between two such parts. All of a request is answered by the model
    and the threshold that the run had when it was begun.

    Args:
        scorer: What answers.
        on_batch: Told how many texts each batch had.
        max_waiting: Texts of all requests that are not answered yet; more are refused.
    """

    def __init__(
        self,
        scorer: Scorer,
        on_batch: Callable[[int], None] = lambda texts: None,
        *,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self.scorer = scorer
        self.explainer = Explainer(scorer)
        self._on_batch = on_batch
        self._max_waiting = max_waiting
        self._now = copy.copy(scorer)
        self._task: _Task[Any] | None = None
        self._after_task = False
        self._waiting: deque[_Texts | _Task[Any]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="model", daemon=True)
        self._thread.start()

    def score(self, texts: Sequence[str]) -> Future[Scores]:
        """Have texts scored; cancel the future when nobody wants the answer any more.

        The future raises `core.errors.NotFound` where the run has been deleted, Closed, and
        Full.
        """
        request = _Texts(texts)
        self._put(request)
        return request.future

    def call(self, work: Callable[[Explainer], Pausing[T]]) -> Future[T]:
        """Have something else done with the model, which it has alone from pause to pause; cancel
        the future to have it given up at the next one."""
        task = _Task(work)
        self._put(task)
        return task.future

    def close(self, timeout_s: float) -> bool:
        """Answer nobody any more after what the model is at; False if that takes longer."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout_s)
        with self._changed:
            for request in [*self._waiting, *([self._task] if self._task else [])]:
                _fail(request.future, Closed())
        return not self._thread.is_alive()

    def _put(self, request: _Texts | _Task[Any]) -> None:
        with self._changed:
            if self._closed:
                _fail(request.future, Closed())
            elif isinstance(request, _Texts) and self._is_full(len(request.texts)):
                _fail(request.future, Full())
            else:
                self._waiting.append(request)
                self._changed.notify()

    def _is_full(self, more: int) -> bool:
        waiting = (request for request in self._waiting if isinstance(request, _Texts))
        wanted = (len(found.texts) for found in waiting if not found.future.cancelled())
        return sum(wanted, more) > self._max_waiting

    def _work(self) -> None:
        while (turn := self._next_turn()) is not None:
            if isinstance(turn, _Task):
                self._do(turn)
            else:
                self._answer(turn)

    def _next_turn(self) -> _Task[Any] | list[_Texts] | None:
        """The task that is first in line, or else the requests that are texts; None at the end."""
        with self._changed:
            while True:
                self._waiting = deque(r for r in self._waiting if not r.future.cancelled())
                if self._closed:
                    return None
                if self._waiting:
                    break
                self._changed.wait()
            texts = [request for request in self._waiting if isinstance(request, _Texts)]
            task = next((one for one in self._waiting if isinstance(one, _Task)), None)
            first = self._waiting[0] is task and not (self._after_task and texts)
            if task is not None and (first or not texts):
                self._waiting.remove(task)
                self._task, self._after_task = task, True
                return task
            self._task, self._after_task = None, False
            return texts[:MAX_BATCH]

    def _do(self, task: _Task[Any]) -> None:
        """Do a part of other work, which then goes to the end of the line."""
        try:
            if task.rest is None:
                self._take_up_changes()
                task.rest = task.work(self.explainer)
            next(task.rest)
        except StopIteration as end:
            _finish(task.future, end.value)
        except Exception as error:
            _fail(task.future, error)
        else:
            with self._changed:
                self._waiting.append(task)
                self._task = None

    def _answer(self, requests: list[_Texts]) -> None:
        """Score one batch of these requests' texts; those that want more go to the end of the
        line."""
        self._begin([request for request in requests if request.scorer is None])
        # A model that has changed meanwhile answers in a batch of its own.
        scorer = next((r.scorer for r in requests if not r.future.done()), None)
        batch = [r for r in requests if r.scorer is scorer and not r.future.done()]
        if scorer is not None:
            taken = _shares(batch)
            self._on_batch(sum(len(places) for places in taken.values()))
            self._score(scorer, taken)
        with self._changed:
            handled = {request for request in requests if request.future.done()} | set(batch)
            rest = [request for request in self._waiting if request not in handled]
            self._waiting = deque([*rest, *(r for r in batch if not r.future.done())])

    def _begin(self, requests: list[_Texts]) -> None:
        if not requests:
            return
        try:
            self._take_up_changes()
        except Exception as error:
            for request in requests:
                _fail(request.future, error)
            return
        for request in requests:
            request.scorer = self._now
            if not request.texts:
                _finish(request.future, self._now.score([]))

    def _take_up_changes(self) -> None:
        """Begin from now on with the threshold and the model that the run has now."""
        try:
            self._take_up()
        except OSError:  # It is deleted or keeps another model at this very moment.
            self._take_up()

    def _take_up(self) -> None:
        self.scorer.refresh()
        if self.scorer.outdated:
            later = load_scorer(self.scorer.workspace, self.scorer.run)
            later.warm_up()
            self.scorer, self.explainer = later, Explainer(later)
        # Not with what it was before: that is lost where an error came after `refresh`.
        elif self.scorer.threshold == self._now.threshold:
            return
        self._now = copy.copy(self.scorer)

    def _score(self, scorer: Scorer, taken: dict[_Texts, list[int]]) -> None:
        part = [(request, place) for request, places in taken.items() for place in places]
        try:
            _keep(scorer, part)
        except Exception as error:
            _keep_apart(scorer, part, error)


class _Task(Generic[T]):
    def __init__(self, work: Callable[[Explainer], Pausing[T]]) -> None:
        self.work = work
        self.rest: Pausing[T] | None = None
        self.future: Future[T] = Future()


class _Texts:
    """A request's texts, and its answers as far as they are there."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.future: Future[Scores] = Future()
        self.scorer: Scorer | None = None
        # Texts of like length are cheap together.
        self.places = deque(sorted(range(len(texts)), key=lambda place: len(texts[place])))
        self._values: NDArray[np.float32] = np.zeros(len(texts), np.float32)
        self._labels = [""] * len(texts)
        self._calibrated: NDArray[np.float32] = np.zeros(len(texts), np.float32)
        self._left = len(texts)

    def keep(self, places: list[int], scores: Scores) -> None:
        self._values[places] = scores.values
        for place, label in zip(places, scores.labels, strict=True):
            self._labels[place] = label
        self._calibrated[places] = scores.calibrated
        self._left -= len(places)
        if self._left == 0:
            _finish(self.future, Scores(self._values, self._labels, self._calibrated))


def _shares(requests: list[_Texts]) -> dict[_Texts, list[int]]:
    """Up to MAX_BATCH texts of requests, in equal shares: who wants little leaves more.

    Long ones are put off where others are in it already: to cut them into tokens takes a while.
    """
    room, left = MAX_BATCH, _LONG_TOGETHER
    taken: dict[_Texts, list[int]] = {}
    by_need = sorted(requests, key=lambda request: len(request.places))
    for number, request in enumerate(by_need):
        share = min(len(request.places), -(-room // (len(by_need) - number)))
        own = taken[request] = []
        while len(own) < share:
            length = len(request.texts[request.places[0]])
            if length > _LONG and left <= 0:
                break
            left -= length if length > _LONG else 0
            own.append(request.places.popleft())
        room -= len(own)
    return taken


def _keep(scorer: Scorer, part: Sequence[tuple[_Texts, int]]) -> None:
    """Score texts together and hand the answers to their requests."""
    scores = scorer.score([request.texts[place] for request, place in part])
    owned: dict[_Texts, list[int]] = {}
    for number, (request, _) in enumerate(part):
        owned.setdefault(request, []).append(number)
    for request, numbers in owned.items():
        labels = [scores.labels[number] for number in numbers]
        own = Scores(scores.values[numbers], labels, scores.calibrated[numbers])
        request.keep([part[number][1] for number in numbers], own)


def _keep_apart(scorer: Scorer, part: Sequence[tuple[_Texts, int]], error: Exception) -> None:
    """After an error: score each request's texts alone, so that only who caused it hears of it."""
    requests = dict.fromkeys(request for request, _ in part)
    if len(requests) == 1:
        _fail(part[0][0].future, error)
        return
    for request in requests:
        own = [pair for pair in part if pair[0] is request]
        try:
            _keep(scorer, own)
        except Exception as own_error:
            _fail(request.future, own_error)


def _finish(future: Future[T], result: T) -> None:
    with suppress(InvalidStateError):  # Cancelled in the meantime.
        future.set_result(result)


def _fail(future: Future[Any], error: Exception) -> None:
    with suppress(InvalidStateError):
        future.set_exception(error)
