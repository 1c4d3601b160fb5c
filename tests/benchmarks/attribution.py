"""`make bench-attribution`: whether the words shaded on the Score page are those that count.

A model is fine-tuned on real questions. Of questions that it has not seen, half of them those with
the highest scores, the words with the largest contributions are deleted, and the change of the
log-odds is held against that of deleting as many words at random.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.splits.split import TEST
from core.jobs.launcher import wait_for_end
from core.model.attribution import (
    STEPS,
    Attribution,
    integrated_gradients,
    leave_one_out,
    log_odds,
)
from core.model.classifier import TrainedModel, load_model, predict_logits
from core.runs.config import TrainConfig
from core.runs.result import read_result
from core.runs.run import Run, find_run, read_examples
from core.training.launch import start_training
from core.workspace import Workspace
from tests import toy
from tests.benchmarks.questions import read_questions

ROWS = 8_000
TEXTS = 200
DELETED = (1, 2, 3)
STEP_COUNTS = (4, 8, 16, 32, 64)
_RANDOM_DRAWS = 10
_SPARE_WORDS = 2

Method = Callable[[TrainedModel, Sequence[str], Sequence[int]], list[Attribution]]
METHODS: dict[str, Method] = {
    f"integrated gradients, {STEPS} points": integrated_gradients,
    "leave one word out": leave_one_out,
}


def main() -> None:
    """Train, measure and print Markdown tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=TEXTS)
    options.add_argument("--workspace", type=Path, help="with a trained run; default: its own")
    options.add_argument("--run", help="the run's name in --workspace")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(asked.workspace or Path(folder) / "workspace")
        run = find_run(workspace, asked.run) if asked.run else _trained(workspace)
        texts = sample(workspace, run, asked.texts)
        print(f"{date.today()}, {os.cpu_count()} cores; {len(texts)} unseen questions\n")
        measure(_model(workspace, run), texts)


def measure(model: TrainedModel, texts: list[str]) -> None:
    """Print Markdown tables of deletion, time and the sums' gaps."""
    targets = [1] * len(texts)
    print("| words are ranked by | ms a text | k = " + " | k = ".join(map(str, DELETED)) + " |")
    print("|---" * (2 + len(DELETED)) + "|")
    for name, method in METHODS.items():
        method(model, texts[:8], targets[:8])
        start = time.perf_counter()
        found = [method(model, [text], [1])[0] for text in texts]
        milliseconds = (time.perf_counter() - start) * 1000 / len(texts)
        cells = [_ratio(model, texts, found, k) for k in DELETED]
        print(f"| {name} | {milliseconds:,.0f} | {' | '.join(cells)} |", flush=True)
    print("\n| points | ms a text | median gap | 95 % | largest | median, 95 % of the difference |")
    print("|---" * 6 + "|")
    for steps in STEP_COUNTS:
        start = time.perf_counter()
        found = integrated_gradients(model, texts, targets, steps=steps)
        milliseconds = (time.perf_counter() - start) * 1000 / len(texts)
        gaps = np.abs([a.gap for a in found])
        shares = gaps / np.abs([a.log_odds - a.baseline for a in found])
        print(
            f"| {steps} | {milliseconds:,.0f} | {np.median(gaps):.4f} |"
            f" {np.quantile(gaps, 0.95):.4f} | {gaps.max():.4f} | {np.median(shares):.2%} /"
            f" {np.quantile(shares, 0.95):.2%} |",
            flush=True,
        )


def _ratio(model: TrainedModel, texts: list[str], found: list[Attribution], k: int) -> str:
    """Mean absolute change of the log-odds: the top k words deleted, k at random, the ratio."""
    rng = np.random.default_rng(0)
    top, drawn = [], []
    for text, attribution in zip(texts, found, strict=True):
        words = len(attribution.spans)
        if words < k + _SPARE_WORDS:
            continue
        order = np.argsort(-np.abs(attribution.contributions))
        choices = [order[:k]]
        choices += [rng.choice(words, k, replace=False) for _ in range(_RANDOM_DRAWS)]
        cut = [_without(text, [attribution.spans[n] for n in choice]) for choice in choices]
        moved = np.abs(_log_odds(model, cut) - attribution.log_odds)
        top.append(moved[0])
        drawn.append(moved[1:].mean())
    return f"{np.mean(top):.2f} / {np.mean(drawn):.2f} = **{np.mean(top) / np.mean(drawn):.1f}**"


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def _log_odds(model: TrainedModel, texts: list[str]) -> NDArray[np.float64]:
    logits = predict_logits(model.network, model.tokenizer.encode(texts))
    return log_odds(logits, [1] * len(texts))


def _trained(workspace: Workspace) -> Run:
    """A run on the questions, trained as a user's are."""
    questions = read_questions(ROWS)
    rows = list(zip(questions.texts, map(str, questions.class_ids), strict=True))
    dataset = toy.import_rows(workspace, rows, name="questions")
    config = TrainConfig(epochs=2, train_size=0.5, validation_size=0.1)
    run = start_training(workspace, dataset, config)
    status = wait_for_end(workspace.run(run.id), timeout_s=3600)
    assert not status.state.active, status
    return run


def sample(workspace: Workspace, run: Run, count: int) -> list[str]:
    """Test questions: as many with the highest scores as drawn at random from the others."""
    texts = read_examples(workspace, run, TEST).texts
    model = _model(workspace, run)
    order = np.argsort(-model.probabilities(texts)[:, 1])
    high, low = order[: count // 2], order[count // 2 :]
    drawn = np.random.default_rng(0).choice(low, count - len(high), replace=False)
    return [texts[n] for n in (*high, *drawn)]


def _model(workspace: Workspace, run: Run) -> TrainedModel:
    result = read_result(workspace, run)
    assert result is not None
    return load_model(workspace.run(run.id).model(result.best_step))


if __name__ == "__main__":
    main()
