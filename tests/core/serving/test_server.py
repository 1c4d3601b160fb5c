import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException

import pytest

from core.errors import BadInput, JobError
from core.runs.run import Run
from core.scoring.scorer import Scorer, load_scorer
from core.serving import server as server_module
from core.serving.client import ask
from core.serving.connection import MAX_BODY_BYTES
from core.serving.routes import MAX_TEXTS
from core.serving.server import ScorerServer
from core.workspace import Workspace
from tests.core.serving.serving import (
    Gate,
    connected,
    exchange,
    predict,
    read_to_end,
    request,
    serving,
)
from tests.messages import assert_one_sentence
from tests.toy import wait_until


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
    path = f"/v1/models/{server.scorer.run.id}/versions/1"

    assert request(server, body)[1]["predictions"] == plain
    assert request(server, body, path=f"{path}:predict")[1]["predictions"] == plain
    assert request(server, path=path)[0] == 200


@pytest.mark.parametrize(
    "path", ["/x", "/v1/models", "/v1/models/{}x", "/v1/models/{}/versions/12", "/health/", "/v1"]
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
        ("PATCH", "/", "GET, HEAD"),
    ],
)
def test_another_method_is_not_allowed(
    server: ScorerServer, method: str, path: str, allowed: str
) -> None:
    path = path if path.startswith("/") else f"/v1/models/{server.scorer.run.id}{path}"
    status, headers, content = exchange(server.port, method, path, "{}")
    assert (status, headers["Allow"]) == (405, allowed)
    assert json.loads(content)["error"].startswith("Expected the method")


@pytest.mark.parametrize("line", [b"FETCH / HTTP/1.1", b"\x00\xff", b"GET / HTTP/9", b"GET"])
def test_what_is_no_http_is_refused_in_json(server: ScorerServer, line: bytes) -> None:
    with connected(server) as client:
        client.sendall(line + b"\r\nHost: 127.0.0.1\r\n\r\n")
        answer = read_to_end(client)
    assert json.loads(answer[answer.index(b"{") :])["error"].startswith("Expected HTTP")


def test_a_head_without_body_is_as_long_as_with(server: ScorerServer) -> None:
    status, headers, content = exchange(server.port, "HEAD", "/health")
    assert (status, content) == (200, b"")
    assert int(headers["Content-Length"]) > 20


def test_another_host_name_is_refused(server: ScorerServer) -> None:
    assert request(server, headers={"Host": "evil.example"})[0] == 403
    assert request(server, headers={"Host": f"localhost:{server.port}"})[0] == 200


def test_a_web_pages_request_is_refused(server: ScorerServer) -> None:
    origin = {"Origin": "http://evil.example"}
    status, content = request(server, '{"instances": ["a"]}', headers=origin)
    assert (status, "predictions" in content) == (403, False)


@pytest.mark.parametrize("length", ["", "-5", "+5", "five", "\u00b2", "1_0", "0x10"])
def test_a_body_without_a_length_is_refused(server: ScorerServer, length: str) -> None:
    assert request(server, b"", headers={"Content-Length": length})[0] == 411


def test_a_body_in_chunks_is_refused(server: ScorerServer) -> None:
    chunked = {"Transfer-Encoding": "chunked"}
    assert request(server, b"0\r\n\r\n", headers=chunked)[0] in (400, 411)


def test_a_scorer_that_fails_says_so_and_the_server_goes_on(
    server: ScorerServer, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = Scorer(server.scorer.workspace, server.scorer.run, None, server.scorer.step)
    with serving(broken) as other:
        for _ in range(2):
            status, content = predict(other, ["a text that is in no log"])
            assert (status, content) == (500, {"error": "The scorer failed: AttributeError."})
    logged = capfd.readouterr().err
    assert logged.rstrip().endswith("AttributeError")
    assert "a text that is in no log" not in logged


def test_no_texts_get_no_answers(server: ScorerServer) -> None:
    assert predict(server, [])[1]["predictions"] == []


def test_too_many_texts_or_bytes_are_refused(server: ScorerServer) -> None:
    assert predict(server, ["a"] * (MAX_TEXTS + 1))[0] == 413
    length = {"Content-Length": str(MAX_BODY_BYTES + 1)}
    assert request(server, b"", headers=length)[0] == 413


def test_a_refusal_reaches_the_client_in_words(server: ScorerServer) -> None:
    with pytest.raises(JobError, match="10,000 texts"):
        ask(server.port, server.scorer.run.id, ["a"] * (MAX_TEXTS + 1))


def test_many_clients_at_once_each_get_their_own_answer(server: ScorerServer) -> None:
    texts = [f"the {word} cat {n}" for n in range(12) for word in ("lovely", "rotten")]
    wanted = server.scorer.score(texts).values
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda text: ask(server.port, server.scorer.run.id, [text]), texts))
    assert [a.answers[0].score for a in found] == pytest.approx(wanted.tolist(), abs=1e-5)


def test_a_port_in_use_is_said(server: ScorerServer) -> None:
    with pytest.raises(JobError, match=f"a free port {server.port}"):
        ScorerServer(server.scorer, port=server.port)


def test_health_and_figures_come_without_texts(toy_workspace: Workspace, toy_run: Run) -> None:
    with serving(load_scorer(toy_workspace, toy_run)) as server:
        predict(server, ["a secret cat", "another"])
        request(server, "no json")
        status, content = request(server, path="/health")
        assert (status, content["status"], content["run"]) == (200, "ok", toy_run.id)

        _, headers, metrics = exchange(server.port, "GET", "/metrics")
        assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = metrics.decode().splitlines()
        assert 'sincerely_requests_total{route="predict",status="200"} 1' in lines
        assert 'sincerely_requests_total{route="predict",status="400"} 1' in lines
        assert "sincerely_texts_total 2" in lines

        _, headers, page = exchange(server.port, "GET", "/?x=1")
        assert headers["Content-Type"].startswith("text/html")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert b"<td>2</td>" in page
        assert b"secret" not in page + metrics


def test_a_token_is_asked_for_by_all_but_health(
    server: ScorerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(server.scorer, token="right") as other:
        base = f"/v1/models/{other.scorer.run.id}"
        for path in (base, "/", "/metrics", "/nowhere"):
            for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic right"}):
                status, headers, _ = exchange(other.port, "GET", path, headers=given)
                assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
        assert predict(other, ["a"])[0] == 401
        assert request(other, path="/health")[0] == 200
        assert request(other, headers={"Authorization": "bearer right"})[0] == 200

        with pytest.raises(JobError, match="the token of this scorer"):
            ask(other.port, other.scorer.run.id, ["a lovely cat"])
        monkeypatch.setenv("SINCERELY_TOKEN", "right")
        assert ask(other.port, other.scorer.run.id, ["a lovely cat"]).answers[0].label == "0"


def test_beyond_this_machine_a_token_is_needed_and_any_name_will_do(server: ScorerServer) -> None:
    with pytest.raises(BadInput, match="a token in SINCERELY_TOKEN") as refusal:
        ScorerServer(server.scorer, host="0.0.0.0")
    assert_one_sentence(refusal.value)

    with serving(server.scorer, host="0.0.0.0", token="right") as other:
        given = {"Host": "scorer.example", "Authorization": "Bearer right"}
        assert request(other, headers=given)[0] == 200
        assert request(other, headers={"Host": "scorer.example"})[0] == 401


@pytest.mark.parametrize("host", ["", "no.such.name.invalid", "192.0.2.1"])
def test_an_address_that_is_not_this_machines_is_said(server: ScorerServer, host: str) -> None:
    with pytest.raises(JobError) as refusal:
        ScorerServer(server.scorer, host=host, token="right")
    assert_one_sentence(refusal.value)


def test_an_idle_server_ends_though_its_health_is_asked_for(server: ScorerServer) -> None:
    start = time.monotonic()
    idle = ScorerServer(server.scorer, idle_timeout_s=0.5)

    def serve() -> None:
        with idle:
            idle.serve_forever(0.02)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    asked = 0
    with suppress(OSError, HTTPException):
        while thread.is_alive():
            asked += request(idle, path="/health")[0] == 200
    thread.join(20)
    assert not thread.is_alive()
    assert asked > 0
    assert 0.5 <= time.monotonic() - start < 20


def test_a_server_does_not_end_as_idle_while_it_answers(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    gate = Gate(load_scorer(toy_workspace, toy_run))
    with ScorerServer(gate, idle_timeout_s=0.3) as server, ThreadPoolExecutor(1) as pool:
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        answer = pool.submit(predict, server, ["a lovely cat"])
        assert gate.entered.wait(30)
        thread.join(0.6)
        assert thread.is_alive()
        gate.open.set()
        assert answer.result()[0] == 200
        thread.join(20)
        assert not thread.is_alive()


def test_what_is_being_answered_when_it_ends_is_answered(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    gate = Gate(load_scorer(toy_workspace, toy_run))
    with ThreadPoolExecutor(1) as pool:
        with serving(gate) as server:
            answer = pool.submit(predict, server, ["a lovely cat"])
            assert gate.entered.wait(30)
            threading.Timer(0.2, gate.open.set).start()
        assert answer.result()[0] == 200
    assert server.clean


def test_what_takes_longer_than_its_end_may_is_refused(
    toy_workspace: Workspace, toy_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "GRACE_S", 0.2)
    gate = Gate(load_scorer(toy_workspace, toy_run))
    with ThreadPoolExecutor(2) as pool:
        with serving(gate) as server:
            at_work = pool.submit(predict, server, ["a lovely cat"])
            assert gate.entered.wait(30)
            waiting = pool.submit(predict, server, ["a rotten cat"])
            wait_until(lambda: server._answering == 2)
        assert not server.clean
        for answer in (at_work, waiting):
            status, content = answer.result()
            assert status == 503
            assert "ending" in content["error"]
        gate.open.set()
        assert server.batcher.close(30)  # Python must not end while the model is at work.


def test_nobody_listening_is_said() -> None:
    with pytest.raises(JobError, match="no answer"):
        ask(1, "run", ["a"])
