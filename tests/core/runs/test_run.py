import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.data.columns import labelled_rows
from core.data.dataset import Dataset, take_rows
from core.data.importing.importer import import_file, import_sample
from core.data.labelled import Labelled, LabelSource
from core.data.splits.saved_split import delete_split, read_split, save_split
from core.data.splits.split import PARTS, TEST, TRAIN, VALIDATION, SplitPlan, make_split
from core.data.text.profile import write_profile
from core.data.text_recipe import TextRecipe
from core.errors import BadInput, NotFound
from core.jobs.status import JobState, read_status
from core.runs.config import TrainConfig
from core.runs.result import read_result
from core.runs.run import (
    Run,
    create_run,
    find_run,
    list_runs,
    next_name,
    read_examples,
    run_size_bytes,
    runs_on,
)
from core.workspace import Workspace
from tests import toy
from tests.core.runs.making import CREATE, leftovers
from tests.core.small_disk import limit_file_size, python, python_on_full_disk
from tests.messages import assert_one_sentence


def test_a_new_run_is_queued_and_found_again_as_it_was_made(
    workspace: Workspace, dataset: Dataset
) -> None:
    config = TrainConfig(epochs=3, train_size=60, seed=7)

    run = create_run(workspace, dataset, config, name=" Größer & better ")

    assert (run.id, run.name) == ("gr-er-better-490a5b", "Größer & better")
    assert (run.dataset_id, run.fingerprint) == (dataset.id, dataset.fingerprint)
    assert (run.classes, run.majority_share) == (("0", "1"), 0.75)
    assert run.config == config
    assert find_run(workspace, run.id) == find_run(workspace, run.name) == run
    assert read_status(workspace.run(run.id)).state is JobState.QUEUED
    assert read_status(workspace.run(run.id)).epochs == 3
    assert read_result(workspace, run) is None
    assert leftovers(workspace) == [workspace.run(run.id).folder]


def test_a_run_keeps_what_its_texts_were_made_of(workspace: Workspace, dataset: Dataset) -> None:
    recipe = TextRecipe(("title", "body"), ": ")

    run = create_run(workspace, replace(dataset, text_recipe=recipe), TrainConfig())

    assert run.text_recipe == find_run(workspace, run.id).text_recipe == recipe
    assert create_run(workspace, dataset, TrainConfig()).text_recipe == TextRecipe(("text",))


def test_a_run_freezes_the_rows_of_its_split(workspace: Workspace, dataset: Dataset) -> None:
    config = TrainConfig(train_size=0.5, validation_size=0.4, test_size=20)
    expected = make_split(*labelled_rows(workspace, dataset), config.split_plan())

    run = create_run(workspace, dataset, config)

    for part in PARTS:
        examples = read_examples(workspace, run, part)
        source = take_rows(workspace, dataset, expected.parts()[part])
        assert examples.rows.tolist() == expected.parts()[part].tolist()
        assert examples.texts == source["text"].to_pylist()
        assert [run.classes[code] for code in examples.class_ids] == source["label"].to_pylist()
    assert [len(read_examples(workspace, run, part).rows) for part in PARTS] == [50, 20, 20]


def test_a_run_takes_the_rows_of_a_saved_split(workspace: Workspace, dataset: Dataset) -> None:
    save_split(workspace, dataset, "mine", SplitPlan(30, 0.5, 0, seed=9))
    expected = read_split(workspace, dataset, "mine")

    run = create_run(workspace, dataset, TrainConfig(split="mine", train_size=0.9))

    assert run.config.split == "mine"
    for part in PARTS:
        examples = read_examples(workspace, run, part)
        assert examples.rows.tolist() == expected.parts()[part].tolist()
    delete_split(workspace, dataset, "mine")
    assert len(read_examples(workspace, run, TRAIN).rows) == 30


def test_a_run_of_an_unknown_split_is_refused(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(NotFound, match="the name of a split") as caught:
        create_run(workspace, dataset, TrainConfig(split="mine"))

    assert_one_sentence(caught.value)
    assert leftovers(workspace) == []


def test_rows_that_repeat_one_another_are_in_one_part_of_a_run(workspace: Workspace) -> None:
    rows = toy.make_rows(60)
    dataset = toy.import_rows(workspace, [*rows, *((f"{text}!", label) for text, label in rows)])
    write_profile(workspace.dataset(dataset.id).folder)

    run = create_run(workspace, dataset, TrainConfig(train_size=0.5))

    texts = [
        {text.removesuffix("!") for text in read_examples(workspace, run, part).texts}
        for part in PARTS
    ]
    sizes = [len(part) for part in texts]
    assert sizes[0] == 30
    assert sizes[1] in (14, 15, 16)  # Pairs cannot make 15 rows of each class.
    assert sum(sizes) == len(set().union(*texts)) == 60


def test_a_run_outlives_its_data_set(workspace: Workspace, dataset: Dataset) -> None:
    run = create_run(workspace, dataset, TrainConfig())
    texts = read_examples(workspace, run, TRAIN).texts

    workspace.dataset(dataset.id).texts.unlink()
    workspace.dataset(dataset.id).description.unlink()

    assert find_run(workspace, run.id) == run
    assert read_examples(workspace, run, TRAIN).texts == texts


def test_unlabelled_rows_are_no_examples(workspace: Workspace) -> None:
    rows = [*toy.make_rows(40), *((f"no label {number}", "") for number in range(40))]
    run = create_run(workspace, toy.import_rows(workspace, rows), TrainConfig())

    frozen = pq.read_table(workspace.run(run.id).examples)

    assert len(frozen) == 40
    assert set(frozen["label"].to_pylist()) == {"0", "1"}


def test_a_run_without_a_test_part_has_no_test_examples(
    workspace: Workspace, dataset: Dataset
) -> None:
    run = create_run(workspace, dataset, TrainConfig(test_size=0))

    examples = read_examples(workspace, run, TEST)

    assert examples.texts == []
    assert len(examples.rows) == len(examples.class_ids) == 0
    assert len(read_examples(workspace, run, VALIDATION).rows) == 10


def test_the_sample_keeps_its_classes_order_in_a_run(workspace: Workspace) -> None:
    dataset = import_sample(workspace, rows=300)

    run = create_run(workspace, dataset, TrainConfig())

    class_ids = read_examples(workspace, run, TRAIN).class_ids
    assert run.classes == dataset.classes
    assert run.classes[1] == "insincere"
    assert class_ids.mean() == pytest.approx(dataset.positive_share, abs=0.01)


def test_a_data_set_of_one_class_makes_no_run(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [(f"text {number}", "0") for number in range(50)])

    with pytest.raises(BadInput, match="labels of at least two classes, but found only one"):
        create_run(workspace, dataset, TrainConfig())

    assert leftovers(workspace) == []


def test_a_data_set_without_labels_makes_no_run(workspace: Workspace, tmp_path: Path) -> None:
    path = toy.write_csv(tmp_path / "plain.csv", [("a b",), ("c d",)], ("text",))

    with pytest.raises(BadInput, match="at least two classes, but found no label"):
        create_run(workspace, import_file(workspace, path).dataset, TrainConfig())

    assert leftovers(workspace) == []


@pytest.mark.parametrize(
    ("sizes", "part"),
    [
        ({"train_size": 0.001}, "train"),
        ({"train_size": 1_000_000}, "train"),
        ({"validation_size": 0.01}, "validation"),
        ({"train_size": 1.0}, "validation"),
        ({"train_size": 0.9, "validation_size": 8, "test_size": 1}, "test"),
    ],
)
def test_a_split_too_small_for_every_class_makes_no_run(
    workspace: Workspace, dataset: Dataset, sizes: dict[str, float], part: str
) -> None:
    with pytest.raises(BadInput, match=f"a {part} part with rows of all 2 classes"):
        create_run(workspace, dataset, replace(TrainConfig(), **sizes))

    assert leftovers(workspace) == []


def test_a_class_of_a_single_row_makes_no_run(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [*toy.make_rows(50), ("alone", "2")])

    with pytest.raises(BadInput, match="at least 2 labelled rows of every class"):
        create_run(workspace, dataset, TrainConfig())

    assert leftovers(workspace) == []


def test_the_size_of_a_run_is_that_of_its_files(workspace: Workspace, dataset: Dataset) -> None:
    run = create_run(workspace, dataset, TrainConfig())
    before = run_size_bytes(workspace, run)
    folder = workspace.run(run.id).folder / "model-3"
    folder.mkdir()
    (folder / "model.keras").write_bytes(bytes(5000))

    assert before > 1000
    assert run_size_bytes(workspace, run) == before + 5000


def test_runs_are_listed_newest_first(workspace: Workspace, dataset: Dataset) -> None:
    names = ["b", "c", "a"]
    for name in names:
        create_run(workspace, dataset, TrainConfig(), name=name)

    created = [run.created for run in list_runs(workspace)]
    assert created == sorted(created, reverse=True)
    assert {run.name for run in list_runs(workspace)} == set(names)


def test_a_damaged_run_is_left_out_and_the_others_are_listed(
    workspace: Workspace, dataset: Dataset
) -> None:
    whole, cut, foreign = (create_run(workspace, dataset, TrainConfig()) for _ in range(3))
    workspace.run(cut.id).description.write_text('{"id": "toy', "utf-8")
    workspace.run(foreign.id).description.write_text('{"version": 99}', "utf-8")

    assert list_runs(workspace) == [whole]
    assert next_name(workspace, dataset) == "toy-4"


def test_an_unknown_run_is_not_found_and_the_known_ones_are_named(
    workspace: Workspace, dataset: Dataset
) -> None:
    with pytest.raises(NotFound, match="'toy-1': train one first"):
        find_run(workspace, "toy-1")
    create_run(workspace, dataset, TrainConfig())
    with pytest.raises(NotFound, match="'toy-2': choose one of toy-1"):
        find_run(workspace, "toy-2")


def test_json_gives_the_same_run_back(workspace: Workspace, dataset: Dataset) -> None:
    run = create_run(workspace, dataset, TrainConfig(train_size=50), name="№ 1")

    assert Run.from_json(run.to_json()) == run


def test_class_numbers_follow_the_runs_classes_with_many_classes(workspace: Workspace) -> None:
    rows = [(f"text {number}", str(number % 12)) for number in range(240)]
    run = create_run(workspace, toy.import_rows(workspace, rows), TrainConfig(train_size=0.5))

    examples = read_examples(workspace, run, TRAIN)

    labels = np.array([int(text.split()[1]) % 12 for text in examples.texts])
    assert [int(run.classes[code]) for code in examples.class_ids] == labels.tolist()


FULL = """
print(*workspace.runs.glob("*"), *(workspace.root / "staging").glob("*"))
"""
FILL = """
with open(workspace.root / "ballast", "wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
"""


def test_a_full_disk_makes_no_run_and_is_said_in_a_sentence(
    workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> None:
    copy = f"import shutil; shutil.copytree('{workspace.root}', sys.argv[1], dirs_exist_ok=True)"
    script = CREATE.replace("workspace =", f"{copy}\nworkspace =").replace("try:", FILL + "try:", 1)

    done = python_on_full_disk(script + FULL, tmp_path / "disk", str(tmp_path / "disk"),
                               kilobytes=400)  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n", 1)[1] == (
        "DiskError Expected room to write the run, but found a full disk: free some space or set"
        " SINCERELY_WORKSPACE to another folder, then try again.\n\n"
    )


def test_a_limit_on_the_size_of_files_makes_no_run(workspace: Workspace, dataset: Dataset) -> None:
    script = CREATE.replace("try:", limit_file_size(1) + "try:", 1)

    done = python(["-c", script + FULL, str(workspace.root)])

    assert "DiskError Expected room to write the run, but found a file larger" in done.stdout
    assert leftovers(workspace) == []
    assert json.loads(workspace.dataset(dataset.id).description.read_text("utf-8"))


def test_the_runs_on_a_data_set_are_found_by_its_content(
    workspace: Workspace, dataset: Dataset
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(100, seed=9), name="other")
    first, second = (create_run(workspace, dataset, TrainConfig()) for _ in range(2))
    create_run(workspace, other, TrainConfig())

    found = runs_on(workspace, replace(dataset, id="imported-again", name="Renamed"))

    assert {run.id for run in found} == {first.id, second.id}


def _people_said(workspace: Workspace, dataset: Dataset, said: dict[int, str]) -> Labelled:
    class_ids = [dataset.classes.index(label) for label in said.values()]
    return Labelled(
        np.array(list(said)), np.array(class_ids), dataset.classes, LabelSource.HUMAN, len(said), 7
    )


def test_a_run_keeps_the_labels_that_it_was_given_and_which_version_they_are(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    said = {row: dataset.classes[row % 2] for row in range(40)}
    labelled = _people_said(workspace, dataset, said)

    run = create_run(workspace, dataset, TrainConfig(labels="human"), labelled=labelled)

    table = pq.read_table(workspace.run(run.id).examples)
    assert dict(zip(table["row"].to_pylist(), table["label"].to_pylist(), strict=True)) == said
    assert (run.labels_version, run.labels_by_people) == (labelled.version, 40)
    assert find_run(workspace, run.id) == run


def test_classes_that_nobody_gave_are_not_learned(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    rows = np.arange(40)
    labelled = Labelled(rows, np.where(rows % 2, 2, 0), ("kind", "odd", "rude"))

    run = create_run(workspace, dataset, TrainConfig(), labelled=labelled)

    assert run.classes == ("kind", "rude")
    assert run.majority_share == 0.5


def test_a_saved_split_whose_parts_lack_labels_is_refused_in_a_sentence(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    save_split(workspace, dataset, "fixed", SplitPlan())
    labelled = _people_said(workspace, dataset, {0: dataset.classes[0]})

    with pytest.raises(BadInput, match="labels of two classes in the split's train part"):
        create_run(workspace, dataset, TrainConfig(split="fixed"), labelled=labelled)
    assert list_runs(workspace) == []


def test_a_class_of_one_row_is_named_and_can_be_left_out_or_merged(workspace: Workspace) -> None:
    rows = [(f"text {n}", ("ham", "spam")[n % 2]) for n in range(80)]
    dataset = toy.import_rows(workspace, [*rows, ("a writ", "legal")])

    with pytest.raises(BadInput, match="found 1 of 'legal'") as caught:
        create_run(workspace, dataset, TrainConfig())
    assert_one_sentence(caught.value)
    left = create_run(workspace, dataset, TrainConfig(left_out=("legal",)))
    merged = create_run(workspace, dataset, TrainConfig(merged=(("legal", "ham"),)))
    assert left.classes == merged.classes == ("ham", "spam")
    assert find_run(workspace, merged.id).config.merged == (("legal", "ham"),)
    sizes = [
        sum(len(read_examples(workspace, run, part).rows) for part in PARTS)
        for run in (left, merged)
    ]
    assert sizes == [80, 81]
