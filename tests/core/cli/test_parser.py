import argparse
from importlib import import_module

import pytest

from core.cli import parser as cli
from core.cli.parser import main
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
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
