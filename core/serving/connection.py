"""One connection of the scorer's server: HTTP with deadlines, bounded bodies, answers in JSON."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWorking
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer
from typing import Any, TypeVar

from core.serving.routes import RequestError

MAX_BODY_BYTES = 10 << 20
RETRY = {"Retry-After": "5"}
_LOOK_S = 0.5
_LINGER_S = 5.0
_CHUNK_BYTES = 1 << 16

T = TypeVar("T")


class Deadlines:
    """Seconds a client may take: until its next request, for its head and body, to read."""

    idle_s = 60.0
    head_s = 10.0
    body_s = 30.0
    read_s = 30.0


class ClientGone(ConnectionError):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, body and media type, and headers besides."""

    status: int
    content: bytes
    kind: str
    headers: Mapping[str, str] | None = None


class Connection(BaseHTTPRequestHandler):
    """Reads requests and writes answers; a server's own class adds the methods, `do_GET` and so on.

    A client that sends or reads slowly is cut off: it holds one thread until a deadline for the
    whole of a head or body, however many bytes trickle in meanwhile.
    """

    protocol_version = "HTTP/1.1"
    # Head and body of an answer leave at once, or the client's delayed receipt costs 40 ms.
    disable_nagle_algorithm = True
    wbufsize = -1
    deadlines = Deadlines()

    def __init__(self, request: socket.socket, address: Any, server: BaseServer) -> None:
        self.unread = False
        super().__init__(request, address, server)

    def setup(self) -> None:
        super().setup()
        self._timed = _TimedReader(self.connection)
        self.rfile = self._buffer = io.BufferedReader(self._timed, _CHUNK_BYTES)

    def handle(self) -> None:
        # A client that goes away or dawdles is no error of ours.
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def handle_one_request(self) -> None:
        self._timed.allow(self.deadlines.idle_s)
        self.close_connection = True
        if self._buffer.peek(1):
            self._timed.allow(self.deadlines.head_s)
            super().handle_one_request()

    def finish(self) -> None:
        with suppress(OSError):
            self.wfile.flush()
            if self.unread:
                self._linger()
        with suppress(OSError):
            super().finish()

    def parse_request(self) -> bool:
        parsed = super().parse_request()
        if parsed:  # Otherwise `send_error` has said that something may be unread.
            lengths = ("Content-Length", "Transfer-Encoding")
            # Until `body` has read it.
            self.unread = any(self.headers.get(name, "0") != "0" for name in lengths)
        return parsed

    def handle_expect_100(self) -> bool:
        # A body that will be refused need not be sent; who sends it all the same is heard out.
        if self._announced() <= MAX_BODY_BYTES:
            super().handle_expect_100()
            self.wfile.flush()
        return True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: texts and scores do not belong in a log."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.close_connection = self.unread = True
        found = (message or "a broken request").rstrip(".")
        self.send_content(json_answer({"error": f"Expected HTTP, but found: {found}."}, int(code)))

    def body(self, take: Callable[[int], None]) -> bytes:
        """The body of the request.

        Args:
            take: Told of more bytes before they are kept; see `Room.share`.

        Raises:
            RequestError: it has no length, is too long or did not come in time, or by `take`.
        """
        if self.headers.get("Transfer-Encoding") or self._announced() < 0:
            raise RequestError(411, "Expected a Content-Length header.")
        length = self._announced()
        if length > MAX_BODY_BYTES:
            raise RequestError(
                413, f"Expected at most {MAX_BODY_BYTES:,} bytes, but found {length:,}."
            )
        self._timed.allow(self.deadlines.body_s)
        content = io.BytesIO()
        try:
            while left := length - content.tell():
                part = self._buffer.read1(min(left, _CHUNK_BYTES))
                if not part:
                    raise ClientGone
                take(len(part))
                content.write(part)
        except TimeoutError as error:
            raise RequestError(408, "Expected the whole request sooner.") from error
        self.unread = False
        return content.getvalue()

    def wait_for(self, future: Future[T]) -> T:
        """What the future gives.

        Raises:
            ClientGone: the client has gone away, and the future been cancelled.
        """
        while True:
            try:
                return future.result(_LOOK_S)
            except StillWorking:
                if future.done():  # Just now, or with an error that looks like this one.
                    return future.result()
                if self._hung_up():
                    future.cancel()
                    raise ClientGone from None

    def send_content(self, answer: Answer) -> None:
        """Send an answer; the connection ends with it where the request was not read whole."""
        self.close_connection = self.close_connection or self.unread
        self.connection.settimeout(self.deadlines.read_s)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in (answer.headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)
        self.wfile.flush()

    def version_string(self) -> str:
        return "Sincerely"

    def _announced(self) -> int:
        """The body's length by the head; -1 where it says none, or none that can be."""
        lengths = set(self.headers.get_all("Content-Length") or ())
        length = lengths.pop() if len(lengths) == 1 else ""
        return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else -1

    def _hung_up(self) -> bool:
        self.connection.setblocking(False)
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _linger(self) -> None:
        """Throw away what the client still sends: closed with bytes unread, the connection would
        be reset, and the client see that in place of the answer."""
        self.connection.shutdown(socket.SHUT_WR)
        self._timed.allow(_LINGER_S)
        scrap = memoryview(bytearray(_CHUNK_BYTES))
        while self._timed.readinto(scrap):
            pass


class Room:
    """Bounds the bytes of bodies that all connections together keep in memory.

    Args:
        most: That bound.

    Attributes:
        left: Bytes that may still be kept.
    """

    def __init__(self, most: int) -> None:
        self.left = most
        self._lock = threading.Lock()

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """A function that takes more bytes; all are given back at the end.

        The function raises RequestError where there is no room.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            with self._lock:
                if count > self.left:
                    raise RequestError(
                        503, "Expected less to wait already: ask again in a while.", RETRY
                    )
                self.left -= count
                taken += count

        try:
            yield take
        finally:
            with self._lock:
                self.left += taken


class _TimedReader(io.RawIOBase):
    """Reads from a socket until one deadline for all that is read."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._deadline = 0.0

    def allow(self, seconds: float) -> None:
        """Set the deadline so far from now."""
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def json_answer(
    content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer in JSON."""
    text = json.dumps(content, ensure_ascii=False)
    return Answer(status, text.encode(), "application/json; charset=utf-8", headers)
