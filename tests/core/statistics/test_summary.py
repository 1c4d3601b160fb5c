import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from core.datasets.dataset import N_CHARS, N_WORDS, Dataset, labelled_rows
from core.datasets.importing import import_csv, import_sample
from core.datasets.split import PARTS, Split, SplitPlan, make_split
from core.datasets.writer import dataset_writer, publish
from core.statistics import summary
from core.statistics.summary import COUNT, LENGTH, PART, LengthFigures
from core.workspace import Workspace

LENGTHS = st.lists(st.integers(0, 200), min_size=1, max_size=200)


def counted(lengths: list[int]) -> pd.DataFrame:
    table = pd.Series(lengths).value_counts().sort_index()
    return pd.DataFrame({LENGTH: table.index, COUNT: table.to_numpy()})


def small(workspace: Workspace) -> Dataset:
    """Five texts, one of them unlabelled."""
    texts = ["a b c", "d", "ee ff", "é 😀", "  spaced   out  "]
    with dataset_writer(workspace) as (writer, folder):
        writer.write(pa.array(list("vwxyz")), pa.array(texts), pa.array(["0", "1", None, "0", "0"]))
        return publish(workspace, writer, folder, name="small", source="a test")[0]


# Small tables, worked out by hand.


def test_first_rows_come_as_imported(workspace: Workspace) -> None:
    rows = summary.first_rows(workspace, small(workspace), limit=3)

    assert list(rows.columns) == ["id", "text", "label"]
    assert rows["id"].tolist() == ["v", "w", "x"]
    assert rows["text"].tolist() == ["a b c", "d", "ee ff"]
    assert rows["label"].tolist()[:2] == ["0", "1"]
    assert rows["label"].isna().tolist() == [False, False, True]


def test_classes_have_counts_and_shares_of_the_labelled_rows(workspace: Workspace) -> None:
    table = summary.class_table(small(workspace))

    assert table.to_dict("list") == {"label": ["0", "1"], "count": [3, 1], "share": [0.75, 0.25]}


def test_lengths_are_counted_in_words_and_characters(workspace: Workspace) -> None:
    dataset = small(workspace)
    words = summary.length_counts(workspace, dataset, N_WORDS)
    chars = summary.length_counts(workspace, dataset, N_CHARS)

    assert words.to_dict("list") == {"length": [1, 2, 3], "count": [1, 3, 1]}
    assert chars.to_dict("list") == {"length": [1, 3, 5, 16], "count": [1, 1, 2, 1]}


@pytest.mark.parametrize("column", ["text", "row", "n_words; DROP TABLE texts"])
def test_only_length_columns_can_be_counted(workspace: Workspace, column: str) -> None:
    dataset = small(workspace)
    split = Split(*(np.array([], np.int64) for _ in PARTS))

    with pytest.raises(ValueError, match="not a length column"):
        summary.length_counts(workspace, dataset, column)
    with pytest.raises(ValueError, match="not a length column"):
        summary.length_counts_by_part(workspace, dataset, split, column)


def test_a_data_set_without_labels_has_figures_too(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("text\none\ntwo words\n")
    dataset = import_csv(workspace, tmp_path / "plain.csv").dataset
    figures = summary.dataset_figures(workspace, dataset)

    assert summary.class_table(dataset).empty
    assert figures["majority_share"] is None
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert figures["words"] == {"rows": 2, "mean": 1.5, "median": 1.0, "p95": 2.0, "max": 2}


@pytest.mark.parametrize("folder", ["a?b", "a*b", "a[12]", "it's", 'say "so"', "naïve ü"])
def test_a_workspace_may_have_any_name(folder: str, tmp_path: Path) -> None:
    for lookalike in ("a1b", "axb", "a1"):
        import_sample(Workspace(tmp_path / lookalike), rows=30)
    workspace = Workspace(tmp_path / folder)
    dataset = import_sample(workspace, rows=30)

    assert len(summary.first_rows(workspace, dataset, limit=1_000)) == 30


# Definitions.


@given(LENGTHS)
@example(list(range(1, 21)))
def test_length_figures_are_numpys(lengths: list[int]) -> None:
    figures = summary.length_figures(counted(lengths))

    assert figures.rows == len(lengths)
    assert figures.mean == pytest.approx(np.mean(lengths))
    assert figures.max == max(lengths)
    for found, share in ((figures.median, 0.5), (figures.p95, 0.95)):
        assert found == np.quantile(lengths, share, method="inverted_cdf")
        assert sum(length <= found for length in lengths) >= share * len(lengths)
        assert sum(length < found for length in lengths) < share * len(lengths)


def test_no_texts_have_no_lengths() -> None:
    figures = summary.length_figures(pd.DataFrame({LENGTH: [], COUNT: []}))

    assert (figures.rows, figures.max) == (0, 0)
    assert np.isnan([figures.mean, figures.median, figures.p95]).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # SciPy's, about a p-value not asked for.
@given(LENGTHS, LENGTHS)
def test_the_ks_distance_is_scipys(left: list[int], right: list[int]) -> None:
    distance = summary.ks_distance(counted(left), counted(right))

    assert distance == pytest.approx(ks_2samp(left, right, method="asymp").statistic, abs=1e-12)
    assert distance == pytest.approx(summary.ks_distance(counted(right), counted(left)))
    assert summary.ks_distance(counted(left), counted(left)) == 0


def test_one_random_draw_in_twenty_is_farther_apart_than_the_noise() -> None:
    random = np.random.default_rng(0)
    # Continuous, as the formula supposes; whole numbers come closer together.
    draws = [(random.random(400), random.random(900)) for _ in range(2_000)]
    farther = [
        ks_2samp(a, b, method="asymp").statistic > summary.ks_noise(400, 900) for a, b in draws
    ]

    assert 0.03 < np.mean(farther) < 0.06


# Real questions, against pandas.


@pytest.fixture(scope="module")
def real(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, Dataset, pd.DataFrame]:
    """The labelled questions: imported, and as pandas reads them."""
    path = shared_data / "quora" / "labelled.csv"
    workspace = Workspace(tmp_path_factory.mktemp("real"))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame["words"] = [len(text.split()) for text in frame["question_text"]]
    frame["characters"] = frame["question_text"].map(len)
    return workspace, import_csv(workspace, path).dataset, frame


@pytest.fixture(scope="module")
def real_split(real: tuple[Workspace, Dataset, pd.DataFrame]) -> Split:
    workspace, dataset, _ = real
    return make_split(*labelled_rows(workspace, dataset), SplitPlan(0.2, 0.1))


@pytest.mark.parametrize(("column", "unit"), [(N_WORDS, "words"), (N_CHARS, "characters")])
def test_lengths_of_the_real_questions_are_those_of_pandas(
    real: tuple[Workspace, Dataset, pd.DataFrame], column: str, unit: str
) -> None:
    workspace, dataset, frame = real
    counts = summary.length_counts(workspace, dataset, column)

    expected = frame[unit].value_counts().sort_index()
    assert counts[LENGTH].tolist() == expected.index.tolist()
    assert counts[COUNT].tolist() == expected.tolist()
    assert summary.length_figures(counts) == LengthFigures(
        rows=len(frame),
        mean=pytest.approx(frame[unit].mean()),
        median=frame[unit].quantile(0.5, interpolation="lower"),
        p95=frame[unit].sort_values().iloc[int(np.ceil(0.95 * len(frame))) - 1],
        max=frame[unit].max(),
    )


def test_figures_of_the_real_questions_look_like_the_tutorials(
    real: tuple[Workspace, Dataset, pd.DataFrame],
) -> None:
    workspace, dataset, frame = real
    figures = summary.dataset_figures(workspace, dataset)

    # The sample of 20,898 rows has the mean lengths of all 1,306,122.
    assert int(frame["words"].mean()) == int(figures["words"]["mean"]) == 12
    assert figures["words"]["mean"] == pytest.approx(12.8, abs=0.1)
    assert figures["characters"]["mean"] == pytest.approx(70.7, abs=0.5)
    assert figures["rows"] == figures["labelled"] == 20_898
    assert figures["classes"] == {"0": 19_628, "1": 1_270}
    assert figures["majority_share"] == pytest.approx(19_628 / 20_898)
    assert json.loads(json.dumps(figures)) == figures


def test_figures_by_part_are_those_of_pandas(
    real: tuple[Workspace, Dataset, pd.DataFrame], real_split: Split
) -> None:
    workspace, dataset, frame = real
    frame = frame.copy()
    for part, rows in real_split.parts().items():
        frame.loc[rows, PART] = part
    groups = frame.groupby(PART)
    classes = summary.class_counts_by_part(workspace, dataset, real_split)
    words, chars = (
        summary.length_counts_by_part(workspace, dataset, real_split, column)
        for column in (N_WORDS, N_CHARS)
    )
    table = summary.split_figures(classes, words, chars, positive=dataset.positive).set_index(PART)

    assert (
        classes.set_index([PART, "label"])[COUNT].to_dict()
        == frame.groupby([PART, "target"]).size().to_dict()
    )
    assert table.index.tolist() == list(PARTS)
    positive = frame["target"] == "1"
    expected = {
        "rows": groups.size(),
        "positives": positive.groupby(frame[PART]).sum(),
        "positive share": positive.groupby(frame[PART]).mean(),
        "mean words": groups["words"].mean(),
        "max words": groups["words"].max(),
        "mean characters": groups["characters"].mean(),
        "max characters": groups["characters"].max(),
    }
    assert list(table.columns) == list(expected)
    for name, figures in expected.items():
        assert table[name].to_dict() == pytest.approx(figures.to_dict()), name


def test_parts_of_the_real_questions_are_as_far_apart_as_scipy_says(
    real: tuple[Workspace, Dataset, pd.DataFrame], real_split: Split
) -> None:
    workspace, dataset, frame = real
    words = summary.length_counts_by_part(workspace, dataset, real_split, N_WORDS)
    train, validation = (words[words[PART] == part] for part in PARTS[:2])
    distance = summary.ks_distance(train, validation)

    lengths = [frame["words"].to_numpy()[rows] for rows in real_split.parts().values()]
    assert distance == pytest.approx(ks_2samp(*lengths[:2], method="asymp").statistic, abs=1e-12)
    assert distance < summary.ks_noise(len(lengths[0]), len(lengths[1]))


def test_without_two_classes_there_are_no_positives(
    real: tuple[Workspace, Dataset, pd.DataFrame], real_split: Split
) -> None:
    workspace, dataset, _ = real
    no_test = Split(real_split.train, real_split.validation, real_split.test[:0])
    words = summary.length_counts_by_part(workspace, dataset, no_test, N_WORDS)
    classes = summary.class_counts_by_part(workspace, dataset, no_test)
    table = summary.split_figures(classes, words, words, positive=None)

    assert table[PART].tolist() == ["train", "validation"]
    assert not {"positives", "positive share"} & set(table.columns)
