"""What every request to a scorer goes through: who may ask, errors as JSON, counts."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import NotFound
from core.serving.access import LOOPBACK, Address, has_token, is_local_name
from core.serving.batcher import Closed, Full
from core.serving.limits import RETRY
from core.serving.metrics import ServerMetrics
from core.serving.protocol import CLOSE, FULL, JSON_TYPE, NOSNIFF
from core.serving.routes import RequestError

HEALTH = "/health"
_OTHER = "other"


class Guard:
    """Refuses who may not ask, answers what fails, and counts.

    What the application enters in the request's `state.held` is left when the answer is sent, and
    `state.asked` is the time from which on the model was asked.

    Args:
        app: What answers the others.
        address: Where the server listens.
        token: What every request but that for health must carry; "" for nothing.
        metrics: Told of each answer.
        linger_s: How long a body that nobody read is thrown away.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        address: Address,
        token: str,
        metrics: ServerMetrics,
        linger_s: float,
    ) -> None:
        self._app = app
        self._address = address
        self._token = token
        self._metrics = metrics
        self._linger_s = linger_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send, last=scope["state"].get(FULL, False))
        try:
            with ExitStack() as held:
                scope["state"]["held"] = held
                await self._answer(scope, exchange)
        except ClientDisconnect:
            return
        route = getattr(scope.get("route"), "name", _OTHER)
        asked = scope["state"].get("asked")
        seconds = None if asked is None else time.perf_counter() - asked
        self._metrics.count_request(route, exchange.status, seconds)
        await exchange.end(self._linger_s)

    async def _answer(self, scope: Scope, exchange: Exchange) -> None:
        app = self._app
        try:
            self._check(Request(scope))
        except RequestError as error:
            app = refusal(error)
        try:
            await app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            raise
        except Exception as error:
            _report(error)
            failed = json_response({"error": f"The scorer failed: {type(error).__name__}."}, 500)
            await failed(scope, exchange.receive, exchange.send)

    def _check(self, request: Request) -> None:
        if request.scope["state"].get(FULL):
            raise RequestError(503, "Expected fewer open connections.", RETRY)
        # A page on the web that points its own name at 127.0.0.1 must get no answer.
        host = request.headers.get("Host", "")
        if self._address.loopback and not is_local_name(host, self._address):
            raise RequestError(403, f"Expected the host {LOOPBACK}, but found {host!r}.")
        # Nor may a page post work here blindly; programs send no Origin.
        if request.headers.get("Origin"):
            raise RequestError(403, "Expected a program, but found a web page's request.")
        given = request.headers.get("Authorization")
        if self._token and request.scope["path"] != HEALTH and not has_token(given, self._token):
            wanted = {"WWW-Authenticate": "Bearer"}
            raise RequestError(401, "Expected the token of this scorer.", wanted)


class Exchange:
    """A request and its answer; one that was not read whole is heard out, or the client, which
    still sends, would see its connection reset in place of the answer.

    Args:
        scope: The request's head.
        receive: Where its body comes from.
        send: Where its answer goes.
        last: Whether the connection ends with it in any case.

    Attributes:
        status: Of the answer; 0 before it.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, last: bool = False) -> None:
        self.status = 0
        self._last = last
        self._receive = receive
        self._send = send
        headers = dict(scope["headers"])
        self._unread = (
            headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        )
        self._left_open = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._unread = self._unread and message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"].append(NOSNIFF)
            if self._unread or self._last:
                message["headers"].append(CLOSE)
        elif self._unread:
            message = {**message, "more_body": True}
            self._left_open = True
        await self._send(message)

    async def end(self, linger_s: float) -> None:
        """Throw away what is still sent, for so long at most."""
        if not self._left_open:
            return
        with anyio.move_on_after(linger_s):
            while (await self._receive()).get("more_body", False):
                pass
        await self._send({"type": "http.response.body", "body": b""})


def refusal(error: Exception) -> Response:
    """The answer that says why there is none."""
    if isinstance(error, RequestError):
        return json_response({"error": str(error)}, error.status, error.headers)
    if isinstance(error, HTTPException):
        return json_response({"error": error.detail}, error.status_code, error.headers)
    if isinstance(error, Full):
        return json_response({"error": str(error)}, 503, RETRY)
    status = 404 if isinstance(error, NotFound) else 400
    return json_response({"error": str(error)}, 503 if isinstance(error, Closed) else status)


def json_response(
    content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in JSON."""
    text = json.dumps(content, ensure_ascii=False)
    return Response(text.encode(), status, headers, JSON_TYPE)


def _report(error: Exception) -> None:
    """Write what failed and where; not why, for a message may hold a text."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    print(f"{frames}{type(error).__name__}", file=sys.stderr, flush=True)
