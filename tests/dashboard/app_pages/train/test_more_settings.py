from dataclasses import fields, replace

import pytest

from core.runs.config import IMBALANCES, PRESETS, TrainConfig, preset
from dashboard.app_pages.train.more_settings import more_settings
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said

ELSEWHERE = {
    "encoder", "epochs", "learning_rate", "batch_size", "max_seq_length", "train_size",
    "validation_size", "test_size", "split", "labels", "left_out", "merged",
}  # fmt: skip
"""Settings that other parts of the form ask for."""


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_comes_back_as_it_is(draw: Draw, name: str) -> None:
    start = preset(name, 10_000)

    values = draw(more_settings, start, "k").session_state["drawn"]

    assert replace(start, **values) == start


def test_every_setting_is_asked_for_somewhere(draw: Draw) -> None:
    start = replace(TrainConfig(), imbalance="focal")

    values = draw(more_settings, start, "k").session_state["drawn"]

    assert set(values) == {each.name for each in fields(TrainConfig)} - ELSEWHERE


@pytest.mark.parametrize(
    ("label", "value", "name", "found"),
    [
        ("Optimizer", "adam", "optimizer", "adam"),
        ("Weight decay", 0.25, "weight_decay", 0.25),
        ("Warm-up (share of steps)", 0.5, "warmup", 0.5),
        ("Learning rate after warm-up", False, "decay", False),
        ("Learning rate, layer by layer", 0.9, "layer_decay", 0.9),
        ("Averaging of weights", 0.995, "averaging", 0.995),
        ("Batches an update", 4, "accumulation", 4),
        ("Label smoothing", 0.1, "label_smoothing", 0.1),
        ("Pooling", "cls", "pooling", "cls"),
        ("Dropout before the last layer", 0.3, "dropout", 0.3),
        ("Embeddings", True, "freeze_embeddings", True),
        ("Frozen layers", 2, "frozen_layers", 2),
        ("Validations an epoch", 7, "validations_per_epoch", 7),
        ("Stop early after", 3, "early_stop", 3),
        ("Seed", 7, "seed", 7),
        ("Checkpoint every (s)", 0, "checkpoint_every_s", 0),
        ("Precision", "float32", "precision", "float32"),
        ("Device", "cpu", "devices", "cpu"),
    ],
)
def test_every_box_sets_its_own_setting(
    draw: Draw, label: str, value: object, name: str, found: object
) -> None:
    app = draw(more_settings, TrainConfig(), "k")
    before = app.session_state["drawn"]

    field([*app.selectbox, *app.number_input], label).set_value(value).run()

    after = app.session_state["drawn"]
    assert after[name] == found
    assert {key for key in after if after[key] != before[key]} == {name}
    replace(TrainConfig(), **after)  # It is a setting that a run takes.


@pytest.mark.parametrize("imbalance", IMBALANCES)
def test_help_for_rare_classes_is_explained_or_asks_for_its_amount(
    draw: Draw, imbalance: str
) -> None:
    app = draw(more_settings, TrainConfig(), "k")

    field(app.selectbox, "Help for rare classes").set_value(imbalance).run()

    assert app.session_state["drawn"]["imbalance"] == imbalance
    asks = "Focus (gamma)" in [box.label for box in app.number_input]
    assert asks is (imbalance == "focal")
    assert ("focal_gamma" in app.session_state["drawn"]) is asks
    assert said(app, "scores get too high") is (imbalance in ("class_weights", "oversampling"))


def test_devices_that_are_not_here_fall_back_to_the_usual(draw: Draw) -> None:
    start = replace(TrainConfig(), devices="gpu:5")

    app = draw(more_settings, start, "k")

    assert app.session_state["drawn"]["devices"] == "auto"
    assert field(app.selectbox, "Device").options[:2] == ["Chosen by what is free", "CPU"]
