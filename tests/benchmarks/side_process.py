"""One side of a comparison in a process of its own, kept alive from round to round.

The process reads a JSON line for each thing it is asked and answers with one. What its libraries
print goes to its log.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from tests.benchmarks.questions import PROJECT

Answer = dict[str, Any]
_LOG_TAIL = 2_000


class SideProcess:
    """Started by `python -m MODULE`; use it as a context.

    Args:
        module: Runs `answer_questions`.
        log: Where its output goes.
    """

    def __init__(self, module: str, log: Path) -> None:
        self.name = module.rpartition(".")[2]
        self._log = log
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                cwd=PROJECT,
                env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", "OMP_WAIT_POLICY": "passive"},
            )

    def ask(self, what: str, **options: Any) -> Answer:
        """Let the side do something and wait for its answer.

        Raises:
            RuntimeError: the side ended; the message has the last of its log.
        """
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"what": what, **options}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            tail = self._log.read_text("utf-8", errors="replace")[-_LOG_TAIL:]
            raise RuntimeError(f"the side {self.name} ended at {what!r}:\n{tail}")
        answer: Answer = json.loads(line)
        return answer

    def __enter__(self) -> SideProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def answer_questions(**answers: Callable[..., Answer]) -> None:
    """The side's part: answer until the asker closes the pipe.

    Args:
        answers: By the name of what may be asked; called with the options as keywords.
    """
    pipe = os.fdopen(os.dup(1), "w")
    # What libraries print is not for the asker.
    os.dup2(2, 1)
    for line in sys.stdin:
        options = json.loads(line)
        pipe.write(json.dumps(answers[options.pop("what")](**options)) + "\n")
        pipe.flush()


class Stopwatch:
    """Times a training from its second step on: the first one compiles and waits for its batch.

    What comes before, such as a trainer's set-up and the filling of a shuffled buffer, does not
    count either. Call `step` before every step.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._steps = 0
        self._start = self._now()

    def step(self) -> None:
        """A step is about to begin."""
        self._steps += 1
        if self._steps == 2:
            self._start = self._now()

    def read(self, *, rows: int, first_rows: int) -> Answer:
        """Wall and processor seconds of `rows` rows without the `first_rows` of the first step."""
        wall, cpu = (end - start for end, start in zip(self._now(), self._start, strict=True))
        return {"rows": rows - first_rows, "seconds": wall, "cpu_seconds": cpu}

    def _now(self) -> tuple[float, float]:
        times = self._process.cpu_times()
        return time.perf_counter(), times.user + times.system
