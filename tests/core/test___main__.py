import os
import subprocess
import sys

from core.jobs.process import ENVIRONMENT
from tests.core.cli.process import PROJECT, run

PRINTED = "; ".join(
    ["import os, core.__main__", *(f"print(os.environ[{name!r}])" for name in ENVIRONMENT)]
)


def environment(**more: str) -> list[str]:
    """What processes find in their environment once `core.__main__` is imported."""
    bare = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    done = subprocess.run(
        [sys.executable, "-c", PRINTED],
        cwd=PROJECT, env={**bare, **more}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_the_environment_is_set_before_libraries_read_it() -> None:
    assert environment() == list(ENVIRONMENT.values())


def test_what_the_person_has_set_stays() -> None:
    changed = environment(OMP_WAIT_POLICY="active")

    assert changed == ["active", *list(ENVIRONMENT.values())[1:]]


def test_a_subcommand_that_does_not_exist_is_wrong_usage() -> None:
    done = run("dance")

    assert done.returncode == 2
    assert "dance" in done.stderr
    assert done.stdout == ""
