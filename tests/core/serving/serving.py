"""A scorer's server in this process, and requests to it."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from core.scoring.scorer import Scorer, Scores
from core.serving.server import ScorerServer


@contextmanager
def serving(scorer: Scorer, **options: Any) -> Iterator[ScorerServer]:
    """A server that answers while the context lasts."""
    with ScorerServer(scorer, **options) as server:
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            thread.join()


def request(
    server: ScorerServer,
    body: bytes | str | None = None,
    *,
    path: str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer; a GET without body, else a POST to `:predict`."""
    method = "GET" if body is None else "POST"
    path = path or model_path(server, "" if body is None else ":predict")
    status, _, content = exchange(server, method, path, body, headers)
    return status, json.loads(content)


def exchange(
    server: ScorerServer,
    method: str,
    path: str,
    body: bytes | str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (their names in small letters) and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read()
    finally:
        connection.close()


def model_path(server: ScorerServer, route: str = ":predict") -> str:
    return f"/v1/models/{server.scorer.run.id}{route}"


def predict(server: ScorerServer, texts: object) -> tuple[int, dict[str, Any]]:
    return request(server, json.dumps({"instances": texts}))


def figure(server: ScorerServer, name: str, **labels: str) -> float:
    """What `/metrics` says."""
    text = exchange(server, "GET", "/metrics")[2].decode()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return next(one.value for one in samples if (one.name, one.labels) == (name, labels))


def connected(server: ScorerServer) -> socket.socket:
    """A connection on which nothing has been sent."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def head(server: ScorerServer, length: int) -> bytes:
    """The head of a request with a body of so many bytes."""
    return (
        f"POST {model_path(server)} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{server.port}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def read_to_end(connection: socket.socket) -> bytes:
    """All that a server sends until it closes the connection."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


class Gate(Scorer):
    """A real scorer that waits where a test wants it to; it counts its calls."""

    def __init__(self, scorer: Scorer) -> None:
        super().__init__(
            scorer.workspace, scorer.run, scorer.model, scorer.step, scorer.temperature
        )
        self.entered, self.open = threading.Event(), threading.Event()
        self.calls: list[int] = []

    def score(self, texts: list[str]) -> Scores:
        self.calls.append(len(texts))
        self.entered.set()
        assert self.open.wait(30)
        return super().score(texts)
