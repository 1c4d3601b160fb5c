"""`python -m core serve RUN`: an HTTP scorer that speaks TF Serving's REST predict.

Beside `:predict` it answers `:explain`, `:nearest`, `:swap` and `:swap_sample`, and has `/health`,
`/metrics` for Prometheus and a page of the same figures at `/`.

It is Python's own `http.server`: measured beside uvicorn with Starlette it needs half the
processor time a request (0.3 ms against 0.7 ms), and it can bound the time a head takes to come.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from core.errors import JobError, NotFound, SincerelyError
from core.evaluation.operating_point import operating_point
from core.scoring.scorer import Scorer
from core.serving.access import LOOPBACK, check_token_needed, has_token, is_local_name, resolved
from core.serving.batcher import Batcher, Closed, Full
from core.serving.connection import (
    RETRY,
    Answer,
    ClientGone,
    Connection,
    Deadlines,
    Room,
    json_answer,
)
from core.serving.metrics import Served, ServerMetrics, Snapshot, page, prometheus
from core.serving.routes import (
    MAX_TEXTS,
    PREDICT,
    ROUTES,
    RequestError,
    predictions,
    read_request,
    read_texts,
)

MAX_CONNECTIONS = 500
MAX_REFUSED = 100
"""Connections beyond those that are kept until they have been told so; others are cut off."""
MAX_BODIES_BYTES = 64 << 20
"""Bodies of all requests that are read or not answered yet."""
GRACE_S = 5.0
"""How long what is being answered may still take when the server ends."""

_PAGE_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_TOLD_S = 0.5
_OTHER = "other"
_HEALTH = "/health"


class ScorerServer(ThreadingHTTPServer):
    """Answers `POST /v1/models/<run>:<route>` and `GET /v1/models/<run>` for one run.

    Args:
        scorer: What answers.
        host: Address or name to listen at.
        port: TCP port; 0 takes a free one.
        token: What every request but `/health` must carry; "" for nothing.
        idle_timeout_s: Ends `serve_forever` after so long without a request for the model; None
            never.

    Raises:
        JobError: the port is taken, or the address is not this machine's.
        BadInput: an address that others reach, and no token.
    """

    daemon_threads = True
    request_queue_size = MAX_CONNECTIONS

    def __init__(
        self,
        scorer: Scorer,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        token: str = "",
        idle_timeout_s: float | None = None,
    ) -> None:
        self.address = resolved(host, port)
        self.address_family = self.address.family
        check_token_needed(self.address, token)
        super().__init__((self.address.host, port), _Handler, bind_and_activate=False)
        try:
            self.server_bind()
            self.server_activate()
        except (OSError, OverflowError) as error:
            self.socket.close()
            raise JobError(
                f"a free port {port} at {self.address.shown}", f"a refusal ({error})",
                "choose another with --port",
            ) from error  # fmt: skip
        self.token = token
        self.metrics = ServerMetrics()
        self.batcher = Batcher(scorer, self.metrics.count_batch)
        self.room = Room(MAX_BODIES_BYTES)
        self.clean = True
        self._open: dict[Any, type[Connection]] = {}
        self._ending = False
        self._answering = 0
        self._at_work = threading.Condition()
        self._last_work = time.monotonic()
        if idle_timeout_s is not None:
            threading.Thread(
                target=self._stop_when_idle, args=[idle_timeout_s], daemon=True
            ).start()

    @property
    def scorer(self) -> Scorer:
        return self.batcher.scorer

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def figures(self) -> tuple[Snapshot, Served]:
        """What has been done so far, and what is served now."""
        scorer = self.scorer
        served = Served(scorer.run.id, scorer.run.name, scorer.step, scorer.threshold)
        return self.metrics.snapshot(connections=len(self._open)), served

    def stop(self, *_: object) -> None:
        """End `serve_forever` soon; a signal handler."""
        threading.Thread(target=self.shutdown, daemon=True).start()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Hold off the server's end while the model is asked and the answer sent.

        Raises:
            RequestError: it is ending already.
        """
        with self._at_work:
            if self._ending:
                raise RequestError(503, "Expected a running scorer, but found one that is ending.")
            self._answering += 1
        try:
            yield
        finally:
            with self._at_work:
                self._answering -= 1
                self._last_work = time.monotonic()
                self._at_work.notify_all()

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's own asks a name server for this machine's name.

    def process_request(self, request: Any, client_address: Any) -> None:
        heard = list(self._open.values())
        if len(heard) < MAX_CONNECTIONS + MAX_REFUSED:
            full = heard.count(_Handler) >= MAX_CONNECTIONS
            self._open[request] = _Refuser if full else _Handler
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def finish_request(self, request: Any, client_address: Any) -> None:
        self._open[request](request, client_address, self)

    def shutdown_request(self, request: Any) -> None:
        self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write what failed and where; not why, for a message may hold a text."""
        error = sys.exc_info()[1]
        if error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__))
            print(f"{frames}{type(error).__name__}", file=sys.stderr, flush=True)

    def server_close(self) -> None:
        """Close the port, and answer what is being answered if that takes no more than GRACE_S.

        `clean` says afterwards whether the model's thread has ended.
        """
        super().server_close()
        deadline = time.monotonic() + GRACE_S
        with self._at_work:
            self._ending = True
            self._at_work.wait_for(lambda: not self._answering, GRACE_S)
        self.clean = self.batcher.close(max(_TOLD_S, deadline - time.monotonic()))
        with self._at_work:  # Who waited in vain is told so.
            self._at_work.wait_for(lambda: not self._answering, _TOLD_S)
        for request in list(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def _stop_when_idle(self, timeout_s: float) -> None:
        while True:
            with self._at_work:
                if self._answering:
                    self._at_work.wait()
                    continue
                left = self._last_work + timeout_s - time.monotonic()
                if left <= 0:
                    break
                self._at_work.wait(left)
        self.shutdown()


class _Handler(Connection):
    server: ScorerServer

    def do_GET(self) -> None:
        self._route = _OTHER
        self._asked: float | None = None
        with ExitStack() as self._work:
            answer = self._tried()
            self.send_content(answer)
            seconds = None if self._asked is None else time.perf_counter() - self._asked
            self.server.metrics.count_request(self._route, answer.status, seconds)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _tried(self) -> Answer:
        try:
            self._check_page()
            self._check_token()
            return self._found()
        except RequestError as error:
            return _refusal(error.status, str(error), error.headers)
        except Full as error:
            return _refusal(503, str(error), RETRY)
        except SincerelyError as error:
            status = 404 if isinstance(error, NotFound) else 400
            return _refusal(503 if isinstance(error, Closed) else status, str(error))
        except ClientGone:
            raise
        except Exception as error:
            self.server.handle_error(self.request, self.client_address)
            return _refusal(500, f"The scorer failed: {type(error).__name__}.")

    def _check_page(self) -> None:
        # A page on the web that points its own name at 127.0.0.1 must get no answer.
        host = self.headers.get("Host") or ""
        if self.server.address.loopback and not is_local_name(host, self.server.address):
            raise RequestError(403, f"Expected the host {LOOPBACK}, but found {host!r}.")
        # Nor may a page post work here blindly; programs send no Origin.
        if self.headers.get("Origin"):
            raise RequestError(403, "Expected a program, but found a web page's request.")

    def _check_token(self) -> None:
        token = self.server.token
        if (
            token
            and self._plain_path() != _HEALTH
            and not has_token(self.headers.get("Authorization"), token)
        ):
            wanted = {"WWW-Authenticate": "Bearer"}
            raise RequestError(401, "Expected the token of this scorer.", wanted)

    def _found(self) -> Answer:
        path = self._plain_path()
        base = f"/v1/models/{self.server.scorer.run.id}"
        models = (base, f"{base}/versions/1")
        pages = {
            "/": ("page", self._page),
            _HEALTH: ("health", self._health),
            "/metrics": ("metrics", self._metrics),
            **dict.fromkeys(models, ("status", self._status)),
        }
        if path in pages:
            self._route, give = pages[path]
            self._check_method("GET", "HEAD")
            return give()
        model, _, route = path.rpartition(":")
        if model in models and route in (PREDICT, *ROUTES):
            self._route = route
            self._check_method("POST")
            return self._from_model(route)
        raise RequestError(404, f"Expected the path {base}:{PREDICT}.")

    def _plain_path(self) -> str:
        return self.path.partition("?")[0]

    def _check_method(self, *allowed: str) -> None:
        if self.command not in allowed:
            wanted = {"Allow": ", ".join(allowed)}
            raise RequestError(405, f"Expected the method {allowed[0]}.", wanted)

    def _from_model(self, route: str) -> Answer:
        self._work.enter_context(self.server.answering())
        body = self.body(self._work.enter_context(self.server.room.share()))
        self._asked = time.perf_counter()
        request = read_request(body)
        batcher = self.server.batcher
        if route == PREDICT:
            found = predictions(self.wait_for(batcher.score(read_texts(request, MAX_TEXTS))))
        else:
            give = ROUTES[route]
            found = self.wait_for(
                batcher.call(lambda scorer, explainer: give(scorer, explainer, request))
            )
        milliseconds = round((time.perf_counter() - self._asked) * 1000, 2)
        return json_answer({**found, "milliseconds": milliseconds})

    def _status(self) -> Answer:
        scorer = self.server.scorer
        operating_point(scorer.workspace, scorer.run)  # A run that was deleted is none.
        state = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK"}}
        return json_answer({"model_version_status": [state]})

    def _health(self) -> Answer:
        uptime = round(self.server.metrics.uptime_s, 1)
        run = self.server.scorer.run.id
        return json_answer({"status": "ok", "run": run, "uptime_s": uptime})

    def _metrics(self) -> Answer:
        text = prometheus(*self.server.figures())
        return Answer(200, text.encode(), "text/plain; version=0.0.4; charset=utf-8")

    def _page(self) -> Answer:
        text = page(*self.server.figures())
        return Answer(200, text.encode(), "text/html; charset=utf-8", _PAGE_POLICY)


class _Brief(Deadlines):
    idle_s = head_s = 5.0


class _Refuser(Connection):
    """Hears whoever connects when there are too many out, or they would not see the refusal."""

    server: ScorerServer
    deadlines = _Brief()

    def do_GET(self) -> None:
        self.close_connection = True
        self.send_content(_refusal(503, "Expected fewer open connections.", RETRY))
        self.server.metrics.count_request(_OTHER, 503, None)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    return json_answer({"error": message}, status, headers)
