"""TensorBoard's event files beside a run, so that `tensorboard --logdir workspace/runs` works."""

from __future__ import annotations

import errno
import itertools
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import tensorflow as tf
from tensorflow.core.framework.summary_pb2 import Summary
from tensorflow.core.util.event_pb2 import Event, SessionLog

TRAIN = "train"
VALIDATION = "validation"
_FLUSH_EVERY_S = 2.0
_numbers = itertools.count()


class EventFiles:
    """Writes scalars of training and validation, TensorBoard's two runs of one training.

    A resumed training writes new files. They begin with the step it resumed from: TensorBoard
    then forgets what the earlier files hold of later steps, which are trained again.

    Args:
        folder: Where they go, `RunPaths.events`.
        first_step: The step that training goes on with, counted from 1.
        now_s: A clock that only goes forward.

    Raises:
        OSError: the disk is full or closed to this user.
    """

    def __init__(
        self, folder: Path, *, first_step: int = 1, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._writers = {
            part: _EventFile(folder / part, first_step, now_s) for part in (TRAIN, VALIDATION)
        }

    def train(self, step: int, scalars: Mapping[str, float]) -> None:
        """Write what was measured on training rows at a step.

        Args:
            step: Counted from 1.
            scalars: By name, such as loss, accuracy, learning_rate and rows_per_s.
        """
        self._writers[TRAIN].write(step, scalars)

    def validation(self, step: int, scalars: Mapping[str, float]) -> None:
        """Write what was measured on the validation part, and make all files be seen."""
        self._writers[VALIDATION].write(step, scalars)
        self.flush()

    def flush(self) -> None:
        """Make what was written be seen by readers."""
        for writer in self._writers.values():
            writer.flush()

    def __enter__(self) -> EventFiles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._writers.values():
            writer.close()


class _EventFile:
    """One file of events: TFRecords, flushed every two seconds.

    Written as such, and not by `tf.summary`, which costs a graph operation a value and cannot say
    from which step a file takes over.
    """

    def __init__(self, folder: Path, first_step: int, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        folder.mkdir(parents=True, exist_ok=True)
        # The reader takes files in the order of their names, which begin with the time.
        started = f"{time.time():.6f}".zfill(17)
        end = f"{platform.node()}.{os.getpid()}.{next(_numbers)}.v2"
        path = folder / f"events.out.tfevents.{started}.{end}"
        self._file = tf.io.TFRecordWriter(str(path))
        self._flushed = self._now_s()
        self._put(Event(wall_time=time.time(), file_version="brain.Event:2"))
        start = SessionLog(status=SessionLog.START)
        self._put(Event(wall_time=time.time(), step=first_step, session_log=start))
        self.flush()

    def write(self, step: int, scalars: Mapping[str, float]) -> None:
        values = [Summary.Value(tag=name, simple_value=value) for name, value in scalars.items()]
        self._put(Event(wall_time=time.time(), step=step, summary=Summary(value=values)))
        if self._now_s() - self._flushed >= _FLUSH_EVERY_S:
            self.flush()

    def flush(self) -> None:
        with _disk_errors_as_such():
            self._file.flush()
        self._flushed = self._now_s()

    def close(self) -> None:
        with _disk_errors_as_such():
            self._file.close()

    def _put(self, event: Event) -> None:
        with _disk_errors_as_such():
            self._file.write(event.SerializeToString())


@contextmanager
def _disk_errors_as_such() -> Iterator[None]:
    """TensorFlow calls a full disk an exhausted resource, as it does full memory."""
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise OSError(errno.ENOSPC, "No space left on device") from error
