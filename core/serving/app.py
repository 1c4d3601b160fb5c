"""What a scorer answers over HTTP: TF Serving's REST, health and figures.

Beside `:predict` it answers `:explain`, `:nearest`, `:swap` and `:swap_sample`, and has `/health`,
`/metrics` for Prometheus and a page of the same figures at `/`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from core.evaluation.operating_point import operating_point
from core.serving.access import LOOPBACK, Address, has_token, is_local_name
from core.serving.batcher import Batcher
from core.serving.exchange import Exchange, json_response, refusal
from core.serving.handover import Handover
from core.serving.limits import RETRY, Limits, Room, Work
from core.serving.metrics import CONTENT_TYPE, Served, ServerMetrics
from core.serving.model_spec import (
    LABEL,
    VERSION,
    check_signature,
    model_metadata,
    model_status,
)
from core.serving.page import page
from core.serving.protocol import FULL
from core.serving.request_body import Values, decompressed, read_request
from core.serving.request_error import RequestError
from core.serving.routes import PREDICT, ROUTES, predictions, read_predicted

_HEALTH = "/health"
_OTHER = "other"
_GZIP = "gzip"
_NOT_SERVED = ("classify", "regress")
_PAGE_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class ScorerApp:
    """The ASGI application: `/v1/models/<run>` and the pages of a server, for who may ask.

    Args:
        batcher: What answers.
        metrics: Counts what is done.
        address: Where the server listens.
        token: What every request but that for health must carry; "" for nothing.
        limits: What clients may take.

    Attributes:
        metrics: What has been done so far.
        work: The requests for the model.
    """

    def __init__(
        self,
        batcher: Batcher,
        metrics: ServerMetrics,
        *,
        address: Address,
        token: str,
        limits: Limits,
    ) -> None:
        self.metrics = metrics
        self.work = Work()
        self._batcher = batcher
        self._address = address
        self._token = token
        self._limits = limits
        self._room = Room(limits.bodies_bytes)
        self._handover = Handover()
        self._base = f"/v1/models/{batcher.scorer.run.id}"
        self._router = Router(self._routes(), redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        scope["app"] = self  # Or the router would not raise what it refuses.
        state = scope["state"]
        with ExitStack() as state["held"]:
            try:
                self._check(Request(scope))
                await self._router(scope, exchange.receive, exchange.send)
            except ClientDisconnect:
                return
            except HTTPException as error:
                answer = refusal(self._of_router(error))
                await answer(scope, exchange.receive, exchange.send)
            except Exception as error:
                await refusal(error)(scope, exchange.receive, exchange.send)
        seconds = time.perf_counter() - state["asked"] if "asked" in state else None
        route = getattr(scope.get("route"), "name", _OTHER)
        self.metrics.count_request(route, exchange.status, seconds)
        await exchange.end(self._limits.linger_s)

    def _check(self, request: Request) -> None:
        """Make sure that there is room for a connection, and that it may ask."""
        if FULL in request.scope["state"]:
            raise RequestError(503, "Expected fewer open connections.", RETRY)
        # A page on the web that points its own name at 127.0.0.1 must get no answer.
        host = request.headers.get("Host", "")
        if self._address.loopback and not is_local_name(host, self._address):
            raise RequestError(403, f"Expected the host {LOOPBACK}, but found {host!r}.")
        # Nor may a page post work here blindly; programs send no Origin.
        if request.headers.get("Origin"):
            raise RequestError(403, "Expected a program, but found a web page's request.")
        given = request.headers.get("Authorization")
        if self._token and request.scope["path"] != _HEALTH and not has_token(given, self._token):
            wanted = {"WWW-Authenticate": "Bearer"}
            raise RequestError(401, "Expected the token of this scorer.", wanted)

    def _routes(self) -> list[Route]:
        versions = ("", f"/versions/{VERSION}", f"/labels/{LABEL}")
        models = [f"{self._base}{version}" for version in versions]
        return [
            *(
                Route(f"{model}:{route}", partial(self._ask, route), methods=["POST"], name=route)
                for model in models
                for route in (PREDICT, *ROUTES)
            ),
            *(
                Route(f"{model}:{route}", self._not_served, methods=["POST"], name=route)
                for model in models
                for route in _NOT_SERVED
            ),
            *(Route(model, self._status, name="status") for model in models),
            *(Route(f"{model}/metadata", self._metadata, name="metadata") for model in models),
            Route(_HEALTH, self._health, name="health"),
            Route("/metrics", self._figures, name="metrics"),
            Route("/", self._page, name="page"),
        ]

    def _of_router(self, error: HTTPException) -> RequestError:
        if error.status_code == 405 and error.headers:
            allowed = sorted(error.headers["Allow"].split(", "))
            wanted = {"Allow": ", ".join(allowed)}
            return RequestError(405, f"Expected the method {allowed[0]}.", wanted)
        return RequestError(
            404,
            f"Expected the path {self._base}:{PREDICT}, with /versions/{VERSION} or"
            f" /labels/{LABEL} before the colon if at all.",
        )

    async def _ask(self, route: str, request: Request) -> Response:
        # Held until the answer is sent.
        request.state.held.enter_context(self.work.answering())
        take = request.state.held.enter_context(self._room.share())
        body = await self._body(request, take)
        request.state.asked = asked = time.perf_counter()
        found = await self._found(route, read_request(body))
        milliseconds = round((time.perf_counter() - asked) * 1000, 2)
        return json_response({**found, "milliseconds": milliseconds})

    async def _body(self, request: Request, take: Callable[[int], None]) -> bytes:
        """The body of the request, of which `take` is told before it is kept.

        Raises:
            RequestError: it has no length or is too long, or by `take`.
        """
        length, most = _told_length(request), self._limits.body_bytes
        if length > most:
            raise RequestError(413, f"Expected at most {most:,} bytes, but found {length:,}.")
        content = bytearray()
        async for part in request.stream():
            if len(content) + len(part) > most:  # In chunks, of which nobody has told.
                raise RequestError(413, f"Expected at most {most:,} bytes, but found more.")
            take(len(part))
            content += part
        if _encoding(request) == _GZIP:
            content = decompressed(content, most)
            take(len(content))
        return bytes(content)

    async def _found(self, route: str, values: Values) -> Values:
        check_signature(values)
        if route == PREDICT:
            scores = self._batcher.score(read_predicted(values))
            return predictions(await self._handover.result(scores), values)
        return await self._handover.result(self._batcher.call(ROUTES[route](values)))

    async def _not_served(self, request: Request) -> Response:
        raise RequestError(
            400, f"Expected :{PREDICT}, which is what this model has a signature for."
        )

    def _status(self, request: Request) -> Response:
        self._check_run()
        return json_response(model_status())

    def _metadata(self, request: Request) -> Response:
        self._check_run()
        return json_response(model_metadata(self._batcher.scorer.run.id))

    def _check_run(self) -> None:
        scorer = self._batcher.scorer
        operating_point(scorer.workspace, scorer.run)  # A run that was deleted is none.

    async def _health(self, request: Request) -> Response:
        uptime, run = round(self.metrics.uptime_s, 1), self._batcher.scorer.run.id
        return json_response({"status": "ok", "run": run, "uptime_s": uptime})

    async def _figures(self, request: Request) -> Response:
        return Response(self.metrics.prometheus(self._served()), media_type=CONTENT_TYPE)

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(page(self.metrics, self._served()), headers=_PAGE_POLICY)

    def _served(self) -> Served:
        scorer = self._batcher.scorer
        return Served(scorer.run.id, scorer.run.name, scorer.step, scorer.threshold)


def _encoding(request: Request) -> str:
    return request.headers.get("Content-Encoding", "identity").strip().lower()


def _told_length(request: Request) -> int:
    """The length of the body as its head tells it, 0 where it comes in chunks.

    Raises:
        RequestError: it tells none, or of two ways, or the body is compressed in another way.
    """
    length, chunked = request.headers.get("Content-Length"), "Transfer-Encoding" in request.headers
    if _encoding(request) not in ("identity", _GZIP):
        raise RequestError(415, "Expected a body as it is or in gzip, by its Content-Encoding.")
    if chunked and length is not None:
        raise RequestError(400, "Expected a Content-Length header or a body in chunks, not both.")
    if chunked:
        return 0
    if length is None:
        raise RequestError(411, "Expected a Content-Length header.")
    return int(length)
