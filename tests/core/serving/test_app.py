import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import JobError
from core.runs.run import Run
from core.scoring.scorer import Scorer, load_scorer
from core.serving.client import ask
from core.serving.limits import Limits
from core.serving.routes import MAX_TEXTS
from core.serving.server import ScorerServer
from core.workspace import Workspace
from tests.core.serving.serving import (
    Gate,
    exchange,
    figure,
    model_path,
    predict,
    request,
    serving,
)
from tests.trained_copies import copied_run


def test_predict_gives_what_the_scorer_gives(server: ScorerServer) -> None:
    texts = ["a lovely cat", "a rotten dog", "", "日本 🙂"]
    status, content = predict(server, texts)
    assert status == 200
    direct = server.scorer.score(texts)
    assert [p["score"] for p in content["predictions"]] == pytest.approx(
        direct.values.tolist(), abs=1e-6
    )
    assert [p["label"] for p in content["predictions"]] == direct.labels


def test_the_model_says_that_it_is_available(server: ScorerServer) -> None:
    status, content = request(server)
    assert (status, content["model_version_status"][0]["state"]) == (200, "AVAILABLE")


def test_the_client_gets_answers_and_times(server: ScorerServer) -> None:
    answers = ask(server.port, server.scorer.run.id, ["a lovely cat", "a rotten dog"])
    assert [answer.label for answer in answers.answers] == ["0", "1"]
    assert 0 < answers.model_milliseconds <= answers.milliseconds


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"instances": "one"}',
        '{"instances": [1]}',
        b"\xff\xfe",
        "[" * 9999,
    ],
)
def test_a_body_that_is_not_a_list_of_texts_is_refused(
    server: ScorerServer, body: str | bytes
) -> None:
    status, content = request(server, body)
    assert status == 400
    assert content["error"].startswith("Expected")


def test_half_a_surrogate_pair_is_scored_as_a_broken_character(server: ScorerServer) -> None:
    status, content = request(server, '{"instances": ["a cat \\ud83d"]}')
    assert status == 200
    assert len(content["predictions"]) == 1


def test_texts_may_come_as_objects_and_a_version_may_be_named(server: ScorerServer) -> None:
    plain = predict(server, ["a lovely cat"])[1]["predictions"]
    body = json.dumps({"instances": [{"text": "a lovely cat"}]})
    assert request(server, body)[1]["predictions"] == plain
    for named in ("/versions/1", "/labels/stable"):
        path = model_path(server, named)
        assert request(server, body, path=f"{path}:predict")[1]["predictions"] == plain
        assert request(server, path=path)[0] == 200
        assert request(server, path=f"{path}/metadata")[0] == 200


def test_a_column_of_texts_gets_columns_back(server: ScorerServer) -> None:
    texts = ["a lovely cat", "a rotten dog"]
    rows = predict(server, texts)[1]["predictions"]
    for inputs in (texts, {"text": texts}):
        status, content = request(server, json.dumps({"inputs": inputs}))
        assert (status, content["outputs"]) == (
            200,
            {name: [row[name] for row in rows] for name in ("score", "label", "calibrated")},
        )
        assert "predictions" not in content


def test_the_metadata_name_what_is_answered(server: ScorerServer) -> None:
    status, content = request(server, path=model_path(server, "/metadata"))
    signature = content["metadata"]["signature_def"]["signature_def"]["serving_default"]
    (row,) = predict(server, ["a lovely cat"])[1]["predictions"]
    assert (status, content["model_spec"]["name"]) == (200, server.scorer.run.id)
    assert set(signature["outputs"]) == set(row)


@pytest.mark.parametrize("colon", ["%3A", "%3a"])
def test_a_colon_may_be_escaped(server: ScorerServer, colon: str) -> None:
    path = model_path(server, f"{colon}predict")
    assert request(server, '{"instances": ["a"]}', path=path)[0] == 200


@pytest.mark.parametrize("verb", ["predict", "explain", "nearest", "swap"])
def test_another_signature_is_refused(server: ScorerServer, verb: str) -> None:
    body = {"signature_name": "other", "instances": ["a cat"], "groups": [["cat", "dog"]]}
    status, content = request(server, json.dumps(body), path=model_path(server, f":{verb}"))
    assert (status, "signature_name" in content["error"]) == (400, True)


@pytest.mark.parametrize("verb", ["classify", "regress"])
def test_what_the_model_has_no_signature_for_is_refused(server: ScorerServer, verb: str) -> None:
    path = model_path(server, f":{verb}")
    assert request(server, '{"examples": [{"text": "a"}]}', path=path)[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/x",
        "/v1/models",
        "/v1/models/{}x",
        "/v1/models/{}/versions/12",
        "/v1/models/{}/labels/x",
        "/health/",
        "/v1",
    ],
)
def test_another_path_is_not_found(server: ScorerServer, path: str) -> None:
    path = path.format(server.scorer.run.id)
    assert request(server, path=path)[0] == 404
    assert request(server, "{}", path=f"{path}:predict")[0] == 404
    assert request(server, "{}", path="/v1/models/other:predict")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", ":predict", "POST"),
        ("DELETE", ":explain", "POST"),
        ("OPTIONS", ":predict", "POST"),
        ("POST", "", "GET, HEAD"),
        ("PUT", "/metrics", "GET, HEAD"),
        ("FETCH", "/", "GET, HEAD"),
    ],
)
def test_another_method_is_not_allowed(
    server: ScorerServer, method: str, path: str, allowed: str
) -> None:
    path = path if path.startswith("/") else model_path(server, path)
    status, headers, content = exchange(server, method, path, "{}")
    assert (status, headers["allow"]) == (405, allowed)
    assert json.loads(content)["error"].startswith("Expected the method")


def test_a_head_without_body_is_as_long_as_with(server: ScorerServer) -> None:
    status, headers, content = exchange(server, "HEAD", "/health")
    assert (status, content) == (200, b"")
    assert int(headers["content-length"]) > 20


def test_another_host_name_is_refused(server: ScorerServer) -> None:
    assert request(server, headers={"Host": "evil.example"})[0] == 403
    assert request(server, headers={"Host": f"localhost:{server.port}"})[0] == 200


def test_a_web_pages_request_is_refused(server: ScorerServer) -> None:
    origin = {"Origin": "http://evil.example"}
    for route in ("predict", "explain", "nearest", "swap", "swap_sample"):
        path = model_path(server, f":{route}")
        status, content = request(server, '{"instances": ["a"]}', path=path, headers=origin)
        assert (status, list(content)) == (403, ["error"])


@pytest.fixture(scope="module")
def locked(scorer: Scorer) -> Iterator[ScorerServer]:
    with serving(scorer, token="right") as server:
        yield server


@pytest.mark.parametrize("given", [None, "Bearer wrong", "Basic right"])
def test_a_token_is_asked_for_by_all_but_health(locked: ScorerServer, given: str | None) -> None:
    sent = {} if given is None else {"Authorization": given}
    for path in (model_path(locked, ""), "/", "/metrics", "/nowhere"):
        status, headers, _ = exchange(locked, "GET", path, headers=sent)
        assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert request(locked, "{}", headers=sent)[0] == 401
    assert request(locked, path="/health", headers=sent)[0] == 200


def test_who_has_the_token_is_answered(
    locked: ScorerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert request(locked, headers={"Authorization": "bearer right"})[0] == 200
    with pytest.raises(JobError, match="the token of this scorer"):
        ask(locked.port, locked.scorer.run.id, ["a lovely cat"])
    monkeypatch.setenv("SINCERELY_TOKEN", "right")
    assert ask(locked.port, locked.scorer.run.id, ["a lovely cat"]).answers[0].label == "0"


def test_beyond_this_machine_any_host_name_will_do(scorer: Scorer) -> None:
    with serving(scorer, host="0.0.0.0", token="right") as other:
        given = {"Host": "scorer.example", "Authorization": "Bearer right"}
        assert request(other, headers=given)[0] == 200
        assert request(other, headers={"Host": "scorer.example"})[0] == 401


def test_no_texts_get_no_answers(server: ScorerServer) -> None:
    assert predict(server, [])[1]["predictions"] == []


def test_too_many_texts_or_bytes_are_refused(server: ScorerServer) -> None:
    assert predict(server, ["a"] * (MAX_TEXTS + 1))[0] == 413
    length = {"Content-Length": str(Limits().body_bytes + 1)}
    assert exchange(server, "POST", model_path(server), headers=length)[0] == 413
    with pytest.raises(JobError, match="10,000 texts"):
        ask(server.port, server.scorer.run.id, ["a"] * (MAX_TEXTS + 1))


def test_more_waiting_texts_than_it_keeps_are_refused(scorer: Scorer) -> None:
    body = json.dumps({"instances": ["a cat"] * 11})
    with serving(scorer, limits=Limits(waiting_texts=10)) as other:
        status, headers, content = exchange(other, "POST", model_path(other), body)
        assert (status, headers["retry-after"]) == (503, "5")
        assert "too many waiting texts" in json.loads(content)["error"]
        with pytest.raises(JobError, match="try again in a while"):
            ask(other.port, other.scorer.run.id, ["a cat"] * 11)


def test_ten_thousand_texts_are_answered_and_a_typed_one_does_not_wait_for_them(
    scorer: Scorer,
) -> None:
    gate = Gate(scorer)
    many = [f"the {word} cat" for word in ("lovely", "rotten")] * (MAX_TEXTS // 2)
    order = []

    def noted(name: str, texts: list[str]) -> list[dict[str, object]]:
        found = predict(server, texts)[1]["predictions"]
        order.append(name)
        return found

    with serving(gate) as server, ThreadPoolExecutor(2) as pool:
        large = pool.submit(noted, "large", many)
        assert gate.entered.wait(30)
        small = pool.submit(noted, "small", ["a lovely dog"])
        gate.open.set()
        assert [entry["label"] for entry in small.result()] == ["0"]
        assert [entry["label"] for entry in large.result()] == ["0", "1"] * (MAX_TEXTS // 2)
    assert order == ["small", "large"]


def test_texts_that_are_empty_or_very_long_get_a_true_answer(server: ScorerServer) -> None:
    texts = ["", "rotten " * 14_000 + "cat", " ", "x" * 100_000, "a lovely cat"]
    found = predict(server, texts)[1]["predictions"]
    alone = [server.scorer.score([text]).values[0] for text in texts]
    assert [entry["score"] for entry in found] == pytest.approx(alone, abs=1e-5)
    assert found[1]["label"] == "1"


def test_many_clients_at_once_each_get_their_own_answer(server: ScorerServer) -> None:
    texts = [f"the {word} cat {n}" for n in range(12) for word in ("lovely", "rotten")]
    wanted = server.scorer.score(texts).values
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda text: ask(server.port, server.scorer.run.id, [text]), texts))
    assert [a.answers[0].score for a in found] == pytest.approx(wanted.tolist(), abs=1e-5)


def test_health_and_figures_come_without_texts(scorer: Scorer) -> None:
    with serving(scorer) as server:
        predict(server, ["a secret cat", "another"])
        request(server, "no json")
        status, content = request(server, path="/health")
        assert (status, content["status"], content["run"]) == (200, "ok", scorer.run.id)

        _, headers, metrics = exchange(server, "GET", "/metrics")
        assert headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        for status, count in (("200", 1), ("400", 1)):
            name = "sincerely_requests_total"
            assert figure(server, name, route="predict", status=status) == count
        assert figure(server, "sincerely_texts_total") == 2
        assert figure(server, "sincerely_request_seconds_count") == 2

        _, headers, page = exchange(server, "GET", "/?x=1")
        assert headers["content-type"].startswith("text/html")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert b"<td>2</td>" in page
        assert b"secret" not in page + metrics


def test_a_run_deleted_while_it_is_served_is_not_found(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    with serving(load_scorer(workspace, run)) as server:
        shutil.rmtree(workspace.run(run.id).folder)
        for status, content in (predict(server, ["a cat"]), request(server)):
            assert status == 404
            assert content["error"].startswith("Expected a run with a trained model")
        explained = request(server, '{"instances": ["a"]}', path=model_path(server, ":explain"))
        assert explained[0] == 404
        assert request(server, path="/health")[0] == 200


def test_a_text_of_more_than_a_million_characters_is_refused(server: ScorerServer) -> None:
    assert predict(server, ["[" * 1_000_001, "a"])[0] == 413
