import math
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import Match, RowFilter
from core.data.text.words import split_words
from core.errors import BadInput, NotFound
from core.explore.search import find_matches
from core.explore.term_stats import (
    PAIRS,
    WORDS,
    WORDS_AND_PAIRS,
    common_terms,
    distinctive_terms,
)
from core.workspace import Workspace
from tests.core.explore.small import make_dataset
from tests.messages import assert_one_sentence

Rows = list[tuple[str, str | None]]
RARE = 2
"""A data set of this size leaves out terms in fewer rows."""


def terms_of(text: str) -> set[tuple[str, int]]:
    words = split_words(pa.array([text]))[0].as_py()
    pairs = {(f"{a} {b}", PAIRS) for a, b in pairwise(words)}
    return {(word, WORDS) for word in words} | pairs


def counted(rows: Rows) -> dict[str | None, Counter[tuple[str, int]]]:
    """Label to term to rows."""
    counts: dict[str | None, Counter[tuple[str, int]]] = {label: Counter() for _, label in rows}
    for text, label in rows:
        counts[label].update(terms_of(text))
    return counts


def plain_log_odds(rows: Rows, label: str) -> dict[tuple[str, int], tuple[float, float]]:
    """Term to log-odds and z, as the formulas of the paper stand, one term after the other."""
    counts = counted(rows)
    inside = counts[label]
    outside: Counter[tuple[str, int]] = sum(
        (c for name, c in counts.items() if name not in (label, None)), Counter()
    )
    everything = inside + outside
    n_i, n_j, n = (
        {size: sum(rows for term, rows in c.items() if term[1] == size) for size in (WORDS, PAIRS)}
        for c in (inside, outside, everything)
    )
    found = {}
    for term in everything:
        size = term[1]
        alpha_0 = min(n_i[size], n_j[size])
        alpha = alpha_0 * everything[term] / n[size]
        if not alpha or everything[term] == n[size]:
            continue
        odds_i, odds_j = (
            (y + alpha) / (total + alpha_0 - y - alpha)
            for y, total in ((inside[term], n_i[size]), (outside[term], n_j[size]))
        )
        delta = math.log(odds_i) - math.log(odds_j)
        variance = 1 / (inside[term] + alpha) + 1 / (outside[term] + alpha)
        found[term] = (delta, delta / math.sqrt(variance))
    return found


ROWS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["a", "b", "c", "d", "e'f", "."]), max_size=6).map(" ".join),
        st.sampled_from(["x", "y", "z", None]),
    ).filter(lambda row: row[0].strip()),
    min_size=2,
    max_size=30,
)


@settings(max_examples=25)
@given(ROWS, st.sampled_from([WORDS, PAIRS, WORDS_AND_PAIRS]))
@example([("a", "x"), ("a", "x"), ("a", "y")], WORDS)
@example([("a b", "x"), ("a b", "y"), ("c c", None), ("c", None)], WORDS_AND_PAIRS)
def test_terms_are_as_typical_as_the_paper_says(
    tmp_path_factory: pytest.TempPathFactory, rows: Rows, size: int
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("terms"))
    dataset = make_dataset(workspace, rows, group_rows=7)
    counts = counted(rows)
    for label in dataset.classes if len(dataset.classes) > 1 else ():
        table = distinctive_terms(workspace, dataset, label, size=size, limit=1_000)
        sizes = (WORDS, PAIRS) if size == WORDS_AND_PAIRS else (size,)
        everywhere = sum(counts.values(), Counter())
        expected = {
            term: found
            for term, found in plain_log_odds(rows, label).items()
            if found[1] > 1e-9 and everywhere[term] >= RARE and term[1] in sizes
        }
        found = table[table["z"] > 1e-9]
        terms = list(zip(found["term"], found["size"], strict=True))
        assert set(terms) == set(expected)
        assert found["z"].tolist() == sorted(found["z"], reverse=True)
        assert found["log_odds"].tolist() == pytest.approx([expected[t][0] for t in terms])
        assert found["z"].tolist() == pytest.approx([expected[t][1] for t in terms])
        assert found["rows"].tolist() == [everywhere[t] for t in terms]
        assert found["rows_in_class"].tolist() == [counts[label][t] for t in terms]
        in_class, labelled = dataset.class_counts[label], dataset.labelled
        for row, term in zip(found.itertuples(), terms, strict=True):
            elsewhere = everywhere[term] - counts[label][term] - counts.get(None, {}).get(term, 0)
            assert row.share_in_class == pytest.approx(counts[label][term] / in_class)
            assert row.share_elsewhere == pytest.approx(elsewhere / (labelled - in_class))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset, Rows]:
    """200 texts; "bad" is typical of class 1, "good day" of class 0; some have no label."""
    rng = random.Random(0)
    rows: Rows = []
    for number in range(200):
        label = rng.choice(["0", "0", "1", None])
        typical = {"0": "good day", "1": "bad"}.get(label, "")
        words = rng.choices(["the", "of", "day", "sun", "moon"], k=4)
        rows.append((f"{typical if rng.random() < 0.6 else ''} {' '.join(words)} {number}", label))
    workspace = Workspace(tmp_path_factory.mktemp("small"))
    return workspace, make_dataset(workspace, rows), rows


def test_the_word_that_makes_the_difference_comes_first(
    small: tuple[Workspace, Dataset, Rows],
) -> None:
    workspace, dataset, _ = small

    assert distinctive_terms(workspace, dataset, "1")["term"].iloc[0] == "bad"
    assert distinctive_terms(workspace, dataset, "0", size=WORDS)["term"].iloc[0] == "good"
    assert distinctive_terms(workspace, dataset, "0", size=PAIRS)["term"].iloc[0] == "good day"
    assert len(distinctive_terms(workspace, dataset, "1", limit=3)) == 3


@pytest.mark.parametrize("size", [WORDS, PAIRS, WORDS_AND_PAIRS])
@pytest.mark.parametrize("label", [None, "0", "1"])
def test_common_terms_are_those_in_the_most_rows(
    small: tuple[Workspace, Dataset, Rows], size: int, label: str | None
) -> None:
    workspace, dataset, rows = small
    table = common_terms(workspace, dataset, label=label, size=size, limit=5)

    chosen = [text for text, of in rows if label in (None, of)]
    counts = Counter(term for text in chosen for term in terms_of(text))
    sizes = (WORDS, PAIRS) if size == WORDS_AND_PAIRS else (size,)
    most = sorted((count for (_, of), count in counts.items() if of in sizes), reverse=True)
    assert table["rows"].tolist() == most[:5]
    for row in table.itertuples():
        assert counts[row.term, row.size] == row.rows
        assert row.share == pytest.approx(row.rows / len(chosen))


def test_without_labels_terms_are_common_but_not_typical(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("a b", None), ("a c", None), ("...", None)])

    assert common_terms(workspace, dataset).to_dict("list") == {
        "term": ["a"],
        "size": [1],
        "rows": [2],
        "share": [pytest.approx(2 / 3)],
    }
    with pytest.raises(BadInput) as caught:
        distinctive_terms(workspace, dataset, "0")
    assert_one_sentence(caught.value)


def test_texts_without_words_have_no_terms(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("?", "0"), ("!", "1")])

    assert distinctive_terms(workspace, dataset, "1").empty
    assert common_terms(workspace, dataset).empty


@pytest.mark.parametrize("label", ["2", "", "None"])
def test_a_class_that_is_not_there_is_refused(
    small: tuple[Workspace, Dataset, Rows], label: str
) -> None:
    workspace, dataset, _ = small
    for ask in (distinctive_terms, lambda *given: common_terms(*given[:2], label=given[2])):
        with pytest.raises(BadInput) as caught:
            ask(workspace, dataset, label)
        assert_one_sentence(caught.value)


def test_one_class_has_nothing_to_differ_from(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("a", "x"), ("b", "x")])

    with pytest.raises(BadInput):
        distinctive_terms(workspace, dataset, "x")


def test_a_data_set_without_a_profile_is_said(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("a", "x"), ("b", "y")])
    workspace.dataset(dataset.id).profile.unlink()

    with pytest.raises(NotFound) as caught:
        distinctive_terms(workspace, dataset, "x")
    assert_one_sentence(caught.value)


# Real questions.


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset]:
    frame = pd.read_csv(shared_data / "quora" / "labelled.csv", dtype=str, keep_default_na=False)
    workspace = Workspace(tmp_path_factory.mktemp("real"))
    rows = list(zip(frame["question_text"], frame["target"], strict=True))
    return workspace, make_dataset(workspace, rows, group_rows=65_536)


def test_insincere_questions_have_the_words_that_the_literature_names(
    real: tuple[Workspace, Dataset],
) -> None:
    workspace, dataset = real
    insincere = distinctive_terms(workspace, dataset, "1", size=WORDS, limit=40)
    sincere = distinctive_terms(workspace, dataset, "0", size=WORDS_AND_PAIRS, limit=40)

    expected = {"trump", "muslims", "women", "liberals", "white", "black", "americans", "men"}
    assert expected <= set(insincere["term"])
    assert {"what", "best", "how can", "what is"} <= set(sincere["term"])
    assert insincere["z"].min() > 4
    for row in insincere.itertuples():
        assert row.share_in_class > 2 * row.share_elsewhere or row.rows > 1_000


def test_the_rows_of_a_term_are_those_that_a_search_finds(
    real: tuple[Workspace, Dataset],
) -> None:
    workspace, dataset = real
    table = distinctive_terms(workspace, dataset, "1", limit=15)

    for row in table.itertuples():
        found = find_matches(workspace, dataset, RowFilter(row.term, match=Match.PHRASE))
        assert (found.total, found.labels["1"]) == (row.rows, row.rows_in_class)
