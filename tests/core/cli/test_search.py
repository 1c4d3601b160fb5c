import csv
import io
import json
from pathlib import Path

import pytest

from core.cli.parser import main
from core.data.dataset import Dataset, find_dataset
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy

Printed = pytest.CaptureFixture[str]
ROWS = [
    ("A kind cat", "0"),
    ("a rude dog\tand a\ncat", "1"),
    ("The cat's pyjamas", "0"),
    ("no animals here", ""),
    ("catalogue of dogs", "1"),
]


@pytest.fixture
def animals(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, ROWS, name="animals")


def found(capsys: Printed, *arguments: str) -> list[int]:
    """Row numbers that a search prints."""
    capsys.readouterr()
    assert main(["search", "animals", *arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["total"] == len(answer["rows"])
    return [row["row"] for row in answer["rows"]]


@pytest.mark.usefixtures("animals")
@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        ([], [0, 1, 2, 3, 4]),
        (["CAT"], [0, 1]),
        (["cat -kind"], [1]),
        (["kind cat", "--phrase"], [0]),
        (["^(A|The) ", "--regex"], [0, 1, 2]),
        (["--label", "1"], [1, 4]),
        (["--label", "0", "--label", "1"], [0, 1, 2, 4]),
        (["--unlabelled"], [3]),
        (["--shortest", "4"], [1]),
        (["--longest", "10", "--unit", "characters"], [0]),
        (["cat", "--label", "0"], [0]),
        (["--order", "longest"], [1, 0, 2, 3, 4]),
    ],
    ids=str,
)
def test_conditions_find_their_rows(capsys: Printed, arguments: list[str], rows: list[int]) -> None:
    assert found(capsys, *arguments) == rows


@pytest.mark.usefixtures("animals")
def test_rows_are_printed_one_a_line_and_counts_on_stderr(capsys: Printed) -> None:
    assert main(["search", "animals", "cat"]) == 0

    printed = capsys.readouterr()
    assert printed.out == "0\t0\tA kind cat\n1\t1\ta rude dog and a cat\n"
    assert printed.err == "2 rows (0: 1, 1: 1, no label: 0)\n"


@pytest.mark.usefixtures("animals")
def test_pages_and_hits_are_told(capsys: Printed) -> None:
    assert main(["search", "animals", "cat", "--page-size", "1", "--page", "2", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["total"], answer["page"], answer["pages"]) == (2, 2, 2)
    (row,) = answer["rows"]
    assert [row["text"][start:end] for start, end in row["hits"]] == ["cat"]
    assert answer["labels"] == {"0": 1, "1": 1, "": 0}


@pytest.mark.usefixtures("animals")
def test_all_rows_found_go_to_a_csv_file_or_to_stdout(tmp_path: Path, capsys: Printed) -> None:
    target = tmp_path / "cats.csv"

    assert main(["search", "animals", "cat", "--csv", str(target)]) == 0

    assert capsys.readouterr().err == "2 rows\n"
    with target.open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [ROWS[0][0], ROWS[1][0]]


@pytest.mark.usefixtures("animals")
def test_csv_goes_to_stdout_as_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["search", "animals", "--unlabelled", "--csv", "-"]) == 0

    text = capfdbinary.readouterr().out.decode("utf-8")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["text"] == "no animals here"


@pytest.mark.usefixtures("animals")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["(", "--regex"], "a regular expression that RE2 understands"),
        (["--shortest", "5", "--longest", "2"], "2"),
        (["--run", "nothing"], "the id or name of a run"),
        (["--split", "nothing"], "the name of a split"),
        (["--slice", "nothing"], "the name of a slice"),
        (["--unit", "tokens", "--longest", "3"], "counted tokens"),
        (["--group", "same"], "same"),
        (["cat", "--csv", "/no/such/folder/x.csv"], "no such folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_searched_is_one_sentence(
    capsys: Printed, arguments: list[str], message: str
) -> None:
    assert main(["search", "animals", *arguments]) == 1

    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.startswith("Expected ")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.usefixtures("animals")
@pytest.mark.parametrize(
    "arguments",
    [["--regex", "--phrase"], ["--json", "--csv", "-"], ["--page", "0"], ["--part", "half"]],
    ids=str,
)
def test_options_that_do_not_go_together_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["search", "animals", "cat", *arguments])
    assert ended.value.code == 2


@pytest.mark.usefixtures("animals")
def test_a_search_is_saved_as_a_slice_listed_narrowed_and_deleted(capsys: Printed) -> None:
    assert main(["search", "animals", "cat", "--save", "Cats"]) == 0
    assert main(["search", "animals", "cat", "--save", "Cats"]) == 1
    assert "choose another name" in capsys.readouterr().err

    assert main(["slices", "animals"]) == 0
    assert capsys.readouterr().out == 'Cats\t2 rows\thas "cat"\n'
    assert found(capsys, "--slice", "Cats") == [0, 1]
    assert found(capsys, "--slice", "Cats", "--label", "1") == [1]

    assert main(["slices", "animals", "--delete", "Cats"]) == 0
    assert main(["slices", "animals", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.usefixtures("in_toy_workspace")
def test_rows_are_found_by_a_runs_scores(toy_run: Run, capsys: Printed) -> None:
    arguments = ["search", "toy", "--run", toy_run.name, "--lowest", "0.5", "--order", "score"]

    assert main([*arguments, "--json"]) == 0

    scores = [row["score"] for row in json.loads(capsys.readouterr().out)["rows"]]
    assert scores
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0.5


@pytest.mark.usefixtures("animals")
def test_scores_of_a_run_on_other_data_are_refused(workspace: Workspace, capsys: Printed) -> None:
    other = toy.import_rows(workspace, toy.make_rows(40), name="other")
    create_run(workspace, other, TrainConfig(), name="Elsewhere")

    assert main(["search", "animals", "--run", "elsewhere"]) == 1

    assert "a run on 'animals', but found one on 'other'" in capsys.readouterr().err


@pytest.mark.usefixtures("animals")
def test_lengths_in_tokens_are_those_of_the_encoder(toy_encoder: Path, capsys: Printed) -> None:
    assert main(["tokens", "animals", "--encoder", str(toy_encoder)]) == 0

    rows = found(capsys, "--unit", "tokens", "--encoder", str(toy_encoder), "--order", "shortest")

    assert sorted(rows) == [0, 1, 2, 3, 4]
    assert rows[0] == 0


@pytest.fixture
def news(workspace: Workspace, tmp_path: Path) -> Dataset:
    header = ("text", "label", "country", "score", "posted", "the title", "is_ad")
    countries, days = ("US", "CA", "", "GB"), ("2026-01-31", "2026-02-01 08:30", "2025-12-31", "")
    rows = []
    for n in range(40):
        cells = (countries[n % 4], f"{n / 10}", days[n % 4], f"Day {n}", "yn"[n % 2])
        rows.append((f"news number {n}", str(n % 2), *cells))
    path = toy.write_csv(tmp_path / "news.csv", rows, header)
    assert main(["import", str(path), "--name", "animals"]) == 0
    return find_dataset(workspace, "animals")


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize(
    ("where", "keep"),
    [
        ("country in ('US', 'CA') and score > 3", lambda n: n % 4 < 2 and n > 30),
        ("posted >= '2026-01-31' and posted <= '2026-02-01'", lambda n: n % 4 < 2),
        ("not (country = 'US' or is_ad = yes)", lambda n: n % 2),
        ("\"the title\" contains 'day 1'", lambda n: str(n)[0] == "1"),
        ("Country is missing", lambda n: n % 4 == 2),
    ],
)
def test_an_expression_finds_its_rows(capsys: Printed, where: str, keep) -> None:
    assert found(capsys, "--where", where) == [n for n in range(40) if keep(n)]
    assert found(capsys, "--where", where, "--label", "1") == [
        n for n in range(40) if keep(n) and n % 2
    ]


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("countri = 'US'", "found “countri” at character 1: write “country” if that is meant."),
        ("country = US", "found “US” at character 11: write texts in single quotes: 'US'."),
        ("label = 1", "found “label” at character 1, the label: search for the label"),
        ("score > '3'", "Expected a number for “score”"),
    ],
)
def test_an_expression_that_cannot_be_asked_is_one_sentence(
    capsys: Printed, where: str, message: str
) -> None:
    capsys.readouterr()
    assert main(["search", "animals", "--where", where]) == 1

    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.usefixtures("news")
def test_an_expression_is_saved_in_a_slice_and_exported(capsys: Printed, tmp_path: Path) -> None:
    where = ["--where", "score>=3.5 AND country is not null"]
    assert main(["search", "animals", *where, "--save", "High"]) == 0
    capsys.readouterr()

    assert main(["slices", "animals"]) == 0
    assert capsys.readouterr().out == "High\t4 rows\tscore >= 3.5 and country is not missing\n"
    assert found(capsys, "--slice", "High") == [35, 36, 37, 39]
    assert found(capsys, "--slice", "High", "--where", "score < 0.1") == [0]
    target = tmp_path / "high.csv"
    assert main(["search", "animals", "--slice", "High", "--csv", str(target)]) == 0
    with target.open(encoding="utf-8", newline="") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["35", "36", "37", "39"]


@pytest.mark.usefixtures("animals")
def test_a_data_set_without_further_columns_has_nothing_to_ask(capsys: Printed) -> None:
    assert main(["search", "animals", "--where", "country = 'US'"]) == 1

    assert "Expected a data set with further columns, but found none" in capsys.readouterr().err
