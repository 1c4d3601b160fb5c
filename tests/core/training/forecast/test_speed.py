import os
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from core.data.dataset import Dataset
from core.encoders.known_encoders import PRESETS
from core.runs.config import TrainConfig
from core.training.forecast.forecast import Speed
from core.training.forecast.speed import (
    SETTINGS,
    SpeedQuestion,
    answer_path,
    ask_speed,
    expected_run_seconds,
    find_speed,
    reference_question,
    speed_question,
)
from core.workspace import Workspace
from tests import toy

BASE, TINY = PRESETS["bert_base_en_uncased"], PRESETS["bert_tiny_en_uncased"]


def question(**settings: object) -> SpeedQuestion:
    config = TrainConfig(**settings)
    return SpeedQuestion(TINY, (10, 20, 30), {name: getattr(config, name) for name in SETTINGS})


def test_the_question_is_about_texts_as_long_as_the_data_sets(
    toy_workspace: Workspace, toy_dataset: Dataset
) -> None:
    asked = speed_question(toy_workspace, toy_dataset, TrainConfig(max_seq_length=12), TINY)

    assert len(asked.lengths) == 32
    assert list(asked.lengths) == sorted(asked.lengths)
    # Texts of 4 to 15 words, 1.25 tokens each, and two at the ends.
    assert asked.lengths[0] >= 6
    assert asked.lengths[-1] == 12
    assert SpeedQuestion.from_json(asked.to_json()) == asked


def test_nothing_is_known_before_anything_was_measured(workspace: Workspace) -> None:
    assert find_speed(workspace, question()) is None


def test_what_was_measured_is_found_and_the_rest_is_estimated(workspace: Workspace) -> None:
    toy.know_speed(workspace)
    reference = reference_question(question())
    measured = find_speed(workspace, reference)
    assert measured == Speed(100.0, 300.0, 0.32, "CPU")

    large = find_speed(workspace, replace(reference, shape=BASE))
    small = find_speed(workspace, replace(reference, shape=TINY))

    assert large is not None
    assert small is not None
    assert large.is_estimate
    # By multiply-adds BERT base is 8 times MiniLM, which is 27 times BERT tiny.
    assert large.rows_per_s == pytest.approx(100 / 8, rel=0.03)
    assert small.rows_per_s == pytest.approx(100 * 27, rel=0.05)
    assert large.seconds_a_step == pytest.approx(32 / large.rows_per_s)
    assert large.scoring_rows_per_s == pytest.approx(300 / 8, rel=0.03)


def test_longer_texts_are_slower_and_frozen_layers_faster(workspace: Workspace) -> None:
    toy.know_speed(workspace)

    def rows_per_s(asked: SpeedQuestion) -> float:
        speed = find_speed(workspace, asked)
        assert speed is not None
        return speed.rows_per_s

    usual = rows_per_s(question())
    assert rows_per_s(replace(question(), lengths=(100, 128))) < usual / 5
    half = rows_per_s(question(frozen_layers=1, freeze_embeddings=True))
    assert half == pytest.approx(usual * 3 / 2)
    # Gradients still go all the way down to the embeddings.
    assert rows_per_s(question(frozen_layers=1)) == pytest.approx(usual * 3 / 2.5)


def test_a_speed_of_long_ago_no_longer_counts(workspace: Workspace) -> None:
    toy.know_speed(workspace)
    path = answer_path(workspace, reference_question(question()))
    week_ago = path.stat().st_mtime - 8 * 24 * 3600
    os.utime(path, (week_ago, week_ago))

    assert find_speed(workspace, question()) is None


def test_nothing_is_measured_while_a_run_holds_the_device(workspace: Workspace) -> None:
    asked = question(devices="cpu")
    workspace.device_lock("cpu").parent.mkdir(parents=True)
    with filelock.FileLock(workspace.device_lock("cpu")):
        assert not ask_speed(workspace, asked)

    assert not answer_path(workspace, asked).parent.exists()


def test_one_process_is_asked_and_one_that_gave_up_is_not_waited_for(workspace: Workspace) -> None:
    path = answer_path(workspace, question())
    path.parent.mkdir(parents=True)
    path.with_suffix(".question").touch()  # Asked already, so that no process starts here.
    assert ask_speed(workspace, question())
    assert not list(Path(path.parent).glob("*.log"))

    path.with_suffix(".gave-up").touch()
    assert not ask_speed(workspace, question())


def test_a_run_is_forecast_from_its_split(toy_workspace: Workspace, toy_dataset: Dataset) -> None:
    config = TrainConfig(epochs=2, train_size=200, validation_size=100, test_size=50)
    speed = Speed(100.0, 200.0, 0.3, "CPU")

    seconds = expected_run_seconds(toy_workspace, toy_dataset, config, speed)
    assert seconds == pytest.approx(10 + 2 * 200 / 100 + (2 * 2 * 100 + 50) / 200)

    more = replace(config, imbalance="oversampling")  # 3 of 4 rows are of one class.
    longer = expected_run_seconds(toy_workspace, toy_dataset, more, speed)
    assert longer - seconds == pytest.approx(2 * 100 / 100)
