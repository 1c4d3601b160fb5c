from pathlib import Path

import filelock

from core.encoders.shapes import EncoderShape
from core.runs.config import TrainConfig
from core.training.forecast.speed import SETTINGS, SpeedQuestion, answer_path, find_speed
from core.training.forecast.speed_worker import main, measure
from core.workspace import ENVIRONMENT_VARIABLE, Workspace

SHAPE = EncoderShape(layers=1, width=16, heads=2, inner=32, vocabulary=50, positions=32)
SETTING = {name: getattr(TrainConfig(devices="cpu", batch_size=8), name) for name in SETTINGS}
QUESTION = SpeedQuestion(SHAPE, (4, 8, 20), SETTING)


def test_real_steps_are_measured_and_the_answer_is_kept(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")

    speed = measure(workspace, QUESTION)

    assert speed is not None
    assert speed.rows_per_s > 10
    assert speed.scoring_rows_per_s > 10
    assert abs(speed.seconds_a_step - 8 / speed.rows_per_s) < 1e-9
    assert speed.device.startswith("CPU")
    assert find_speed(workspace, QUESTION) == speed


def test_it_gives_up_where_a_run_is_at_work(
    workspace: Workspace, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))
    asked = tmp_path / "asked.question"
    asked.write_text(QUESTION.to_json(), "utf-8")
    workspace.device_lock("cpu").parent.mkdir(parents=True)

    with filelock.FileLock(workspace.device_lock("cpu")):
        assert main(asked) == 1

    assert asked.with_suffix(".gave-up").exists()
    assert not answer_path(workspace, QUESTION).exists()
