"""Every file of a workspace in every kind of damage, and the commands that read it."""

from pathlib import Path

import pytest

from core.cli.parser import main
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests.full_workspace import DAMAGES, FILES, HARMED, SOUND, damaged_copy, fill

LISTS = [["datasets"], ["runs"], ["runs", "--json"], ["tasks", "--json"]]
STATS, SAVED = ["stats", "{}", "--split"], ["stats", "{}", "--saved", "fixed"]
EVALUATE, THRESHOLD = ["evaluate", "{}-run"], ["threshold", "{}-run"]
SEARCH = ["search", "{}", "the"]
SHOW, EXPORT = ["labels", "show", "{}"], ["labels", "export", "{}", "{out}"]
SUSPECTS = ["suspects", "{}", "--features", "words"]
READERS = {
    "texts": [STATS, SEARCH, EXPORT, SUSPECTS],
    "dataset.json": [STATS, ["delete", "{}"]],
    "terms": [["terms", "{}", "--label", "1"]],
    "lengths": [STATS],
    "duplicates": [STATS, SAVED],
    "findings": [["search", "{}", "--check", "same"]],
    "profile": [STATS],
    "split": [SAVED, ["search", "{}", "--split", "fixed", "--part", "test"], ["split", "{}"]],
    "slice": [["search", "{}", "--slice", "rude"], ["slices", "{}"]],
    "run's job.json": [THRESHOLD, ["delete", "{}-run"]],
    "run's status": [THRESHOLD, ["delete", "{}-run"]],
    "run's result": [THRESHOLD, EVALUATE],
    "examples": [EVALUATE],
    "predictions": [EVALUATE, ["search", "{}", "--run", "{}-run"]],
    "operating point": [THRESHOLD],
    "notes": [["note", "{}-run"]],
    "majority baseline": [EVALUATE],
    "words baseline": [EVALUATE],
    "suspects": [SUSPECTS],
    "labels": [SHOW, EXPORT, SUSPECTS],
}
"""The commands that need a file; all others need none of it but the lists."""
UNTOUCHED = [["terms", "{}"], ["slices", "{}"], THRESHOLD]
QUICK = ("missing", "half", "null", "flipped at 50%")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("whole") / "workspace")
    fill(workspace)
    return workspace


def of(name: str, commands: list[list[str]], out: Path) -> list[list[str]]:
    """Commands about a data set and its run."""
    return [
        [part.replace("{out}", str(out)).replace("{}", name) for part in command]
        for command in commands
    ]


def check(
    whole: Workspace, folder: Path, file: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        copy = damaged_copy(whole, folder / damage, file, damage)
        patch.setenv(ENVIRONMENT_VARIABLE, str(copy.root))
        out = folder / "labels.csv"
        for command in (*LISTS, *of(SOUND, UNTOUCHED, out)):
            assert main(command) == 0, (damage, command)
        capsys.readouterr()
        for command in of(HARMED, READERS.get(file, []), out):
            code, said = main(command), capsys.readouterr().err
            assert code in (0, 1), (damage, command)
            assert code == 0 or command[0] == "delete" or "Expected" in said, (damage, command)


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_a_sentence_where_it_is_needed_and_breaks_nothing_else(
    whole: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    for damage in QUICK:
        check(whole, tmp_path, file, damage, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_no_damage_of_any_kind_is_a_traceback(
    whole: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    for damage in sorted(set(DAMAGES) - set(QUICK)):
        check(whole, tmp_path, file, damage, capsys)
