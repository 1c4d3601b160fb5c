"""uvicorn's HTTP protocol with deadlines, a bound on connections, and refusals in JSON."""

from __future__ import annotations

import asyncio
import json
import math
import socket
import sys
from collections.abc import Callable
from typing import Any, cast

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from core.serving.limits import Limits

FULL = "full"
"""In the state of a request on a connection that is one too many."""
LATE = "late"
"""In the state of a request whose body did not come in time; `receive` then gives an empty part."""

MANY = "many"
"""The same for one whose body came in far too many chunks."""

JSON_TYPE = "application/json; charset=utf-8"
NOSNIFF = (b"x-content-type-options", b"nosniff")
CLOSE = (b"connection", b"close")

_READ_BYTES = 1 << 14
"""Read at once: a chunk of one byte takes as long as one of thousands."""
_END_S = 1.0
"""After the grace of the server's end: for answers that say that there is none."""


class LimitedConfig(Config):
    """uvicorn's settings for a server that logs nothing and lets clients take no more than limits.

    Texts do not belong in a log, nor in a message of an error.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        super().__init__(
            cast(Any, app),  # uvicorn and Starlette each have their own types for the same.
            interface="asgi3",
            loop="asyncio",
            http=LimitedProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            headers=[("Server", "Sincerely")],
            backlog=limits.connections + limits.refused,
            timeout_graceful_shutdown=math.ceil(limits.grace_s + _END_S),
        )
        self.limits = limits


class LimitedProtocol(H11Protocol):
    """One connection: HTTP by h11, with a deadline for whatever its client has to do next.

    Who lets it pass is cut off; the application answers that a body came too late.

    Attributes:
        refused: Whether it is one too many, and only waits to be told so.
    """

    config: LimitedConfig
    conn: _JoiningConnection

    def __init__(self, config: LimitedConfig, **others: Any) -> None:
        super().__init__(config, **others)
        self.conn = _JoiningConnection(h11.SERVER)
        self.limits = config.limits
        self.timeout_keep_alive = cast(int, self.limits.idle_s)
        self.refused = False
        self._answer = self.app
        self.app = cast(Any, self._answer_while_connected)
        self._task: asyncio.Task[Any] | None = None
        self._part: Any = None
        self._broken = False
        self._to_send = _Deadline(self.loop, self._too_late)
        self._to_read = _Deadline(self.loop, self._cut)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection in, or refuse it where there are too many."""
        others = [other for other in self.connections if isinstance(other, LimitedProtocol)]
        self.refused = sum(not one.refused for one in others) >= self.limits.connections
        super().connection_made(transport)
        if len(others) >= self.limits.connections + self.limits.refused:
            transport.close()
            return
        cast(Any, transport).max_size = _READ_BYTES  # Others have their turn in between.
        transport.set_write_buffer_limits(high=0)  # Paused is then whatever is not taken at once.
        # Head and body of an answer leave at once, or the client's delayed receipt costs 40 ms.
        # asyncio does so only for sockets that name their protocol, as ours does not.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.refused:
            self.app_state = {**self.app_state, FULL: True}
        self._to_send.set(self.limits.refusal_s if self.refused else self.limits.idle_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """End its deadlines and the work for it."""
        self._to_send.clear()
        self._to_read.clear()
        super().connection_lost(exc)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request, and mind how long the whole one takes."""
        if self._broken:  # Thrown away: closed with bytes unread, the connection would be reset.
            return
        super().data_received(data)
        if self.conn.parts > self.limits.parts and self.conn.their_state is h11.SEND_BODY:
            self._broken = True
            self._leave(MANY)
        self._watch_request()

    def on_response_complete(self) -> None:
        """Mind the next request, if it has come already."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:  # The next request's, which came with this one.
            self._watch_request()

    def pause_writing(self) -> None:
        """Mind how long the client takes to read."""
        super().pause_writing()
        self._to_read.set(self.limits.read_s)

    def resume_writing(self) -> None:
        """Stop minding: the client has read."""
        super().resume_writing()
        self._to_read.clear()

    def shutdown(self) -> None:
        """Close, at once if the request was cut off."""
        if self._broken:
            self.transport.abort()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; called while its error is handled."""
        if self.conn.our_state is not h11.IDLE:  # An answer is under way.
            self.transport.abort()
            return
        self._broken = True
        status, said = _complaint(sys.exc_info()[1], msg)
        content = json.dumps({"error": said}).encode()
        headers = [
            (b"content-type", JSON_TYPE.encode()),
            (b"content-length", str(len(content)).encode()),
            NOSNIFF,
            CLOSE,
        ]
        answer = h11.Response(status_code=status, headers=headers)
        for event in (answer, h11.Data(data=content), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.write_eof()
        self._to_send.set(self.limits.linger_s)

    async def _answer_while_connected(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, and stop it when the client hangs up."""
        cycle = self.cycle
        self._task = asyncio.current_task()
        try:
            await self._answer(cast(Any, scope), cast(Any, receive), cast(Any, send))
        except asyncio.CancelledError:
            if not cycle.disconnected:
                raise
        finally:
            self._task = None

    def _watch_request(self) -> None:
        if self._broken:
            return
        before, self._part = self._part, self.conn.their_state
        if self._part is h11.DONE:
            self._to_send.clear()
            if not self.conn.trailing_data[0]:
                self.flow.resume_reading()  # uvicorn may have paused: a hang-up would go unseen.
        elif self._part is not before:  # Bytes that trickle in put nothing off.
            head_s = self.limits.refusal_s if self.refused else self.limits.head_s
            self._to_send.set(head_s if self._part is h11.IDLE else self.limits.body_s)

    def _too_late(self) -> None:
        if self.conn.their_state is h11.SEND_BODY:
            self._leave(LATE)
        else:
            self._cut()

    def _leave(self, why: str) -> None:
        """Have the application answer before the body is there."""
        self.scope["state"][why] = True
        self.cycle.message_event.set()

    def _cut(self) -> None:
        self.transport.abort()


class _JoiningConnection(h11.Connection):
    """Gives an answer's head with its body: sent apart, they would wake the client twice.

    Attributes:
        parts: In which the body of the request came so far.
    """

    _head = b""
    parts = 0

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Data):
            self.parts += 1
        elif isinstance(event, h11.Request):
            self.parts = 0
        return event

    def send(self, event: h11.Event) -> bytes:  # type: ignore[override]
        sent = super().send(event) or b""
        if isinstance(event, h11.Response):
            self._head = sent
            return b""
        joined, self._head = self._head + sent, b""
        return joined


class _Deadline:
    """Does something unless it is cleared in time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
        self._loop = loop
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        self.clear()
        self._timer = self._loop.call_later(seconds, self._act)

    def clear(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _complaint(error: BaseException | None, otherwise: str) -> tuple[int, str]:
    """Status and message for what h11 could not read."""
    if "Content-Length" in str(error):
        return 411, "Expected a Content-Length header."
    found = str(error or otherwise).rstrip(".")
    status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
    return status, f"Expected HTTP, but found: {found}."
