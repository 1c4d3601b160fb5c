import csv
import hashlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve

from core.data.sample import sample
from core.data.sample.sample import LABELS, SCHEMA, sample_batches, write_sample_csv
from core.data.sample.vocabulary import WORDS

ROWS = 20_000


def table(rows: int, *, seed: int = 0, batch_rows: int = 10_000) -> pa.Table:
    batches = sample_batches(rows, seed=seed, batch_rows=batch_rows)
    return pa.Table.from_batches(list(batches), schema=SCHEMA)


def best_f1(truth: np.ndarray, scores: np.ndarray) -> float:
    precision, recall, _ = precision_recall_curve(truth, scores)
    return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-9)))


@pytest.fixture(scope="module")
def questions() -> pd.DataFrame:
    frame = pd.DataFrame(table(ROWS).to_pydict())
    frame["insincere"] = frame["label"] == "insincere"
    return frame


def test_the_same_seed_gives_the_same_rows() -> None:
    assert table(500, seed=7).equals(table(500, seed=7))


def test_the_rows_are_the_same_on_every_machine_and_python() -> None:
    text = "\n".join("\t".join(row.values()) for row in table(2_000).to_pylist())

    # Changes only when words, templates or weights change on purpose.
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "05e15a3db4886c1c"


@pytest.mark.parametrize("other", [1, -7, 2**70])
def test_another_seed_gives_other_rows(other: int) -> None:
    ours, theirs = table(300, seed=7), table(300, seed=other)

    assert not set(ours["id"].to_pylist()) & set(theirs["id"].to_pylist())
    assert len(set(ours["text"].to_pylist()) & set(theirs["text"].to_pylist())) < 5


def test_a_small_sample_starts_a_larger_one() -> None:
    assert table(1_500).slice(0, 400).equals(table(400))


@pytest.mark.parametrize("batch_rows", [1, 7, 300, 5_000])
def test_the_batch_size_changes_no_content(batch_rows: int) -> None:
    batches = list(sample_batches(300, batch_rows=batch_rows))

    assert pa.Table.from_batches(batches).combine_chunks().equals(table(300).combine_chunks())
    assert all(batch.num_rows == batch_rows for batch in batches[:-1])


def test_no_rows_is_an_empty_sample(tmp_path: Path) -> None:
    write_sample_csv(tmp_path / "empty.csv", 0)

    assert list(sample_batches(0)) == []
    assert (tmp_path / "empty.csv").read_text(encoding="utf-8").split() == ["id,text,label"]


def test_wrong_sizes_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rows must be 0 or more, got -1"):
        sample_batches(-1)
    with pytest.raises(ValueError, match="batch_rows must be 1 or more, got 0"):
        sample_batches(10, batch_rows=0)
    with pytest.raises(ValueError, match="got -5"):
        write_sample_csv(tmp_path / "none.csv", -5)
    assert not (tmp_path / "none.csv").exists()


def test_ids_are_unique_and_look_like_quoras(questions: pd.DataFrame) -> None:
    assert questions["id"].is_unique
    assert questions["id"].str.fullmatch("[0-9a-f]{20}").all()


def test_about_one_question_in_sixteen_is_insincere(questions: pd.DataFrame) -> None:
    assert set(questions["label"]) == set(LABELS)
    assert 0.055 < questions["insincere"].mean() < 0.07


def test_lengths_follow_the_real_questions(questions: pd.DataFrame) -> None:
    words = questions["text"].map(lambda text: len(text.split()))
    characters = questions["text"].str.len()
    by_label = words.groupby(questions["label"]).mean()

    assert words.mean() == pytest.approx(13, abs=2)
    assert characters.mean() == pytest.approx(71, abs=12)
    assert words.min() >= 3
    assert words.max() >= 40
    assert words.median() < words.mean()
    assert by_label["insincere"] > by_label["sincere"] + 2


def test_texts_are_clean_and_rarely_repeat(questions: pd.DataFrame) -> None:
    texts = questions["text"]
    unfilled = texts.str.contains(r"{n|{[a-z_]{2}|  |\n")

    assert texts.duplicated().mean() < 0.01
    assert (texts == texts.str.strip()).all()
    assert not texts[unfilled].tolist()


def test_the_vocabulary_is_broad(questions: pd.DataFrame) -> None:
    words = questions["text"].str.lower().str.findall(r"[^\W\d_]+").explode().value_counts()

    # Seen twice, so that misspellings hardly count.
    assert (words >= 2).sum() >= 4_000


def test_texts_have_the_slips_of_real_ones(questions: pd.DataFrame) -> None:
    texts = questions["text"]

    assert 0.01 < (~texts.str.contains("?", regex=False)).mean() < 0.05
    assert 0.002 < texts.str[0].str.islower().mean() < 0.02
    assert 0.01 < (~texts.map(str.isascii)).mean() < 0.04
    assert texts.str.contains("[math]", regex=False).any()


@pytest.mark.parametrize(
    "template",
    [
        r"Why are .+ so [\w -]+\?",
        r"Is it true that .+\?",
        r"Why do .+ hate .+\?",
        r"Do .+ really .+\?",
    ],
)
def test_one_template_bears_both_labels(questions: pd.DataFrame, template: str) -> None:
    labels = questions["label"][questions["text"].str.fullmatch(template)].value_counts()

    assert labels.min() >= 3
    assert len(labels) == 2


def test_the_same_words_in_another_order_change_the_answer(questions: pd.DataFrame) -> None:
    people = sorted((" ".join(name.split()) for name in WORDS["people"].split(",")), key=len)
    anyone = "|".join(map(re.escape, people))
    share = {
        "people blame": questions["text"].str.contains(rf"\b(?:{anyone}) (?:blame|call|lie to) "),
        "blame people": questions["text"].str.contains(rf" (?:blame|call|lie to) (?:{anyone})\b"),
    }
    insincere = {name: questions["insincere"][rows].mean() for name, rows in share.items()}

    assert insincere["people blame"] < 0.3
    assert insincere["blame people"] > 0.5


def test_even_an_oracle_errs() -> None:
    """The best any classifier could do: it knows the kind of every question."""
    kinds = sorted(sample._KINDS, key=lambda kind: -kind.insincere)
    positives = sum(kind.share * kind.insincere for kind in kinds)
    found = chosen = best = 0.0
    for kind in kinds:
        found += kind.share * kind.insincere
        chosen += kind.share
        best = max(best, 2 * found / (chosen + positives))

    assert sum(kind.share for kind in kinds) == pytest.approx(1)
    assert positives == pytest.approx(0.062, abs=0.001)
    assert 0.65 < best < 0.8


def test_counting_words_does_as_well_as_on_the_real_questions(questions: pd.DataFrame) -> None:
    train, test = questions[: ROWS * 4 // 5], questions[ROWS * 4 // 5 :]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
    model.fit(vectorizer.fit_transform(train["text"]), train["insincere"])
    scores = model.predict_proba(vectorizer.transform(test["text"]))[:, 1]

    assert 0.45 < best_f1(test["insincere"].to_numpy(), scores) < 0.7
    assert 0.4 < average_precision_score(test["insincere"], scores) < 0.7


def test_csv_gives_the_same_rows_back(tmp_path: Path) -> None:
    write_sample_csv(tmp_path / "sample.csv", 1_000, seed=3)

    with (tmp_path / "sample.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == table(1_000, seed=3).to_pylist()


def test_csv_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_sample_csv(tmp_path / "missing" / "sample.csv", 1)
