import argparse
import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module

import pytest

from core.cli import parser as cli
from core.cli.parser import main
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests import toy
from tests.core.cli.process import PROJECT
from tests.core.small_disk import python


@pytest.fixture(autouse=True)
def own_workspace(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "/no/such/file.csv"],
        ["stats", "nothing"],
        ["train", "nothing"],
        ["stop", "nothing"],
        ["score", "nothing", "in.csv", "out.csv"],
        ["import", "sample", "--rows", "0"],
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_stderr_and_exit_code_1(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Expected ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["train"],
        ["train", "x", "--preset", "slow"],
        ["describe", "--classes", "1"],
        ["serve", "x", "--port", "70000"],
        ["dashboard", "--port", "-1"],
        ["dashboard", "--port", "http"],
        ["import", "sample", "--rows", "many"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_each_subcommand_is_known_by_the_module_that_adds_it() -> None:
    for group, names in cli._GROUPS.items():
        added: list[str] = []

        def add(name: str, command: object, about: str) -> argparse.ArgumentParser:
            added.append(name)  # noqa: B023
            return argparse.ArgumentParser()

        import_module(f"core.cli.{group}").add_commands(add)
        assert tuple(added) == names


def test_without_a_subcommand_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = capsys.readouterr().out
    assert all(f"\n    {name}" in listed for names in cli._GROUPS.values() for name in names)


def test_light_subcommands_do_not_load_tensorflow() -> None:
    script = (
        "import sys; from core.cli.parser import main; main(['runs']); main(['datasets']);"
        " print([name for name in ('tensorflow', 'keras', 'streamlit') if name in sys.modules])"
    )
    ended = python(["-c", script])
    assert ended.stdout == "[]\n", ended.stderr


@pytest.mark.parametrize(("given", "found"), [(None, "true"), ("false", "false")])
def test_a_command_takes_no_more_of_a_gpus_memory_than_it_needs_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, given: str | None, found: str
) -> None:
    monkeypatch.delenv("TF_FORCE_GPU_ALLOW_GROWTH", raising=False)
    if given:
        monkeypatch.setenv("TF_FORCE_GPU_ALLOW_GROWTH", given)

    done = python(
        ["-c", "import core.__main__, os; print(os.environ['TF_FORCE_GPU_ALLOW_GROWTH'])"]
    )

    assert done.stdout.strip() == found


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252", "shift-jis", "utf-8"])
def test_a_terminal_of_any_encoding_shows_signs_for_what_it_lacks(
    encoding: str, workspace: Workspace
) -> None:
    toy.import_rows(workspace, [("हिन्दी é", "अच्छा"), ("Привет 🙂", "é")] * 3, name="café 数据")
    label = "अच्छा".encode(encoding, "replace")

    for arguments in (["datasets"], ["search", "café 数据"]):
        code, out, err = printed(encoding, *arguments)
        assert code == 0
        assert label in out
    code, out, err = printed(encoding, "search", "नहीं")
    assert (code, out, err.count(b"\n")) == (1, b"", 1)
    assert "नहीं".encode(encoding, "replace") in err


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_json_is_whole_in_every_encoding(encoding: str, workspace: Workspace) -> None:
    toy.import_rows(workspace, [("अच्छा", "é")] * 3, name="数据")

    code, out, _ = printed(encoding, "search", "数据", "--json")

    assert code == 0
    assert json.loads(out.decode(encoding))["rows"][0]["text"] == "अच्छा"


def test_files_that_go_to_a_terminal_are_utf_8_whatever_it_is(workspace: Workspace) -> None:
    toy.import_rows(workspace, [("अच्छा", "é")] * 3, name="数据")

    code, out, _ = printed("latin-1", "search", "数据", "--csv", "-")

    assert (code, out.decode("utf-8").count("अच्छा")) == (0, 3)


def test_a_process_of_its_own_prints_to_such_a_terminal(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.import_rows(workspace, [("a", "अच्छा"), ("b", "é")], name="数据")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")

    done = subprocess.run(
        [sys.executable, "-m", "core", "datasets"], cwd=PROJECT, capture_output=True, check=True
    )

    assert b"?????: 1" in done.stdout


def printed(encoding: str, *arguments: str) -> tuple[int, bytes, bytes]:
    """The exit code, and what goes to terminals of an encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
        out.flush()
        err.flush()
    return code, out.buffer.getvalue(), err.buffer.getvalue()
