"""`make bench-train`: fine-tuning against the tutorial's way and Hugging Face's Trainer.

Every side trains the same encoder on the same questions, in a process of its own that stays alive,
in turns whose order alternates. Time counts from the second step of a round on: before it come
compiling and set-up. Figures are medians; ratios are medians of the rounds' own ratios, because a
shared machine changes from round to round.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil

from core.encoders.encoders import EMBEDDED, find_encoder
from tests.benchmarks.questions import Questions, read_questions
from tests.benchmarks.side_process import Answer, SideProcess

ROWS = 2_000
ROUNDS = 3
TIMES_MORE = 10
OURS = "ours"
FAST = "fast"
TUTORIAL = "tutorial"
TRAINER = "transformers_trainer"
TRAINER_HALF = "transformers_trainer in bfloat16"
MATRICES = "matrices"
SECONDS = "seconds"
CPU_SECONDS = "cpu_seconds"
"""Processor time of all threads: it hardly changes when others use the machine, too."""
_WARM_UP_ROWS = 320
_TITLES = {
    OURS: "Sincerely, the same settings",
    FAST: "Sincerely, preset *fast*",
    TUTORIAL: "the tutorial's way",
    TRAINER: "Hugging Face Trainer, PyTorch",
    TRAINER_HALF: "the same in bfloat16, against *fast*",
}
_GOALS = {TUTORIAL: "≥ 8×", TRAINER: "≥ 1.2×"}


@dataclass
class Measured:
    """What the rounds found: answers by side, in the order of the rounds."""

    facts: dict[str, Answer] = field(default_factory=dict)
    rounds: dict[str, list[Answer]] = field(default_factory=dict)
    pipeline: list[Answer] = field(default_factory=list)
    matrices: list[Answer] = field(default_factory=list)
    many: list[Answer] = field(default_factory=list)

    def rates(self, side: str, unit: str = SECONDS) -> list[float]:
        """Rows a second, or a second of processor time, by round."""
        return [answer["rows"] / answer[unit] for answer in self.rounds[side]]

    def ratio(self, side: str, unit: str = SECONDS) -> float:
        """How many times the side's rate we reach in the same precision."""
        ours = FAST if side == TRAINER_HALF else OURS
        pairs = zip(self.rates(ours, unit), self.rates(side, unit), strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)


def main() -> None:
    """Measure and print Markdown tables."""
    options = _options()
    more = 1 if options.quick else TIMES_MORE
    questions = read_questions(options.rows * more)
    load = os.getloadavg()[0]
    print(f"{date.today()}, {_machine()}, Python {platform.python_version()}")
    print(f"{questions.source}; load of the machine before the start: {load:.1f}\n", flush=True)
    measured = measure(questions, options)
    for line in [*speed_table(measured), "", *share_table(measured)]:
        print(line)
    if options.json:
        options.json.write_text(json.dumps(vars(measured), indent=1), "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--quick", action="store_true", help=f"without {TIMES_MORE}× the rows")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to FILE")
    parser.add_argument("--encoder", default=EMBEDDED, help="another folder than the embedded one")
    parser.add_argument(
        "--sides", nargs="+", choices=(TUTORIAL, TRAINER), default=[TUTORIAL, TRAINER]
    )
    return parser.parse_args()


def _machine() -> str:
    return f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB"


def measure(questions: Questions, options: argparse.Namespace) -> Measured:
    """Run all rounds."""
    measured = Measured()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sides = {
            name: stack.enter_context(
                SideProcess(f"tests.benchmarks.sides.{name.split()[0]}", folder / f"{name}.log")
            )
            for name in (OURS, MATRICES, *_available(options.sides))
        }
        for name, side in sides.items():
            measured.facts[name] = _prepare(name, side, questions, options.encoder)
        turns = _turns(sides, measured)
        for round_number in range(options.rounds + 1):
            # The first round warms up.
            rows = options.rows if round_number else min(options.rows, _WARM_UP_ROWS)
            for name in turns if round_number % 2 else reversed(turns):
                answer = _take_turn(sides, name, rows)
                if round_number:
                    measured.rounds.setdefault(name, []).append(answer)
                    _tell(round_number, name, answer)
            if round_number:
                measured.pipeline.append(sides[OURS].ask("pipeline", rows=rows))
                measured.matrices.append(_measure_matrices(sides, measured))
        if not options.quick:
            # Between two rounds of the usual size, so that a change of the machine shows.
            for times in (1, TIMES_MORE, 1):
                rows = min(options.rows * times, len(questions.texts))
                measured.many.append(sides[OURS].ask("round", rows=rows))
    return measured


def _available(sides: list[str]) -> list[str]:
    """The sides asked for, less what is not installed; Trainer comes in both precisions."""
    if TRAINER not in sides:
        return sides
    others = [side for side in sides if side != TRAINER]
    if importlib.util.find_spec("torch") and importlib.util.find_spec("transformers"):
        return [*others, TRAINER, TRAINER_HALF]
    print("without Hugging Face's Trainer: requirements-bench.txt is not installed\n")
    return others


def _prepare(name: str, side: SideProcess, questions: Questions, encoder: str) -> Answer:
    if name == MATRICES:
        return side.ask("prepare")
    found = find_encoder(encoder)
    return side.ask(
        "prepare",
        encoder=encoder if name == OURS else str(found.folder),
        vocabulary=str(found.vocabulary),
        texts=questions.texts,
        class_ids=questions.class_ids,
        **({"bf16": True} if name == TRAINER_HALF else {}),
    )


def _turns(sides: dict[str, SideProcess], measured: Measured) -> list[str]:
    """Who takes a turn in each round.

    The preset *fast* only where it trains otherwise; Trainer in bfloat16 where *fast* is in it.
    """
    facts = measured.facts[OURS]
    fast = [FAST] if facts["fast_differs"] else []
    half = [TRAINER_HALF] if fast and TRAINER in sides and facts["fast_dtype"] == "bfloat16" else []
    return [OURS, *fast, *(name for name in (TUTORIAL, TRAINER) if name in sides), *half]


def _take_turn(sides: dict[str, SideProcess], name: str, rows: int) -> Answer:
    if name == FAST:
        return sides[OURS].ask("round", rows=rows, recipe=FAST)
    return sides[name].ask("round", rows=rows)


def _measure_matrices(sides: dict[str, SideProcess], measured: Measured) -> Answer:
    sizes = {
        name: measured.facts[OURS][name] for name in ("layers", "width", "inner_width", "heads")
    }
    return sides[MATRICES].ask("measure", batches=measured.rounds[OURS][-1]["batches"], **sizes)


def _tell(round_number: int, name: str, answer: Answer) -> None:
    rates = [answer["rows"] / answer[unit] for unit in (SECONDS, CPU_SECONDS)]
    print(
        f"round {round_number}, {name}: {rates[0]:.1f} rows/s, {rates[1]:.1f} of processor time",
        file=sys.stderr,
        flush=True,
    )


def speed_table(measured: Measured) -> list[str]:
    """Each side's speed, and how many times it we reach."""
    lines = [
        "| training, batch 32 | rows/s | we are faster | goal | rows a second of processor time"
        " | we need less of it |",
        "|---" * 6 + "|",
    ]
    for name in measured.rounds:
        cells = [_TITLES[name]]
        for unit, goal in ((SECONDS, [_GOALS.get(name, "")]), (CPU_SECONDS, [])):
            cells.append(f"{statistics.median(measured.rates(name, unit)):.1f}")
            is_ours = name in (OURS, FAST)
            cells += ["" if is_ours else f"{measured.ratio(name, unit):.2f}×", *goal]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def share_table(measured: Measured) -> list[str]:
    """What a step reaches of the machine, its input, and how time grows with rows."""
    rows = [*_matrix_rows(measured), *_input_rows(measured), *_growth_rows(measured)]
    lines = ["| what | goal | measured |", "|---|---|---|"]
    return lines + [f"| {what} | {goal} | {found} |" for what, goal, found in rows]


def _matrix_rows(measured: Measured) -> list[tuple[str, str, str]]:
    pairs = list(zip(measured.matrices, measured.rounds[OURS], strict=True))
    share = statistics.median(alone["seconds"] / whole["seconds"] for alone, whole in pairs)
    of_best = statistics.median(
        alone["multiply_adds"] / whole["seconds"] / alone["square_rate"] for alone, whole in pairs
    )
    at_shapes = statistics.median(m["multiply_adds"] / m["seconds"] for m in measured.matrices)
    square = statistics.median(m["square_rate"] for m in measured.matrices)
    return [
        (
            "matrix products at a step's own shapes, alone",
            "",
            f"{2e-9 * at_shapes:.0f} GFLOP/s",
        ),
        ("one large square matrix product", "", f"{2e-9 * square:.0f} GFLOP/s"),
        (
            "share of the matrix rate at its own shapes that a step reaches",
            "≥ 60 %",
            _percent(share),
        ),
        ("share of the large square's rate that a step reaches", "", _percent(of_best)),
    ]


def _input_rows(measured: Measured) -> list[tuple[str, str, str]]:
    alone = statistics.median(answer["rows"] / answer["seconds"] for answer in measured.pipeline)
    times = alone / statistics.median(measured.rates(OURS))
    waiting = statistics.median(
        answer["wait_seconds"] / answer["seconds"] for answer in measured.rounds[OURS]
    )
    return [
        ("input pipeline alone, from texts on", "", f"{alone:,.0f} rows/s, {times:,.0f}× training"),
        ("time that training waits for input", "", _percent(waiting)),
    ]


def _growth_rows(measured: Measured) -> list[tuple[str, str, str]]:
    if not measured.many:
        return []
    before, many, after = (answer["seconds"] / answer["rows"] for answer in measured.many)
    few = (before + after) / 2
    what = f"time a row on {measured.many[1]['rows']:,} rows against {measured.many[0]['rows']:,}"
    return [(what, "within 5 %", f"{many / few - 1:+.1%}")]


def _percent(share: float) -> str:
    return f"{share:.1%}" if share < 0.01 else f"{share:.0%}"


if __name__ == "__main__":
    main()
