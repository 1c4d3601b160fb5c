import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from core.data.columns import labelled_rows
from core.data.dataset import N_CHARS, N_WORDS, Dataset
from core.data.splits.saved_split import draw_split
from core.data.splits.split import PART, PARTS, Split, SplitPlan, SplitRule, make_split
from core.data.text.profile import HealthCheck
from core.errors import NotFound
from core.explore import summary
from core.explore.length_stats import (
    COUNT,
    GROUP,
    LENGTH,
    LengthFigures,
    ks_distance,
    ks_noise,
    length_figures,
    length_table,
)
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import make_columned_rows
from tests.core.explore.small import make_dataset


def small(workspace: Workspace) -> Dataset:
    """Five texts, one of them unlabelled."""
    texts = ["a b c", "d", "ee ff", "é 😀", "  spaced   out  "]
    return make_dataset(workspace, list(zip(texts, ["0", "1", None, "0", "0"], strict=True)))


# Small tables, worked out by hand.


def test_first_rows_come_as_imported(workspace: Workspace) -> None:
    rows = summary.first_rows(workspace, small(workspace), limit=3)

    assert list(rows.columns) == ["id", "text", "label"]
    assert rows["id"].tolist() == ["id0", "id1", "id2"]
    assert rows["text"].tolist() == ["a b c", "d", "ee ff"]
    assert rows["label"].tolist()[:2] == ["0", "1"]
    assert rows["label"].isna().tolist() == [False, False, True]


def test_classes_have_counts_and_shares_of_the_labelled_rows(workspace: Workspace) -> None:
    table = summary.class_table(small(workspace))

    assert table.to_dict("list") == {"label": ["0", "1"], "count": [3, 1], "share": [0.75, 0.25]}


def test_lengths_are_counted_in_words_and_characters(workspace: Workspace) -> None:
    dataset = small(workspace)
    words = length_table(workspace, dataset, N_WORDS).drop(columns=GROUP)
    chars = length_table(workspace, dataset, N_CHARS).drop(columns=GROUP)

    assert words.to_dict("list") == {"length": [1, 2, 3], "count": [1, 3, 1]}
    assert chars.to_dict("list") == {
        "length": [1, 3, 5, 16],
        "count": [1, 1, 2, 1],
    }


@pytest.mark.parametrize("column", ["text", "row", "n_words; DROP TABLE texts"])
def test_only_length_columns_can_be_counted(workspace: Workspace, column: str) -> None:
    dataset = small(workspace)
    split = Split(*(np.array([], np.int64) for _ in PARTS))

    with pytest.raises(ValueError, match="not a length column"):
        length_table(workspace, dataset, column)
    with pytest.raises(ValueError, match="not a length column"):
        summary.length_counts_by_part(workspace, dataset, split, column)


def test_a_data_set_without_labels_has_figures_too(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("one", None), ("two words", None)])
    figures = summary.dataset_figures(workspace, dataset)

    assert summary.class_table(dataset).empty
    assert figures["majority_share"] is None
    assert figures["health"]["baselines"] is None
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert figures["words"] == {
        "rows": 2,
        "mean": 1.5,
        "median": 1.0,
        "p95": 2.0,
        "p99": 2.0,
        "max": 2,
    }


@pytest.mark.parametrize("folder", ["a?b", "a*b", "a[12]", "it's", 'say "so"', "naïve ü"])
def test_a_workspace_may_have_any_name(folder: str, tmp_path: Path) -> None:
    for lookalike in ("a1b", "axb", "a1"):
        small(Workspace(tmp_path / lookalike))
    workspace = Workspace(tmp_path / folder)

    assert len(summary.first_rows(workspace, small(workspace), limit=1_000)) == 5


# Real questions, against pandas.


@pytest.fixture(scope="module")
def real(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, Dataset, pd.DataFrame]:
    """The labelled questions, and as pandas reads them."""
    path = shared_data / "quora" / "labelled.csv"
    workspace = Workspace(tmp_path_factory.mktemp("real"))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame["words"] = [len(text.split()) for text in frame["question_text"]]
    frame["characters"] = frame["question_text"].map(len)
    rows = list(zip(frame["question_text"], frame["target"], strict=True))
    return workspace, make_dataset(workspace, rows), frame


@pytest.fixture(scope="module")
def real_split(real: tuple[Workspace, Dataset, pd.DataFrame]) -> Split:
    workspace, dataset, _ = real
    return make_split(*labelled_rows(workspace, dataset), SplitPlan(0.2, 0.1))


@pytest.mark.parametrize(("column", "unit"), [(N_WORDS, "words"), (N_CHARS, "characters")])
def test_lengths_of_the_real_questions_are_those_of_pandas(
    real: tuple[Workspace, Dataset, pd.DataFrame], column: str, unit: str
) -> None:
    workspace, dataset, frame = real
    counts = length_table(workspace, dataset, column)

    expected = frame[unit].value_counts().sort_index()
    assert counts[LENGTH].tolist() == expected.index.tolist()
    assert counts[COUNT].tolist() == expected.tolist()
    assert length_figures(counts) == LengthFigures(
        rows=len(frame),
        mean=pytest.approx(frame[unit].mean()),
        median=frame[unit].quantile(0.5, interpolation="lower"),
        p95=frame[unit].sort_values().iloc[int(np.ceil(0.95 * len(frame))) - 1],
        p99=frame[unit].sort_values().iloc[int(np.ceil(0.99 * len(frame))) - 1],
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
    assert figures["health"]["baselines"]["f1"] == pytest.approx(2 * 1_270 / (20_898 + 1_270))
    assert set(figures["health"]["checks"]) == {check.value for check in HealthCheck}
    assert json.loads(json.dumps(figures)) == figures


def test_a_profile_that_is_gone_is_said(workspace: Workspace) -> None:
    dataset = small(workspace)
    workspace.dataset(dataset.id).profile.unlink()

    with pytest.raises(NotFound, match="import its file again"):
        summary.dataset_figures(workspace, dataset)


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
    distance = ks_distance(train, validation)

    lengths = [frame["words"].to_numpy()[rows] for rows in real_split.parts().values()]
    assert distance == pytest.approx(ks_2samp(*lengths[:2], method="asymp").statistic, abs=1e-12)
    assert distance < ks_noise(len(lengths[0]), len(lengths[1]))


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


def test_rows_with_the_same_words_are_drawn_into_one_part(workspace: Workspace) -> None:
    rows = [
        (f"text {number // 2}{'!' * (number % 2)}", f"{number // 2 % 2}") for number in range(80)
    ]
    dataset = make_dataset(workspace, rows)
    split = draw_split(workspace, dataset, SplitPlan(0.5, 0.5))
    tables = summary.split_tables(workspace, dataset, SplitPlan(0.5, 0.5))

    for part in split.parts().values():
        assert {row ^ 1 for row in part.tolist()} == set(part.tolist())
    assert tables.figures["rows"].tolist() == [40, 20, 20]
    described = summary.describe_split(workspace, dataset, split)
    pd.testing.assert_frame_equal(described.figures, tables.figures)
    pd.testing.assert_frame_equal(described.words, tables.words)
    assert described.share_gap == tables.share_gap == 0


def test_a_split_without_validation_rows_has_no_gap_but_its_notes_and_repeated_rows(
    workspace: Workspace,
) -> None:
    labels = ["0", "1"] * 5
    dataset = make_columned_rows(workspace, labels, {"split": ["train"] * 6 + ["test"] * 4})
    repeating = make_dataset(
        workspace, [(f"same {n % 4}", label) for n, label in enumerate(labels)]
    )
    rule = SplitPlan(rule=SplitRule.COLUMN, column="split", from_train=0)
    by_rows = Split(np.arange(2), np.arange(2, 4), np.arange(4, 10), notes=("Said.",))

    tables = summary.split_tables(workspace, dataset, rule)
    repeated = summary.describe_split(workspace, repeating, by_rows)

    assert tables.figures[[PART, "rows"]].to_numpy().tolist() == [["train", 6], ["test", 4]]
    assert np.isnan(tables.share_gap)
    assert tables.notes[0].startswith("No labelled row is in validation")
    assert tables.repeated == {}
    assert repeated.repeated == {"test": 4}
    assert repeated.notes == ("Said.",)
