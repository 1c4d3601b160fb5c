import http.client
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from core.runs.run import Run
from tests.core.cli.process import run, start

TEXTS = {"instances": ["a lovely cat", "a rotten dog"]}


@contextmanager
def assigned(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A server in a process of its own, and its port."""
    with start("serve", *arguments, "--port", "0") as process:
        try:
            line = process.stdout.readline()
            found = re.search(r":(\d+)/v1/models/", line)
            assert found, line + process.stderr.read()
            yield process, int(found[1])
        finally:
            process.kill()


def post(
    connection: http.client.HTTPConnection, run_id: str, token: str
) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"}
    connection.request("POST", f"/v1/models/{run_id}:predict", json.dumps(TEXTS), headers)
    answer = connection.getresponse()
    return answer.status, json.load(answer)


@pytest.mark.slow
@pytest.mark.usefixtures("in_toy_workspace")
def test_beyond_loopback_it_answers_who_has_the_token_and_ends_on_request(
    toy_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SINCERELY_TOKEN", "s3cret")
    with assigned(toy_run.id, "--host", "0.0.0.0") as (process, port):
        address = ("127.0.0.1", port)
        with closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
            assert post(connection, toy_run.id, "wrong")[0] == 401
        with closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
            status, content = post(connection, toy_run.id, "s3cret")
            assert status == 200
            assert [entry["label"] for entry in content["predictions"]] == ["0", "1"]

            os.kill(process.pid, signal.SIGTERM)  # The connection stays open, idle.
            assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()


@pytest.mark.usefixtures("in_toy_workspace")
def test_beyond_loopback_a_token_is_required_before_anything_is_loaded(toy_run: Run) -> None:
    done = run("serve", toy_run.id, "--host", "0.0.0.0")
    assert done.returncode == 1
    assert re.fullmatch(r"Expected a token in SINCERELY_TOKEN, .+\.\n", done.stderr)


def test_the_help_says_how_to_ask() -> None:
    done = run("serve", "--help")
    assert done.returncode == 0
    for said in ("SINCERELY_TOKEN", "--host ADDRESS", "/health", "127.0.0.1"):
        assert said in done.stdout
