import argparse
import io
import signal
from contextlib import redirect_stderr

import pytest

from core.cli.terminal import (
    between,
    heard_between_steps,
    one_line,
    show_bytes,
    show_rows,
)


class Terminal(io.StringIO):
    """What a terminal would be sent."""

    def isatty(self) -> bool:
        return True


def test_progress_overwrites_one_line_and_clears_it_at_the_end() -> None:
    with redirect_stderr(Terminal()) as terminal:
        show_bytes("Reading", 1_500_000, 3_000_000)
        show_bytes("Reading", 3_000_000, 3_000_000)
        show_rows("Encoding", 20, 1_000)
        show_rows("Projecting", 0, 0)

    assert terminal.getvalue().split("\r\x1b[K") == [
        "", "Reading 1.5 of 3.0 MB", "", "Encoding 20 of 1,000 rows", "Projecting",
    ]  # fmt: skip


def test_progress_never_goes_to_files_and_pipes(capsys: pytest.CaptureFixture[str]) -> None:
    show_bytes("Reading", 1, 2)
    show_rows("Encoding", 1, 2)

    assert "".join(capsys.readouterr()) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\n c", "a b c"),
        ("\x1b[2Jgone", "\ufffd[2Jgone"),
        ("caf\u00e9 \u8d28 \U0001f600", "caf\u00e9 \u8d28 \U0001f600"),
        ("right\u202eleft", "right\ufffdleft"),
        ("", ""),
    ],
)
def test_a_text_is_shown_on_one_line_without_control_characters(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_a_number_out_of_its_range_is_refused() -> None:
    whole_number = between(2, 5)

    assert whole_number("5") == 5
    with pytest.raises(argparse.ArgumentTypeError, match="expected 2 to 5, but found 6"):
        whole_number("6")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_heard_where_the_work_looks_and_a_second_at_once(
    number: signal.Signals,
) -> None:
    before = signal.getsignal(number)
    told: list[int] = []
    with heard_between_steps() as interrupted:
        tell = interrupted(told.append)
        tell(1)
        signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            tell(2)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert told == [1]
    assert signal.getsignal(number) is before
