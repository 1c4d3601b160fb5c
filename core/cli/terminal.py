"""What all subcommands share: their arguments, and lines of progress on a terminal."""

from __future__ import annotations

import argparse
import codecs
import io
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TextIO

from core.records import unreadable_records
from core.workspace import Workspace

Command = Callable[[Workspace, argparse.Namespace], int | None]
"""What a subcommand does; returns the exit code, None for 0."""

Tell = Callable[..., None]
"""Tells how far some work is; called between its steps."""

WRONG_USAGE = 2


class AddCommand(Protocol):
    """Adds a subcommand and gives its parser, for the arguments to be added to."""

    def __call__(self, name: str, command: Command, about: str) -> argparse.ArgumentParser:
        """Add the subcommand `name`."""


def accept_any_encoding() -> None:
    """Have a terminal whose encoding lacks a character show a sign in its place."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Names of files that are no UTF-8 go out as they came.
        raw = getattr(stream, "errors", "") == "surrogateescape"
        if isinstance(stream, io.TextIOWrapper) and not (raw and _knows_all(stream)):
            stream.reconfigure(errors="replace")


def show_line(text: str) -> None:
    """Write over the last line of progress on a terminal; nothing goes to files or pipes."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def show_bytes(stage: str, done: int, total: int) -> None:
    """A line of progress in megabytes; the end clears it."""
    show_line(f"{stage} {done / 1e6:,.1f} of {total / 1e6:,.1f} MB" if done < total else "")


def show_rows(stage: str, done: int, total: int) -> None:
    """A line of progress in rows, or the stage alone where nobody knows; the end clears it."""
    if total:
        show_line(f"{stage} {done:,} of {total:,} rows" if done < total else "")
    else:
        show_line(stage)


def show_percent(stage: str, done: int, total: int) -> None:
    """A line of progress as a percentage; the end clears it."""
    show_line(f"{stage}, {done / total:.0%} of the work done" if done < total else "")


def say(text: str) -> None:
    """Tell the person something that is no result, after clearing the line of progress."""
    show_line("")
    print(text, file=sys.stderr)


def say_unreadable(root: Path, name: str, parse: Callable[[str], Any]) -> None:
    """Tell of the folders that a list leaves out because their record is damaged."""
    for found in unreadable_records(root, name, parse):
        # Late, because it loads what knows every file, and only where something is wrong.
        from core.maintenance.damage import record_damage

        say(one_line(str(record_damage(found).error())))


def one_line(text: str) -> str:
    """A text without line breaks and control characters, which a terminal would obey."""
    words = " ".join(text.split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)


def print_json(value: Any) -> None:
    """Print a result for programs to read, in escapes where the encoding lacks characters."""
    print(json.dumps(value, ensure_ascii=not _knows_all(sys.stdout), indent=2))


def _knows_all(stream: TextIO) -> bool:
    """Whether a stream's encoding has every character; one in memory needs none."""
    return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf-")


def between(low: int, high: int) -> Callable[[str], int]:
    """An argument's type: a whole number from `low` to `high`."""

    def whole_number(text: str) -> int:
        if not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"expected {low} to {high}, but found {text}")
        return int(text)

    return whole_number


@contextmanager
def heard_between_steps() -> Iterator[Callable[[Tell], Tell]]:
    """Hear Ctrl-C and SIGTERM where work tells how far it is, so that no step is torn.

    Yields:
        What makes of a function that tells of progress one that first raises KeyboardInterrupt if
        either was heard. A second signal raises it at once.
    """
    heard = False

    def hear(*_: object) -> None:
        nonlocal heard
        if heard:
            raise KeyboardInterrupt
        heard = True

    def interrupted(tell: Tell) -> Tell:
        def look_and_tell(*arguments: Any) -> None:
            if heard:
                raise KeyboardInterrupt
            tell(*arguments)

        return look_and_tell

    if threading.current_thread() is not threading.main_thread():
        yield interrupted  # Only the main thread may listen to signals.
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, hear) for number in numbers]
    try:
        yield interrupted
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
