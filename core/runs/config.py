"""How a run is trained: one small frozen dataclass and its presets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from core.data.labelled import LabelSource
from core.data.splits.split import SplitPlan
from core.errors import BadInput

EMBEDDED_ENCODER = "minilm"
OPTIMIZERS = ("adamw", "adam")
POOLINGS = ("mean", "cls")
IMBALANCES = ("none", "class_weights", "focal", "oversampling")
PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")
_MAX_POSITIONS = 512
_DEVICES = re.compile(r"auto|cpu|gpu:\d{1,3}(,\d{1,3})*")


@dataclass(frozen=True)
class TrainConfig:
    """Settings of a training run.

    `train_size`, `validation_size` and `test_size` are shares of the rows that the parts
    before left, or numbers of rows (see `SplitPlan`); where `split` names a saved split of the
    data set, its rows are taken instead. `warmup` is the share of all steps over
    which the learning rate rises from 0; with `decay` it then falls linearly to 0.
    `layer_decay` is what the learning rate of an encoder layer is of the next upper one's, and
    `averaging` the decay of a moving average of the weights, which is then what is validated and
    kept (0: off). `imbalance` says how rare classes are helped. `frozen_layers` counts from the
    lowest; gradients of `accumulation` batches make one update. `early_stop` is the number of
    validations without a better score after which training ends (0: never).
    `labels` is the `LabelSource` whose labels are learned; of these, rows of the classes
    `left_out` are not, and in each pair of `merged` the first class counts as the second.
    A checkpoint to resume from is written at least every `checkpoint_every_s` seconds.

    Raises:
        BadInput: a value is out of its range.
    """

    encoder: str = EMBEDDED_ENCODER
    max_seq_length: int = 128
    batch_size: int = 32
    epochs: int = 2
    optimizer: str = "adamw"
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    warmup: float = 0.1
    decay: bool = True
    dropout: float = 0.1
    pooling: str = "mean"
    imbalance: str = "none"
    focal_gamma: float = 2.0
    label_smoothing: float = 0.0
    layer_decay: float = 1.0
    averaging: float = 0.0
    freeze_embeddings: bool = False
    frozen_layers: int = 0
    accumulation: int = 1
    early_stop: int = 0
    precision: str = "auto"
    devices: str = "auto"
    checkpoint_every_s: int = 60
    validations_per_epoch: int = 2
    train_size: float | int = 0.8
    validation_size: float | int = 0.5
    test_size: float | int = 1.0
    split: str = ""
    labels: str = LabelSource.ORIGINAL.value
    left_out: tuple[str, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()
    seed: int = 42

    def __post_init__(self) -> None:
        object.__setattr__(self, "left_out", tuple(self.left_out))  # JSON has lists.
        object.__setattr__(self, "merged", tuple((old, new) for old, new in self.merged))
        _check("max_seq_length", self.max_seq_length, 3, _MAX_POSITIONS)
        _check("batch_size", self.batch_size, 1, 4096)
        _check("epochs", self.epochs, 1, 1000)
        _check("learning_rate", self.learning_rate, 1e-9, 1.0)
        _check("weight_decay", self.weight_decay, 0.0, 1.0)
        _check("warmup", self.warmup, 0.0, 1.0)
        _check("dropout", self.dropout, 0.0, 0.95)
        _check("validations_per_epoch", self.validations_per_epoch, 1, 1000)
        _check("focal_gamma", self.focal_gamma, 0.0, 10.0)
        _check("label_smoothing", self.label_smoothing, 0.0, 0.5)
        _check("layer_decay", self.layer_decay, 0.1, 1.0)
        _check("averaging", self.averaging, 0.0, 0.9999)
        _check("frozen_layers", self.frozen_layers, 0, 1000)
        _check("accumulation", self.accumulation, 1, 1000)
        _check("early_stop", self.early_stop, 0, 1000)
        _check("checkpoint_every_s", self.checkpoint_every_s, 0, 86400)
        _check("seed", self.seed, 0, 2**32 - 1)
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("pooling", self.pooling, POOLINGS)
        _check_choice("imbalance", self.imbalance, IMBALANCES)
        _check_choice("precision", self.precision, PRECISIONS)
        _check_choice("labels", self.labels, [source.value for source in LabelSource])
        if not _DEVICES.fullmatch(self.devices):
            raise BadInput(
                "devices as auto, cpu or gpus such as gpu:0 or gpu:0,1",
                repr(self.devices),
                "correct it",
            )
        self.split_plan()

    def split_plan(self) -> SplitPlan:
        """The sizes and seed of the split."""
        return SplitPlan(self.train_size, self.validation_size, self.test_size, self.seed)


DEFAULT_PRESET = "fast"
FAST_ROWS = 50_000


def preset(name: str, labelled: int | None = None) -> TrainConfig:
    """The preset of that name, fitted to the number of labelled rows.

    On more than FAST_ROWS labelled rows, *fast* takes a fixed number to each part, so that a
    first answer comes in minutes; the tutorial's shares stay as they are.

    Raises:
        BadInput: there is no such preset.
    """
    _check_choice("preset", name, PRESETS)
    config = PRESETS[name]
    if name == "fast" and labelled is not None and labelled > FAST_ROWS:
        part = FAST_ROWS // 10
        return replace(config, train_size=8 * part, validation_size=part, test_size=part)
    return config


def with_settings(config: TrainConfig, settings: Iterable[str]) -> TrainConfig:
    """A changed copy of `config`.

    Args:
        config: What to start from.
        settings: Texts of the form `key=value`, as on the command line.

    Raises:
        BadInput: an unknown key or a value of the wrong kind.
    """
    changes: dict[str, Any] = {}
    names = [f.name for f in fields(TrainConfig) if f.name not in ("left_out", "merged")]
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise BadInput("a setting of the form key=value", repr(setting), "add the value")
        _check_choice("setting", key, names)
        changes[key] = _parse(key, value)
    return replace(config, **changes)


def _parse(key: str, value: str) -> Any:
    kind = get_type_hints(TrainConfig)[key]
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        if kind is str:
            return value
        if kind is int:
            return int(value)
        if kind is float:
            return float(value)
        return int(value) if value.lstrip("-").isdigit() else float(value)
    except (KeyError, ValueError) as error:
        raise BadInput(
            f"a {'true or false' if kind is bool else 'number'} for {key}",
            repr(value),
            "correct it",
        ) from error


def _check(name: str, value: float, low: float, high: float) -> None:
    # Written so that NaN fails too.
    if not low <= value <= high:
        found = str(value)[:20]  # A whole number may be too long for any float format.
        raise BadInput(f"{name} between {low:g} and {high:g}", found, "choose another value")


def _check_choice(name: str, value: str, choices: Iterable[str]) -> None:
    if value not in choices:
        raise BadInput(f"a {name} among " + ", ".join(choices), repr(value), "choose one of these")


# Below the checks, which run when a preset is made.
PRESETS = {
    "fast": TrainConfig(),
    # Lower layers change less and weights are averaged, which allows a higher rate. More rows to
    # learn from, no test part: figures to rely on are those of a saved split. Few validations to
    # choose from: with some hundred positives, the best of many is the luckiest.
    "best": TrainConfig(
        learning_rate=1e-4,
        layer_decay=0.85,
        averaging=0.998,
        validations_per_epoch=1,
        early_stop=1,
        train_size=0.9,
        validation_size=1.0,
        test_size=0,
    ),
    # The tutorial's recipe: its split, its optimizer at a constant rate, the [CLS] output.
    "tutorial": TrainConfig(
        epochs=5,
        optimizer="adam",
        learning_rate=2e-5,
        weight_decay=0.0,
        warmup=0.0,
        decay=False,
        dropout=0.5,
        pooling="cls",
        validations_per_epoch=1,
        train_size=0.05,
        validation_size=0.005,
        test_size=0,
    ),
}
