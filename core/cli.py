"""Every capability as a subcommand of `python -m core`.

Exit 0 on success, 1 on a SincerelyError (its message on stderr), 2 on wrong usage, 130 after
Ctrl-C. A finished import prints the data set's id, a started training the run's id.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from core.commands import (
    data,
    encoders,
    evaluating,
    explaining,
    explore,
    exporting,
    labels,
    pages,
    scoring,
    search,
    serving,
    splits,
    suspects,
    tasks,
    training,
    upkeep,
)
from core.commands.terminal import Command, say
from core.errors import SincerelyError
from core.workspace import Workspace

_GROUPS = (
    data,
    explore,
    search,
    splits,
    encoders,
    training,
    evaluating,
    upkeep,
    suspects,
    labels,
    tasks,
    scoring,
    serving,
    exporting,
    explaining,
    pages,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit code."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(Workspace.from_environment(), options) or 0
    except SincerelyError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted; nothing half-written stays.")
        return 130
    except BrokenPipeError:  # The reader, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="Sincerely by command line")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(command=command)
        return sub

    for group in _GROUPS:
        group.add_commands(add)
    return parser
