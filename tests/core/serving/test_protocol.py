import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import suppress

import pytest
from starlette.routing import Router
from uvicorn.server import ServerState

from core.scoring.scorer import Scorer
from core.serving.limits import Limits
from core.serving.protocol import LimitedConfig, LimitedProtocol
from core.serving.routes import MAX_TEXTS
from core.serving.server import ScorerServer
from tests.core.serving.serving import (
    Gate,
    connected,
    exchange,
    figure,
    head,
    predict,
    read_to_end,
    request,
    serving,
)
from tests.toy import wait_until

FULL = (503, {"error": "Expected fewer open connections."})


def cut_off(client: socket.socket) -> bytes:
    """What came before the connection's end, which may be a hard one."""
    with suppress(ConnectionError):
        return read_to_end(client)
    return b""


@pytest.mark.parametrize("line", [b"\x00\xff", b"GET / HTTP/9", b"GET", b"GET /\xc3\xa4 HTTP/1.1"])
def test_what_is_no_http_is_refused_in_json(server: ScorerServer, line: bytes) -> None:
    with connected(server) as client:
        client.sendall(line + b"\r\nHost: 127.0.0.1\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        answer = read_to_end(client)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer[answer.index(b"{") :])["error"].startswith("Expected HTTP")


def test_a_head_that_is_too_long_is_refused(server: ScorerServer) -> None:
    with connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 400_000)
        client.shutdown(socket.SHUT_WR)
        assert read_to_end(client).startswith(b"HTTP/1.1 431 ")


def test_who_sends_a_body_after_a_broken_head_sees_the_refusal(server: ScorerServer) -> None:
    with connected(server) as client:
        client.sendall(b"POST / HTTP/9\r\n" + head(server, 10 << 20))
        client.sendall(b" " * (10 << 20))
        client.shutdown(socket.SHUT_WR)
        answer = read_to_end(client)
    assert json.loads(answer[answer.index(b"{") :])["error"].startswith("Expected HTTP")


@pytest.mark.parametrize("length", ["", "-5", "+5", "five", "\u00b2", "1_0", "0x10"])
def test_a_body_without_a_length_is_refused(server: ScorerServer, length: str) -> None:
    status, content = request(server, b"", headers={"Content-Length": length})
    assert (status, content) == (411, {"error": "Expected a Content-Length header."})


def test_a_body_of_two_lengths_is_refused(server: ScorerServer) -> None:
    with connected(server) as client:
        client.sendall(head(server, 2)[:-2] + b"Content-Length: 3\r\n\r\n{}")
        client.shutdown(socket.SHUT_WR)
        assert read_to_end(client).startswith(b"HTTP/1.1 411 ")


def test_requests_that_come_together_are_answered_in_turn(server: ScorerServer) -> None:
    asked = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
    with connected(server) as client:
        client.sendall((asked + b"\r\n") * 5 + asked + b"Connection: close\r\n\r\n")
        assert read_to_end(client).count(b'"status":"ok"') == 6


def test_an_answers_head_and_body_leave_at_once() -> None:
    """Or the delayed receipt of the head costs every client 40 ms."""

    async def no_delay() -> bool:
        config = LimitedConfig(Router(), Limits())
        config.load()
        protocol = LimitedProtocol(config, server_state=ServerState(), app_state={})
        listener = socket.create_server(("127.0.0.1", 0))
        server = await asyncio.get_running_loop().create_server(lambda: protocol, sock=listener)
        _, writer = await asyncio.open_connection(*listener.getsockname())
        while protocol.transport is None:
            await asyncio.sleep(0)
        kept = protocol.transport.get_extra_info("socket")
        found = kept.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        for one in (protocol.transport, writer, server):
            one.close()
        return bool(found)

    assert asyncio.run(no_delay())


def test_two_hundred_idle_connections_leave_room_for_one_more(server: ScorerServer) -> None:
    assert Limits().connections >= 400
    idle = [connected(server) for _ in range(200)]
    try:
        assert predict(server, ["a lovely cat"])[0] == 200
        assert figure(server, "sincerely_connections") >= 201
    finally:
        for connection in idle:
            connection.close()


def test_more_connections_than_it_keeps_are_told_so(scorer: Scorer) -> None:
    with serving(scorer, limits=Limits(connections=3)) as other:
        kept = [connected(other) for _ in range(3)]
        for text in ("a", "a" * (Limits().body_bytes - 100)):
            assert predict(other, [text]) == FULL
        _, headers, _ = exchange(other, "GET", "/health")
        assert (headers["retry-after"], headers["connection"]) == ("5", "close")
        for connection in kept:
            connection.close()
        wait_until(lambda: predict(other, ["a"])[0] == 200)


def test_connections_beyond_those_that_are_told_so_are_closed(scorer: Scorer) -> None:
    limits = Limits(connections=1, refused=1, refusal_s=60.0)
    with serving(scorer, limits=limits) as other, connected(other), connected(other):  # noqa: SIM117
        with connected(other) as third:
            assert cut_off(third) == b""


SLOW = {
    "silent": (Limits(idle_s=0.2), lambda server: b""),
    "silent after an answer": (
        Limits(idle_s=0.2),
        lambda server: b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    "amid a head": (Limits(head_s=0.2), lambda server: head(server, 10)[:-2]),
    "too many and silent": (Limits(connections=0, refusal_s=0.2), lambda server: b""),
    "too many and amid a head": (
        Limits(connections=0, refusal_s=0.2),
        lambda server: head(server, 10)[:-2],
    ),
}


@pytest.mark.parametrize(("limits", "sent"), SLOW.values(), ids=SLOW)
def test_who_sends_nothing_more_is_cut_off(
    scorer: Scorer, limits: Limits, sent: Callable[[ScorerServer], bytes]
) -> None:
    with serving(scorer, limits=limits) as other, connected(other) as client:
        client.sendall(sent(other))
        found = cut_off(client)
    assert found == b"" or b'"status":"ok"' in found


def test_bytes_that_trickle_in_do_not_put_off_the_deadline_of_a_head(scorer: Scorer) -> None:
    with serving(scorer, limits=Limits(head_s=0.3)) as other, connected(other) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nX-")
        client.settimeout(0.02)
        with pytest.raises(ConnectionError):
            while True:
                client.sendall(b"x")
                with suppress(TimeoutError):
                    assert client.recv(1) == b""
                    raise ConnectionResetError


@pytest.mark.parametrize("read", [0, 1], ids=["never", "a byte now and then"])
def test_who_does_not_read_its_answers_is_cut_off(scorer: Scorer, read: int) -> None:
    # The refusal says which host was named.
    asked = (b"GET / HTTP/1.1\r\nHost: " + b"x" * 12_000 + b"\r\n\r\n") * 2_000
    with serving(scorer, limits=Limits(read_s=0.2)) as other, connected(other) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.setblocking(False)
        sent = 0

        def let_go() -> bool:
            nonlocal sent
            with suppress(BlockingIOError):
                sent += client.send(asked[sent:])
            with suppress(BlockingIOError):
                client.recv(read)
            return False

        with pytest.raises(ConnectionError):
            wait_until(let_go)
        assert figure(other, "sincerely_connections") == 1


@pytest.mark.parametrize("texts", [1, MAX_TEXTS])
def test_a_client_that_goes_away_is_not_worked_for(scorer: Scorer, texts: int) -> None:
    gate = Gate(scorer)
    with serving(gate) as server:
        body = json.dumps({"instances": ["a cat"] * texts}).encode()
        for _ in range(2):
            client = connected(server)
            client.sendall(head(server, len(body)) + body)
            assert gate.entered.wait(30)
            wait_until(lambda: figure(server, "sincerely_requests_in_progress") == 1)
            client.close()
            wait_until(lambda: figure(server, "sincerely_connections") == 1)
        assert figure(server, "sincerely_requests_in_progress") == 0
        gate.open.set()
        assert predict(server, ["a lovely cat"])[0] == 200
    assert gate.calls == [min(64, texts), 1]
