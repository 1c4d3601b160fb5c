import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.labelled import RowLabels, original_row_labels
from core.explore.columns.groups import GroupKind
from core.explore.columns.share_interval import share_interval
from core.explore.columns.stats import (
    ColumnStats,
    column_stats,
    default_label,
    figure_written,
    shown_groups,
)
from core.workspace import Workspace
from tests.core.explore.wide import wide_dataset

LABELS = ["1", "0", "0", ""] * 30
COUNTRIES = (["US"] * 4 + ["CA"] * 4 + ["", "", "GB", "GB"]) * 10


def stats_of(
    workspace: Workspace, dataset: Dataset, labels: RowLabels | None = None, label: str | None = "1"
) -> ColumnStats:
    known = labels or original_row_labels(workspace, dataset)
    return column_stats(workspace, dataset, dataset.columns[0], known, label)


def lines(stats: ColumnStats) -> dict[str, tuple[int, int, int]]:
    found = stats.table.to_dict("records")
    return {line["value"]: (line["rows"], line["labelled"], line["hits"]) for line in found}


def test_values_have_rows_and_shares_the_commonest_first(workspace: Workspace) -> None:
    stats = stats_of(workspace, wide_dataset(workspace, {"country": COUNTRIES}, LABELS))

    assert list(lines(stats).items()) == [
        ("CA", (40, 30, 10)), ("US", (40, 30, 10)), ("GB", (20, 10, 0)), ("missing", (20, 20, 10)),
    ]  # fmt: skip
    line = stats.table.set_index("value").loc["US"]
    share, low, high = share_interval([10], [30])
    assert (line["share"], line["low"], line["high"]) == (share[0], low[0], high[0])
    assert stats.share == pytest.approx(30 / 90)
    assert stats.groups[-1].kind is GroupKind.MISSING


def test_the_labels_are_those_that_rows_have_now(workspace: Workspace) -> None:
    dataset = wide_dataset(workspace, {"country": COUNTRIES}, LABELS)
    class_ids = np.where(np.arange(120) % 12 < 4, 1, -1).astype(np.int32)
    now = RowLabels(("0", "1"), class_ids, class_ids >= 0)

    stats = stats_of(workspace, dataset, now)

    assert lines(stats)["US"] == (40, 40, 40)
    assert lines(stats)["CA"] == (40, 0, 0)
    assert math.isnan(stats.table.set_index("value").loc["CA", "share"])


def test_without_labels_rows_are_counted_alone(workspace: Workspace) -> None:
    dataset = wide_dataset(workspace, {"country": COUNTRIES}, [""] * 120)

    stats = stats_of(workspace, dataset, label=None)

    assert lines(stats)["US"] == (40, 0, 0)
    assert math.isnan(stats.share)
    assert stats.table["share"].isna().all()


def test_bins_stay_in_their_order_and_missing_comes_last(workspace: Workspace) -> None:
    dataset = wide_dataset(workspace, {"votes": ["", *range(119, 0, -1)]}, LABELS)

    stats = stats_of(workspace, dataset)

    assert stats.column.kind is ColumnKind.NUMBER
    assert stats.table["value"].iloc[[0, 1, -1]].tolist() == ["0 to 4", "5 to 9", "missing"]
    assert stats.table["rows"].sum() == 120
    assert stats.figures["median"] == 60


def test_yes_and_no_stay_in_their_order(workspace: Workspace) -> None:
    dataset = wide_dataset(workspace, {"edited": ["yes", "yes", "no"] * 40}, LABELS)

    assert stats_of(workspace, dataset).table["value"].tolist() == ["no", "yes"]


def test_ids_that_stand_once_are_together(workspace: Workspace) -> None:
    cells = [f"user{n}" for n in range(119)] + ["user7"]
    dataset = wide_dataset(workspace, {"user id": cells}, LABELS)

    stats = stats_of(workspace, dataset)

    assert lines(stats).keys() == {"user7", "other ids"}
    assert lines(stats)["user7"][0] == 2
    assert lines(stats)["other ids"][0] == 118


def test_a_category_of_a_thousand_values_shows_the_commonest_twenty(workspace: Workspace) -> None:
    cells = [f"v{n % 1_000:03}" for n in range(1_990)] + ["v999"] * 3 + ["", "", ""]
    labels = (["1", "0", "0", "0"] * 500)[: len(cells)]
    dataset = wide_dataset(workspace, {"it": cells}, labels, it=ColumnKind.CATEGORY)

    stats = stats_of(workspace, dataset)
    shown = shown_groups(stats)

    assert len(stats.groups) == 1_001
    assert len(shown.groups) == 22
    assert shown.table["value"].tolist()[0] == "v999"
    assert shown.table["value"].tolist()[-2:] == ["980 other values", "missing"]
    assert shown.groups[20].values == tuple(group.name for group in shown.groups[:20])
    for name in ("rows", "labelled", "hits"):
        assert shown.table[name].sum() == stats.table[name].sum()
    rest = shown.table.iloc[20]
    assert rest["share"] == pytest.approx(rest["hits"] / rest["labelled"])


def test_one_value_more_than_fits_is_shown_by_itself(workspace: Workspace) -> None:
    cells = [f"v{n % 21}" for n in range(120)]
    stats = stats_of(workspace, wide_dataset(workspace, {"it": cells}, LABELS))

    assert shown_groups(stats) is stats


def test_a_column_without_values_is_all_missing(workspace: Workspace) -> None:
    dataset = wide_dataset(workspace, {"it": [""] * 120}, LABELS)

    stats = stats_of(workspace, dataset)

    assert lines(stats) == {"missing": (120, 90, 30)}
    assert shown_groups(stats) is stats


@pytest.mark.parametrize(
    ("counts", "label"),
    [
        ({"0": 90, "1": 10}, "1"),
        ({"a": 90, "b": 10, "c": 20}, "c"),
        ({"a": 5}, None),
        ({}, None),
    ],
)
def test_shares_are_those_of_the_class_that_tells_most(
    workspace: Workspace, counts: dict[str, int], label: str | None
) -> None:
    dataset = wide_dataset(workspace, {"it": ["x", "y"]}, ["0", "1"])

    assert default_label(replace(dataset, classes=tuple(counts), class_counts=counts)) == label


@pytest.mark.parametrize(
    ("value", "written"),
    [(26_038.0, "26,038"), (41.97281, "41.97"), (1_234.56, "1,234.6"), (0.31856, "0.3186"),
     (1e300, "1e+300"), (-3.0, "-3")],
)  # fmt: skip
def test_figures_have_as_many_digits_as_people_read(value: float, written: str) -> None:
    assert figure_written(value) == written


def test_a_table_has_one_line_a_group(workspace: Workspace) -> None:
    stats = stats_of(workspace, wide_dataset(workspace, {"<b>&": COUNTRIES}, LABELS))

    assert isinstance(stats.table, pd.DataFrame)
    assert stats.table["value"].tolist() == [group.name for group in stats.groups]
