"""A small world in which everything is real but little: words, a BERT, a data set, a recipe."""

import atexit
import csv
import os
import random
import shutil
import string
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from core.data.dataset import Dataset
from core.data.importing.importer import import_file
from core.data.row_groups import GROUP_ROWS
from core.runs.config import TrainConfig
from core.workspace import Workspace

NOUNS = ["cat", "dog", "river", "bridge", "teacher", "song", "garden", "winter", "engine", "book"]
KIND = ["lovely", "gentle", "honest", "bright", "careful"]
RUDE = ["horrible", "stupid", "rotten", "filthy", "useless"]
COLORS = ["red", "green", "blue"]
FILLERS = ["why", "is", "the", "this", "that", "so", "and", "in", "my", "your", "hello", "world"]
WORDS = [*NOUNS, *KIND, *RUDE, *COLORS, *FILLERS]
VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *string.ascii_lowercase,
    *string.digits,
    *string.punctuation,
    *(f"##{letter}" for letter in string.ascii_lowercase),
    *(word for word in WORDS if len(word) > 1),
]


def make_encoder(folder: Path, *, layers: int = 2, max_sequence_length: int = 128) -> Path:
    """Save a BERT of 32 units, its weights drawn at random, as a preset."""
    import keras
    import keras_hub

    keras.utils.set_random_seed(7)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(VOCABULARY),
        num_layers=layers,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=64,
        max_sequence_length=max_sequence_length,
    )
    backbone.save_to_preset(str(folder))
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", "utf-8")
    return folder


def make_rows(rows: int, *, classes: int = 2, seed: int = 3) -> list[tuple[str, str]]:
    """(text, label) pairs that a model can learn: one word of each text gives it away.

    Two classes: "1" (a quarter of them) for rude texts, "0" for kind ones. Three: colours.
    """
    rng = random.Random(seed)
    made = []
    for number in range(rows):
        if classes == 2:
            label, word = ("1", rng.choice(RUDE)) if number % 4 == 0 else ("0", rng.choice(KIND))
        else:
            label = word = COLORS[number % 3]
        fillers = rng.choices(FILLERS, k=rng.randint(1, 12))
        text = " ".join([*fillers, rng.choice(NOUNS), word, str(number)])
        made.append((text, label))
    rng.shuffle(made)
    return made


def write_csv(path: Path, rows: list[tuple[str, ...]], header: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def import_rows(
    workspace: Workspace,
    rows: list[tuple[str, str]],
    *,
    name: str = "toy",
    group_rows: int = GROUP_ROWS,
) -> Dataset:
    """Import (text, label) pairs as a data set.

    What was imported before in this process is copied to a workspace that has no data set yet.
    """
    if workspace.datasets.exists():
        return _import(workspace, tuple(rows), name, group_rows)
    made, dataset = _imported(tuple(rows), name, group_rows)
    shutil.copytree(made.root, workspace.root, dirs_exist_ok=True)
    return dataset


def _import(
    workspace: Workspace, rows: tuple[tuple[str, str], ...], name: str, group_rows: int
) -> Dataset:
    workspace.root.mkdir(parents=True, exist_ok=True)
    path = write_csv(workspace.root / f"{name}.csv", list(rows), ("text", "label"))
    return import_file(workspace, path, group_rows=group_rows).dataset


@cache
def _imported(
    rows: tuple[tuple[str, str], ...], name: str, group_rows: int
) -> tuple[Workspace, Dataset]:
    """A workspace that nobody writes to, and its only data set."""
    workspace = Workspace(Path(tempfile.mkdtemp(dir=_folder()), "workspace"))
    return workspace, _import(workspace, rows, name, group_rows)


@cache
def _folder() -> Path:
    """For what is kept until the process ends."""
    folder, owner = Path(tempfile.mkdtemp(prefix="sincerely-toys-")), os.getpid()
    # A child that was forked ends, too, and must leave it to its parent.
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))
    return folder


def recipe(encoder: Path, **settings: object) -> TrainConfig:
    """A training of a few seconds with the toy encoder."""
    values = {
        "encoder": str(encoder),
        "max_seq_length": 32,
        "batch_size": 16,
        "epochs": 2,
        "learning_rate": 5e-3,
        "train_size": 0.6,
        **settings,
    }
    return TrainConfig(**values)


def wait_until(condition: Callable[[], object], *, timeout_s: float = 60.0) -> None:
    """Wait until `condition` holds.

    Raises:
        AssertionError: it does not in time.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not so after {timeout_s:g} s"
        time.sleep(0.02)
