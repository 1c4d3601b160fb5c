import csv
import json
from pathlib import Path

import pytest

from core.cli.parser import main
from core.data.dataset import Dataset
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests import toy
from tests.core.cli import process

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(40))


@pytest.fixture
def store(workspace: Workspace, dataset: Dataset) -> LabelStore:
    store = open_labels(workspace)
    given = {"fingerprint": dataset.fingerprint, "queue": "random"}
    for row, value, annotator in ((3, "1", "ann"), (4, "0", "ann"), (3, "0", "bob")):
        event = LabelEvent(row=row, action=Action.LABEL, value=value, annotator=annotator, **given)
        store.add(event)
    store.add(LabelEvent(row=5, action=Action.FLAG, annotator="bob", **given))
    return store


def test_a_history_is_exported_and_imported_elsewhere(
    dataset: Dataset,
    store: LabelStore,
    tmp_path: Path,
    capsys: Printed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "labels.csv"
    assert main(["labels", "export", dataset.id, str(target)]) == 0
    assert capsys.readouterr().err == "4 events written\n"

    monkeypatch.setenv("SINCERELY_LABELS", f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert main(["labels", "import", dataset.id, str(target)]) == 0
    assert main(["labels", "import", dataset.id, str(target)]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "4 stored, 0 known before",
        "0 stored, 4 known before",
    ]
    other = LabelStore(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert other.events(dataset.fingerprint) == store.events(dataset.fingerprint)


def test_current_labels_are_exported_in_the_format_of_the_files_ending(
    dataset: Dataset, store: LabelStore, tmp_path: Path
) -> None:
    ended, asked = tmp_path / "labels.jsonl", tmp_path / "labels.txt"
    for arguments in ([str(ended)], [str(asked), "--format", "jsonl"]):
        assert main(["labels", "export", dataset.id, *arguments, "--current"]) == 0

    lines = [json.loads(line) for line in ended.read_text("utf-8").splitlines()]
    assert [(line["row"], line["label"], line["annotator"]) for line in lines] == [
        (3, "0", "bob"),
        (4, "0", "ann"),
    ]
    assert asked.read_bytes() == ended.read_bytes()


def test_a_dash_is_the_standard_output(dataset: Dataset, store: LabelStore) -> None:
    done = process.run("labels", "export", dataset.id, "-")

    assert done.returncode == 0
    assert len(list(csv.DictReader(done.stdout.splitlines()))) == 4
    assert done.stderr == "4 events written\n"


def test_an_export_that_fails_leaves_the_old_file_and_nothing_beside_it(
    dataset: Dataset,
    store: LabelStore,
    workspace: Workspace,
    tmp_path: Path,
    capsys: Printed,
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    target = folder / "labels.csv"
    target.write_text("old")
    workspace.labels.write_text("no store any more " * 400)

    assert main(["labels", "export", dataset.id, str(target)]) == 1

    assert "Expected a label store" in capsys.readouterr().err
    assert (target.read_text(), list(folder.iterdir())) == ("old", [target])
    assert main(["labels", "export", dataset.id, str(tmp_path / "none" / "x.csv")]) == 1
    assert "no such folder" in capsys.readouterr().err


def test_a_table_of_labels_is_stored_in_the_name_that_is_given(
    dataset: Dataset, tmp_path: Path, workspace: Workspace, capsys: Printed
) -> None:
    path = toy.write_csv(tmp_path / "t.csv", [("1", "1"), ("2", "")], ("row", "label"))

    assert main(["labels", "import", dataset.id, str(path), "--annotator", "eve"]) == 0

    assert capsys.readouterr().out == "1 stored, 0 known before, 1 lines without a label\n"
    (event,) = open_labels(workspace).events(dataset.fingerprint)
    assert (event.annotator, event.row, event.value) == ("eve", 1, "1")
    assert main(["labels", "import", dataset.id, str(path), "--annotator", " "]) == 1
    assert "a name of 1 to 60 characters" in capsys.readouterr().err


def test_labels_people_and_flags_are_counted(
    dataset: Dataset, store: LabelStore, capsys: Printed
) -> None:
    store.undo(dataset.fingerprint, annotator="bob", queue="random")
    assert main(["labels", "show", dataset.id, "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert main(["labels", "show", dataset.id]) == 0

    assert counts == {
        "events": 5, "rows": {"0": 2}, "annotators": {"ann": 2, "bob": 1}, "flagged": 0,
    }  # fmt: skip
    assert capsys.readouterr().out.splitlines() == [
        "label\t0\t2", "annotator\tann\t2", "annotator\tbob\t1", "flagged\t\t0", "events\t\t5",
    ]  # fmt: skip


def test_an_action_is_needed(dataset: Dataset, capsys: Printed) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["labels"])
    assert ended.value.code == 2
    assert "ACTION" in capsys.readouterr().err
