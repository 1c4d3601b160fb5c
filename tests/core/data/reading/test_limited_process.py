import pytest

from core.data.reading.limited_process import ReadingFailed, run_limited


def test_what_ends_the_process_is_damage() -> None:
    with pytest.raises(ReadingFailed, match="too much memory"):
        run_limited("core.data.reading.no_such_module", [])


def test_waiting_for_it_can_be_given_up() -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_limited("core.data.reading.excel_process", ["a", "", "all", "b"], stop)
