import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import TEXT, Dataset, take_rows
from core.data.importing.importer import import_file
from core.data.labelled import Labelled, original_labels
from core.data.splits.column_parts import MAX_VALUES, parts_of_values
from core.data.splits.saved_split import draw_split, read_split, save_split
from core.data.splits.split import PARTS, SplitPlan, SplitRule
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import make_columned_rows
from tests.messages import assert_one_sentence


def plan(column: str = "split", **settings: object) -> SplitPlan:
    return SplitPlan(**{"rule": SplitRule.COLUMN, "column": column, "from_train": 0, **settings})


def rows_of(workspace: Workspace, dataset: Dataset, asked: SplitPlan) -> dict[str, list[int]]:
    split = draw_split(workspace, dataset, asked)
    return {part: sorted(rows.tolist()) for part, rows in split.parts().items()}


def test_each_row_goes_where_its_value_says(workspace: Workspace) -> None:
    cells = ["train", "Train", "TRAIN", "dev", "Val", "test", "Test set", "train"]
    dataset = make_columned_rows(workspace, list("01010101"), {"split": cells})

    assert rows_of(workspace, dataset, plan()) == {
        "train": [0, 1, 2, 7],
        "validation": [3, 4],
        "test": [5, 6],
    }
    assert draw_split(workspace, dataset, plan()).notes == ()


def test_unknown_values_missing_ones_and_rows_without_labels_are_said(
    workspace: Workspace,
) -> None:
    cells = ["train"] * 4 + ["dev", "dev", "test", "test", "tset", "tset", "extra", None, "test"]
    labels = [*"01010101", *"0101", None]
    dataset = make_columned_rows(workspace, labels, {"split": cells})

    split = draw_split(workspace, dataset, plan())

    assert split.notes == (
        "2 rows of 'tset' are in no part; did you mean test?",
        "1 row of 'extra' is in no part.",
        "1 row has no value in column 'split' and is in no part.",
        "1 row has no label and is in no part.",
    )
    assert [len(rows) for rows in split.parts().values()] == [4, 2, 2]


def test_values_that_say_nothing_are_asked_about(workspace: Workspace) -> None:
    cells = ["0", "0", "1", "2", "0", "2"]
    dataset = make_columned_rows(workspace, list("010101"), {"fold": cells})

    with pytest.raises(BadInput, match="which value is which part") as caught:
        draw_split(workspace, dataset, plan("fold"))
    assert_one_sentence(caught.value)
    assert "'0', '2', '1'" in caught.value.found
    values = (("0", "train"), ("1", "validation"), ("2", "test"))
    assert rows_of(workspace, dataset, plan("fold", values=values)) == {
        "train": [0, 1, 4],
        "validation": [2],
        "test": [3, 5],
    }


def test_what_a_person_says_of_a_value_counts_more_than_the_word(workspace: Workspace) -> None:
    cells = ["train", "train", "test", "dev", "tset"]
    dataset = make_columned_rows(workspace, list("01010"), {"split": cells})
    values = (("dev", ""), ("tset", "test"), ("gone", "train"))

    split = draw_split(workspace, dataset, plan(values=values))

    assert [rows.tolist() for rows in split.parts().values()] == [[0, 1], [], [2, 4]]
    assert "1 row is left out, as asked." in split.notes
    assert "No row has 'gone' in column 'split'." in split.notes
    asked = {value: part for value, _, part in parts_of_values(workspace, dataset, plan())}
    assert asked == {"train": "train", "test": "test", "dev": "validation", "tset": None}


def test_without_validation_values_some_train_rows_validate_if_wanted(
    workspace: Workspace,
) -> None:
    cells = ["train"] * 40 + ["test"] * 10
    dataset = make_columned_rows(workspace, list("01") * 25, {"split": cells})

    split = draw_split(workspace, dataset, plan(from_train=0.25, seed=5))

    assert [len(rows) for rows in split.parts().values()] == [30, 10, 10]
    assert np.count_nonzero(split.validation % 2) == 5
    assert sorted([*split.train, *split.validation]) == list(range(40))
    assert split.test.tolist() == list(range(40, 50))
    assert split.notes == (
        "Column 'split' names no validation rows, so 10 of its 40 train rows validate, drawn by"
        " chance with each label in its share.",
    )
    again = draw_split(workspace, dataset, plan(from_train=0.25, seed=5))
    assert again.validation.tolist() == split.validation.tolist()
    (said,) = draw_split(workspace, dataset, plan(from_train=0)).notes
    assert said.startswith("No labelled row is in validation")


@pytest.mark.parametrize(
    ("cells", "labels", "said"),
    [
        (["test", "test", "dev", "dev"], "0101", "rows to train on in column 'split'"),
        (["train"] * 4, "0101", "rows to validate or test on in column 'split'"),
        ([None] * 4, "0101", "found no value"),
        (["train", "train", "test", "dev"], "0001", "train rows of at least two classes"),
    ],
)
def test_a_column_that_leaves_no_train_or_nothing_else_is_one_sentence(
    workspace: Workspace, cells: list[str | None], labels: str, said: str
) -> None:
    dataset = make_columned_rows(workspace, list(labels), {"split": cells})

    with pytest.raises(BadInput, match=said) as caught:
        save_split(workspace, dataset, "mine", plan())
    assert_one_sentence(caught.value)
    assert not list(workspace.dataset(dataset.id).splits.glob("*"))


def test_classes_that_a_part_lacks_are_said(workspace: Workspace) -> None:
    cells = ["train"] * 4 + ["dev"] * 2 + ["test"] * 3
    dataset = make_columned_rows(workspace, list("ababacabc"), {"split": cells})

    assert draw_split(workspace, dataset, plan()).notes == (
        "The train part has no row of 'c', which cannot be learned.",
        "The validation part has no row of 'b'.",
    )


@pytest.mark.parametrize("name", ["", "spilt", "Split", "label", "text", "c0", "'; drop--"])
def test_a_column_that_is_not_there_is_one_sentence(workspace: Workspace, name: str) -> None:
    dataset = make_columned_rows(workspace, list("0101"), {"split": ["train"] * 4})

    with pytest.raises(BadInput) as caught:
        draw_split(workspace, dataset, plan(name))
    assert_one_sentence(caught.value)
    if name == "spilt":
        assert "choose 'split'" in str(caught.value)


@pytest.mark.parametrize("name", ['a "b"', "it's", "row", "text", "c1", "😀", "select", "*x*\n"])
def test_any_name_and_any_value_of_a_column_will_do(workspace: Workspace, name: str) -> None:
    strange = ["'; drop", "*t*\n", "<b>", "👩‍👩‍👧", "a=b", " train", "1", "0"]
    dataset = make_columned_rows(workspace, list("01010101"), {"x": ["x"] * 8, name: strange})
    values = tuple(
        zip(
            strange,
            ["train", "train", "test", "validation", "test", "train", "", "test"],
            strict=True,
        )
    )

    assert rows_of(workspace, dataset, plan(name, values=values)) == {
        "train": [0, 1, 5],
        "validation": [3],
        "test": [2, 4, 7],
    }


def test_a_column_of_many_values_names_no_parts(workspace: Workspace) -> None:
    rows = MAX_VALUES + 1
    dataset = make_columned_rows(workspace, ["0", "1"] * (rows // 2) + ["0"], {"id": range(rows)})

    with pytest.raises(BadInput, match="1,001 different values") as caught:
        draw_split(workspace, dataset, plan("id"))
    assert_one_sentence(caught.value)


def test_values_of_a_sensitive_column_are_never_said(workspace: Workspace) -> None:
    cells = ["train", "train", "dev", "test", "secret"]
    dataset = make_columned_rows(
        workspace,
        list("01010"),
        {"split": cells, "other": ["secret"] * 5},
        sensitive=("split", "other"),
    )

    assert (
        draw_split(workspace, dataset, plan()).notes[0] == "1 row of another value is in no part."
    )
    with pytest.raises(BadInput) as caught:
        draw_split(workspace, dataset, plan("other"))
    assert "secret" not in str(caught.value)


def test_labels_that_people_gave_are_divided_the_same_way(workspace: Workspace) -> None:
    cells = ["train", "train", "dev", "test", "test"]
    dataset = make_columned_rows(workspace, list("01011"), {"split": cells})
    labelled = Labelled(np.array([0, 1, 4]), np.array([1, 0, 1]), ("0", "1"))

    split = draw_split(workspace, dataset, plan(), labelled)

    assert [rows.tolist() for rows in split.parts().values()] == [[0, 1], [], [4]]
    assert "2 rows have no label and are in no part." in split.notes


WORDS = {"train": "train", "dev": "validation", "test": "test", "other": None, None: None}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(list(WORDS)), min_size=4, max_size=40))
def test_every_row_is_in_the_part_of_its_value_or_said(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str | None]
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("columns") / "workspace")
    dataset = make_columned_rows(workspace, (["0", "1"] * 20)[: len(cells)], {"split": cells})
    try:
        split = draw_split(workspace, dataset, plan())
    except BadInput as error:
        assert_one_sentence(error)
        return
    for part in PARTS:
        wanted = [row for row, cell in enumerate(cells) if WORDS[cell] == part]
        assert split.parts()[part].tolist() == wanted
    assert any("'other'" in note for note in split.notes) is ("other" in cells)
    assert any("no value" in note for note in split.notes) is (None in cells)


def test_a_saved_split_keeps_its_rule_and_what_was_said(workspace: Workspace) -> None:
    cells = ["train", "train", "dev", "test", "tset"]
    dataset = make_columned_rows(workspace, list("01010"), {"split": cells})

    saved = save_split(workspace, dataset, "bench", plan())

    assert saved.plan == plan()
    assert saved.notes[0] == "1 row of 'tset' is in no part; did you mean test?"
    read = read_split(workspace, dataset, "bench")
    assert read.notes == saved.notes
    assert [rows.tolist() for rows in read.parts().values()] == [[0, 1], [2], [3]]


def test_a_benchmark_of_two_files_is_reproduced_from_one_with_a_column(
    workspace: Workspace, shared_data: Path, tmp_path: Path
) -> None:
    published = {}
    joined = tmp_path / "banking77.csv"
    with joined.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "split"])
        for part in ("train", "test"):
            path = shared_data / "banking77" / f"{part}.csv"
            with path.open(encoding="utf-8", newline="") as source:
                rows = list(csv.DictReader(source))
            published[part] = [(row["text"].strip(), row["label"]) for row in rows]
            writer.writerows([row["text"], row["label"], part] for row in rows)
    dataset = import_file(workspace, joined).dataset
    labelled = original_labels(workspace, dataset)

    split = draw_split(workspace, dataset, plan(from_train=0))
    drawn = draw_split(workspace, dataset, plan(from_train=0.1))

    for part, expected in published.items():
        rows = split.parts()[part]
        texts = [text.strip() for text in take_rows(workspace, dataset, rows)[TEXT].to_pylist()]
        names = [
            labelled.classes[each]
            for each in labelled.class_ids[np.searchsorted(labelled.rows, rows)]
        ]
        assert list(zip(texts, names, strict=True)) == expected
    assert (len(split.train), len(split.validation), len(split.test)) == (10_003, 0, 3_080)
    assert drawn.test.tolist() == split.test.tolist()
    assert sorted([*drawn.train, *drawn.validation]) == split.train.tolist()
    assert len(drawn.validation) == 1_000
