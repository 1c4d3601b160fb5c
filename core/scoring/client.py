"""Ask a running scorer; needs no TensorFlow."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import JobError

_TIMEOUT_S = 60


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
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
            found = json.load(response)
    except urllib.error.HTTPError as error:
        reason = json.load(error).get("error", str(error))
        raise JobError(
            "an answer of the scorer", f"its refusal ({reason})", "correct it"
        ) from error
    except (OSError, ValueError) as error:
        raise JobError("an answer of the scorer", "no answer", "try again") from error
    answers = [Answer(entry["score"], entry["label"]) for entry in found["predictions"]]
    return Answers(answers, (time.perf_counter() - start) * 1000, found["milliseconds"])
