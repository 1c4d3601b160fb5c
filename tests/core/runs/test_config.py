from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.splits.split import make_split
from core.errors import BadInput
from core.records import from_json, to_json
from core.runs.config import (
    DEFAULT_PRESET,
    FAST_ROWS,
    PRESETS,
    TrainConfig,
    preset,
    with_settings,
)

QUORA_ROWS = 1_306_122
NAN, INFINITY = float("nan"), float("inf")
RANGES = {
    "max_seq_length": (3, 512),
    "batch_size": (1, 4096),
    "epochs": (1, 1000),
    "learning_rate": (1e-9, 1.0),
    "weight_decay": (0.0, 1.0),
    "warmup": (0.0, 1.0),
    "dropout": (0.0, 0.95),
    "validations_per_epoch": (1, 1000),
    "seed": (0, 2**32 - 1),
    "focal_gamma": (0.0, 10.0),
    "label_smoothing": (0.0, 0.5),
    "layer_decay": (0.1, 1.0),
    "averaging": (0.0, 0.9999),
    "frozen_layers": (0, 1000),
    "accumulation": (1, 1000),
    "early_stop": (0, 1000),
    "checkpoint_every_s": (0, 86_400),
}
CHOICES = {
    "labels": ("original", "corrected", "human"),
    "optimizer": ("adamw", "adam"),
    "pooling": ("mean", "cls"),
    "imbalance": ("none", "class_weights", "focal", "oversampling"),
    "precision": ("auto", "float32", "mixed_bfloat16", "mixed_float16"),
}
SHARES = ("train_size", "validation_size", "test_size")
_NOTHING_MORE = {
    "imbalance": "none",
    "focal_gamma": 2.0,
    "label_smoothing": 0.0,
    "layer_decay": 1.0,
    "averaging": 0.0,
    "freeze_embeddings": False,
    "frozen_layers": 0,
    "accumulation": 1,
    "early_stop": 0,
    "precision": "auto",
    "devices": "auto",
    "checkpoint_every_s": 60,
    "left_out": (),
    "merged": (),
    "labels": "original",
}


def test_every_setting_is_checked_below() -> None:
    checked = {*RANGES, *CHOICES, *SHARES}

    # Names are checked where the encoder's files, the saved split and the classes are; two are
    # true or false.
    left = {field.name for field in fields(TrainConfig)} - checked
    assert left == {
        "encoder",
        "split",
        "decay",
        "freeze_embeddings",
        "devices",
        "left_out",
        "merged",
    }


@pytest.mark.parametrize("devices", ["auto", "cpu", "gpu:0", "gpu:1,3"])
def test_devices_are_named(devices: str) -> None:
    assert TrainConfig(devices=devices).devices == devices


@pytest.mark.parametrize("devices", ["", "gpu", "gpu:", "tpu:0", "gpu:0,", "cpu,gpu:0", "gpu:0\n"])
def test_other_words_for_devices_are_refused(devices: str) -> None:
    with pytest.raises(BadInput, match="Expected devices as auto, cpu or gpus"):
        TrainConfig(devices=devices)


@pytest.mark.parametrize("name", RANGES)
def test_the_ends_of_a_range_are_allowed_and_what_lies_beyond_is_not(name: str) -> None:
    low, high = RANGES[name]
    step = 1 if isinstance(low, int) and isinstance(high, int) else 1e-10

    for value in (low, high):
        assert getattr(TrainConfig(**{name: value}), name) == value
    for value in (low - step, high + step, -INFINITY, INFINITY, NAN):
        with pytest.raises(BadInput, match=f"Expected {name} between"):
            TrainConfig(**{name: value})


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_one_of_the_words_for_it(name: str) -> None:
    for value in CHOICES[name]:
        assert getattr(TrainConfig(**{name: value}), name) == value
    for value in ("", "sgd", "MEAN", "Adam"):
        with pytest.raises(BadInput, match=", ".join(CHOICES[name])):
            TrainConfig(**{name: value})


@pytest.mark.parametrize("name", SHARES)
def test_a_size_is_a_share_up_to_1_or_a_number_of_rows(name: str) -> None:
    for value in (0.001, 1.0, 1, 500_000):
        assert getattr(TrainConfig(**{name: value}), name) == value
    for value in (-0.1, -1, 1.5, NAN, INFINITY):
        with pytest.raises(BadInput, match=f"a {name.removesuffix('_size')} size"):
            TrainConfig(**{name: value})


def test_only_the_test_part_may_be_empty() -> None:
    assert TrainConfig(test_size=0).test_size == 0
    for name in ("train_size", "validation_size"):
        with pytest.raises(BadInput):
            TrainConfig(**{name: 0})


def test_a_number_too_large_to_show_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="Expected epochs between 1 and 1000, but found 1000"):
        TrainConfig(epochs=10**400)


def test_the_tutorials_preset_is_the_tutorials_recipe() -> None:
    assert asdict(preset("tutorial", QUORA_ROWS)) == {
        **_NOTHING_MORE,
        "encoder": "minilm",
        "max_seq_length": 128,
        "batch_size": 32,
        "epochs": 5,
        "optimizer": "adam",
        "learning_rate": 2e-5,
        "weight_decay": 0.0,
        "warmup": 0.0,
        "decay": False,
        "dropout": 0.5,
        "pooling": "cls",
        "validations_per_epoch": 1,
        "train_size": 0.05,
        "validation_size": 0.005,
        "test_size": 0,
        "split": "",
        "seed": 42,
    }


def test_the_best_preset_averages_stops_early_and_leaves_no_row_out() -> None:
    config = preset("best", 1000)

    assert 0 < config.averaging < 1
    assert config.early_stop > 0
    assert config.layer_decay < 1
    assert (config.dropout, config.optimizer, config.warmup) == (0.1, "adamw", 0.1)
    split = make_split(np.arange(1000), np.arange(1000) % 2, config.split_plan())
    assert [len(part) for part in split.parts().values()] == [900, 100, 0]


def test_the_tutorials_preset_draws_the_tutorials_split_of_the_full_quora_set() -> None:
    class_ids = np.zeros(QUORA_ROWS, np.int64)
    class_ids[:80_810] = 1

    split = make_split(np.arange(QUORA_ROWS), class_ids, preset("tutorial").split_plan())

    assert [len(part) for part in split.parts().values()] == [65_306, 6_204, 0]
    assert [int(class_ids[part].sum()) for part in (split.train, split.validation)] == [4_040, 384]


def test_the_fast_preset_takes_no_more_than_its_fixed_number_of_many_rows() -> None:
    many = preset("fast", QUORA_ROWS)

    assert (many.train_size, many.validation_size, many.test_size) == (40_000, 5_000, 5_000)
    assert replace(many, train_size=0.8, validation_size=0.5, test_size=1.0) == TrainConfig()


@pytest.mark.parametrize("labelled", [None, 0, 100, FAST_ROWS])
def test_the_fast_preset_takes_shares_of_few_rows(labelled: int | None) -> None:
    config = preset("fast", labelled)

    assert (config.train_size, config.validation_size, config.test_size) == (0.8, 0.5, 1.0)


def test_the_default_preset_is_one_of_them_and_an_unknown_one_is_refused() -> None:
    assert DEFAULT_PRESET in PRESETS
    with pytest.raises(BadInput, match=r"fast, best, tutorial.*'turbo'"):
        preset("turbo")


@pytest.mark.parametrize("config", PRESETS.values(), ids=PRESETS.keys())
def test_json_gives_the_same_settings_back(config: TrainConfig) -> None:
    assert from_json(TrainConfig, to_json(config)) == config


@given(
    st.builds(
        TrainConfig,
        encoder=st.text(),
        epochs=st.integers(1, 1000),
        learning_rate=st.floats(1e-9, 1.0),
        dropout=st.floats(0.0, 0.95),
        decay=st.booleans(),
        pooling=st.sampled_from(CHOICES["pooling"]),
        train_size=st.one_of(st.integers(1, 10**9), st.floats(1e-6, 1.0)),
        seed=st.integers(0, 2**32 - 1),
    )
)
def test_json_gives_any_settings_back_with_their_kinds(config: TrainConfig) -> None:
    found = from_json(TrainConfig, to_json(config))

    assert found == config
    assert type(found.train_size) is type(config.train_size)


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("epochs=7", "epochs", 7),
        ("learning_rate=3e-5", "learning_rate", 3e-5),
        ("dropout=0", "dropout", 0.0),
        ("decay=false", "decay", False),
        ("decay=1", "decay", True),
        ("decay=TRUE", "decay", True),
        ("optimizer=adam", "optimizer", "adam"),
        ("encoder=/a=b/c", "encoder", "/a=b/c"),
        ("split=My split", "split", "My split"),
        ("split=", "split", ""),
        ("train_size=0.25", "train_size", 0.25),
        ("train_size=1", "train_size", 1),
        ("train_size=1.0", "train_size", 1.0),
    ],
)
def test_a_setting_is_read_as_the_kind_of_its_field(setting: str, name: str, value: Any) -> None:
    found = getattr(with_settings(TrainConfig(), [setting]), name)

    assert found == value
    assert type(found) is type(value)


def test_settings_change_only_what_they_name_and_the_last_of_two_holds() -> None:
    start = PRESETS["tutorial"]

    assert with_settings(start, []) == start
    assert with_settings(start, ["epochs=2", "seed=1", "epochs=3"]) == replace(
        start, epochs=3, seed=1
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("epochs=2.5", "a number for epochs, but found '2.5'"),
        ("epochs=", "a number for epochs, but found ''"),
        ("epochs=two", "a number for epochs"),
        pytest.param("epochs=" + "9" * 400, "epochs between 1 and 1000", id="epochs=99…9"),
        ("learning_rate=fast", "a number for learning_rate"),
        ("learning_rate=nan", "learning_rate between"),
        ("learning_rate=inf", "learning_rate between"),
        ("train_size=much", "a number for train_size"),
        ("train_size=--5", "a number for train_size"),
        ("train_size=²", "a number for train_size"),
        ("train_size=-5", "a train size"),
        ("train_size=nan", "a train size"),
        ("decay=maybe", "true or false for decay, but found 'maybe'"),
        ("pooling=max", "a pooling among mean, cls"),
        ("epoch=3", "a setting among encoder, max_seq_length"),
        ("epochs", "of the form key=value, but found 'epochs'"),
        ("", "of the form key=value"),
    ],
)
def test_a_setting_of_the_wrong_kind_is_refused_in_a_sentence(setting: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as refusal:
        with_settings(TrainConfig(), [setting])

    assert "\n" not in str(refusal.value)
