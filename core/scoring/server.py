"""`python -m core serve RUN`: a loopback HTTP scorer that speaks TF Serving's REST predict.

Beside `:predict` it answers `:explain`, `:nearest`, `:swap` and `:swap_sample`.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from core.errors import JobError, SincerelyError
from core.scoring.explanation import Explainer
from core.scoring.routes import ROUTES, RequestError, read_request
from core.scoring.scorer import Scorer, load_scorer

HOST = "127.0.0.1"
MAX_BODY_BYTES = 10 << 20
_READ_TIMEOUT_S = 30


class ScorerServer(ThreadingHTTPServer):
    """Answers `POST /v1/models/<run>:<route>` and `GET /v1/models/<run>` for one run.

    Args:
        scorer: What answers; used by one request at a time.
        port: TCP port on the loopback interface; 0 takes a free one.
        idle_timeout_s: Ends `serve_forever` after so long without a request; None never.

    Raises:
        JobError: the port is taken.
    """

    daemon_threads = True

    def __init__(
        self, scorer: Scorer, *, port: int = 0, idle_timeout_s: float | None = None
    ) -> None:
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise JobError(
                f"a free port {port}", f"a refusal ({error})", "choose another with --port"
            ) from error
        self.scorer = scorer
        self.explainer = Explainer(scorer)
        self.model_lock = threading.Lock()
        self.last_request = time.monotonic()
        if idle_timeout_s is not None:
            threading.Thread(
                target=self._stop_when_idle, args=[idle_timeout_s], daemon=True
            ).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def take_up_changes(self) -> None:
        """Answer from now on by the threshold and the model that the run has now.

        Raises:
            NotFound: the run has been deleted.
        """
        self.scorer.refresh()
        if self.scorer.outdated:
            self.scorer = load_scorer(self.scorer.workspace, self.scorer.run)
            self.explainer = Explainer(self.scorer)

    def _stop_when_idle(self, timeout_s: float) -> None:
        while (idle := time.monotonic() - self.last_request) < timeout_s:
            time.sleep(max(0.05, min(5.0, timeout_s - idle)))
        self.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: ScorerServer
    protocol_version = "HTTP/1.1"
    timeout = _READ_TIMEOUT_S

    def do_GET(self) -> None:
        self._answer(self._model_status)

    def do_POST(self) -> None:
        self._answer(self._routed)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: texts and scores do not belong in a log."""

    def _answer(self, handle: Any) -> None:
        try:
            self._check_host()
            self.server.last_request = time.monotonic()
            self._send(200, handle())
        except RequestError as error:
            self.close_connection = True
            self._send(error.status, {"error": str(error)})
        except SincerelyError as error:
            self._send(400, {"error": str(error)})
        except Exception as error:
            self.close_connection = True
            self._send(500, {"error": f"The scorer failed: {type(error).__name__}."})
            raise

    def _check_host(self) -> None:
        # A page on the web that points its own name at 127.0.0.1 must get no answer.
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in (HOST, "localhost"):
            raise RequestError(403, f"Expected the host {HOST}, but found {host!r}.")
        # Nor may a page post work here blindly; programs send no Origin.
        if self.headers.get("Origin"):
            raise RequestError(403, "Expected a program, but found a web page's request.")

    def _model_status(self) -> dict[str, Any]:
        if self.path != self._model_path():
            raise RequestError(404, f"Expected the path {self._model_path()}.")
        state = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK"}}
        return {"model_version_status": [state]}

    def _routed(self) -> dict[str, Any]:
        body = self._body()
        model, _, name = self.path.rpartition(":")
        if model != self._model_path() or name not in ROUTES:
            raise RequestError(404, f"Expected the path {self._model_path()}:predict.")
        request = read_request(body)
        start = time.perf_counter()
        with self.server.model_lock:
            self.server.take_up_changes()
            found = ROUTES[name](self.server.scorer, self.server.explainer, request)
        return {**found, "milliseconds": round((time.perf_counter() - start) * 1000, 2)}

    def _model_path(self) -> str:
        return f"/v1/models/{self.server.scorer.run.id}"

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length") or ""
        if not (length.isascii() and length.isdigit()):
            raise RequestError(411, "Expected a Content-Length header.")
        if int(length) > MAX_BODY_BYTES:
            raise RequestError(
                413, f"Expected at most {MAX_BODY_BYTES:,} bytes, but found {int(length):,}."
            )
        return self.rfile.read(int(length))

    def _send(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
