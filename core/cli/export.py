"""The subcommand that hands a model out: export."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.terminal import AddCommand, heard_between_steps, print_json, say, show_line
from core.runs.run import find_run
from core.scoring.export.export import export_run
from core.workspace import Workspace


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("export", _export, "write a run's model to a folder that works without Sincerely")
    sub.add_argument("run", help="id or name of the run")
    sub.add_argument("folder", type=Path, help="a folder that is new or empty")
    sub.add_argument("--force", action="store_true", help="replace an earlier export there")
    sub.add_argument("--json", action="store_true")


def _export(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    with heard_between_steps() as interrupted:
        made = export_run(
            workspace, run, options.folder, force=options.force, tell=interrupted(show_line)
        )
    show_line("")
    if options.json:
        print_json({**vars(made), "folder": str(made.folder)})
        return
    say(
        f"{made.size_bytes / 1e6:,.1f} MB; on {made.compared_texts:,} validation texts its scores"
        f" are the run's to within {made.largest_difference:.1g}."
    )
    print(made.folder)
