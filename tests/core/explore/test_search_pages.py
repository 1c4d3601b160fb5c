import csv
import io

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import N_CHARS, N_TOKENS, N_WORDS
from core.data.filters.row_filter import RowFilter
from core.explore.export import ExportParts, export_rows
from core.explore.order import BY_ROW, BY_SCORE, LONGEST, SHORTEST
from core.explore.search import find_matches, find_rows, matching_rows, read_page
from core.workspace import Workspace
from tests.core.explore.small import make_dataset
from tests.core.explore.world import World


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
    parts = ExportParts(numbered=True, guards=False)
    written = export_rows(world.workspace, world.dataset, row_filter, sink, parts)

    rows = matching_rows(world.workspace, world.dataset, row_filter)
    header, *lines = csv.reader(io.StringIO(sink.getvalue().decode("utf-8"), newline=""))
    assert header == ["row", "id", "text", "label"]
    assert written.rows == len(lines) == len(rows)
    expected = world.frame.iloc[rows]
    assert [(int(row), id_) for row, id_, _, _ in lines] == [(row, f"id{row}") for row in rows]
    assert [text for _, _, text, _ in lines] == expected["text"].tolist()
    assert [label or None for *_, label in lines] == expected["label"].tolist()


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("café", [0, 1]),
        ("cafe\u0301", [0, 1]),
        ("cafe", [2]),
        ("straße", [3, 4]),
        ("strasse -straße", []),
        ("istanbul", [5, 6]),
        ("手机", [7]),
        ("机手", []),
        ("है", [8]),
        ("🙂", [9]),
        ("ok", [9]),
    ],
)
def test_words_are_found_however_they_are_written(
    workspace: Workspace, typed: str, rows: list[int]
) -> None:
    texts = [
        *("un Café", "un CAFE\u0301.", "cafe", "die STRASSE", "straße", "İSTANBUL"),
        *("i\u0307stanbul", "那部手机让人满意", "यह है।", "ok🙂"),
    ]
    dataset = make_dataset(workspace, [(text, None) for text in texts])

    found = find_rows(workspace, dataset, RowFilter(typed))

    assert found.rows["row"].tolist() == rows
    assert found.rows["text"].tolist() == [texts[row] for row in rows]
    assert all(found.spans)
