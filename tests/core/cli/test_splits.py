import json
from pathlib import Path

import pytest

from core.cli.parser import main
from core.data.dataset import Dataset
from core.data.importing.importer import import_file
from core.data.splits.saved_split import list_splits, read_split
from core.workspace import Workspace
from tests import toy

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(200))


def test_a_split_is_drawn_saved_listed_and_deleted(
    workspace: Workspace, dataset: Dataset, capsys: Printed
) -> None:
    sizes = ["--train", "0.5", "--validation", "40", "--test", "1.0", "--seed", "3"]

    assert main(["split", "toy", "--name", "Half", *sizes]) == 0

    line = "Half\ttrain 100, validation 40, test 60\tseed 3\n"
    assert capsys.readouterr().out == line
    assert len(read_split(workspace, dataset, "Half").train) == 100
    assert main(["split", "toy"]) == 0
    assert capsys.readouterr().out == line
    assert main(["split", "toy", "--delete", "Half"]) == 0
    assert list_splits(workspace, dataset) == []


def test_sizes_come_from_the_preset_where_none_are_given(capsys: Printed) -> None:
    assert main(["split", "toy", "--name", "Fast", "--validation", "0.25", "--json"]) == 0

    (saved,) = json.loads(capsys.readouterr().out)
    assert saved["sizes"] == {"train": 160, "validation": 10, "test": 30}
    assert saved["plan"]["seed"] == 42


def test_stats_compare_the_parts_of_a_saved_split(capsys: Printed) -> None:
    main(["split", "toy", "--name", "Mine", "--train", "0.6"])
    capsys.readouterr()

    assert main(["stats", "toy", "--saved", "Mine", "--json"]) == 0

    figures = json.loads(capsys.readouterr().out)
    assert [(part["part"], part["rows"]) for part in figures["split"]] == [
        ("train", 120), ("validation", 40), ("test", 40),
    ]  # fmt: skip
    assert figures["shared_with_train"]["same"] == {"validation": 0, "test": 0}


def test_rows_of_a_part_are_found(capsys: Printed) -> None:
    main(["split", "toy", "--name", "Mine", "--train", "0.6"])
    capsys.readouterr()

    assert main(["search", "toy", "--split", "Mine", "--part", "test", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["total"] == 40
    assert {row["part"] for row in answer["rows"]} == {"test"}


def test_a_deletion_names_the_saved_splits(capsys: Printed) -> None:
    main(["split", "toy", "--name", "Mine"])

    assert main(["delete", "toy"]) == 1

    assert "Saved splits that go with it: Mine.\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--name", "!?"], "a split name of 1 to 48 characters"),
        (["--name", "x", "--train", "many"], "a number for train_size"),
        (["--name", "x", "--train", "1.5"], "a train size that is a share up to 1"),
        (["--delete", "nothing"], "the name of a split"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_split_is_one_sentence(
    capsys: Printed, arguments: list[str], message: str
) -> None:
    assert main(["split", "toy", *arguments]) == 1

    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_name_is_taken_once(capsys: Printed) -> None:
    assert main(["split", "toy", "--name", "Mine"]) == 0
    assert main(["split", "toy", "--name", "mine"]) == 1

    assert "choose another name" in capsys.readouterr().err


HEADER = ("text", "label", "part", "author", "posted")


@pytest.fixture
def columned(workspace: Workspace, tmp_path: Path) -> Dataset:
    """Texts with a column of parts in which somebody mistyped, authors and days."""
    parts = ["train"] * 60 + ["dev"] * 18 + ["tset"] * 2 + ["test"] * 20
    rows = [
        (text, label, parts[place], f"author {place % 10}", f"2025-03-{place // 4 + 1:02}")
        for place, (text, label) in enumerate(toy.make_rows(100))
    ]
    path = toy.write_csv(tmp_path / "wide.csv", rows, HEADER)
    return import_file(workspace, path, name="wide").dataset


@pytest.mark.parametrize(
    ("arguments", "sizes", "rule", "said"),
    [
        (
            ["--column", "part"],
            "train 60, validation 18, test 20",
            "parts as column 'part' says",
            "2 rows of 'tset' are in no part; did you mean test?\n",
        ),
        (
            [
                "--column",
                "part",
                "--value",
                "tset=test",
                "--value",
                "dev=none",
                "--from-train",
                "6",
            ],
            "train 54, validation 6, test 22",
            "parts as column 'part' says",
            "18 rows are left out, as asked.\n",
        ),
        (["--group", "author"], "train 80, validation 10, test 10", "whole groups of", ""),
        (
            ["--time", "posted", "--train", "0.5"],
            "train 48, validation 24, test 28",
            "by time of 'posted'",
            "train from 2025-03-01 to 2025-03-12",
        ),
        (
            ["--time", "posted", "--validation-from", "2025-03-11", "--test-from", "2025-03-21"],
            "train 40, validation 40, test 20",
            "by time of 'posted', cut at 2025-03-11 and 2025-03-21",
            "test from 2025-03-21 to 2025-03-25",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_column_groups_or_time_divide(
    columned: Dataset, capsys: Printed, arguments: list[str], sizes: str, rule: str, said: str
) -> None:
    assert main(["split", "wide", "--name", "Mine", *arguments]) == 0

    printed = capsys.readouterr()
    assert printed.out.startswith(f"Mine\t{sizes}\t{rule}")
    assert said in printed.err
    assert main(["split", "wide", "--json"]) == 0
    (saved,) = json.loads(capsys.readouterr().out)
    assert bool(saved["notes"]) is bool(printed.err)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--column", "prt"], "choose 'part'"),
        (["--column", "part", "--train", "0.5"], "no sizes where a column names the parts"),
        (["--column", "part", "--value", "tset"], "a value and its part, such as tset=test"),
        (["--column", "part", "--value", "tset=tests"], "'tests' for 'tset'"),
        (["--column", "part", "--from-train", "some"], "a number for --from-train"),
        (["--group", "author", "--from-train", "0.1"], "--from-train with --column only"),
        (["--group", "author", "--value", "a=test"], "parts of values for a split by column only"),
        (["--time", "author"], "a column of dates or times"),
        (["--time", "posted", "--test-from", "2025-03-05"], "two moments"),
        (["--value", "a=test"], "parts of values"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_columns_cannot_divide_is_one_sentence(
    columned: Dataset, capsys: Printed, arguments: list[str], message: str
) -> None:
    assert main(["split", "wide", "--name", "x", *arguments]) == 1

    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_rule_without_a_name_is_refused(columned: Dataset, capsys: Printed) -> None:
    assert main(["split", "wide", "--group", "author"]) == 1

    assert "add --name NAME" in capsys.readouterr().err


def test_stats_count_rows_whose_group_trains_too(columned: Dataset, capsys: Printed) -> None:
    main(["split", "wide", "--name", "Whole", "--group", "author"])
    capsys.readouterr()

    found = []
    for which in (["--saved", "Whole"], ["--split", "--group", "author"]):
        assert main(["stats", "wide", *which, "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out)["group_in_train"])

    assert found == [
        {"column": "author", "validation": 0, "test": 0},
        {"column": "author", "validation": 10, "test": 10},
    ]
    assert main(["stats", "wide", "--group", "author"]) == 1
    assert "--split or --saved NAME with --group" in capsys.readouterr().err


def test_parts_without_validation_rows_are_compared_all_the_same(
    columned: Dataset, capsys: Printed
) -> None:
    rule = ["--column", "part", "--value", "dev=train", "--from-train", "0"]
    assert main(["split", "wide", "--name", "bench", *rule]) == 0
    capsys.readouterr()

    assert main(["stats", "wide", "--saved", "bench", "--json"]) == 0

    figures = json.loads(capsys.readouterr().out)
    assert [(part["part"], part["rows"]) for part in figures["split"]] == [
        ("train", 78),
        ("test", 20),
    ]
    assert figures["share_gap"] is None
    assert figures["notes"][0].startswith("No labelled row is in validation")
