import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Cancelled
from core.jobs.cancellation import StopFlag


@pytest.fixture
def handlers() -> Iterator[None]:
    """Puts back the signal handlers that a test has changed."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_sets_the_flag_and_does_nothing_else(
    handlers: None, number: signal.Signals
) -> None:
    flag = StopFlag()
    flag.install()
    assert not flag.is_set

    os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)

    assert flag.is_set


def test_a_stop_request_sets_the_flag_without_a_signal(tmp_path: Path) -> None:
    flag = StopFlag(tmp_path / "stop-requested")
    assert not flag.is_set

    (tmp_path / "stop-requested").touch()

    assert flag.is_set


def test_work_that_is_to_stop_is_cancelled_at_the_next_check(tmp_path: Path) -> None:
    flag = StopFlag(tmp_path / "stop-requested")
    flag.check("the import")

    (tmp_path / "stop-requested").touch()

    with pytest.raises(Cancelled, match="the import"):
        flag.check("the import")
