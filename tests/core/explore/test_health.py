import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.splits.split import PARTS, Split
from core.data.text.profile import HealthCheck
from core.errors import BadInput, NotFound
from core.explore.health import (
    GROUP_IN_TRAIN,
    NEAR_TRAIN,
    SAME_AS_TRAIN,
    SMALL_CLASSES,
    baselines,
    health_figures,
    health_table,
    shared_rows,
    small_classes,
)
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import make_columned_rows
from tests.core.explore.small import make_dataset, write_columns
from tests.messages import assert_one_sentence

LONG = "one two three four five six seven eight nine ten"
ROWS = [
    ("Buy now", "spam"),
    ("buy, NOW!", "ham"),
    ("?!", "ham"),
    (LONG, "ham"),
    (f"{LONG} eleven", "ham"),
    ("Ã¼ber naÃ¯ve cafÃ©s donâ€™t openâ€¦", "ham"),
    *[(f"text number {number}", "ham") for number in range(20)],
    ("no label", None),
]


def split_of(*parts: list[int]) -> Split:
    return Split(*(np.array(rows, np.int64) for rows in parts))


def test_every_check_says_what_it_found(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, ROWS)
    table = health_table(workspace, dataset).set_index("check")

    assert table.index.tolist() == [*(check.value for check in HealthCheck), SMALL_CLASSES]
    assert list(table.columns) == ["rows", "share", "sentence"]
    assert table["rows"].to_dict() == {
        "same": 2,
        "near": 2,
        "conflict": 2,
        "no_words": 1,
        "boilerplate": 0,
        "mojibake": 1,
        "language": 0,
        SMALL_CLASSES: 1,
    }
    assert table["share"]["same"] == pytest.approx(2 / 27)
    assert table["share"][SMALL_CLASSES] == pytest.approx(1 / 26)
    sentences = table["sentence"]
    assert sentences["same"].startswith("2 texts have the same words as another")
    assert sentences["same"].endswith(": 1 different one.")
    assert sentences["no_words"] == "1 text has no word at all."
    assert sentences["boilerplate"].startswith("No text has")
    assert sentences[SMALL_CLASSES] == (
        "1 class has fewer than 10 rows, too few to train, validate and test on: spam (1)."
    )
    for sentence in sentences:
        assert sentence.endswith(".")
        assert len(sentence.splitlines()) == 1


def test_a_split_shows_which_rows_train_gives_away(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, ROWS)
    split = split_of([0, 3, 6], [1, 7], [4, 8])
    table = health_table(workspace, dataset, split=split).set_index("check")
    shared = shared_rows(workspace, dataset, split)

    assert table["rows"][SAME_AS_TRAIN] == table["rows"][NEAR_TRAIN] == 1
    assert table["share"][NEAR_TRAIN] == pytest.approx(1 / 4)
    assert table["sentence"][SAME_AS_TRAIN] == (
        "1 text of validation and test has the same words as a text of train."
    )
    assert shared.to_dict("list") == {
        "kind": ["same", "same", "near", "near"],
        "part": ["validation", "test", "validation", "test"],
        "rows": [1, 0, 0, 1],
    }


@given(st.data())
def test_shared_rows_are_counted_as_in_a_plain_loop(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    n_rows = 12
    workspace = Workspace(tmp_path_factory.mktemp("shared"))
    dataset = make_dataset(workspace, [(f"text {row}", "a") for row in range(n_rows)])
    numbers = st.lists(st.integers(0, 3), min_size=n_rows, max_size=n_rows)
    groups = {kind: data.draw(numbers, label=kind) for kind in ("same", "near")}
    parts = data.draw(st.lists(st.sampled_from([*PARTS, ""]), min_size=n_rows, max_size=n_rows))
    entries = [
        (kind, group, row) for kind, of in groups.items() for row, group in enumerate(of) if group
    ]
    kinds, of_groups, rows = zip(*entries, strict=True) if entries else ([], [], [])
    if entries:
        path = workspace.dataset(dataset.id).duplicates
        write_columns(path, kind=kinds, group=of_groups, row=rows)
    split = split_of(*([row for row, of in enumerate(parts) if of == part] for part in PARTS))
    found = shared_rows(workspace, dataset, split)

    for kind, part, count in found.itertuples(index=False):
        in_train = {g for k, g, row in entries if k == kind and parts[row] == "train"}
        expected = [r for k, g, r in entries if k == kind and g in in_train and parts[r] == part]
        assert count == len(expected)


def test_baselines_are_those_of_answers_without_a_look(workspace: Workspace) -> None:
    rows = [(f"text {number}", "1" if number < 6 else "0") for number in range(100)]
    found = baselines(make_dataset(workspace, rows))

    assert found is not None
    assert (found.label, found.accuracy) == ("0", 0.94)
    # Precision 0.06, recall 1.
    assert found.f1 == pytest.approx(2 * 0.06 / 1.06)


def test_only_two_classes_have_an_f1_and_no_labels_no_baseline(workspace: Workspace) -> None:
    three = make_dataset(workspace, [("a", "x"), ("b", "y"), ("c", "y"), ("d", "z")])
    none = make_dataset(workspace, [("a", None)])

    assert baselines(three).f1 is None
    assert (baselines(three).label, baselines(three).accuracy) == ("y", 0.5)
    assert baselines(none) is None
    assert SMALL_CLASSES not in health_table(workspace, none)["check"].tolist()


def test_small_classes_are_named_the_smallest_first(workspace: Workspace) -> None:
    counts = {"a": 12, "b": 9, "c": 1, "d": 10, "e": 2, "f": 3, "g": 4, "h": 5}
    rows = [(f"{name} {number}", name) for name, count in counts.items() for number in range(count)]
    dataset = make_dataset(workspace, rows)
    sentence = health_table(workspace, dataset).set_index("check")["sentence"][SMALL_CLASSES]

    assert list(small_classes(dataset).items()) == [
        ("c", 1), ("e", 2), ("f", 3), ("g", 4), ("h", 5), ("b", 9),
    ]  # fmt: skip
    assert sentence.endswith(": c (1), e (2), f (3), g (4), h (5) and 1 more.")


def test_figures_are_plain_numbers(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, ROWS)
    figures = health_figures(workspace, dataset, split=split_of([0, 3], [1], [4]))

    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert figures["checks"]["same"] == 2
    assert figures["groups"] == {"same": 1, "near": 1}
    assert figures["small_classes"] == {"spam": 1}
    assert figures["baselines"]["label"] == "ham"
    assert figures["shared_with_train"] == {
        "same": {"validation": 1, "test": 0},
        "near": {"validation": 0, "test": 1},
    }
    assert "shared_with_train" not in health_figures(workspace, dataset)


def test_a_data_set_without_a_profile_is_said(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, ROWS)
    workspace.dataset(dataset.id).profile.unlink()

    with pytest.raises(NotFound) as caught:
        health_table(workspace, dataset)
    assert_one_sentence(caught.value)


def test_groups_on_two_sides_are_counted_where_a_column_is_asked_about(
    workspace: Workspace,
) -> None:
    authors = ["a", "b", None, "a", "b", "c"]
    dataset = make_columned_rows(workspace, ["0", "1"] * 3, {"author": authors})
    split = split_of([0, 2], [3, 4], [5])

    table = health_table(workspace, dataset, split=split, groups="author").set_index("check")
    figures = health_figures(workspace, dataset, split=split, groups="author")

    assert table.loc[GROUP_IN_TRAIN, "rows"] == 1
    assert table.loc[GROUP_IN_TRAIN, "share"] == pytest.approx(1 / 3)
    assert table.loc[GROUP_IN_TRAIN, "sentence"] == (
        "1 text of validation and test has a value in column 'author' that a text of train has."
    )
    assert figures[GROUP_IN_TRAIN] == {"column": "author", "validation": 1, "test": 0}
    assert GROUP_IN_TRAIN not in health_figures(workspace, dataset, split=split)
    with pytest.raises(BadInput):
        health_table(workspace, dataset, split=split, groups="autor")
