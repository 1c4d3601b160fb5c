"""The subcommand that hands a model out: export."""

from __future__ import annotations

from core.commands.terminal import AddCommand


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
