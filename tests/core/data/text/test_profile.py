import random
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.importing.importer import import_file
from core.data.text.duplicates import DUPLICATES_SCHEMA
from core.data.text.profile import (
    FINDINGS_SCHEMA,
    HealthCheck,
    Profile,
    read_profile,
    write_profile,
)
from core.data.text.terms import TERMS_SCHEMA
from core.data.text.text_blocks import BlockLimits
from core.data.text.word_pattern import word_pattern
from core.data.text.words import split_words
from core.errors import NotFound
from core.workspace import DatasetPaths, Workspace
from tests import toy
from tests.core.data.profiled import groups_of, write_texts
from tests.messages import assert_one_sentence

PROFILE_TABLES = {f"{name}.parquet" for name in ("terms", "duplicates", "findings", "lengths")}
PROFILE_FILES = {*PROFILE_TABLES, "profile.json"}


def findings(paths: DatasetPaths) -> dict[str, list[int]]:
    """The rows of each check, which must stand in order."""
    table = pq.read_table(paths.findings)
    assert table.schema == FINDINGS_SCHEMA
    entries = list(zip(table["check"].to_pylist(), table["row"].to_pylist(), strict=True))
    assert entries == sorted(set(entries))
    return {check.value: [row for name, row in entries if name == check] for check in HealthCheck}


def duplicate_rows(paths: DatasetPaths, kind: str) -> list[list[int]]:
    table = pq.read_table(paths.duplicates)
    assert table.schema == DUPLICATES_SCHEMA
    entries = [tuple(entry.values()) for entry in table.to_pylist()]
    assert entries == sorted(set(entries))
    groups: dict[int, list[int]] = {}
    for name, group, row in entries:
        if name == kind:
            groups.setdefault(group, []).append(row)
    assert list(groups) == list(range(len(groups)))
    return list(groups.values())


words = st.lists(st.sampled_from(["a", "b", "C", "É", "don't"]), max_size=3).map(" ".join)
labels = st.sampled_from(["0", "1", None])


@given(
    st.lists(st.tuples(st.one_of(words, st.sampled_from(["?", "!?", ""])), labels), max_size=60),
    st.integers(1, 30),
)
@example([], 1)
@example([("a", None)] * 12, 5)
@example([("", "0")] * 12, 5)
def test_a_profile_says_what_counting_row_by_row_says(
    tmp_path_factory: pytest.TempPathFactory,
    examples: list[tuple[str, str | None]],
    rows_per_group: int,
) -> None:
    texts, given_labels = [text for text, _ in examples], [label for _, label in examples]
    folder = tmp_path_factory.mktemp("profiled")
    paths = write_texts(folder, texts, given_labels, rows_per_group=rows_per_group)

    profile = write_profile(folder)

    split = [tuple(words) for words in split_words(pa.array(texts, pa.string())).to_pylist()]
    same = groups_of(words or text for words, text in zip(split, texts, strict=True))
    found = findings(paths)
    assert duplicate_rows(paths, "same") == same
    assert found["same"] == sorted(row for group in same for row in group)
    assert found["no_words"] == [row for row, words in enumerate(split) if not words]
    assert found["boilerplate"] == sorted(
        row for group in same if len(group) >= 10 and split[group[0]] for row in group
    )
    mixed = [g for g in same if len({given_labels[row] for row in g} - {None}) > 1]
    assert found["conflict"] == sorted(r for g in mixed for r in g if given_labels[r] is not None)
    assert profile.counts == {check: len(rows) for check, rows in found.items()}
    assert profile.groups == {"same": len(same), "near": 0}
    ranked = sorted(same, key=lambda group: (-len(group), group[0]))[:20]
    assert profile.repeats == tuple((texts[group[0]], len(group)) for group in ranked)
    sums = Counter(
        label or "" for words, label in zip(split, given_labels, strict=True) for _ in set(words)
    )
    assert profile.term_totals["1"] == dict(sums)
    assert profile.term_counts["1"] == len({word for words in split for word in words})
    assert profile.term_rows == len(texts)
    assert Profile.from_json(paths.profile.read_text("utf-8")) == profile
    assert {path.name for path in folder.iterdir()} == PROFILE_FILES | {"texts.parquet"}


def questions(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(toy.WORDS, k=rng.randint(1, 14))) for _ in range(count)]


def tables(paths: DatasetPaths) -> list[object]:
    return [
        paths.profile.read_text("utf-8"),
        *(sorted(map(str, pq.read_table(path).to_pylist())) for path in (paths.terms,)),
        *(pq.read_table(path).to_pylist() for path in (paths.duplicates, paths.findings)),
    ]


def test_how_rows_are_cut_into_blocks_changes_nothing(tmp_path: Path) -> None:
    texts = [*questions(700), *questions(300), "", "x" * 3000, "… ???"]
    marks = ["0", "1", None] * 400
    expected = write_texts(tmp_path / "whole", texts, marks[: len(texts)])
    write_profile(expected.folder)

    for rows_per_group in (1003, 100, 7):
        folder = tmp_path / f"by {rows_per_group}"
        cut = write_texts(folder, texts, marks[: len(texts)], rows_per_group=rows_per_group)
        write_profile(folder, limits=BlockLimits(rows=64, bytes=1000))
        assert tables(cut) == tables(expected)


def test_rare_terms_are_left_out_of_the_table_but_not_of_the_figures(tmp_path: Path) -> None:
    for rows, kept in ((4_999, {"often": 4_995, "four": 4}), (5_000, {"often": 4_996})):
        texts = ["often"] * (rows - 4) + ["four"] * 3 + ["four once"]
        paths = write_texts(tmp_path / str(rows), texts)
        profile = write_profile(paths.folder)

        table = pq.read_table(paths.terms)
        assert table.schema == TERMS_SCHEMA
        assert dict(zip(table["term"].to_pylist(), table["rows"].to_pylist(), strict=True)) == kept
        assert profile.term_counts == {"1": 3, "2": 1}
        assert profile.term_totals == {"1": {"": rows + 1}, "2": {"": 1}}


def test_terms_of_many_rows_are_counted_on_a_spread_of_them(tmp_path: Path) -> None:
    texts = [f"all group{row // 10}" for row in range(100)]
    paths = write_texts(tmp_path, texts, rows_per_group=10)

    profile = write_profile(tmp_path, limits=BlockLimits(term_rows=35))

    assert profile.term_rows == 30
    terms = pq.read_table(paths.terms, filters=[("size", "=", 1)])["term"].to_pylist()
    assert terms == ["all", "group0", "group3", "group6"]


def test_long_texts_take_fewer_rows_for_terms(tmp_path: Path) -> None:
    write_texts(tmp_path, ["long " * 20] * 100, rows_per_group=10)

    assert write_profile(tmp_path, limits=BlockLimits(term_chars=5_000)).term_rows == 50


def test_near_rows_and_strange_texts_are_found(tmp_path: Path) -> None:
    sentence = "every day the teacher reads a new book to the class {} lunch"
    texts = [
        *(sentence.format(word) for word in ("before", "after", "during")),
        "It donâ€™t matter to anyone in this whole wide world",
        "¿Por qué la gente hace tantas preguntas sobre sus vecinos?",
        "why do people ask so many questions about their neighbours",
        "short one",
    ]
    paths = write_texts(tmp_path, texts)

    profile = write_profile(tmp_path)

    assert duplicate_rows(paths, "near") == [[0, 1, 2]]
    found = findings(paths)
    assert (found["near"], found["mojibake"], found["language"]) == ([0, 1, 2], [3], [4])
    assert (profile.language, profile.languages_asked) == ("en", 6)
    assert profile.groups == {"same": 0, "near": 1}


def test_a_repeated_text_is_shown_cut_in_its_first_form(tmp_path: Path) -> None:
    long = "Word " * 100
    write_texts(tmp_path, ["x", long.upper(), long, "X!", "x"])

    assert write_profile(tmp_path).repeats == (("x", 3), (long.upper()[:200], 2))


def test_progress_rises_to_all_rows(tmp_path: Path) -> None:
    write_texts(tmp_path, questions(500), rows_per_group=50)
    seen: list[tuple[int, int]] = []

    write_profile(tmp_path, progress=lambda done, total: seen.append((done, total)))

    assert seen == sorted(seen)
    assert seen[-1] == (500, 500)
    assert {total for _, total in seen} == {500}
    assert len(seen) > 12


class Stop(Exception):
    pass


@pytest.mark.parametrize("calls", [1, 5, 11, 13])
def test_raising_from_progress_stops_and_leaves_no_spilled_keys(tmp_path: Path, calls: int) -> None:
    write_texts(tmp_path, questions(500), rows_per_group=50)
    seen: list[int] = []

    def stop(done: int, total: int) -> None:
        seen.append(done)
        if len(seen) == calls:
            raise Stop

    with pytest.raises(Stop):
        write_profile(tmp_path, progress=stop)

    assert len(seen) == calls
    assert {path.name for path in tmp_path.iterdir()} <= PROFILE_FILES | {"texts.parquet"}


def test_the_profile_of_a_data_set_is_read_back(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(50))
    written = write_profile(workspace.dataset(dataset.id).folder)

    assert read_profile(workspace, dataset) == written


def test_a_data_set_without_a_profile_says_so(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(50))
    workspace.dataset(dataset.id).profile.unlink(missing_ok=True)

    with pytest.raises(NotFound, match="import its file again") as caught:
        read_profile(workspace, dataset)
    assert_one_sentence(caught.value)


def test_searching_real_texts_for_a_term_finds_the_rows_it_was_counted_in(
    workspace: Workspace, shared_data: Path
) -> None:
    dataset = import_file(workspace, shared_data / "quora" / "labelled.csv").dataset
    paths = workspace.dataset(dataset.id)
    write_profile(paths.folder)
    terms = pq.read_table(paths.terms)
    with duckdb.connect() as connection:
        connection.register("terms", terms)
        common = connection.execute(
            "SELECT term, sum(rows)::INT FROM terms GROUP BY term, size ORDER BY 2 DESC LIMIT 200"
        ).fetchall()
        connection.register("texts", pq.read_table(paths.texts, columns=["text"]))
        counts = ", ".join(
            f"count(*) FILTER (regexp_matches(text, ${number}))"
            for number, _ in enumerate(common, 1)
        )
        patterns = [word_pattern(term.split(" ")) for term, _ in common]
        found = connection.execute(f"SELECT {counts} FROM texts", patterns).fetchone()

    assert list(found or ()) == [rows for _, rows in common]
    assert sum(" " in term for term, _ in common) > 20
    assert np.all(np.array(found) > 0)


def test_texts_composed_in_different_ways_are_the_same_and_conflict(tmp_path: Path) -> None:
    texts = [
        "Le café était",
        "LE CAFE\u0301 e\u0301tait!",
        "Die STRASSE",
        "die Straße",
    ]
    paths = write_texts(tmp_path, texts, ["a", "b", "a", "a"])

    write_profile(tmp_path)

    assert duplicate_rows(paths, "same") == [[0, 1], [2, 3]]
    assert findings(paths)["conflict"] == [0, 1]
    assert pq.read_table(paths.texts)["text"].to_pylist() == texts


def test_pairs_of_a_script_without_spaces_have_no_space(tmp_path: Path) -> None:
    paths = write_texts(tmp_path, ["手机 good phone", "手机！good phone"])

    write_profile(tmp_path)

    terms = pq.read_table(paths.terms)["term"].to_pylist()
    assert terms == ["手", "机", "good", "phone", "手机", "机 good", "good phone"]


def test_near_texts_of_a_script_without_spaces_have_twice_as_many_characters(
    tmp_path: Path,
) -> None:
    long, short = "那部手机让人非常满意我昨晚刚刚用过一次", "这个手机非常好用极了"
    paths = write_texts(tmp_path, [long, long[:-1] + "吧", short, short[:-1] + "吧"])

    write_profile(tmp_path)

    assert duplicate_rows(paths, "near") == [[0, 1]]
