"""The subcommand that answers over HTTP: serve."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.terminal import AddCommand, between
from core.runs.run import find_run
from core.workspace import Workspace

_MAX_PORT = 65_535


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("serve", _serve, "answer predictions over HTTP on 127.0.0.1")
    sub.add_argument("run")
    sub.add_argument("--port", type=between(0, _MAX_PORT), default=8601)
    sub.add_argument("--idle-timeout", type=float, metavar="SECONDS", help="end when idle so long")
    sub.add_argument("--announce", metavar="PATH", help=argparse.SUPPRESS)


def _serve(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    from core.jobs.services import announce
    from core.scoring.scorer import load_scorer
    from core.scoring.server import ScorerServer

    scorer = load_scorer(workspace, run)
    scorer.score(["warm up"])
    with ScorerServer(scorer, port=options.port, idle_timeout_s=options.idle_timeout) as server:
        if options.announce:
            announce(Path(options.announce), server.port)
        print(f"{run.name} answers on http://127.0.0.1:{server.port}/v1/models/{run.id}:predict")
        sys.stdout.flush()
        server.serve_forever()
