import json

import pytest

from core.cli.parser import main
from core.data.dataset import Dataset
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import open_labels
from core.workspace import Workspace
from tests.core.explore.wide import wide_dataset

Printed = pytest.CaptureFixture[str]
ROWS = 120
LABELS = ["1" if n % 4 == 0 else "0" for n in range(ROWS)]
COLUMNS = {
    "country": ["US" if n % 3 else "" for n in range(ROWS)],
    "removed\nby": ["staff" if label == "1" else "nobody" for label in LABELS],
    "votes": list(range(ROWS)),
    "salary": ["low", "high"] * 60,
    "posted": [f"2026-01-{1 + n % 9:02}" for n in range(ROWS)],
}


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return wide_dataset(workspace, COLUMNS, LABELS, sensitive=["salary"])


@pytest.mark.usefixtures("dataset")
def test_columns_are_listed_by_what_they_tell(capsys: Printed) -> None:
    assert main(["columns", "wide"]) == 0

    printed = capsys.readouterr()
    lines = [line.split("\t") for line in printed.out.splitlines()]
    assert len(lines) == 4
    assert lines[0] == ["removed by", "category", "0 missing", "2 different", "association 1.00"]
    assert ["country", "category", "40 missing", "1 different"] in [line[:4] for line in lines]
    assert printed.err.startswith("“removed by” (1.00) gives the label away")
    assert printed.err.count("\n") == 1


@pytest.mark.usefixtures("dataset")
def test_the_list_is_json_for_programs(capsys: Printed) -> None:
    assert main(["columns", "wide", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found[0] == {
        "name": "removed\nby", "kind": "category", "missing": 0, "different": 2, "sensitive": False,
        "note": "", "association": 1.0, "gives_away": True, "not_compared": "",
    }  # fmt: skip


@pytest.mark.usefixtures("dataset")
def test_sensitive_columns_are_shown_when_they_are_asked_for(capsys: Printed) -> None:
    assert main(["columns", "wide", "salary"]) == 1
    assert "add --sensitive to see it" in capsys.readouterr().err

    assert main(["columns", "wide", "--sensitive", "--json"]) == 0
    assert "salary" in [one["name"] for one in json.loads(capsys.readouterr().out)]
    assert main(["columns", "wide", "salary", "--sensitive"]) == 0
    assert capsys.readouterr().out.startswith("high\t60 rows\t")


@pytest.mark.usefixtures("dataset")
def test_a_column_has_its_rows_and_shares(capsys: Printed) -> None:
    assert main(["columns", "wide", "country"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "US\t80 rows\t25.00% are 1 (16.81% to 35.48%)",
        "missing\t40 rows\t25.00% are 1 (14.19% to 40.19%)",
    ]


@pytest.mark.usefixtures("dataset")
def test_a_columns_json_has_expressions_that_find_the_rows(capsys: Printed) -> None:
    assert main(["columns", "wide", "posted", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert (found["unit"], found["label"], found["share"]) == ("day", "1", 0.25)
    assert found["figures"] == {"first": "2026-01-01", "last": "2026-01-09"}
    assert main(["search", "wide", "--where", found["groups"][3]["where"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == found["groups"][3]["rows"] == 13


@pytest.mark.usefixtures("dataset")
def test_numbers_have_their_figures(capsys: Printed) -> None:
    assert main(["columns", "wide", "votes", "--label", "0"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["least: 0", "median: 59.5", "mean: 59.5", "greatest: 119"]
    assert lines[4].startswith("0 to 4\t5 rows\t60.00% are 0 (")


def test_labels_are_those_that_people_gave_since(
    workspace: Workspace, dataset: Dataset, capsys: Printed
) -> None:
    for row in range(0, ROWS, 3):
        open_labels(workspace).add(
            LabelEvent(fingerprint=dataset.fingerprint, row=row, action=Action.LABEL, value="1",
                       annotator="ann", queue="q")
        )  # fmt: skip

    assert main(["columns", "wide", "country"]) == 0

    assert capsys.readouterr().out.splitlines()[1].startswith("missing\t40 rows\t100.00% are 1 (")


def test_without_labels_rows_are_counted(workspace: Workspace, capsys: Printed) -> None:
    wide_dataset(workspace, {"country": ["US", "CA"] * 20}, [""] * 40, name="bare")

    assert main(["columns", "bare"]) == 0
    assert capsys.readouterr().err == "No column can be compared with labels: no row has a label.\n"
    assert main(["columns", "bare", "country", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["label"], found["share"]) == (None, None)
    assert [group["share"] for group in found["groups"]] == [None, None]


def test_a_data_set_without_columns_says_so(workspace: Workspace, capsys: Printed) -> None:
    wide_dataset(workspace, {}, ["0", "1"], name="bare")

    assert main(["columns", "bare"]) == 0
    assert capsys.readouterr() == ("", "No further columns.\n")
    assert main(["columns", "bare", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.usefixtures("dataset")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "the name of a further column, but found 'nope': choose among country, "),
        (["country", "--label", "2"], "a label that rows have, but found '2': choose among 0, 1"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    capsys: Printed, arguments: list[str], said: str
) -> None:
    assert main(["columns", "wide", *arguments]) == 1

    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
