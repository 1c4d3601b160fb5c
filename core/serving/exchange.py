"""A request to a scorer and its answer: heard out, JSON, errors in a sentence."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from typing import Any

import anyio
import msgspec
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from core.errors import NotFound, SincerelyError
from core.serving.batcher import Closed, Full
from core.serving.limits import RETRY
from core.serving.protocol import CLOSE, FULL, JSON_TYPE, LATE, MANY, NOSNIFF
from core.serving.request_error import RequestError


class Exchange:
    """A request and its answer. One that was not read whole is heard out, or its client, which
    still sends, would see the connection reset in place of the answer.

    Attributes:
        status: Of the answer; 0 before it.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.status = 0
        self._receive = receive
        self._send = send
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        self._unread = length != b"0" or b"transfer-encoding" in headers
        self._state = scope["state"]
        self._left_open = False

    async def receive(self) -> Message:
        """A part of the body, as ASGI has it.

        Raises:
            RequestError: it did not come in time, or in too many parts.
        """
        message = await self._receive()
        if LATE in self._state:
            raise RequestError(408, "Expected the whole request sooner.")
        if MANY in self._state:
            raise RequestError(413, "Expected the body in fewer and larger chunks.")
        self._unread = self._unread and message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer, as ASGI has it; its head says if the connection closes."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            ends = self._unread or FULL in self._state
            message["headers"] += [NOSNIFF, CLOSE] if ends else [NOSNIFF]
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


def json_response(
    content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in JSON."""
    return Response(msgspec.json.encode(content), status, headers, JSON_TYPE)


def refusal(error: Exception) -> Response:
    """The answer that says why there is none; what is no refusal of ours is written to stderr."""
    if isinstance(error, RequestError):
        return json_response({"error": str(error)}, error.status, error.headers)
    if isinstance(error, Full):
        return json_response({"error": str(error)}, 503, RETRY)
    if isinstance(error, SincerelyError):
        status = 404 if isinstance(error, NotFound) else 400
        return json_response({"error": str(error)}, 503 if isinstance(error, Closed) else status)
    # What failed and where; not why, for a message may hold a text.
    frames = "".join(traceback.format_tb(error.__traceback__))
    print(f"{frames}{type(error).__name__}", file=sys.stderr, flush=True)
    return json_response({"error": f"The scorer failed: {type(error).__name__}."}, 500)
