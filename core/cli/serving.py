"""The subcommand that answers over HTTP: serve."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from core.cli.terminal import AddCommand, between
from core.model.keras_import import import_tensorflow_alone
from core.runs.run import find_run
from core.workspace import Workspace

_MAX_PORT = 65_535


_ABOUT = """
POST /v1/models/RUN:predict answers as TensorFlow Serving's REST API does: {"instances": ["a text"]}
or {"instances": [{"text": "a text"}]} by row, {"inputs": ["a text"]} by column, a text also as
{"b64": "..."}, up to 10,000 texts a request. /versions/1 or /labels/stable may stand before the
colon. GET /v1/models/RUN is the model's status, /v1/models/RUN/metadata what goes in and comes out.
:explain, :nearest, :swap and :swap_sample are what the Score page asks.
GET /health says that it is up, /metrics is for Prometheus (answer times as a histogram), / is a
page of the same figures.

If the environment variable SINCERELY_TOKEN is set, every request but /health needs the header
"Authorization: Bearer TOKEN", which a browser does not send: the page at / is then for programs.
An address that other machines reach requires it. What is sent is not encrypted: put a proxy that
speaks TLS in front of it.
"""


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("serve", _serve, "answer predictions over HTTP, on 127.0.0.1 unless told otherwise")
    sub.formatter_class = argparse.RawDescriptionHelpFormatter
    sub.epilog = _ABOUT
    sub.add_argument("run")
    sub.add_argument("--port", type=between(0, _MAX_PORT), default=8601)
    sub.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="address to listen at; one that others reach needs SINCERELY_TOKEN",
    )
    sub.add_argument(
        "--idle-timeout", type=float, metavar="SECONDS", help="end after so long without a question"
    )


def _serve(workspace: Workspace, options: argparse.Namespace) -> None:
    from core.serving.access import check_token_needed, resolved, token_from_environment

    run = find_run(workspace, options.run)
    token = token_from_environment()
    # Said before the seconds that loading takes.
    check_token_needed(resolved(options.host, options.port), token)
    import_tensorflow_alone()
    from core.scoring.scorer import load_scorer
    from core.serving.server import ScorerServer

    scorer = load_scorer(workspace, run)
    scorer.warm_up()
    with ScorerServer(
        scorer,
        host=options.host,
        port=options.port,
        token=token,
        idle_timeout_s=options.idle_timeout,
    ) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.stop)
        at = f"http://{server.address.shown}:{server.port}"
        print(f"{run.name} answers on {at}/v1/models/{run.id}:predict")
        sys.stdout.flush()
        server.run()
    if not server.clean:
        # The model is at work for somebody who has been told that there is no answer.
        os._exit(0)
