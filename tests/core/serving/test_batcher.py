import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest

from core.errors import NotFound
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.explain.explanation import Explainer
from core.files import write_atomically
from core.model.pauses import Pausing
from core.runs.result import read_result
from core.runs.run import Run
from core.scoring.scorer import Scorer, Scores, load_scorer
from core.serving.batcher import MAX_BATCH, MAX_WAITING, Batcher, Closed, Full
from core.workspace import Workspace
from tests.messages import assert_one_sentence
from tests.trained_copies import copied_run

T = TypeVar("T")
KIND, RUDE = "a lovely cat", "a rotten cat"


class Watched(Scorer):
    """A real scorer that notes what it is asked, and waits while its gate is shut."""

    def __init__(self, scorer: Scorer) -> None:
        super().__init__(
            scorer.workspace, scorer.run, scorer.model, scorer.step, scorer.temperature
        )
        self.calls: list[list[str]] = []
        self.entered, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def score(self, texts: Sequence[str]) -> Scores:
        self.calls.append(list(texts))
        self.entered.set()
        assert self.gate.wait(30)
        if "broken" in texts:
            raise ValueError("broken")
        return super().score(texts)


@pytest.fixture(scope="module")
def loaded(toy_workspace: Workspace, toy_run: Run) -> Scorer:
    return load_scorer(toy_workspace, toy_run)


@pytest.fixture
def scorer(loaded: Scorer) -> Watched:
    return Watched(loaded)


@contextmanager
def batching(
    scorer: Scorer,
    on_batch: Callable[[int], None] = lambda texts: None,
    max_waiting: int = MAX_WAITING,
) -> Iterator[Batcher]:
    batcher = Batcher(scorer, on_batch, max_waiting=max_waiting)
    yield batcher
    assert batcher.close(30)


@contextmanager
def model_at_work(batcher: Batcher, scorer: Watched) -> Iterator[None]:
    """While it lasts, requests wait; the answers begin with its end."""
    scorer.gate.clear()
    scorer.entered.clear()
    first = batcher.score(["hello"])
    assert scorer.entered.wait(30)
    scorer.calls.clear()
    yield
    scorer.gate.set()
    assert first.result(30).labels


def test_waiting_requests_are_scored_together_and_each_gets_its_own(scorer: Watched) -> None:
    sizes: list[int] = []
    with batching(scorer, sizes.append) as batcher:
        with model_at_work(batcher, scorer):
            asked = [batcher.score([word, "why"]) for word in (KIND, RUDE) * 3]
        found = [future.result(30) for future in asked]
        wanted = [scorer.score([word, "why"]) for word in (KIND, RUDE)]
    assert sizes == [1, 12]
    for number, scores in enumerate(found):
        np.testing.assert_allclose(scores.values, wanted[number % 2].values, atol=1e-5)
        np.testing.assert_allclose(scores.calibrated, wanted[number % 2].calibrated, atol=1e-5)
        assert scores.labels == wanted[number % 2].labels


def test_answers_keep_the_order_of_texts_of_all_lengths(scorer: Watched) -> None:
    texts = [f"{word} " * n for n in (30, 1, 12, 0, 5) for word in ("lovely", "rotten", "so")] * 12
    with batching(scorer) as batcher:
        found = batcher.score(texts).result(60)
    wanted = scorer.score(texts)
    np.testing.assert_allclose(found.values, wanted.values, atol=1e-5)
    assert found.labels == wanted.labels


def test_a_batch_is_bounded_and_shared_by_all_that_wait(scorer: Watched) -> None:
    sizes: list[int] = []
    done: list[str] = []

    def note(name: str) -> Callable[[Future[Scores]], None]:
        return lambda _: done.append(name)

    with batching(scorer, sizes.append) as batcher:
        with model_at_work(batcher, scorer):
            large = [batcher.score([KIND] * 150) for _ in range(2)]
            small = batcher.score([RUDE])
            for name, future in (("large", large[0]), ("large", large[1]), ("small", small)):
                future.add_done_callback(note(name))
        assert [label for future in large for label in future.result(60).labels] == ["0"] * 300
    assert done == ["small", "large", "large"]
    assert sizes == [1, 64, 64, 64, 64, 45]
    assert max(sizes) == MAX_BATCH
    asked = [text for call in scorer.calls for text in call]
    assert asked.index(RUDE) < MAX_BATCH


def test_more_requests_than_fit_a_batch_are_answered_in_turn(scorer: Watched) -> None:
    sizes: list[int] = []
    with batching(scorer, sizes.append) as batcher:
        with model_at_work(batcher, scorer):
            asked = [batcher.score([KIND]) for _ in range(MAX_BATCH + 6)]
        assert [future.result(60).labels for future in asked] == [["0"]] * (MAX_BATCH + 6)
    assert sizes == [1, MAX_BATCH, 6]


def test_an_error_in_one_requests_texts_fails_no_other(scorer: Watched) -> None:
    with batching(scorer) as batcher:
        with model_at_work(batcher, scorer):
            good, bad, other = (batcher.score([text]) for text in (KIND, "broken", RUDE))
        assert (good.result(30).labels, other.result(30).labels) == (["0"], ["1"])
        with pytest.raises(ValueError, match="broken"):
            bad.result(30)
        assert batcher.score([KIND]).result(30).labels == ["0"]


def test_no_texts_get_no_answers(scorer: Watched) -> None:
    with batching(scorer) as batcher:
        assert batcher.score([]).result(30).labels == []


def test_a_cancelled_request_is_not_scored(scorer: Watched) -> None:
    with batching(scorer) as batcher:
        with model_at_work(batcher, scorer):
            gone, other = batcher.score([RUDE] * 200), batcher.score([KIND])
            assert gone.cancel()
        assert other.result(30).labels == ["0"]
    assert scorer.calls == [[KIND]]


def at_once(give: Callable[[], T]) -> Callable[[Explainer], Pausing[T]]:
    """Work without a pause."""

    def work(explainer: Explainer) -> Pausing[T]:
        yield from ()
        return give()

    return work


def test_other_work_has_the_model_to_itself_in_its_turn(scorer: Watched) -> None:
    order = []
    with batching(scorer) as batcher:
        with model_at_work(batcher, scorer):
            large = batcher.score([KIND] * 130)
            work = batcher.call(at_once(lambda: order.append("work") or len(scorer.calls)))
            large.add_done_callback(lambda _: order.append("large"))
            failing = batcher.call(at_once(lambda: 1 / 0))
        assert work.result(30) == 1  # After the first batch of the large request.
        assert len(large.result(30).labels) == 130
        with pytest.raises(ZeroDivisionError):
            failing.result(30)
    assert order == ["work", "large"]


def in_parts(name: str, parts: int, done: list[str]) -> Callable[[Explainer], Pausing[str]]:
    def work(explainer: Explainer) -> Pausing[str]:
        for _ in range(parts):
            done.append(name)
            yield
        return name

    return work


def test_texts_come_between_the_parts_of_work_that_takes_long(scorer: Watched) -> None:
    done: list[str] = []
    with batching(scorer, lambda texts: done.append("texts")) as batcher:
        with model_at_work(batcher, scorer):
            done.clear()
            works = [batcher.call(in_parts(name, 3, done)) for name in "ab"]
            asked = batcher.score([KIND] * 130)
        assert [work.result(30) for work in works] == ["a", "b"]
        assert len(asked.result(30).labels) == 130
    # Work as long goes on together, and three batches of texts are not behind all of it.
    assert done == ["a", "texts", "b", "texts", "a", "texts", "b", "a", "b"]


def test_work_that_nobody_waits_for_is_given_up_at_its_next_pause(scorer: Watched) -> None:
    done: list[str] = []
    with batching(scorer) as batcher:
        with model_at_work(batcher, scorer):
            gone, other = (batcher.call(in_parts(name, 9, done)) for name in ("gone", "other"))

            def stop(explainer: Explainer) -> Pausing[bool]:
                yield
                return gone.cancel()

            stopped = batcher.call(stop)
        assert stopped.result(30)
        assert other.result(30) == "other"
    assert (done.count("gone"), done.count("other")) == (2, 9)


def test_more_texts_than_may_wait_are_refused(scorer: Watched) -> None:
    with batching(scorer, max_waiting=10) as batcher:
        with model_at_work(batcher, scorer):  # With one text, which waits as well.
            gone, kept = batcher.score([RUDE] * 8), batcher.score([KIND])
            with pytest.raises(Full) as refusal:
                batcher.score([KIND]).result(0)
            assert gone.cancel()
            instead = batcher.score([KIND] * 8)
        assert [len(future.result(30).labels) for future in (kept, instead)] == [1, 8]
    assert_one_sentence(refusal.value)


def test_closed_it_answers_nobody(scorer: Watched) -> None:
    batcher = Batcher(scorer)
    with model_at_work(batcher, scorer):
        waiting = batcher.score([KIND])
        work = batcher.call(at_once(lambda: None))
        threading.Timer(0.1, scorer.gate.set).start()
        assert batcher.close(30)
    for future in (waiting, work, batcher.score([KIND])):
        with pytest.raises(Closed):
            future.result(30)


def test_a_request_is_answered_with_one_threshold_from_end_to_end(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    scorer = Watched(load_scorer(workspace, run))
    keep_operating_point(workspace, run, OperatingPoint(1.0, Rule.HAND, (1.0,)))
    with batching(scorer) as batcher:
        scorer.gate.clear()
        before = batcher.score([KIND] * 150)
        assert scorer.entered.wait(30)
        keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))
        after = batcher.score([KIND] * 150)
        scorer.gate.set()
        assert before.result(60).labels == ["0"] * 150
        assert after.result(60).labels == ["1"] * 150


class Interrupted(Watched):
    """Its run cannot be read at one moment, after its threshold has been."""

    failures = 0

    @property
    def outdated(self) -> bool:
        if self.failures:
            self.failures -= 1
            raise OSError
        return super().outdated


def test_a_threshold_is_taken_up_though_the_run_cannot_be_read_at_first(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    keep_operating_point(workspace, run, OperatingPoint(1.0, Rule.HAND, (1.0,)))
    scorer = Interrupted(load_scorer(workspace, run))
    with batching(scorer) as batcher:
        keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))
        scorer.failures = 1
        assert batcher.score([KIND]).result(30).labels == ["1"]


def test_a_run_trained_further_meanwhile_never_mixes_models_in_a_request(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    scorer = Watched(load_scorer(workspace, run))
    paths, result = workspace.run(run.id), read_result(workspace, run)
    assert result is not None
    with batching(scorer) as batcher:
        scorer.gate.clear()
        before = batcher.score([KIND] * 150)
        assert scorer.entered.wait(30)
        later = replace(result, best_step=result.best_step + 1, temperature=7.0)
        shutil.copytree(paths.model(result.best_step), paths.model(later.best_step))
        write_atomically(paths.result, later.to_json())
        after = batcher.score([KIND] * 150)
        scorer.gate.set()
        old, new = before.result(60).calibrated, after.result(60).calibrated
    assert np.ptp(old) < 1e-4
    assert np.ptp(new) < 1e-4
    assert abs(old[0] - new[0]) > 1e-2


def test_a_deleted_run_answers_no_new_request_and_goes_on_with_the_old(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    scorer = Watched(load_scorer(workspace, run))
    with batching(scorer) as batcher:
        scorer.gate.clear()
        before = batcher.score([KIND] * 150)
        assert scorer.entered.wait(30)
        shutil.rmtree(workspace.run(run.id).folder)
        after = batcher.score([KIND])
        work = batcher.call(at_once(lambda: None))
        scorer.gate.set()
        assert before.result(60).labels == ["0"] * 150
        for future in (after, work):
            with pytest.raises(NotFound):
                future.result(30)


def test_long_texts_are_not_all_scored_at_once_and_hold_no_short_one(scorer: Watched) -> None:
    long = "[" * 900_000
    with batching(scorer) as batcher:
        with model_at_work(batcher, scorer):
            several, short = batcher.score([long] * 4 + [KIND] * 3), batcher.score([RUDE])
        assert len(several.result(30).values) == 7
        assert len(short.result(30).values) == 1
    assert [call.count(long) for call in scorer.calls] == [2, 2]
    assert RUDE in scorer.calls[0]
