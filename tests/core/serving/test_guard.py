import json
from collections.abc import Iterator

import pytest

from core.errors import JobError
from core.scoring.scorer import Scorer
from core.serving.client import ask
from core.serving.limits import Limits
from core.serving.server import ScorerServer
from tests.core.serving.serving import (
    connected,
    exchange,
    head,
    model_path,
    predict,
    read_to_end,
    request,
    serving,
)


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


def test_a_scorer_that_fails_says_so_and_the_server_goes_on(
    scorer: Scorer, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = Scorer(scorer.workspace, scorer.run, None, scorer.step)
    with serving(broken) as other:
        for _ in range(2):
            status, content = predict(other, ["a text that is in no log"])
            assert (status, content) == (500, {"error": "The scorer failed: AttributeError."})
    logged = capfd.readouterr().err
    assert logged.rstrip().endswith("AttributeError")
    assert "a text that is in no log" not in logged


def test_who_sends_a_body_that_is_refused_sees_the_refusal(server: ScorerServer) -> None:
    length = Limits().body_bytes + 1
    with connected(server) as client:
        client.sendall(head(server, length) + b" " * length)  # All of it, before it looks.
        answer = read_to_end(client)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Expected at most 10,485,760 bytes, but found 10,485,761." in answer


def test_a_body_that_nobody_reads_is_thrown_away_and_the_connection_ended(
    server: ScorerServer,
) -> None:
    body = head(server, 100_000).replace(b":predict", b":nothing") + b" " * 100_000
    with connected(server) as client:
        client.sendall(body)
        answer = read_to_end(client)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"connection: close" in answer
    assert json.loads(answer[answer.index(b"{") :])["error"].startswith("Expected the path")


def test_who_goes_on_sending_what_is_refused_is_cut_off(scorer: Scorer) -> None:
    with serving(scorer, limits=Limits(linger_s=0.2)) as other, connected(other) as client:
        client.sendall(head(other, 11 << 20) + b" ")
        assert read_to_end(client).startswith(b"HTTP/1.1 413 ")


def test_a_connection_whose_requests_are_whole_is_kept(server: ScorerServer) -> None:
    request_of_no_json = head(server, 2) + b"no"
    with connected(server) as client:
        for _ in range(3):
            client.sendall(request_of_no_json)
            answer = client.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 400 ")
            assert b"connection: close" not in answer
            while not answer.endswith(b"}"):
                answer += client.recv(65_536)
