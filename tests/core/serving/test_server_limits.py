import json
import shutil
import socket
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from contextlib import suppress

import pytest

from core.errors import JobError
from core.runs.run import Run
from core.scoring.scorer import load_scorer
from core.serving import batcher as batcher_module
from core.serving import server as server_module
from core.serving.client import ask
from core.serving.connection import MAX_BODY_BYTES, Connection, Deadlines, Room
from core.serving.routes import MAX_TEXTS
from core.serving.server import MAX_CONNECTIONS, ScorerServer
from core.workspace import Workspace
from tests.core.serving.serving import (
    Gate,
    connected,
    exchange,
    head,
    predict,
    read_to_end,
    request,
    serving,
)
from tests.toy import wait_until
from tests.trained_copies import copied_run


def test_a_body_over_the_limit_is_refused_and_the_sender_sees_it(server: ScorerServer) -> None:
    body = b" " * (MAX_BODY_BYTES + 1)
    with connected(server) as client:
        client.sendall(head(server, len(body)) + body)  # All of it, before it looks.
        answer = read_to_end(client)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Expected at most 10,485,760 bytes, but found 10,485,761." in answer


def test_who_sends_a_body_after_a_broken_head_sees_the_refusal(server: ScorerServer) -> None:
    with connected(server) as client:
        client.sendall(b"POST / HTTP/9\r\n" + head(server, MAX_BODY_BYTES))
        client.sendall(b" " * MAX_BODY_BYTES)
        answer = read_to_end(client)
    assert json.loads(answer[answer.index(b"{") :])["error"].startswith("Expected HTTP")


class Late(Future[str]):
    """Answered at the moment when a wait for it has just ended in vain."""

    def result(self, timeout: float | None = None) -> str:
        if not self.done():
            self.set_result("an answer")
            raise StillWorking
        return super().result(timeout)


def test_an_answer_that_comes_as_a_wait_ends_is_given() -> None:
    assert Connection.wait_for(Connection.__new__(Connection), Late()) == "an answer"


def test_a_body_that_will_be_refused_need_not_be_sent(server: ScorerServer) -> None:
    for length, said in ((MAX_BODY_BYTES + 1, b"HTTP/1.1 413 "), (2, b"HTTP/1.1 100 ")):
        with connected(server) as client:
            client.sendall(head(server, length)[:-2] + b"Expect: 100-continue\r\n\r\n")
            assert client.recv(100).startswith(said)


def test_a_body_of_two_lengths_is_refused(server: ScorerServer) -> None:
    with connected(server) as client:
        client.sendall(head(server, 2)[:-2] + b"Content-Length: 3\r\n\r\n{}")
        assert read_to_end(client).startswith(b"HTTP/1.1 411 ")


def test_ten_thousand_texts_are_answered_and_a_typed_one_does_not_wait_for_them(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    gate = Gate(load_scorer(toy_workspace, toy_run))
    many = [f"the {word} cat" for word in ("lovely", "rotten")] * (MAX_TEXTS // 2)
    order = []

    def timed(name: str, texts: list[str]) -> list[dict[str, object]]:
        found = predict(server, texts)[1]["predictions"]
        order.append(name)
        return found

    with serving(gate) as server, ThreadPoolExecutor(2) as pool:
        large = pool.submit(timed, "large", many)
        assert gate.entered.wait(30)
        small = pool.submit(timed, "small", ["a lovely dog"])
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


def test_two_hundred_idle_connections_leave_room_for_one_more(server: ScorerServer) -> None:
    idle = [connected(server) for _ in range(200)]
    try:
        assert predict(server, ["a lovely cat"])[0] == 200
    finally:
        for connection in idle:
            connection.close()


def test_more_connections_than_it_keeps_are_told_so(
    server: ScorerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_CONNECTIONS >= 400
    with serving(server.scorer) as other:
        monkeypatch.setattr(server_module, "MAX_CONNECTIONS", 3)
        kept = [connected(other) for _ in range(3)]
        for text in ("a", "a" * (MAX_BODY_BYTES - 100)):
            refused = (503, {"error": "Expected fewer open connections."})
            assert predict(other, [text]) == refused
        wait_until(lambda: len(other._open) == 3)  # The refused ones have been let go.
        with monkeypatch.context() as patch, connected(other) as first:
            patch.setattr(server_module, "MAX_REFUSED", 1)
            patch.setattr(server_module._Brief, "idle_s", 60.0)  # Longer than the client waits.
            wait_until(lambda: len(other._open) == 4)
            with connected(other) as second, suppress(ConnectionError):
                assert second.recv(1) == b""
            first.close()
        for connection in kept:
            connection.close()
        wait_until(lambda: predict(other, ["a"])[0] == 200)


def test_more_bytes_of_bodies_than_it_keeps_are_refused(server: ScorerServer) -> None:
    with serving(server.scorer) as other:
        other.room = Room(50_000)
        with connected(other) as slow:
            slow.sendall(head(other, 50_000) + b" " * 49_990)
            wait_until(lambda: other.room.left == 10)
            status, headers, _ = exchange(
                other.port, "POST", f"/v1/models/{other.scorer.run.id}:predict", b" " * 2_000
            )
            assert (status, headers["Retry-After"]) == (503, "5")
            slow.sendall(b" " * 10)
            assert slow.recv(65_536).startswith(b"HTTP/1.1 400 ")
        wait_until(lambda: predict(other, ["a cat" * 9_000])[0] == 200)


def test_more_waiting_texts_than_it_keeps_are_refused(
    server: ScorerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batcher_module, "MAX_WAITING", 10)
    body = json.dumps({"instances": ["a cat"] * 11})
    path = f"/v1/models/{server.scorer.run.id}:predict"
    status, headers, content = exchange(server.port, "POST", path, body)
    assert (status, headers["Retry-After"]) == (503, "5")
    assert "too many waiting texts" in json.loads(content)["error"]
    with pytest.raises(JobError, match="try again in a while"):
        ask(server.port, server.scorer.run.id, ["a cat"] * 11)


class Hasty(Deadlines):
    idle_s, head_s, body_s = 30.0, 0.3, 0.3


@pytest.mark.parametrize(("sent", "status"), [(0, b""), (None, b"HTTP/1.1 408 ")])
def test_who_sends_too_slowly_is_cut_off_and_holds_up_nobody(
    server: ScorerServer, monkeypatch: pytest.MonkeyPatch, sent: int | None, status: bytes
) -> None:
    """Bytes trickle in all the time: of the head, or after it of the body."""
    monkeypatch.setattr(Connection, "deadlines", Hasty())
    done = threading.Event()

    def trickle(client: socket.socket) -> None:
        while not done.wait(0.02):
            try:
                client.sendall(b"P")
            except OSError:
                return

    with connected(server) as client:
        client.sendall(head(server, 10_000)[:sent])
        thread = threading.Thread(target=trickle, args=[client])
        thread.start()
        assert predict(server, ["a lovely cat"])[0] == 200
        try:
            found = client.recv(65_536)
        except ConnectionError:
            found = b""
        done.set()
        thread.join()
    assert found.startswith(status)
    assert bool(found) == bool(status)


def test_a_client_that_goes_away_is_not_worked_for(toy_workspace: Workspace, toy_run: Run) -> None:
    gate = Gate(load_scorer(toy_workspace, toy_run))
    with serving(gate) as server:
        body = json.dumps({"instances": ["a cat"] * MAX_TEXTS}).encode()
        client = connected(server)
        client.sendall(head(server, len(body)) + body)
        assert gate.entered.wait(30)
        client.close()
        wait_until(lambda: len(server._open) == 0)
        gate.open.set()
        assert predict(server, ["a lovely cat"])[0] == 200
    assert sum(gate.calls) <= 64 + 1


def test_a_run_deleted_while_it_is_served_is_not_found(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    with serving(load_scorer(workspace, run)) as server:
        shutil.rmtree(workspace.run(run.id).folder)
        for status, content in (predict(server, ["a cat"]), request(server)):
            assert status == 404
            assert content["error"].startswith("Expected a run with a trained model")
        explained = request(server, '{"instances": ["a"]}', path=f"/v1/models/{run.id}:explain")
        assert explained[0] == 404
        assert request(server, path="/health")[0] == 200
