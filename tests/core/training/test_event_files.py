import time
from pathlib import Path

import pytest
import tensorflow as tf
from tensorflow.core.util.event_pb2 import Event, SessionLog

from core.training.event_files import EventFiles
from tests.core.small_disk import python_on_full_disk

STEP = {"loss": 0.5, "accuracy": 0.75, "learning_rate": 2e-5, "rows_per_s": 90.0}


def files(folder: Path, part: str) -> list[str]:
    return sorted(str(path) for path in (folder / part).glob("events.out.tfevents.*"))


def events(folder: Path, part: str) -> list[Event]:
    """All events of a part, by TensorFlow's own reader, in TensorBoard's order."""
    return [event for file in files(folder, part) for event in summaries(file)]


def summaries(file: str) -> list[Event]:
    return [Event.FromString(record.numpy()) for record in tf.data.TFRecordDataset(file)]


def scalars(folder: Path, part: str) -> dict[tuple[str, int], float]:
    """Values by name and step, as TensorBoard takes them: a start forgets what is later."""
    found: dict[tuple[str, int], float] = {}
    for event in events(folder, part):
        if event.session_log.status == SessionLog.START:
            found = {key: value for key, value in found.items() if key[1] < event.step}
        for value in event.summary.value:
            found[value.tag, event.step] = value.simple_value
    return found


def test_scalars_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    with EventFiles(tmp_path) as written:
        written.train(1, STEP)
        written.train(2, {**STEP, "loss": 0.25})
        written.validation(2, {"loss": 0.375, "f1": 0.5})

    assert scalars(tmp_path, "train") == {
        **{(name, 1): pytest.approx(value) for name, value in STEP.items()},
        **{(name, 2): pytest.approx(value) for name, value in STEP.items()},
        ("loss", 2): 0.25,
    }
    assert scalars(tmp_path, "validation") == {("loss", 2): 0.375, ("f1", 2): 0.5}
    first = events(tmp_path, "train")[0]
    assert first.file_version == "brain.Event:2"
    assert abs(first.wall_time - time.time()) < 60


def test_what_is_written_is_seen_while_training_goes_on(tmp_path: Path) -> None:
    now = [100.0]
    with EventFiles(tmp_path, now_s=lambda: now[0]) as written:
        written.train(1, STEP)
        written.validation(1, {"loss": 0.375})

        assert set(scalars(tmp_path, "train")) == {(name, 1) for name in STEP}
        assert scalars(tmp_path, "validation") == {("loss", 1): 0.375}
        written.train(2, STEP)
        now[0] += 2.0
        written.train(3, STEP)
        assert ("loss", 3) in scalars(tmp_path, "train")


def test_a_resumed_training_takes_over_from_the_step_it_goes_on_with(tmp_path: Path) -> None:
    for first, last, loss in ((1, 6, 0.5), (4, 8, 0.25), (1, 2, 0.125)):
        with EventFiles(tmp_path, first_step=first) as written:
            for step in range(first, last + 1):
                written.train(step, {"loss": loss})
        if first == 4:
            losses = [scalars(tmp_path, "train")["loss", step] for step in range(1, 9)]
            assert losses == [0.5] * 3 + [0.25] * 5

    # Without a checkpoint it begins anew.
    assert scalars(tmp_path, "train") == {("loss", 1): 0.125, ("loss", 2): 0.125}
    assert len(files(tmp_path, "train")) == 3


FULL = """
import sys
from pathlib import Path
from core.errors import DiskError, disk_errors
from core.training.event_files import EventFiles

try:
    with disk_errors("the run"), EventFiles(Path(sys.argv[1]) / "events") as written:
        for step in range(100_000):
            written.train(step, {"loss": 0.5})
except DiskError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_full_disk_is_called_so(tmp_path: Path) -> None:
    disk = tmp_path / "disk"

    done = python_on_full_disk(FULL, disk, str(disk), kilobytes=200)

    assert done.stdout.startswith("Expected room to write the run, but found a full disk"), (
        done.stderr
    )
