import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.dataset import N_CHARS, N_TOKENS, Dataset
from core.data.filters.row_filter import NO_LABEL, Match, RowFilter
from core.data.labelled import RowLabels
from core.errors import BadInput, NotFound
from core.explore.order import BY_ROW, BY_SCORE, LONGEST, SHORTEST
from core.explore.search import find_matches, find_rows, matching_rows
from core.workspace import Workspace
from tests import toy
from tests.core.explore.small import make_dataset, write_columns
from tests.core.explore.world import PIECES, World
from tests.messages import assert_one_sentence

TYPED = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


def has(words: list[str], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted words stand in a row among the words."""
    places = range(len(words) - len(wanted) + 1)
    return any(tuple(words[place : place + len(wanted)]) == wanted for place in places)


# Which rows are found.


@pytest.mark.slow
@settings(max_examples=40)
@given(TYPED, st.sampled_from([Match.WORDS, Match.PHRASE]))
@example("k -b", Match.WORDS)
@example("\u0130", Match.WORDS)
@example("\u212a", Match.WORDS)
@example('"a b"', Match.WORDS)
@example("don’t", Match.PHRASE)
@example("b' '; DROP TABLE texts; --", Match.WORDS)
def test_words_find_the_rows_that_have_them(world: World, typed: str, match: Match) -> None:
    try:
        row_filter = RowFilter(typed, match)
    except BadInput:
        return  # Only signs.
    found = matching_rows(world.workspace, world.dataset, row_filter)

    expected = world.rows(
        lambda row: all(has(row["words"], t.words) is not t.excluded for t in row_filter.terms)
    )
    assert found.tolist() == expected
    assert found.dtype == np.int64


@given(st.text(st.sampled_from("ab.*|[]^+? "), max_size=6))
@example("a.b")
@example("^b")
@example("A+ ")
def test_a_regular_expression_finds_what_pythons_finds(world: World, pattern: str) -> None:
    try:
        row_filter = RowFilter(pattern, Match.REGEX)
        python = re.compile(pattern, re.IGNORECASE)
    except (BadInput, re.error, FutureWarning):
        return  # What only one of the two understands is not compared.
    found = matching_rows(world.workspace, world.dataset, row_filter).tolist()

    plain = {r: text for r, text in world.frame["text"].items() if re.fullmatch("[ -~]*", text)}
    assert len(plain) > 30
    assert [r for r in found if r in plain] == [r for r in plain if python.search(plain[r])]


@pytest.mark.parametrize(
    ("given", "keep"),
    [
        ({"labels": ("1",)}, lambda row: row["label"] == "1"),
        ({"labels": ("0", "it's")}, lambda row: row["label"] in ("0", "it's")),
        ({"labels": (NO_LABEL,)}, lambda row: row["label"] is None),
        ({"labels": (NO_LABEL, "1")}, lambda row: row["label"] in (None, "1")),
        ({"labels": ("nobody's",)}, lambda _: False),
        ({"shortest": 3}, lambda row: len(row["text"].split()) >= 3),
        ({"longest": 0}, lambda row: not row["text"].split()),
        ({"shortest": 1, "longest": 2}, lambda row: 1 <= len(row["text"].split()) <= 2),
        ({"shortest": 5, "longest": 5, "unit": N_CHARS}, lambda row: len(row["text"]) == 5),
        ({"shortest": 8, "unit": N_TOKENS}, lambda row: row["n_tokens"] >= 8),
        ({"split": "half"}, lambda row: isinstance(row["part"], str)),
        ({"split": "half", "part": "test"}, lambda row: row["part"] == "test"),
        ({"run": "any"}, lambda row: row["score"] >= 0),
        ({"run": "any", "lowest": 0.5}, lambda row: row["score"] >= 0.5),
        ({"run": "any", "highest": 0.25}, lambda row: row["score"] <= 0.25),
        ({"run": "any", "lowest": 0.5, "highest": 0.5}, lambda row: row["score"] == 0.5),
        ({"check": "mojibake"}, lambda row: row["row"] in (3, 99)),
        ({"check": "language"}, lambda _: False),
        ({"group": "same:0"}, lambda row: row["row"] in (1, 7)),
        ({"group": "near:1"}, lambda row: row["row"] == 9),
        ({"group": "near:0"}, lambda _: False),
        ({"rows": (400, 3, 3, 77)}, lambda row: row["row"] in (3, 77, 400)),
        ({"rows": ()}, lambda _: False),
        ({"rows": (3, 10_000)}, lambda row: row["row"] == 3),
        (
            {
                "text": "a",
                "labels": ("1",),
                "longest": 4,
                "run": "x",
                "lowest": 0.3,
                "split": "half",
            },
            lambda row: (
                "a" in row["words"]
                and row["label"] == "1"
                and len(row["text"].split()) <= 4
                and row["score"] >= 0.3
                and isinstance(row["part"], str)
            ),
        ),
    ],
)
def test_every_condition_keeps_the_rows_it_names(
    world: World, given: dict[str, object], keep: Callable[[dict[str, object]], bool]
) -> None:
    found = find_matches(
        world.workspace,
        world.dataset,
        RowFilter(**given),
        scores=world.scores,
        tokens=world.tokens,
    )

    expected = world.rows(keep)
    assert found.rows.tolist() == expected
    assert found.total == len(expected)
    labels = world.frame["label"].iloc[expected]
    assert found.labels == {
        **{name: int((labels == name).sum()) for name in world.dataset.classes},
        None: int(labels.isna().sum()),
    }


def test_labels_are_counted_in_the_order_of_the_classes(world: World) -> None:
    for row_filter in (RowFilter(), RowFilter("a")):
        found = find_rows(world.workspace, world.dataset, row_filter)
        assert list(found.labels) == [*world.dataset.classes, None]
        assert sum(found.labels.values()) == found.total


def test_without_unlabelled_rows_none_is_no_label(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("a", "x"), ("b", "y")])

    assert find_rows(workspace, dataset, RowFilter()).labels == {"x": 1, "y": 1}
    assert find_rows(workspace, dataset, RowFilter("a")).labels == {"x": 1, "y": 0}


def test_a_data_set_without_labels_is_searched_too(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("a", None), ("b", None)])

    assert find_rows(workspace, dataset, RowFilter()).labels == {None: 2}
    assert find_rows(workspace, dataset, RowFilter("a")).labels == {None: 1}


def test_with_more_than_two_classes_the_score_is_that_of_the_likeliest(
    workspace: Workspace, tmp_path: Path
) -> None:
    dataset = make_dataset(workspace, [(word, word) for word in "abc"])
    scores = write_columns(
        tmp_path / "predictions.parquet",
        row=[0, 1, 2],
        p_0=[0.5, 0.1, 0.0],
        p_1=[0.3, 0.8, 0.1],
        p_2=[0.2, 0.1, 0.9],
    )
    found = find_rows(
        workspace, dataset, RowFilter(run="r", lowest=0.8), scores=scores, order=BY_SCORE
    )

    assert found.rows["row"].tolist() == [2, 1]
    assert found.rows["score"].tolist() == [0.9, 0.8]


# What cannot be found.


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ({"run": "r"}, BY_ROW),
        ({"unit": N_TOKENS, "longest": 4}, BY_ROW),
        ({"unit": N_TOKENS}, SHORTEST),
        ({}, BY_SCORE),
        ({}, "alphabet"),
    ],
)
def test_what_the_caller_has_not_is_asked_for(
    world: World, given: dict[str, object], order: str
) -> None:
    with pytest.raises(BadInput) as caught:
        find_rows(world.workspace, world.dataset, RowFilter(**given), order=order)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("name", ["gone", "../half", "Half", "hälfte"])
def test_a_split_that_is_gone_is_said(world: World, name: str) -> None:
    with pytest.raises(NotFound, match="the name of a split") as caught:
        find_rows(world.workspace, world.dataset, RowFilter(split=name))
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("row_filter", [RowFilter(), RowFilter("a"), RowFilter(labels=("x",))])
def test_a_data_set_that_is_gone_is_said(workspace: Workspace, row_filter: RowFilter) -> None:
    dataset = make_dataset(workspace, [("a", "x")])
    shutil.rmtree(workspace.dataset(dataset.id).folder)

    with pytest.raises(NotFound) as caught:
        find_rows(workspace, dataset, row_filter)
    assert_one_sentence(caught.value)


# Real questions, against pandas.


@pytest.fixture(scope="module")
def real(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, Dataset, pd.DataFrame]:
    path = shared_data / "quora" / "labelled.csv"
    workspace = Workspace(tmp_path_factory.mktemp("real"))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = list(zip(frame["question_text"], frame["target"], strict=True))
    return workspace, make_dataset(workspace, rows, group_rows=4_096), frame


@pytest.mark.parametrize(
    ("row_filter", "pattern"),
    [
        (RowFilter("trump"), r"(?<![\w'’])['’]?trump['’]?(?![\w'’])"),
        (RowFilter("donald trump", match=Match.PHRASE), r"\bdonald[^\w]+trump(?!['’]\w)\b"),
        (RowFilter("isn't"), r"\bisn['’]t\b"),
        (RowFilter(r"colou?rs?\b", match=Match.REGEX), r"colou?rs?\b"),
        (RowFilter(r"^(who|what) .*\d+", match=Match.REGEX), r"^(?:who|what) .*\d+"),
    ],
)
def test_real_questions_are_found_as_pandas_finds_them(
    real: tuple[Workspace, Dataset, pd.DataFrame], row_filter: RowFilter, pattern: str
) -> None:
    workspace, dataset, frame = real
    expected = frame[frame["question_text"].str.contains(re.compile(pattern, re.IGNORECASE))]
    found = find_rows(workspace, dataset, row_filter)

    assert found.total == len(expected) > 5
    assert found.labels == {
        name: int((expected["target"] == name).sum()) for name in dataset.classes
    }
    assert found.rows["text"].tolist() == expected["question_text"].iloc[:50].tolist()
    assert found.rows["row"].tolist() == expected.index[:50].tolist()
    assert all(found.spans)


LABELS = RowLabels(
    ("no", "yes"), np.array([0, 1, 1, -1, 0], np.int32), np.array([0, 1, 1, 0, 0], bool)
)
"""Of the rows of `labelled_by_people`: the file's were no, no, none, none, no."""


@pytest.fixture
def labelled_by_people(workspace: Workspace) -> Dataset:
    rows = [("a cat", "no"), ("a dog", "no"), ("a cow", ""), ("an owl", ""), ("the cat", "no")]
    return toy.import_rows(workspace, rows)


@pytest.mark.parametrize(
    ("given", "rows", "counts"),
    [
        ({}, [0, 1, 2, 3, 4], {"no": 2, "yes": 2, None: 1}),
        ({"labels": ("yes",)}, [1, 2], {"no": 0, "yes": 2, None: 0}),
        ({"labels": ("no", "")}, [0, 3, 4], {"no": 2, "yes": 0, None: 1}),
        ({"labels": ("gone",)}, [], {"no": 0, "yes": 0, None: 0}),
        ({"labelled_by": "people"}, [1, 2], {"no": 0, "yes": 2, None: 0}),
        ({"labelled_by": "file"}, [0, 4], {"no": 2, "yes": 0, None: 0}),
        ({"labelled_by": "nobody"}, [3], {"no": 0, "yes": 0, None: 1}),
        ({"text": "a", "labelled_by": "people"}, [1, 2], {"no": 0, "yes": 2, None: 0}),
        ({"text": "cat", "labels": ("no",)}, [0, 4], {"no": 2, "yes": 0, None: 0}),
        ({"labels": ("yes",), "labelled_by": "file"}, [], {"no": 0, "yes": 0, None: 0}),
    ],
)
def test_labels_that_rows_have_now_are_counted_filtered_and_shown(
    workspace: Workspace,
    labelled_by_people: Dataset,
    given: dict[str, object],
    rows: list[int],
    counts: dict[str | None, int],
) -> None:
    found = find_rows(workspace, labelled_by_people, RowFilter(**given), labels=LABELS)

    assert (found.rows["row"].tolist(), found.labels) == (rows, counts)
    shown = found.rows.fillna("")
    names, whose = ["no", "yes", "yes", "", "no"], ["file", "people", "people", "", "file"]
    assert shown["label"].tolist() == [names[row] for row in rows]
    assert shown["labelled_by"].tolist() == [whose[row] for row in rows]


@pytest.mark.parametrize(
    ("whose", "rows"), [("people", []), ("file", [0, 1, 4]), ("nobody", [2, 3])]
)
def test_without_labels_by_people_all_are_the_files(
    workspace: Workspace, labelled_by_people: Dataset, whose: str, rows: list[int]
) -> None:
    row_filter = RowFilter(labelled_by=whose)

    assert matching_rows(workspace, labelled_by_people, row_filter).tolist() == rows


def test_the_order_of_the_rows_stays_with_labels_that_they_have_now(
    workspace: Workspace, labelled_by_people: Dataset
) -> None:
    found = find_rows(
        workspace, labelled_by_people, RowFilter(labels=("no", "yes"), unit=N_CHARS),
        order=LONGEST, labels=LABELS,
    )  # fmt: skip

    assert found.rows["row"].tolist() == [4, 0, 1, 2]
