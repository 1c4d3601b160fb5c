"""`make bench-score`: scoring against the tutorial's way and a Hugging Face pipeline, and serving.

Every side answers the same questions with the same encoder and the same head, in a process of its
own that stays alive, in turns whose order alternates; their scores are held together. Figures are
medians; ratios are medians of the rounds' own ratios. Serving is measured from outside, over HTTP,
against `python -m core serve` with a run that the benchmark trains. Memory is measured with a toy
encoder, because 1.3 million rows take MiniLM more than an hour here: what is done with the rows is
the same.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import psutil

from core.encoders.encoders import EMBEDDED, find_encoder
from tests.benchmarks.questions import Questions, read_questions
from tests.benchmarks.score_memory import memory_table
from tests.benchmarks.serving import serving_table
from tests.benchmarks.side_process import Answer, SideProcess

ROWS = 2_048
TUTORIAL_ROWS = 512
ROUNDS = 3
OURS, TUTORIAL, PIPELINE, MATRICES = "scorer", "tutorial", "transformers_pipeline", "matrices"
SORTED = f"{PIPELINE} by length"
_BATCHES = (8, 16, 32, 64)
_TITLES = {
    OURS: "Sincerely",
    TUTORIAL: "the tutorial's way",
    PIPELINE: "Hugging Face pipeline, batches of {batch}",
    SORTED: "the same, given texts sorted by length",
}
_GOALS = {TUTORIAL: "≥ 12×", PIPELINE: "≥ 1.5×"}
_SAME_ENOUGH = 1e-3
_SHARE_CUT_OTHERWISE = 0.002


def main() -> None:
    """Measure and print Markdown tables."""
    options = _options()
    questions = read_questions(options.rows)
    load = os.getloadavg()[0]
    memory = psutil.virtual_memory().total / 2**30
    print(f"{date.today()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.python_version()}")
    print(f"{questions.source}; load of the machine before the start: {load:.1f}\n", flush=True)
    parts = {
        "speed": lambda: speed_table(questions, options.rounds),
        "serving": serving_table,
        "memory": memory_table,
    }
    for part in options.parts:
        for line in parts[part]():
            print(line, flush=True)
        print()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    names = ("speed", "serving", "memory")
    parser.add_argument("--parts", nargs="+", choices=names, default=list(names))
    return parser.parse_args()


def speed_table(questions: Questions, rounds: int) -> list[str]:
    """Each side's speed, how many times it we reach, and our share of the matrix rate."""
    head = _head()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sides = {
            name: stack.enter_context(
                SideProcess(f"tests.benchmarks.sides.{name}", folder / f"{name}.log")
            )
            for name in _available()
        }
        sizes = _prepare(sides, questions, head)
        batch = _best_batch(sides) if PIPELINE in sides else 0
        turns = [OURS, TUTORIAL, *([PIPELINE, SORTED] if PIPELINE in sides else [])]
        found: dict[str, list[Answer]] = {name: [] for name in turns}
        matrices: list[Answer] = []
        for number in range(rounds + 1):
            # The first round warms up.
            for name in turns if number % 2 else reversed(turns):
                answer = _score(sides, name, len(questions.texts), head, batch)
                if number:
                    found[name].append(answer)
            if number:
                shapes = found[OURS][-1]["batches"]
                matrices.append(
                    sides[MATRICES].ask("measure", batches=shapes, scoring=True, **sizes)
                )
    _check_same(found, questions.texts)
    return [*_speed_lines(found, batch), "", *_share_lines(found[OURS], matrices)]


def _head() -> list[float]:
    """A last layer that spreads the scores: kernel, then bias."""
    width = find_encoder(EMBEDDED).shape.width
    return [*np.random.default_rng(0).normal(0, 0.05, width).tolist(), -1.0]


def _available() -> list[str]:
    if importlib.util.find_spec("torch") and importlib.util.find_spec("transformers"):
        return [OURS, TUTORIAL, PIPELINE, MATRICES]
    print("without Hugging Face's pipeline: requirements-bench.txt is not installed\n")
    return [OURS, TUTORIAL, MATRICES]


def _prepare(
    sides: dict[str, SideProcess], questions: Questions, head: list[float]
) -> dict[str, int]:
    encoder = find_encoder(EMBEDDED)
    folder, texts = str(encoder.folder), questions.texts
    sizes = sides[OURS].ask("prepare", encoder=EMBEDDED, texts=texts, head=head)
    sides[TUTORIAL].ask(
        "prepare", encoder=folder, vocabulary=str(encoder.vocabulary),
        texts=texts, class_ids=questions.class_ids,
    )  # fmt: skip
    if PIPELINE in sides:
        sides[PIPELINE].ask("prepare", encoder=folder, texts=texts, head=head)
    sides[MATRICES].ask("prepare")
    return sizes


def _best_batch(sides: dict[str, SideProcess]) -> int:
    """The pipeline's fastest batch size on some texts."""
    rates = {}
    for batch in (_BATCHES[0], *_BATCHES):  # The first one also warms up.
        answer = sides[PIPELINE].ask("score", rows=TUTORIAL_ROWS, batch=batch, by_length=False)
        rates[batch] = answer["rows"] / answer["seconds"]
    return max(rates, key=lambda batch: rates[batch])


def _score(
    sides: dict[str, SideProcess], name: str, rows: int, head: list[float], batch: int
) -> Answer:
    if name == OURS:
        return sides[OURS].ask("score", rows=rows)
    if name == TUTORIAL:
        return sides[TUTORIAL].ask("score", rows=min(rows, TUTORIAL_ROWS), head=head)
    return sides[PIPELINE].ask("score", rows=rows, batch=batch, by_length=name == SORTED)


def _check_same(found: dict[str, list[Answer]], texts: list[str]) -> None:
    """Make sure that all sides gave the same answers, and print those that are not.

    Tokenizers cut a few texts otherwise, such as those with a ligature or "℅", which whoever reads
    the output can see; another model would answer all texts otherwise.
    """
    ours = np.array(found[OURS][-1]["scores"])
    for name, answers in found.items():
        scores = np.array(answers[-1]["scores"])
        apart = np.abs(scores - ours[: len(scores)])
        others = np.flatnonzero(apart > _SAME_ENOUGH)
        alike = float(apart[apart <= _SAME_ENOUGH].max(initial=0.0))
        print(f"{name} against ours: scores differ by up to {alike:.1e}, but for {len(others)}:")
        for row in others[:10]:
            print(f"  {scores[row]:.4f} against {ours[row]:.4f}: {texts[row]!r}")
        assert len(others) <= _SHARE_CUT_OTHERWISE * len(scores), f"{name} answers otherwise"
    print()


def _speed_lines(found: dict[str, list[Answer]], batch: int) -> list[str]:
    lines = ["| scoring | texts a second | we are faster | goal |", "|---|---|---|---|"]
    ours = _rates(found[OURS])
    for name, answers in found.items():
        theirs = _rates(answers)
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        times = "" if name == OURS else f"{ratio:.2f}×"
        title = _TITLES[name].format(batch=batch)
        goal = _GOALS.get(name, "")
        lines.append(f"| {title} | {statistics.median(theirs):.0f} | {times} | {goal} |")
    return lines


def _share_lines(ours: list[Answer], matrices: list[Answer]) -> list[str]:
    share = statistics.median(
        alone["seconds"] / whole["model_seconds"]
        for alone, whole in zip(matrices, ours, strict=True)
    )
    rate = statistics.median(2e-9 * one["multiply_adds"] / one["seconds"] for one in matrices)
    of_square = statistics.median(
        alone["multiply_adds"] / whole["model_seconds"] / alone["square_rate"]
        for alone, whole in zip(matrices, ours, strict=True)
    )
    part = statistics.median(one["model_seconds"] / one["seconds"] for one in ours)
    return [
        "| what | goal | measured |",
        "|---|---|---|",
        f"| matrix products at the batches' own shapes, alone | | {rate:.0f} GFLOP/s |",
        f"| share of that rate during the model's part | ≥ 70 % | {share:.0%} |",
        f"| share of one large square product's rate | | {of_square:.0%} |",
        f"| the model's part of the whole time | | {part:.0%} |",
    ]


def _rates(answers: list[Answer]) -> list[float]:
    return [answer["rows"] / answer["seconds"] for answer in answers]


if __name__ == "__main__":
    main()
