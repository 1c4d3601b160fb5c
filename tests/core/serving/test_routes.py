import json
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from core.errors import JobError, never_stop
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.explain.explanation import Explainer
from core.explain.explanation_types import Method
from core.explain.identity_swap import check_groups
from core.files import write_atomically
from core.model.classifier import TrainedModel
from core.runs.result import read_result
from core.runs.run import Run
from core.scoring.scorer import Scorer, load_scorer
from core.serving.client import ask, explain, nearest, swap, swap_sample
from core.serving.routes import MAX_CHARACTERS, MAX_EXPLAINED, MAX_SWAPPED
from core.serving.server import ScorerServer
from core.workspace import Workspace
from tests.core.serving.serving import connected, figure, head, model_path, request, serving
from tests.messages import assert_one_sentence
from tests.toy import wait_until
from tests.trained_copies import copied_run

GROUPS = check_groups([["cat", "dog"], ["lovely", "rotten"]])
RAW_GROUPS = [list(group) for group in GROUPS]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, toy_workspace: Workspace, toy_run: Run
) -> Iterator[ScorerServer]:
    """Of a copy of the toy run, because neighbours are kept in the run's folder."""
    workspace = Workspace(tmp_path_factory.mktemp("routes") / "workspace")
    run = copied_run(toy_workspace, toy_run, workspace)
    with serving(load_scorer(workspace, run)) as server:
        yield server


def post(server: ScorerServer, route: str, **content: object) -> tuple[int, dict[str, Any]]:
    return request(server, json.dumps(content), path=model_path(server, f":{route}"))


def test_explanations_come_over_http_as_they_are_made(server: ScorerServer) -> None:
    texts = ["a lovely cat", "🙂 rotten dog"]
    for method in Method:
        found = explain(server.port, server.scorer.run.id, texts, method)
        made = Explainer(server.scorer).explain(texts, method)
        assert [one.words for one in found] == [
            tuple(
                type(word)(word.start, word.end, pytest.approx(word.contribution, abs=1e-5))
                for word in one.words
            )
            for one in made
        ]
        assert [one.method for one in found] == [method, method]


def test_neighbours_come_with_progress_while_they_are_prepared(server: ScorerServer) -> None:
    seen: list[tuple[int, int]] = []
    found = nearest(
        server.port, server.scorer.run.id, "a rotten cat", 3, lambda *now: seen.append(now)
    )
    assert [one.label for one in found.found] == ["1", "1", "1"]
    assert seen == sorted(seen)


def test_swaps_come_over_http(server: ScorerServer) -> None:
    run_id = server.scorer.run.id
    found = swap(server.port, run_id, ["the rotten cat"], GROUPS)
    assert {one.swapped for one in found} == {"the rotten dog", "the lovely cat"}

    seen: list[tuple[int, int]] = []
    sample = swap_sample(server.port, run_id, GROUPS, 20, lambda *now: seen.append(now))
    assert (sample.part, sample.tried, seen) == ("test", 20, [(16, 20), (20, 20)])
    assert len({one.original for one in sample.swaps}) == 20


def test_a_sample_of_more_rows_than_there_are_ends_with_them(server: ScorerServer) -> None:
    sample = swap_sample(server.port, server.scorer.run.id, GROUPS, 10_000)
    assert sample.looked == sample.rows > sample.tried > 0


@pytest.mark.parametrize(
    ("route", "content", "said"),
    [
        ("explain", {}, "Expected JSON such as"),
        ("explain", {"inputs": {"words": ["a"]}}, 'the key "text"'),
        ("explain", {"instances": [1]}, "a list of strings"),
        ("explain", {"instances": ["a"], "method": "magic"}, "Expected the method"),
        ("explain", {"instances": ["a"], "method": ["x"]}, "Expected the method"),
        ("nearest", {"instances": []}, "found none"),
        ("nearest", {"instances": ["a"], "count": 0}, "from 1 to 50"),
        ("nearest", {"instances": ["a"], "count": True}, "from 1 to 50"),
        ("swap", {"instances": ["a"]}, "Expected groups such as"),
        ("swap", {"instances": ["a"], "groups": [["men", 5]]}, "Expected groups such as"),
        ("swap", {"instances": ["a"], "groups": [["men"]]}, "two or more terms"),
        ("swap", {"instances": ["a"], "groups": [["men", "Men"]]}, "each term once"),
        ("swap", {"instances": ["a"], "groups": []}, "at least one group of terms"),
        ("swap_sample", {"groups": RAW_GROUPS, "start": -1}, "start to be a whole number"),
        ("swap_sample", {"groups": RAW_GROUPS, "most": "9"}, "most to be a whole number"),
    ],
)
def test_a_senseless_request_is_refused_in_a_sentence(
    server: ScorerServer, route: str, content: dict[str, object], said: str
) -> None:
    status, answer = post(server, route, **content)
    assert status == 400
    assert said in answer["error"]
    assert answer["error"].startswith("Expected")


def test_too_many_texts_are_refused(server: ScorerServer) -> None:
    assert post(server, "explain", instances=["a"] * (MAX_EXPLAINED + 1))[0] == 413
    assert post(server, "nearest", instances=["a", "b"])[0] == 413
    long = ["a" * (MAX_CHARACTERS + 1)]
    for route in ("explain", "nearest", "swap"):
        assert post(server, route, instances=long, groups=RAW_GROUPS)[0] == 413
    many = ["a"] * (MAX_SWAPPED + 1)
    assert post(server, "swap", instances=many, groups=RAW_GROUPS)[0] == 413


@dataclass(frozen=True)
class GatedModel(TrainedModel):
    """A real model that waits before it gives the probabilities that swaps are scored by."""

    calls: list[str]
    entered: threading.Event
    open: threading.Event

    def probabilities(
        self, texts: list[str], should_stop: Callable[[], bool] = never_stop
    ) -> NDArray[np.float32]:
        self.calls.append("swaps")
        self.entered.set()
        assert self.open.wait(30)
        return super().probabilities(texts, should_stop)

    def probabilities_of(
        self, tokens: tf.RaggedTensor, should_stop: Callable[[], bool] = never_stop
    ) -> NDArray[np.float32]:
        if int(tokens.nrows()) == 1:
            self.calls.append("text")
        return super().probabilities_of(tokens, should_stop)


@pytest.fixture
def gated(scorer: Scorer) -> GatedModel:
    model = scorer.model
    parts = (model.network, model.tokenizer, model.card)
    return GatedModel(*parts, [], threading.Event(), threading.Event())


@pytest.fixture
def busy(scorer: Scorer, gated: GatedModel) -> Iterator[ScorerServer]:
    found = Scorer(scorer.workspace, scorer.run, gated, scorer.step, scorer.temperature)
    with serving(found) as server:
        yield server


SWAPS = json.dumps({"instances": ["a lovely cat"] * MAX_SWAPPED, "groups": RAW_GROUPS}).encode()


def test_a_request_that_takes_long_does_not_hold_others(
    busy: ScorerServer, gated: GatedModel
) -> None:
    with ThreadPoolExecutor(2) as pool:
        path = model_path(busy, ":swap")
        long = pool.submit(request, busy, SWAPS, path=path)
        assert gated.entered.wait(30)
        short = pool.submit(ask, busy.port, busy.scorer.run.id, ["a lovely dog"])
        wait_until(lambda: figure(busy, "sincerely_requests_in_progress") == 2)
        gated.open.set()
        assert short.result().answers[0].label == "0"
        assert len(long.result()[1]["swaps"]) == 2 * MAX_SWAPPED
    assert gated.calls.index("text") == 1
    assert gated.calls.count("swaps") > 2


def test_swaps_are_not_gone_on_with_for_a_client_that_is_gone(
    busy: ScorerServer, gated: GatedModel
) -> None:
    with connected(busy) as client:
        client.sendall(head(busy, len(SWAPS)).replace(b":predict", b":swap") + SWAPS)
        assert gated.entered.wait(30)
    wait_until(lambda: figure(busy, "sincerely_requests_in_progress") == 0)
    gated.open.set()
    assert len(ask(busy.port, busy.scorer.run.id, ["a lovely dog"]).answers) == 1
    assert gated.calls == ["swaps", "text"]


def test_a_changed_threshold_counts_without_a_new_start(server: ScorerServer) -> None:
    scorer = server.scorer
    before = scorer.threshold
    for threshold, label in ((0.0, "1"), (1.0, "0")):
        point = OperatingPoint(threshold, Rule.HAND, (threshold,))
        keep_operating_point(scorer.workspace, scorer.run, point)
        assert ask(server.port, scorer.run.id, ["a lovely cat"]).answers[0].label == label
    keep_operating_point(scorer.workspace, scorer.run, OperatingPoint(before))


def test_a_run_deleted_meanwhile_is_said_in_a_sentence(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    with serving(load_scorer(workspace, run)) as server:
        shutil.rmtree(workspace.run(run.id).folder)
        with pytest.raises(JobError, match="a run with a trained model") as refusal:
            ask(server.port, run.id, ["a cat"])
    assert_one_sentence(refusal.value)


def test_a_model_that_was_trained_further_answers_without_a_new_start(
    server: ScorerServer,
) -> None:
    workspace, run = server.scorer.workspace, server.scorer.run
    paths, result = workspace.run(run.id), read_result(workspace, run)
    assert result is not None
    before = ask(server.port, run.id, ["a lovely cat"]).answers
    later = replace(result, best_step=result.best_step + 1, temperature=7.0)
    shutil.copytree(paths.model(result.best_step), paths.model(later.best_step))

    write_atomically(paths.result, later.to_json())
    try:
        after = ask(server.port, run.id, ["a lovely cat"]).answers
    finally:
        write_atomically(paths.result, result.to_json())

    assert after[0].score == pytest.approx(before[0].score, abs=1e-6)
    assert after[0].calibrated != pytest.approx(before[0].calibrated, abs=1e-3)
    assert ask(server.port, run.id, ["a lovely cat"]).answers == before
