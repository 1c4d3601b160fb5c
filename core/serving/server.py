"""`python -m core serve RUN`: the scorer's HTTP server, by uvicorn."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from core.errors import JobError
from core.scoring.scorer import Scorer
from core.serving.access import LOOPBACK, Address, check_token_needed, resolved
from core.serving.app import ScorerApp
from core.serving.batcher import Batcher
from core.serving.limits import Limits, Work
from core.serving.metrics import ServerMetrics
from core.serving.protocol import LimitedConfig

_TOLD_S = 0.5
"""For the model's thread to end, and for who waited in vain to be told so."""


class ScorerServer:
    """Answers over HTTP for one run; see `core.serving.app`. The port is taken at once.

    Args:
        scorer: What answers.
        host: Address or name to listen at.
        port: TCP port; 0 takes a free one.
        token: What every request but `/health` must carry; "" for nothing.
        idle_timeout_s: Ends `run` after so long without a request for the model; None never.
        limits: What clients may take.

    Attributes:
        address: Where it listens.
        clean: Whether the model's thread has ended, once the server has.

    Raises:
        JobError: the port is taken, or the address is not this machine's.
        BadInput: an address that others reach, and no token.
    """

    def __init__(
        self,
        scorer: Scorer,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        token: str = "",
        idle_timeout_s: float | None = None,
        limits: Limits = Limits(),  # noqa: B008 - Frozen.
    ) -> None:
        self.address = resolved(host, port)
        check_token_needed(self.address, token)
        self._socket = _listening(self.address, port, limits.connections + limits.refused)
        self.port: int = self._socket.getsockname()[1]
        self.clean = True
        metrics = ServerMetrics()
        self._batcher = Batcher(scorer, metrics.count_batch, max_waiting=limits.waiting_texts)
        app = ScorerApp(self._batcher, metrics, address=self.address, token=token, limits=limits)
        self._uvicorn = _Uvicorn(
            LimitedConfig(app, limits), app.work, self._batcher, idle_timeout_s
        )
        kept = self._uvicorn.server_state.connections
        metrics.watch("sincerely_connections", "Open connections", lambda: len(kept))
        about = "Asked of the model, not answered yet"
        metrics.watch("sincerely_requests_in_progress", about, lambda: app.work.count)

    @property
    def scorer(self) -> Scorer:
        """What answers now."""
        return self._batcher.scorer

    def run(self) -> None:
        """Answer until `stop` is called, or nobody has asked for so long.

        What is being answered then still is, if that takes no more than the limits' `grace_s`.
        """
        self._uvicorn.run(sockets=[self._socket])

    def stop(self, *_: object) -> None:
        """End `run` soon; a signal handler, which any thread may call."""
        self._uvicorn.should_exit = True

    def __enter__(self) -> ScorerServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self.clean = self._batcher.close(_TOLD_S)


class _Uvicorn(uvicorn.Server):
    """uvicorn's server, which leaves signals alone, ends when idle, and tells who waits of it."""

    config: LimitedConfig

    def __init__(
        self, config: LimitedConfig, work: Work, batcher: Batcher, idle_timeout_s: float | None
    ) -> None:
        super().__init__(config)
        self._work = work
        self._batcher = batcher
        self._idle_timeout_s = float("inf") if idle_timeout_s is None else idle_timeout_s

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would raise them once more at its end, and the process die of them.
        yield

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._work.idle_s >= self._idle_timeout_s

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._work.ending = True
        loop = asyncio.get_running_loop()
        late = loop.call_later(self.config.limits.grace_s, self._batcher.close, 0.0)
        await super().shutdown(sockets)
        late.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def _listening(address: Address, port: int, backlog: int) -> socket.socket:
    v6 = address.family == socket.AF_INET6
    try:
        return socket.create_server(
            (address.host, port),
            family=address.family,
            backlog=backlog,
            dualstack_ipv6=v6 and socket.has_dualstack_ipv6(),
        )
    except (OSError, OverflowError) as error:
        found, action = f"a refusal ({error})", "choose another with --port"
        raise JobError(f"a free port {port} at {address.shown}", found, action) from error
