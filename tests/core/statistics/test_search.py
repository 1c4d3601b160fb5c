import csv
import io
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.datasets.dataset import N_CHARS, N_TOKENS, N_WORDS, Dataset
from core.datasets.row_filter import NO_LABEL, Match, RowFilter
from core.datasets.saved_split import read_split, save_split
from core.datasets.split import SplitPlan
from core.datasets.words import split_words
from core.errors import BadInput, NotFound
from core.statistics.search import (
    BY_ROW,
    BY_SCORE,
    LONGEST,
    SHORTEST,
    export_rows,
    find_matches,
    find_rows,
    matching_rows,
    read_page,
)
from core.workspace import Workspace
from tests.core.statistics.small import make_dataset, write_columns
from tests.messages import assert_one_sentence

PIECES = [
    "a",
    "b",
    "A",
    "é",
    "É",
    "k",
    "\u212a",
    "i",
    "\u0130",
    "s",
    "ſ",
    "don't",
    "DON’T",
    "'",
    "’",
]
PIECES += [" ", " ", " ", " ", "-", "\n", '"', "\u00a0", "中", "%", "_", "\\", "0", "\U0001f600"]
TYPED = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
LABELS = [None, "0", "1", "1", "two words", "it's"]


@dataclass(frozen=True)
class World:
    """A data set whose rows are known, and files of scores and tokens about it."""

    workspace: Workspace
    dataset: Dataset
    frame: pd.DataFrame
    scores: Path
    tokens: Path

    def rows(self, keep: Callable[[dict[str, object]], bool]) -> list[int]:
        records = self.frame.assign(row=self.frame.index).to_dict("records")
        return [values["row"] for values in records if keep(values)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """500 texts of a few pieces, in row groups of 100; every second row has a score."""
    dice = random.Random(5)
    texts = ["".join(dice.choices(PIECES, k=dice.randint(1, 12))) for _ in range(500)]
    rows = [(text if text.strip() else "b", dice.choice(LABELS)) for text in texts]
    folder = tmp_path_factory.mktemp("world")
    workspace = Workspace(folder / "workspace")
    dataset = make_dataset(workspace, rows)
    frame = pd.DataFrame(rows, columns=["text", "label"], dtype=object)
    frame["words"] = split_words(pa.array(frame["text"].tolist())).to_pylist()
    frame["score"] = [dice.randint(0, 20) / 20 if row % 2 else np.nan for row in range(500)]
    frame["n_tokens"] = [dice.randint(3, 9) for _ in rows]
    frame["part"] = None
    save_split(workspace, dataset, "half", SplitPlan(0.5, 0.4, 0.5))
    for part, of_part in read_split(workspace, dataset, "half").parts().items():
        frame.loc[of_part, "part"] = part
    scored = frame[frame["score"].notna()].sample(frac=1, random_state=1)
    paths = workspace.dataset(dataset.id)
    write_columns(paths.findings, check=["mojibake", "mojibake", "no_words"], row=[3, 99, 4])
    write_columns(
        paths.duplicates,
        kind=["same", "same", "same", "near"],
        group=[0, 0, 1, 1],
        row=[1, 7, 8, 9],
    )
    return World(
        workspace,
        dataset,
        frame,
        scores=write_columns(
            folder / "predictions.parquet",
            row=scored.index,
            part=["test"] * len(scored),
            code=[0] * len(scored),
            p_0=1 - scored["score"],
            p_1=scored["score"],
        ),
        tokens=write_columns(
            folder / "tokens.parquet", row=frame.index[::-1], n_tokens=frame["n_tokens"][::-1]
        ),
    )


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


# Pages.


@pytest.mark.parametrize("order", [BY_ROW, SHORTEST, LONGEST, BY_SCORE])
@pytest.mark.parametrize("unit", [N_WORDS, N_CHARS, N_TOKENS])
def test_pages_are_the_found_rows_in_order(world: World, order: str, unit: str) -> None:
    row_filter = RowFilter("a", unit=unit)
    asked = {"scores": world.scores, "tokens": world.tokens}
    matches = find_matches(world.workspace, world.dataset, row_filter, order=order, **asked)
    pages = [
        read_page(
            world.workspace, world.dataset, row_filter, matches, page=n, page_size=30, **asked
        )
        for n in range(-(-matches.total // 30))
    ]

    table = pd.concat([page.rows for page in pages])
    expected = world.frame[["a" in words for words in world.frame["words"]]].copy()
    expected["key"] = {
        BY_ROW: expected.index,
        BY_SCORE: -expected["score"],
        SHORTEST: (length := _length(expected, unit)),
        LONGEST: -length,
    }[order]
    expected = expected.sort_values("key", kind="stable", na_position="last")
    assert table["row"].tolist() == expected.index.tolist() == matches.rows.tolist()
    assert table["id"].tolist() == [f"id{row}" for row in expected.index]
    assert table["text"].tolist() == expected["text"].tolist()
    assert table["label"].astype(object).where(table["label"].notna(), None).tolist() == (
        expected["label"].tolist()
    )
    assert table["n_words"].tolist() == expected["text"].str.split().map(len).tolist()
    assert table["n_chars"].tolist() == expected["text"].map(len).tolist()
    assert table["n_tokens"].tolist() == expected["n_tokens"].tolist()
    np.testing.assert_array_equal(table["score"], expected["score"])
    assert {page.total for page in pages} == {matches.total}
    assert {page.pages for page in pages} == {len(pages)}


def _length(frame: pd.DataFrame, unit: str) -> pd.Series:
    if unit == N_TOKENS:
        return frame["n_tokens"]
    return frame["text"].str.split().map(len) if unit == N_WORDS else frame["text"].map(len)


def test_columns_that_nobody_can_fill_are_left_out(world: World) -> None:
    plain = find_rows(world.workspace, world.dataset, RowFilter())
    of_split = find_rows(world.workspace, world.dataset, RowFilter(split="half", part="test"))

    columns = ["row", "id", "text", "label", "n_words", "n_chars"]
    assert list(plain.rows.columns) == columns
    assert list(of_split.rows.columns) == [*columns, "part"]
    assert set(of_split.rows["part"]) == {"test"}


@pytest.mark.parametrize(("page", "shown"), [(0, 0), (3, 3), (4, 4), (5, 4), (10**12, 4), (-1, 0)])
def test_a_page_past_the_end_is_the_last_one(world: World, page: int, shown: int) -> None:
    found = find_rows(world.workspace, world.dataset, RowFilter(), page=page, page_size=120)

    assert (found.page, found.pages, found.total) == (shown, 5, 500)
    assert found.rows["row"].tolist() == list(range(500))[shown * 120 : (shown + 1) * 120]


def test_nothing_found_is_one_empty_page(world: World) -> None:
    found = find_rows(world.workspace, world.dataset, RowFilter("zyzzyva"), page=3)

    assert (found.total, found.page, found.pages, found.spans) == (0, 0, 1, [])
    assert found.rows.empty
    assert sum(found.labels.values()) == 0


def test_hits_are_marked_in_the_rows_shown(world: World) -> None:
    found = find_rows(world.workspace, world.dataset, RowFilter("don't a -b"))

    for text, spans in zip(found.rows["text"], found.spans, strict=True):
        marked = {text[a:b].lower().replace("’", "'") for a, b in spans}
        assert marked == {"don't", "a"}


# All of them as CSV.


@pytest.mark.parametrize("row_filter", [RowFilter(), RowFilter("a"), RowFilter("zyzzyva")])
def test_the_export_holds_every_found_row(world: World, row_filter: RowFilter) -> None:
    sink = io.BytesIO()
    written = export_rows(world.workspace, world.dataset, row_filter, sink)

    rows = matching_rows(world.workspace, world.dataset, row_filter)
    header, *lines = csv.reader(io.StringIO(sink.getvalue().decode("utf-8"), newline=""))
    assert header == ["row", "id", "text", "label"]
    assert written == len(lines) == len(rows)
    expected = world.frame.iloc[rows]
    assert [(int(row), id_) for row, id_, _, _ in lines] == [(row, f"id{row}") for row in rows]
    assert [text for _, _, text, _ in lines] == expected["text"].tolist()
    assert [label or None for *_, label in lines] == expected["label"].tolist()


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
    with pytest.raises(NotFound, match="saved split") as caught:
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
