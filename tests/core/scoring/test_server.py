import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import JobError
from core.runs.run import Run
from core.scoring.client import ask
from core.scoring.routes import MAX_TEXTS
from core.scoring.scorer import Scorer, load_scorer
from core.scoring.server import MAX_BODY_BYTES, ScorerServer
from core.workspace import Workspace


@pytest.fixture(scope="module")
def server(toy_workspace: Workspace, toy_run: Run) -> Iterator[ScorerServer]:
    with ScorerServer(load_scorer(toy_workspace, toy_run)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def request(
    server: ScorerServer,
    body: bytes | str | None = None,
    *,
    path: str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    base = f"/v1/models/{server.scorer.run.id}"
    try:
        if body is None:
            connection.request("GET", path or base, headers=headers or {})
        else:
            connection.request("POST", path or f"{base}:predict", body, headers or {})
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


def predict(server: ScorerServer, texts: object) -> tuple[int, dict[str, object]]:
    return request(server, json.dumps({"instances": texts}))


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


def test_another_path_is_not_found(server: ScorerServer) -> None:
    assert request(server, path="/")[0] == 404
    assert request(server, "{}", path="/v1/models/other:predict")[0] == 404


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
    with ScorerServer(broken) as other:
        thread = threading.Thread(target=other.serve_forever, daemon=True)
        thread.start()
        for _ in range(2):
            status, content = predict(other, ["a text that is in no log"])
            assert (status, content) == (500, {"error": "The scorer failed: AttributeError."})
        other.shutdown()
        thread.join()
    assert "a text that is in no log" not in capfd.readouterr().err


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


def test_an_idle_server_ends(server: ScorerServer) -> None:
    start = time.monotonic()
    with ScorerServer(server.scorer, idle_timeout_s=0.3) as idle:
        idle.serve_forever(poll_interval=0.05)
    assert 0.3 <= time.monotonic() - start < 10


def test_nobody_listening_is_said() -> None:
    with pytest.raises(JobError, match="no answer"):
        ask(1, "run", ["a"])
