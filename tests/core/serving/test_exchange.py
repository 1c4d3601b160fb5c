import json

import pytest

from core.scoring.scorer import Scorer
from core.serving.limits import Limits
from core.serving.server import ScorerServer
from tests.core.serving.serving import (
    connected,
    head,
    predict,
    read_to_end,
    serving,
)


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
