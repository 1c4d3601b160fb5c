"""Every capability as a subcommand of `python -m core`.

Exit 0 on success, 1 on a SincerelyError (its message on stderr), 2 on wrong usage, 130 after
Ctrl-C. A finished import prints the data set's id, a started training the run's id.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from core.cli.terminal import Command, accept_any_encoding, say
from core.errors import SincerelyError
from core.workspace import Workspace

_GROUPS: dict[str, tuple[str, ...]] = {
    "data": ("import", "datasets"),
    "explore": ("stats", "terms", "tokens", "map"),
    "columns": ("columns",),
    "search": ("search", "slices"),
    "export_rows": ("export-rows",),
    "splits": ("split",),
    "encoders": ("encoders", "forecast"),
    "training": ("train", "resume", "join", "runs", "describe"),
    "evaluation": ("evaluate", "threshold", "baselines"),
    "maintenance": ("rename", "note", "check", "delete"),
    "suspects": ("suspects",),
    "labels": ("labels",),
    "jobs": ("tasks", "stop"),
    "scoring": ("score",),
    "serving": ("serve",),
    "export": ("export",),
    "explain": ("explain", "swap"),
    "dashboard": ("dashboard",),
}
"""The subcommands that each module of `core.cli` adds."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit code."""
    accept_any_encoding()
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(given[0] if given else "").parse_args(given)
    command: Command = options.command
    workspace = Workspace.from_environment()
    try:
        return command(workspace, options) or 0
    except SincerelyError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted; nothing half-written stays.")
        return 130
    except BrokenPipeError:  # The reader, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        # Late, because it loads what knows every file, and only where something is wrong.
        from core.maintenance.damage import explained

        damage = explained(workspace, vars(options).values())
        if damage is None:
            raise
        say(str(damage))
        return 1


def _parser(wanted: str) -> argparse.ArgumentParser:
    """A parser that knows the wanted subcommand, or all of them where it is none.

    Importing all that the others need takes seconds, so what nobody asks for is left alone.
    """
    parser = argparse.ArgumentParser(prog="python -m core", description="Sincerely by command line")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(command=command)
        return sub

    owners = [group for group, names in _GROUPS.items() if wanted in names]
    for group in owners or _GROUPS:
        import_module(f"core.cli.{group}").add_commands(add)
    return parser
