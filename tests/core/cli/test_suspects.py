import json

import pytest

from core.cli.parser import main
from core.data.dataset import Dataset
from core.workspace import Workspace
from tests import toy

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = toy.make_rows(300)
    wrong = [(text, str(1 - int(label))) for text, label in rows[:12]]
    return toy.import_rows(workspace, [*wrong, *rows[12:]])


def test_the_first_suspects_are_printed_with_what_leaving_them_out_gives(
    dataset: Dataset, capsys: Printed
) -> None:
    assert main(["suspects", dataset.id, "--features", "words", "--top", "5"]) == 0

    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert len(lines) == 5
    assert " -> " in lines[0]
    assert "confident learning" in lines[0]
    assert "suspects among 300 labelled rows; linear heads fitted without" in printed.err


def test_json_holds_the_rows_and_the_figures(dataset: Dataset, capsys: Printed) -> None:
    assert main(["suspects", dataset.id, "--features", "words", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["features"], found["judged"], found["decided"]) == ("words", 300, 0)
    assert found["rows"][0]["label"] != found["rows"][0]["suggestion"]
    assert found["rows"][0]["decision"] is None
    assert set(found["retraining"]["differences"]["pr_auc"]) == {"value", "low", "high"}


def test_a_data_set_that_is_not_there_is_one_sentence(capsys: Printed) -> None:
    assert main(["suspects", "nothing"]) == 1
    assert "Expected" in capsys.readouterr().err
