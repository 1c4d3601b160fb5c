"""Ask a running scorer; needs no TensorFlow."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import JobError

_TIMEOUT_S = 60
# Never through a proxy, which the environment may name: texts stay on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Answer:
    """One text's score and verdict; see `core.scoring.scorer.Scores`."""

    score: float
    label: str


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
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/models/{run_id}:predict",
        data=json.dumps({"instances": list(texts)}).encode(),
        headers={"Content-Type": "application/json"},
    )
    start = time.perf_counter()
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_S) as response:
            found = json.load(response)
        answers = [Answer(entry["score"], entry["label"]) for entry in found["predictions"]]
        return Answers(answers, (time.perf_counter() - start) * 1000, found["milliseconds"])
    except urllib.error.HTTPError as error:
        raise JobError(
            "an answer of the scorer", f"its refusal ({_reason(error)})", "correct it"
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
