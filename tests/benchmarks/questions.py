"""The texts that benchmarks train on: real questions where they are at hand, else made-up ones."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.sample.sample import SAMPLE_ROWS, sample_batches

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Questions:
    """Texts, their labels as 0 or 1, and where they are from."""

    texts: list[str]
    class_ids: list[int]
    source: str


def labelled_file() -> Path:
    """The real labelled questions; the file may not be there."""
    default = PROJECT.parent / "shared" / "data"
    return Path(os.environ.get("SINCERELY_SHARED_DATA") or default) / "quora" / "labelled.csv"


def read_questions(rows: int) -> Questions:
    """The first `rows` real questions, or fewer where the file has fewer."""
    path = labelled_file()
    if path.is_file():
        table = pd.read_csv(path, nrows=rows)
        texts = table["question_text"].tolist()
        return Questions(texts, table["target"].tolist(), f"{len(texts):,} real questions")
    made = [row for batch in sample_batches(min(rows, SAMPLE_ROWS)) for row in batch.to_pylist()]
    class_ids = [int(row["label"] == "insincere") for row in made]
    return Questions([row["text"] for row in made], class_ids, f"{len(made):,} made-up questions")
