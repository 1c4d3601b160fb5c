"""How soon a scorer answers, and how many at once, measured from outside over HTTP.

One asyncio process asks, one typed question a request over connections that stay open; it shares
the cores with the scorer.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.importing.importer import import_file
from core.jobs.cancellation import StopFlag
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run
from core.serving.client import ask
from core.serving.scorer_process import Service, ensure_scorer, stop_scorer
from core.training.training_job import run_training
from core.workspace import Workspace
from tests.benchmarks.data import write_questions

_TRAINED_ROWS = 600
_TYPED = 300
_SECONDS = 6.0
_ROUNDS = 3
_CLIENTS = 32


@dataclass(frozen=True)
class Load:
    """What clients saw: seconds from request to answer, answers a second, and refusals."""

    seconds: list[float]
    rate: float
    errors: int

    def at(self, share: float) -> float:
        """Milliseconds in which this share of the answers came."""
        return float(np.quantile(self.seconds, share)) * 1000


def serving_table() -> list[str]:
    """Start, one client, many clients."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "workspace")
        run, texts = small_run(workspace, Path(folder))
        start = time.perf_counter()
        service = ensure_scorer(workspace, run)
        ask(service.port, run.id, [texts[0]])
        first = time.perf_counter() - start
        try:
            typed = _typed(service, run, texts)
            loads = [_turn(service, run, texts) for _ in range(_ROUNDS)]
        finally:
            stop_scorer(workspace, run)
    return _lines(first, typed, loads)


def small_run(workspace: Workspace, folder: Path) -> tuple[Run, list[str]]:
    """A MiniLM that has learned from a few hundred questions, and the questions."""
    path = folder / "questions.csv"
    write_questions(path, _TRAINED_ROWS)
    dataset = import_file(workspace, path).dataset
    config = TrainConfig(epochs=1, validations_per_epoch=1, pooling="cls", max_seq_length=128)
    run = create_run(workspace, dataset, config)
    if run_training(workspace, run, StopFlag()):
        raise RuntimeError("the training failed")
    lines = path.read_text("utf-8").splitlines()[1:]
    return run, [line.split(",", 1)[1].rsplit(",", 1)[0] for line in lines]


def _typed(service: Service, run: Run, texts: list[str]) -> list[float]:
    """Milliseconds from request to answer, a new connection each time, as the page asks."""
    for text in texts[:20]:
        ask(service.port, run.id, [text])
    return [ask(service.port, run.id, [texts[n % len(texts)]]).milliseconds for n in range(_TYPED)]


def _turn(service: Service, run: Run, texts: list[str]) -> tuple[Load, Load]:
    """One client, then many, on the same warm scorer."""
    requests = [_request(service, run, text) for text in texts]
    one = asyncio.run(_load(service.port, requests, 1))
    return one, asyncio.run(_load(service.port, requests, _CLIENTS))


def _request(service: Service, run: Run, text: str) -> bytes:
    body = json.dumps({"instances": [text]}).encode()
    head = (
        f"POST /v1/models/{run.id}:predict HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _load(port: int, requests: list[bytes], clients: int) -> Load:
    end = time.perf_counter() + _SECONDS
    found = await asyncio.gather(*(_client(port, requests, n * 17, end) for n in range(clients)))
    seconds = [second for waits, _ in found for second in waits]
    return Load(seconds, len(seconds) / _SECONDS, sum(errors for _, errors in found))


async def _client(
    port: int, requests: list[bytes], first: int, end: float
) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits, errors = [], 0
    while time.perf_counter() < end:
        start = time.perf_counter()
        writer.write(requests[first % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await reader.readexactly(int(length))
        waits.append(time.perf_counter() - start)
        errors += b" 200 " not in head[:20] or b"predictions" not in body
        first += 1
    writer.close()
    return waits, errors


def _lines(first: float, typed: list[float], loads: list[tuple[Load, Load]]) -> list[str]:
    p50, p95 = (float(np.quantile(typed, share)) for share in (0.5, 0.95))
    gain = statistics.median(many.rate / one.rate for one, many in loads)
    alone = statistics.median(one.rate for one, _ in loads)
    at_once = statistics.median(many.rate for _, many in loads)
    slow = statistics.median(many.at(0.95) for _, many in loads)
    errors = sum(load.errors for pair in loads for load in pair)
    return [
        "| serving | goal | measured |",
        "|---|---|---|",
        f"| first answer after the start of the process | < 10 s | {first:.1f} s |",
        f"| one typed question, from request to answer, p50 | < 30 ms | {p50:.1f} ms |",
        f"| the same, p95 | < 60 ms | {p95:.1f} ms |",
        f"| {_CLIENTS} clients at once against one | ≥ 2.5× | {gain:.1f}×"
        f" ({at_once:.0f} against {alone:.0f} answers a second) |",
        f"| {_CLIENTS} clients, p95 | < 500 ms | {slow:.0f} ms |",
        f"| errors | none | {errors} |",
    ]
