"""Ask a running scorer; needs no TensorFlow.

The token that a scorer may want comes from the environment variable SINCERELY_TOKEN.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.errors import JobError
from core.explain.explanation_types import (
    Explanation,
    Method,
    Neighbours,
    SwapSample,
)
from core.explain.identity_swap import Group, ScoredSwap
from core.records import from_plain
from core.serving.access import bearer, token_from_environment

_TIMEOUT_S = 60
_SLICE_TEXTS = 16
"""Texts of one request for swaps, so that it ends in time and progress is seen."""

# Never through a proxy, which the environment may name: texts stay on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

OnProgress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """One text's score and predicted label; see `core.scoring.scorer.Scores`."""

    score: float
    label: str
    calibrated: float | None = None


@dataclass(frozen=True)
class Answers:
    """Answers in the order of the texts.

    `milliseconds` is the time from request to answer, `model_milliseconds` the model's part.
    """

    answers: list[Answer]
    milliseconds: float
    model_milliseconds: float


def ask(port: int, run_id: str, texts: Sequence[str]) -> Answers:
    """Score texts with the scorer that listens on a loopback port.

    Raises:
        JobError: it does not answer, or refuses the request.
    """
    start = time.perf_counter()

    def read(found: Mapping[str, Any]) -> Answers:
        answers = from_plain(list[Answer], found["predictions"])
        return Answers(answers, (time.perf_counter() - start) * 1000, found["milliseconds"])

    return _post(port, run_id, "predict", {"instances": list(texts)}, read)


def explain(
    port: int, run_id: str, texts: Sequence[str], method: Method = Method.INTEGRATED_GRADIENTS
) -> list[Explanation]:
    """What the words of some texts add to their answers.

    Raises:
        JobError: the scorer does not answer, or refuses the request.
    """
    request = {"instances": list(texts), "method": method.value}
    return _post(
        port,
        run_id,
        "explain",
        request,
        lambda found: from_plain(list[Explanation], found["explanations"]),
    )


def nearest(
    port: int,
    run_id: str,
    text: str,
    count: int,
    on_progress: OnProgress = lambda done, total: None,
) -> Neighbours:
    """The rows that the run learned from which are most like a text.

    Args:
        port: Where the scorer listens.
        run_id: The run.
        text: Any text.
        count: How many rows.
        on_progress: Rows that have a vector, while they are made: once a run.

    Raises:
        JobError: the scorer does not answer, or refuses the request.
    """

    def read(found: Mapping[str, Any]) -> Neighbours | None:
        if "preparation" in found:
            on_progress(found["preparation"]["done"], found["preparation"]["total"])
            return None
        return from_plain(Neighbours, found["neighbours"])

    request = {"instances": [text], "count": count}
    while True:
        answer = _post(port, run_id, "nearest", request, read)
        if answer is not None:
            return answer


def swap(port: int, run_id: str, texts: Sequence[str], groups: Sequence[Group]) -> list[ScoredSwap]:
    """Some texts with each term exchanged for each other one of its group, and their scores.

    Raises:
        JobError: the scorer does not answer, or refuses the request.
    """
    request = {"instances": list(texts), "groups": [list(group) for group in groups]}
    return _post(
        port, run_id, "swap", request, lambda found: from_plain(list[ScoredSwap], found["swaps"])
    )


def swap_sample(
    port: int,
    run_id: str,
    groups: Sequence[Group],
    rows: int,
    on_progress: OnProgress = lambda done, total: None,
) -> SwapSample:
    """The same for rows of the run's test or validation part that mention a term.

    Args:
        port: Where the scorer listens.
        run_id: The run.
        groups: Terms that can stand for each other.
        rows: How many rows to try, if so many mention a term.
        on_progress: Rows tried.

    Raises:
        JobError: the scorer does not answer, or refuses the request.
    """
    sample: SwapSample | None = None
    while sample is None or (sample.tried < rows and sample.looked < sample.rows):
        tried, start = (sample.tried, sample.looked) if sample else (0, 0)
        request = {
            "groups": [list(group) for group in groups],
            "start": start,
            "most": min(_SLICE_TEXTS, rows - tried),
        }
        more = _post(
            port,
            run_id,
            "swap_sample",
            request,
            lambda found: from_plain(SwapSample, found["sample"]),
        )
        sample = sample.joined(more) if sample else more
        on_progress(sample.tried, rows)
    return sample


def _post(
    port: int,
    run_id: str,
    route: str,
    content: Mapping[str, object],
    read: Callable[[Mapping[str, Any]], T],
) -> T:
    """Ask, and read the answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/models/{run_id}:{route}",
        data=json.dumps(content).encode(),
        headers={"Content-Type": "application/json", **bearer(token_from_environment())},
    )
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_S) as response:
            return read(json.load(response))
    except urllib.error.HTTPError as error:
        action = "try again in a while" if error.code == 503 else "correct it"
        raise JobError(
            "an answer of the scorer", f"its refusal ({_reason(error)})", action
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise JobError("an answer of the scorer", "no answer", "try again") from error
    except (ValueError, LookupError, TypeError) as error:
        raise JobError(
            "an answer of the scorer", f"another program on port {port}", "start the scorer again"
        ) from error


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, LookupError, TypeError):
        return str(error)
