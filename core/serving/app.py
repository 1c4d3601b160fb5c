"""The scorer's routes as a Starlette application: TF Serving's REST, health and figures.

Beside `:predict` it answers `:explain`, `:nearest`, `:swap` and `:swap_sample`, and has `/health`,
`/metrics` for Prometheus and a page of the same figures at `/`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from core.errors import SincerelyError
from core.evaluation.operating_point import operating_point
from core.serving.access import Address
from core.serving.batcher import Batcher
from core.serving.guard import HEALTH, Guard, json_response, refusal
from core.serving.limits import Limits, Room, Work
from core.serving.metrics import CONTENT_TYPE, Served, ServerMetrics
from core.serving.page import page
from core.serving.routes import (
    MAX_TEXTS,
    PREDICT,
    ROUTES,
    RequestError,
    Values,
    predictions,
    read_request,
    read_texts,
)

_PAGE_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class ScorerApp:
    """Answers `POST /v1/models/<run>:<route>` and `GET /v1/models/<run>` for one run.

    Args:
        batcher: What answers.
        metrics: What has been done so far.
        work: Told of each request for the model.
        limits: What clients may take.
    """

    def __init__(
        self, batcher: Batcher, metrics: ServerMetrics, work: Work, limits: Limits
    ) -> None:
        self._batcher = batcher
        self._metrics = metrics
        self._work = work
        self._limits = limits
        self._room = Room(limits.bodies_bytes)
        self._base = f"/v1/models/{batcher.scorer.run.id}"

    def guarded(self, address: Address, token: str) -> Starlette:
        """The application, with who may ask it: see `core.serving.guard.Guard`."""
        guard = Middleware(
            Guard,
            address=address,
            token=token,
            metrics=self._metrics,
            linger_s=self._limits.linger_s,
        )
        handlers = dict.fromkeys((RequestError, SincerelyError, HTTPException), self._refuse)
        app = Starlette(routes=self._routes(), middleware=[guard], exception_handlers=handlers)
        app.router.redirect_slashes = False
        return app

    def _routes(self) -> list[Route]:
        models = (self._base, f"{self._base}/versions/1")
        return [
            *(
                Route(f"{model}:{route}", partial(self._ask, route), methods=["POST"], name=route)
                for model in models
                for route in (PREDICT, *ROUTES)
            ),
            *(Route(model, self._status, name="status") for model in models),
            Route(HEALTH, self._health, name="health"),
            Route("/metrics", self._figures, name="metrics"),
            Route("/", self._page, name="page"),
        ]

    async def _refuse(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):  # Of the router: another path, or another method.
            allowed = sorted((error.headers or {}).get("Allow", "").split(", "))
            if error.status_code == 405:
                wanted = {"Allow": ", ".join(allowed)}
                error = RequestError(405, f"Expected the method {allowed[0]}.", wanted)
            else:
                error = RequestError(404, f"Expected the path {self._base}:{PREDICT}.")
        return refusal(error)

    async def _ask(self, route: str, request: Request) -> Response:
        held = request.state.held
        held.enter_context(self._work.answering())
        body = await self._body(request, held.enter_context(self._room.share()))
        request.state.asked = asked = time.perf_counter()
        found = await self._found(route, read_request(body))
        milliseconds = round((time.perf_counter() - asked) * 1000, 2)
        return json_response({**found, "milliseconds": milliseconds})

    async def _body(self, request: Request, take: Callable[[int], None]) -> bytes:
        """The body of the request.

        Args:
            request: Its head has been checked by h11.
            take: Told of more bytes before they are kept; see `Room.share`.

        Raises:
            RequestError: it has no length, is too long or did not come in time, or by `take`.
        """
        length = request.headers.get("Content-Length")
        if length is None or "Transfer-Encoding" in request.headers:
            raise RequestError(411, "Expected a Content-Length header.")
        most = self._limits.body_bytes
        if int(length) > most:
            raise RequestError(413, f"Expected at most {most:,} bytes, but found {int(length):,}.")
        content = bytearray()
        try:
            with anyio.fail_after(self._limits.body_s):
                async for part in request.stream():
                    take(len(part))
                    content += part
        except TimeoutError as error:
            raise RequestError(408, "Expected the whole request sooner.") from error
        return bytes(content)

    async def _found(self, route: str, values: Values) -> Values:
        if route == PREDICT:
            scores = self._batcher.score(read_texts(values, MAX_TEXTS))
            return predictions(await asyncio.wrap_future(scores))
        give = ROUTES[route]
        work = self._batcher.call(lambda scorer, explainer: give(scorer, explainer, values))
        return await asyncio.wrap_future(work)

    def _status(self, request: Request) -> Response:
        scorer = self._batcher.scorer
        operating_point(scorer.workspace, scorer.run)  # A run that was deleted is none.
        state = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK"}}
        return json_response({"model_version_status": [state]})

    async def _health(self, request: Request) -> Response:
        uptime, run = round(self._metrics.uptime_s, 1), self._batcher.scorer.run.id
        return json_response({"status": "ok", "run": run, "uptime_s": uptime})

    async def _figures(self, request: Request) -> Response:
        return Response(self._metrics.prometheus(self._served()), media_type=CONTENT_TYPE)

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(page(self._metrics, self._served()), headers=_PAGE_POLICY)

    def _served(self) -> Served:
        scorer = self._batcher.scorer
        return Served(scorer.run.id, scorer.run.name, scorer.step, scorer.threshold)
