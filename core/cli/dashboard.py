"""The subcommand that opens the pages: dashboard."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from pathlib import Path

from core.cli.terminal import AddCommand, between
from core.errors import JobError
from core.workspace import ENVIRONMENT_VARIABLE, Workspace

_MAX_PORT = 65_535


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("dashboard", _dashboard, "open the pages on 127.0.0.1")
    sub.add_argument("--port", type=between(0, _MAX_PORT), default=8501)


def _dashboard(workspace: Workspace, options: argparse.Namespace) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", options.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise JobError(
                f"port {options.port} to be free on 127.0.0.1",
                "another program there" if taken else f"a refusal ({error.strerror})",
                f"end it, or choose another with `make run PORT={options.port + 1}`"
                if taken
                else "choose one from 1024 on",
            ) from error
    app = Path(__file__).resolve().parents[2] / "dashboard" / "server.py"
    os.chdir(app.parents[1])  # Streamlit reads .streamlit/config.toml from the current folder.
    os.environ[ENVIRONMENT_VARIABLE] = str(workspace.root)
    # Streamlit greets with an emoji.
    os.environ["PYTHONIOENCODING"] = f"{sys.stdout.encoding}:replace"
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    os.execv(sys.executable, [*command, "--server.port", str(options.port)])
