import csv
import gzip
import json
import signal
from pathlib import Path

import pytest

from core.cli.parser import main
from core.data.dataset import find_dataset, list_datasets
from core.data.text_recipe import TextRecipe
from core.workspace import Workspace
from tests import toy
from tests.core.cli.process import start
from tests.toy import wait_until

Printed = pytest.CaptureFixture[str]


def imported(capsys: Printed, *arguments: str) -> tuple[str, str]:
    """The id of what an import made, and what it said."""
    capsys.readouterr()
    assert main(["import", *arguments]) == 0
    printed = capsys.readouterr()
    return printed.out.strip(), printed.err


def test_import_prints_the_id_and_nothing_else(questions: Path, capsys: Printed) -> None:
    dataset_id, _ = imported(capsys, str(questions), "--name", "Toy")

    assert dataset_id.startswith("toy-")
    assert len(dataset_id.split()) == 1
    assert main(["datasets", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [dataset["id"] for dataset in listed] == [dataset_id]
    assert main(["datasets"]) == 0
    assert capsys.readouterr().out == f"{dataset_id}\t80 rows\t0: 60, 1: 20\n"


def test_of_many_classes_the_first_are_listed(workspace: Workspace, capsys: Printed) -> None:
    dataset = toy.import_rows(workspace, [(f"text {n}", f"class {n % 7}") for n in range(14)])

    assert main(["datasets"]) == 0

    shown = ", ".join(f"class {n}: 2" for n in range(5))
    assert capsys.readouterr().out == f"{dataset.id}\t14 rows\t{shown}, 2 more\n"


def test_a_second_import_of_the_same_content_gives_the_same_id(
    questions: Path, capsys: Printed
) -> None:
    first, _ = imported(capsys, str(questions))
    second, said = imported(capsys, str(questions), "--name", "Again")

    assert second == first
    assert "The same content is here already as 'questions'." in said


@pytest.fixture
def holes(tmp_path: Path) -> Path:
    path = tmp_path / "holes.csv"
    path.write_text("text,label\none,1\n,0\ntwo,\nthree,1,extra\n,1\nfour,0\n", "utf-8")
    return path


def test_what_an_import_leaves_out_is_said_with_its_rows_on_stderr(
    holes: Path, workspace: Workspace, capsys: Printed
) -> None:
    dataset_id, said = imported(capsys, str(holes))

    assert "2 rows with no text left out (first: 3, 6)\n" in said
    assert "1 row with the wrong number of fields left out (first: 5)\n" in said
    assert "1 row without a label kept as unlabelled\n" in said
    assert said.count("\n") == 4
    assert f"Every problem and row: {workspace.dataset(dataset_id).problems}\n" in said
    dataset = find_dataset(workspace, dataset_id)
    assert (dataset.rows, dataset.skipped, dataset.unlabelled) == (3, 3, 1)


def test_an_import_without_problems_says_nothing_of_any(questions: Path, capsys: Printed) -> None:
    _, said = imported(capsys, str(questions))

    assert said == ""


def test_columns_that_are_guessed_by_what_is_in_them_are_said(
    tmp_path: Path, capsys: Printed
) -> None:
    rows = [(f"was it good, number {n}?", "yes" if n % 2 else "no") for n in range(20)]
    path = toy.write_csv(tmp_path / "survey.csv", rows, ("Q1", "Q2"))

    _, said = imported(capsys, str(path))
    assert "'Q1' as the text and 'Q2' as the label" in said
    _, said = imported(capsys, str(path), "--text", "Q1", "--label", "Q2", "--name", "other")
    assert "as the label" not in said


def test_the_whole_report_is_written_where_asked(
    holes: Path, tmp_path: Path, capsys: Printed
) -> None:
    report = tmp_path / "report.csv"

    imported(capsys, str(holes), "--report", str(report))

    with report.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert sorted((line["problem"], int(line["row"])) for line in lines) == [
        ("empty", 3), ("empty", 6), ("fields", 5),
    ]  # fmt: skip


def test_an_import_can_stop_at_the_first_row_it_would_leave_out(
    holes: Path, workspace: Workspace, capsys: Printed
) -> None:
    assert main(["import", str(holes), "--on-problem", "stop"]) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Expected ")
    assert "3" in printed.err
    assert list_datasets(workspace) == []


def test_every_part_of_the_format_can_be_given(
    workspace: Workspace, tmp_path: Path, capsys: Printed
) -> None:
    path = tmp_path / "odd.data"
    path.write_bytes("a1;'caf\u00e9; noir';x\na2;'th\u00e9';y\n".encode("latin-1"))

    dataset_id, _ = imported(
        capsys, str(path), "--kind", "csv", "--delimiter", ";", "--quote", "'", "--no-header",
        "--encoding", "latin-1", "--name", "Drinks",
    )  # fmt: skip

    dataset = find_dataset(workspace, dataset_id)
    assert (dataset.name, dataset.rows) == ("Drinks", 2)
    assert main(["search", dataset_id]) == 0
    assert "caf\u00e9; noir" in capsys.readouterr().out


def test_columns_can_be_chosen_and_tabs_named(
    workspace: Workspace, tmp_path: Path, capsys: Printed
) -> None:
    path = tmp_path / "columns.tsv"
    path.write_text("n\ttext\tother\tkind\n7\tshort\ta longer text, this\tx\n", "utf-8")

    dataset_id, _ = imported(
        capsys, str(path), "--delimiter", "tab", "--text", "other", "--label", "kind", "--id", "n"
    )

    dataset = find_dataset(workspace, dataset_id)
    assert dataset.class_counts == {"x": 1}
    assert main(["search", dataset_id, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["id"], row["text"], row["label"]) == ("7", "a longer text, this", "x")


def test_json_lines_packed_with_gzip_are_recognised(tmp_path: Path, capsys: Printed) -> None:
    path = tmp_path / "rows.jsonl.gz"
    lines = [json.dumps({"text": f"line {n}", "label": n % 2}) for n in range(10)]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))

    dataset_id, _ = imported(capsys, str(path))

    assert main(["datasets"]) == 0
    assert capsys.readouterr().out == f"{dataset_id}\t10 rows\t0: 5, 1: 5\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_import_that_is_interrupted_leaves_nothing(
    workspace: Workspace, tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "large.csv"
    lines = "".join(
        f"{n},is this question number {n} a good one?,{n % 2}\n" for n in range(500_000)
    )
    path.write_text("id,text,label\n" + lines, "utf-8")
    staging = workspace.root / "staging"
    with start("import", str(path)) as process:
        wait_until(lambda: list(staging.glob("*/texts.parquet")))
        # Held still, so that it cannot finish before the signal comes.
        process.send_signal(signal.SIGSTOP)
        assert list(staging.glob("*/texts.parquet"))
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)

    assert (process.returncode, out) == (130, "")
    assert err == "Interrupted; nothing half-written stays.\n"
    assert list(staging.iterdir()) == []
    assert list_datasets(workspace) == []


def test_control_characters_in_names_never_reach_the_terminal(
    tmp_path: Path, capsys: Printed
) -> None:
    path = toy.write_csv(
        tmp_path / "odd.csv", [("a text", "\x1b[31mred"), ("b", "x")], ("text", "label")
    )
    imported(capsys, str(path))

    assert main(["datasets"]) == 0
    assert main(["search", "odd"]) == 0
    assert "\x1b" not in "".join(capsys.readouterr())


def test_a_guessed_column_can_be_refused_and_the_chosen_text_is_no_label(
    tmp_path: Path, workspace: Workspace, capsys: Printed
) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("id,target,label\n7,one,x\n8,two,y\n", "utf-8")

    plain, _ = imported(capsys, str(path), "--text", "target", "--no-label", "--no-id")
    assert find_dataset(workspace, plain).classes == ()

    labelled, _ = imported(capsys, str(path), "--text", "label", "--label", "target")
    assert find_dataset(workspace, labelled).classes == ("one", "two")


def test_a_header_can_be_insisted_on(tmp_path: Path, workspace: Workspace, capsys: Printed) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a first text,1\nanother text,0\n", "utf-8")

    without, _ = imported(capsys, str(path), "--no-header")
    with_header, _ = imported(capsys, str(path), "--header", "--no-label")

    assert find_dataset(workspace, without).rows == 2
    assert find_dataset(workspace, with_header).rows == 1


def test_doubts_are_said_and_options_settle_them(
    tmp_path: Path, workspace: Workspace, capsys: Printed
) -> None:
    labels = ["Spam", "spam", "NA", "none"]
    rows = [f"some words {n},{labels[n % 4]}" for n in range(40)]
    (tmp_path / "a.csv").write_text("\n".join(["text,label", *rows, ""]))
    first, said = imported(capsys, str(tmp_path / "a.csv"))

    assert "spellings of one class, which can be merged: 'Spam', 'spam'." in said
    assert "'NA' (10) counts as no label" in said
    assert find_dataset(workspace, first).class_counts == {"Spam": 10, "spam": 10, "none": 10}
    options = ["--merge-spellings", "--keep-label", "NA", "--missing-label", "none"]
    second, said = imported(capsys, str(tmp_path / "a.csv"), *options)
    assert find_dataset(workspace, second).class_counts == {"Spam": 20, "NA": 10}
    assert "10 rows with 'spam' counted as 'Spam'" in said
    assert "10 rows without a label kept as unlabelled (10 with 'none')" in said


def test_several_text_columns_are_joined(
    tmp_path: Path, workspace: Workspace, capsys: Printed
) -> None:
    rows = [(f"Title of {n}", "ab"[n % 2], f"the words below it, {n}") for n in range(12)]
    path = toy.write_csv(tmp_path / "news.csv", rows, ("title", "label", "body"))

    _, said = imported(capsys, str(path))
    assert "'title' may belong to the text, which is read from 'body' alone" in said
    options = ["--text", "title", "--text", "body", "--separator", " / ", "--name", "both"]
    both, said = imported(capsys, str(path), *options)
    assert "may belong" not in said

    dataset = find_dataset(workspace, both)
    assert dataset.text_recipe == TextRecipe(("title", "body"), " / ")
    assert main(["search", "both", "--where", "title contains 'of 7'", "--json"]) == 0
    assert "Title of 7 / the words below it, 7" in capsys.readouterr().out

    assert main(["import", str(path), "--separator", " / "]) == 1
    assert "the separator stands between, but found none" in capsys.readouterr().err
