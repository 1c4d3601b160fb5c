"""`make bench`: how fast the loop's parts are, against the tutorial's way on the same rows.

Both sides of a comparison run in this process, in turns, with the same weights; medians are
reported. Figures of a shared machine are noisy: read the ratios.
"""

from __future__ import annotations

import csv
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from core.data.columns import labelled_rows
from core.data.dataset import N_CHARS, N_WORDS, take_rows
from core.data.importing.importer import import_file
from core.data.sample.sample import SAMPLE_ROWS, sample_batches
from core.encoders.encoders import EMBEDDED, find_encoder
from core.explore.length_stats import length_figures, length_table
from core.model.backbone import load_backbone
from core.model.classifier import build_classifier, predict_logits
from core.model.devices import find_device
from core.model.tokenizer import Tokenizer
from core.model.training import Hooks, TrainingProgress, train
from core.runs.config import TrainConfig
from core.workspace import Workspace

ROUNDS = 3
TRAIN_ROWS = 320
SCORE_ROWS = 1024
IMPORT_ROWS = 200_000
TUTORIAL_LENGTH = 128


def write_sample_csv(path: Path, rows: int) -> None:
    """The sample's rows, over and over, each with a number so that all differ."""
    made = [row for batch in sample_batches() for row in batch.to_pylist()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label"])
        for number in range(rows):
            row = made[number % SAMPLE_ROWS]
            writer.writerow([number, f"{row['text']} {number}", row["label"]])


def main() -> None:
    """Run all comparisons and print a Markdown table."""
    print(f"{date.today()}, {find_device()}, Python {platform.python_version()}\n")
    rows = [*_data(), *_model()]
    print("| what | Sincerely | tutorial's way | ratio |\n|---|---|---|---|")
    for what, ours, theirs, ratio in rows:
        print(f"| {what} | {ours} | {theirs} | {ratio:.1f}× |")


def _data() -> list[tuple[str, str, str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.csv"
        write_sample_csv(path, IMPORT_ROWS)
        workspace = Workspace(Path(folder) / "workspace")
        ours, theirs = _alternate(
            lambda: import_file(workspace, path, name=f"n{time.monotonic_ns()}"),
            lambda: _pandas_figures(pd.read_csv(path)),
        )
        dataset = import_file(workspace, path).dataset
        frame = pd.read_csv(path)
        view, pandas_view = _alternate(
            lambda: [
                length_figures(length_table(workspace, dataset, column))
                for column in (N_WORDS, N_CHARS)
            ],
            lambda: _pandas_figures(frame),
        )
    return [
        (f"import {IMPORT_ROWS:,} rows, lengths counted", *_seconds(ours, theirs)),
        (f"length figures of {IMPORT_ROWS:,} rows", *_seconds(view, pandas_view)),
    ]


def _pandas_figures(frame: pd.DataFrame) -> list[float]:
    words = frame["text"].str.split().map(len)
    chars = frame["text"].str.len()
    return [words.mean(), words.max(), chars.mean(), chars.max()]


def _model() -> list[tuple[str, str, str, float]]:
    texts, class_ids = _questions()
    encoder = find_encoder(EMBEDDED)
    tokenizer = Tokenizer(encoder.vocabulary, lower_case=True, max_seq_length=TUTORIAL_LENGTH)
    ids = tokenizer.encode(texts)
    padded = _padded(ids)
    network = build_classifier(load_backbone(encoder), n_classes=2, pooling="cls", dropout=0.5)
    start = network.get_weights()
    network.compile(keras.optimizers.Adam(2e-5), keras.losses.BinaryCrossentropy(from_logits=True))
    config = TrainConfig(optimizer="adam", learning_rate=2e-5, epochs=1, warmup=0.0, decay=False)
    hooks = Hooks(_ignore, lambda step, epoch: None, lambda: False)

    def ours() -> None:
        train(network, ids[:TRAIN_ROWS], class_ids[:TRAIN_ROWS], config, hooks)

    def theirs() -> None:
        few = {name: values[:TRAIN_ROWS] for name, values in padded.items()}
        network.fit(few, class_ids[:TRAIN_ROWS], batch_size=32, epochs=1, verbose=0)

    training = _alternate(ours, theirs, before=lambda: network.set_weights(start))
    scoring = _alternate(
        lambda: predict_logits(network, ids),
        lambda: network.predict(padded, batch_size=32, verbose=0),
    )
    return [
        ("fine-tuning, batch 32, MiniLM", *_rates(TRAIN_ROWS, *training)),
        ("scoring, MiniLM", *_rates(SCORE_ROWS, *scoring)),
    ]


def _questions() -> tuple[list[str], np.ndarray]:
    """Real questions where they are at hand, else made-up ones."""
    root = Path(__file__).resolve().parents[2]
    path = Path(os.environ.get("SINCERELY_SHARED_DATA", root.parent / "shared" / "data"))
    path = path / "quora" / "labelled.csv"
    with tempfile.TemporaryDirectory() as folder:
        if not path.exists():
            path = Path(folder) / "sample.csv"
            write_sample_csv(path, SCORE_ROWS)
        workspace = Workspace(Path(folder) / "workspace")
        dataset = import_file(workspace, path).dataset
        rows, class_ids = labelled_rows(workspace, dataset)
        table = take_rows(workspace, dataset, rows[:SCORE_ROWS])
    print(f"texts: {dataset.source}\n")
    return table["text"].to_pylist(), class_ids[:SCORE_ROWS]


def _padded(ids: tf.RaggedTensor) -> dict[str, tf.Tensor]:
    token_ids = ids.to_tensor(shape=[None, TUTORIAL_LENGTH])
    return {
        "token_ids": token_ids,
        "segment_ids": tf.zeros_like(token_ids),
        "padding_mask": tf.cast(token_ids > 0, tf.int32),
    }


def _ignore(progress: TrainingProgress) -> None:
    """TrainingProgress is not shown here."""


def _alternate(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    before: Callable[[], object] = lambda: None,
) -> tuple[float, float]:
    """Median seconds of both, run in turns; the first turn warms up and does not count."""
    seconds: dict[int, list[float]] = {0: [], 1: []}
    for turn in range(ROUNDS + 1):
        for side, run in enumerate((ours, theirs)):
            before()
            start = time.perf_counter()
            run()
            if turn:
                seconds[side].append(time.perf_counter() - start)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _seconds(ours: float, theirs: float) -> tuple[str, str, float]:
    return f"{ours:.3f} s", f"{theirs:.3f} s", theirs / ours


def _rates(rows: int, ours: float, theirs: float) -> tuple[str, str, float]:
    return f"{rows / ours:,.0f} rows/s", f"{rows / theirs:,.0f} rows/s", theirs / ours


if __name__ == "__main__":
    main()
