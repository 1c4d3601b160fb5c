import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPException

import pytest

from core.errors import BadInput, JobError
from core.scoring.scorer import Scorer
from core.serving.client import ask
from core.serving.limits import Limits
from core.serving.server import ScorerServer
from tests.core.serving.serving import Gate, connected, figure, predict, request, serving
from tests.messages import assert_one_sentence
from tests.toy import wait_until


def test_a_port_in_use_is_said(server: ScorerServer) -> None:
    with pytest.raises(JobError, match=f"a free port {server.port}"):
        ScorerServer(server.scorer, port=server.port)


@pytest.mark.parametrize("host", ["", "no.such.name.invalid", "192.0.2.1"])
def test_an_address_that_is_not_this_machines_is_said(scorer: Scorer, host: str) -> None:
    with pytest.raises(JobError) as refusal:
        ScorerServer(scorer, host=host, token="right")
    assert_one_sentence(refusal.value)


def test_beyond_this_machine_a_token_is_needed(scorer: Scorer) -> None:
    with pytest.raises(BadInput, match="a token in SINCERELY_TOKEN") as refusal:
        ScorerServer(scorer, host="0.0.0.0")
    assert_one_sentence(refusal.value)


def test_who_connects_before_it_runs_is_answered(scorer: Scorer) -> None:
    with ScorerServer(scorer) as server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(predict, server, ["a lovely cat"])
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert answer.result()[0] == 200
        server.stop()
        thread.join()
    assert server.clean


def test_one_that_never_ran_is_closed(scorer: Scorer) -> None:
    with ScorerServer(scorer) as server:
        pass
    assert server.clean
    with pytest.raises(JobError, match="no answer"):
        ask(server.port, scorer.run.id, ["a"])


@contextmanager
def ending_by_itself(server: ScorerServer) -> Iterator[threading.Thread]:
    """The thread in which it answers; its end is waited for."""

    def serve() -> None:
        with server:
            server.run()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield thread
    thread.join(30)
    assert not thread.is_alive()


def test_an_idle_server_ends_though_its_health_is_asked_for(scorer: Scorer) -> None:
    idle, asked = ScorerServer(scorer, idle_timeout_s=0.5), 0
    with ending_by_itself(idle) as thread, suppress(OSError, HTTPException):
        while thread.is_alive():
            asked += request(idle, path="/health")[0] == 200
    assert asked > 0


def test_a_server_does_not_end_as_idle_while_it_answers(scorer: Scorer) -> None:
    gate = Gate(scorer)
    server = ScorerServer(gate, idle_timeout_s=0.2)
    with ThreadPoolExecutor(1) as pool, ending_by_itself(server) as thread:
        answer = pool.submit(predict, server, ["a lovely cat"])
        assert gate.entered.wait(30)
        wait_until(lambda: figure(server, "sincerely_uptime_seconds") > 0.6)
        assert thread.is_alive()
        gate.open.set()
        assert answer.result()[0] == 200


def test_what_is_being_answered_when_it_ends_is_answered(scorer: Scorer) -> None:
    gate = Gate(scorer)
    server = ScorerServer(gate)
    with ThreadPoolExecutor(1) as pool, ending_by_itself(server), connected(server) as idle:
        answer = pool.submit(predict, server, ["a lovely cat"])
        assert gate.entered.wait(30)
        server.stop()
        assert idle.recv(1) == b""  # It is ending.
        gate.open.set()
        assert answer.result()[0] == 200
    assert server.clean


def test_what_takes_longer_than_its_end_may_is_refused(scorer: Scorer) -> None:
    gate, before = Gate(scorer), set(threading.enumerate())
    with ThreadPoolExecutor(2) as pool:
        with serving(gate, limits=Limits(grace_s=0.2)) as server:
            answers = [pool.submit(predict, server, [text]) for text in ("a cat", "a dog")]
            wait_until(lambda: figure(server, "sincerely_requests_in_progress") == 2)
            assert gate.entered.wait(30)
        assert not server.clean
        for answer in answers:
            status, content = answer.result()
            assert status == 503
            assert "ending" in content["error"]
        # Python must not end while the model is at work.
        model = next(one for one in set(threading.enumerate()) - before if one.name == "model")
        gate.open.set()
        model.join(30)
        assert not model.is_alive()


def test_a_body_that_is_still_sent_does_not_hold_up_the_end(scorer: Scorer) -> None:
    server = ScorerServer(scorer, limits=Limits(grace_s=0.2))
    with ending_by_itself(server), connected(server) as client:
        client.sendall(b"POST / HTTP/9\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
        server.stop()


def test_nobody_listening_is_said() -> None:
    with pytest.raises(JobError, match="no answer"):
        ask(1, "run", ["a"])
