import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve

from core.data.sample.sample import SAMPLE_ROWS, sample_batches
from core.errors import BadInput
from tests.messages import assert_one_sentence

ROWS = SAMPLE_ROWS
LABELS = ("sincere", "insincere")


def table(rows: int = ROWS) -> pa.Table:
    return pa.Table.from_batches(list(sample_batches(rows)))


def best_f1(truth: np.ndarray, scores: np.ndarray) -> float:
    precision, recall, _ = precision_recall_curve(truth, scores)
    return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-9)))


@pytest.fixture(scope="module")
def questions() -> pd.DataFrame:
    frame = table().to_pandas()
    frame["insincere"] = frame["label"] == "insincere"
    return frame


def test_there_are_as_many_rows_as_are_asked_for_from_the_first_on() -> None:
    assert table().num_rows == ROWS
    assert table(400).equals(table(1_500).slice(0, 400))
    assert table(1).num_rows == 1


@pytest.mark.parametrize("rows", [0, -1, ROWS + 1])
def test_another_number_of_rows_is_refused_in_one_sentence(rows: int) -> None:
    with pytest.raises(BadInput) as caught:
        sample_batches(rows)

    assert_one_sentence(caught.value)


def test_the_rows_are_those_that_were_drawn_once() -> None:
    text = "\n".join("\t".join(row.values()) for row in table(2_000).to_pylist())

    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "05e15a3db4886c1c"


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


def test_counting_words_does_as_well_as_on_the_real_questions(questions: pd.DataFrame) -> None:
    train, test = questions[: ROWS * 4 // 5], questions[ROWS * 4 // 5 :]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
    model.fit(vectorizer.fit_transform(train["text"]), train["insincere"])
    scores = model.predict_proba(vectorizer.transform(test["text"]))[:, 1]

    assert 0.45 < best_f1(test["insincere"].to_numpy(), scores) < 0.7
    assert 0.4 < average_precision_score(test["insincere"], scores) < 0.7
