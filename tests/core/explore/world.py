"""Rows that are known, to be searched."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.dataset import Dataset
from core.data.splits.saved_split import read_split, save_split
from core.data.splits.split import SplitPlan
from core.data.text.words import split_words
from core.workspace import Workspace
from tests.core.explore.small import make_dataset, write_columns

PIECES = [
    "a",
    "b",
    "A",
    "é",
    "É",
    "k",
    "\u212a",
    "i",
    "\u0130",
    "s",
    "ſ",
    "don't",
    "DON’T",
    "'",
    "’",
]
PIECES += [" ", " ", " ", " ", "-", "\n", '"', "\u00a0", "中", "%", "_", "\\", "0", "\U0001f600"]
LABELS = [None, "0", "1", "1", "two words", "it's"]


@dataclass(frozen=True)
class World:
    """A data set whose rows are known, and files of scores and tokens about it."""

    workspace: Workspace
    dataset: Dataset
    frame: pd.DataFrame
    scores: Path
    tokens: Path

    def rows(self, keep: Callable[[dict[str, object]], bool]) -> list[int]:
        records = self.frame.assign(row=self.frame.index).to_dict("records")
        return [values["row"] for values in records if keep(values)]


def make_world(folder: Path) -> World:
    """500 texts of a few pieces, in row groups of 100; every second row has a score."""
    rng = random.Random(5)
    texts = ["".join(rng.choices(PIECES, k=rng.randint(1, 12))) for _ in range(500)]
    rows = [(text if text.strip() else "b", rng.choice(LABELS)) for text in texts]
    workspace = Workspace(folder / "workspace")
    dataset = make_dataset(workspace, rows)
    frame = pd.DataFrame(rows, columns=["text", "label"], dtype=object)
    frame["words"] = split_words(pa.array(frame["text"].tolist())).to_pylist()
    frame["score"] = [rng.randint(0, 20) / 20 if row % 2 else np.nan for row in range(500)]
    frame["n_tokens"] = [rng.randint(3, 9) for _ in rows]
    frame["part"] = None
    save_split(workspace, dataset, "half", SplitPlan(0.5, 0.4, 0.5))
    for part, of_part in read_split(workspace, dataset, "half").parts().items():
        frame.loc[of_part, "part"] = part
    scored = frame[frame["score"].notna()].sample(frac=1, random_state=1)
    paths = workspace.dataset(dataset.id)
    write_columns(paths.findings, check=["mojibake", "mojibake", "no_words"], row=[3, 99, 4])
    write_columns(
        paths.duplicates,
        kind=["same", "same", "same", "near"],
        group=[0, 0, 1, 1],
        row=[1, 7, 8, 9],
    )
    return World(
        workspace,
        dataset,
        frame,
        scores=write_columns(
            folder / "predictions.parquet",
            row=scored.index,
            part=["test"] * len(scored),
            code=[0] * len(scored),
            p_0=1 - scored["score"],
            p_1=scored["score"],
        ),
        tokens=write_columns(
            folder / "tokens.parquet", row=frame.index[::-1], n_tokens=frame["n_tokens"][::-1]
        ),
    )
