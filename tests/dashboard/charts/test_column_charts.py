from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest

from core.data.column import Column, ColumnKind
from core.explore.columns.groups import Group, GroupKind
from core.explore.columns.stats import ColumnStats, column_table
from dashboard.charts.column_charts import column_chart, is_drawn

MISSING = Group("missing", GroupKind.MISSING)


def stats(
    kind: ColumnKind, groups: list[Group], rows: list[int], hits: list[int], label: str | None = "1"
) -> ColumnStats:
    labelled = np.array(rows) if label else np.zeros(len(rows), np.int64)
    table = column_table(groups, np.array(rows), labelled, np.array(hits))
    return ColumnStats(Column("it", kind, 0), label, tuple(groups), table, "day", {})


def stretches(*edges: object) -> list[Group]:
    return [Group(f"{a} to {b}", GroupKind.STRETCH, start=a, end=b) for a, b in pairwise(edges)]


CATEGORY = stats(
    ColumnKind.CATEGORY, [Group.of_value("<b>US"), Group.of_value("CA"), MISSING], [60, 40, 10],
    [30, 0, 1],
)  # fmt: skip
DAYS = [datetime(2026, 1, day) for day in (1, 2, 3)]


def test_values_are_bars_with_what_stands_for_none_in_grey() -> None:
    bars, grey, shares = column_chart(CATEGORY).data[:3]

    assert (list(bars.x), list(grey.x)) == ([60, 40], [10])
    assert bars.marker.color is None and grey.marker.color is not None
    assert [told[0] for told in bars.customdata] == [0, 1]
    assert [told[0] for told in grey.customdata] == [2]
    assert list(shares.x) == [0.5, 0.0, 0.1]
    assert shares.error_x.array[1] == pytest.approx(CATEGORY.table["high"][1])
    assert shares.error_x.arrayminus[1] == 0


def test_names_are_shown_as_they_are() -> None:
    figure = column_chart(CATEGORY)

    assert list(figure.layout.yaxis.ticktext) == ["&lt;b&gt;US", "CA", "missing"]
    assert figure.data[0].hovertext[0] == "&lt;b&gt;US"
    long = stats(ColumnKind.CATEGORY, [Group.of_value("line\n" * 40)], [1], [0])
    assert len(column_chart(long).layout.yaxis.ticktext[0]) == 32


def test_without_labels_rows_stand_alone() -> None:
    for kind, groups in (
        (ColumnKind.CATEGORY, [Group.of_value("a")]),
        (ColumnKind.NUMBER, stretches(0.0, 1.0)),
        (ColumnKind.TIME, stretches(*DAYS[:2])),
    ):
        figure = column_chart(stats(kind, groups, [5], [0], label=None))
        assert "yaxis2" not in figure.layout and "xaxis2" not in figure.layout


def test_numbers_are_bars_between_their_edges() -> None:
    groups = [*stretches(0.0, 10.0, 20.0), Group("20 or more", GroupKind.STRETCH, start=20.0)]
    found = stats(ColumnKind.NUMBER, [*groups, MISSING], [5, 0, 2, 9], [1, 0, 2, 0])

    bars, shares = column_chart(found).data[:2]
    axis = column_chart(found).layout.xaxis2

    assert list(bars.y) == [5, 0, 2]
    assert [told[0] for told in bars.customdata] == [0, 1, 2]
    assert np.isnan(shares.y[1])
    assert list(axis.ticktext) == ["0", "10", "20"]
    assert list(axis.tickvals) == [-0.5, 0.5, 1.5]


def test_time_is_a_line_without_what_has_no_end() -> None:
    groups = [Group("before", GroupKind.STRETCH, end=DAYS[0]), *stretches(*DAYS), MISSING]
    found = stats(ColumnKind.TIME, groups, [1, 4, 6, 2], [0, 1, 3, 0])

    line, low, high, share = column_chart(found).data

    assert list(line.x) == DAYS[:2] and list(line.y) == [4, 6]
    assert [told[0] for told in line.customdata] == [1, 2]
    assert list(share.y) == [0.25, 0.5]
    assert all(a < b for a, b in zip(low.y, high.y, strict=True))
    assert [is_drawn(found, place) for place in range(4)] == [False, True, True, False]


def test_an_interval_of_a_few_rows_does_not_press_the_others_flat() -> None:
    found = stats(ColumnKind.NUMBER, stretches(0.0, 1.0, 2.0), [1_000, 1], [50, 0])

    assert column_chart(found).layout.yaxis2.range[1] < 0.1


def test_values_are_all_drawn() -> None:
    assert all(is_drawn(CATEGORY, place) for place in range(3))


def test_what_stands_for_many_values_does_not_press_the_others_flat() -> None:
    others = Group("900 other values", GroupKind.OTHERS, ("a",))
    found = stats(ColumnKind.CATEGORY, [Group.of_value("a"), others], [10, 9_000], [1, 2])

    figure = column_chart(found)

    assert figure.layout.xaxis.range[1] < 12
    assert list(figure.data[1].text) == ["9,000"]


def test_a_label_is_no_part_of_a_template() -> None:
    shares = column_chart(replace(CATEGORY, label="%{x}<i>")).data[2]

    assert "%{x}" not in shares.hovertemplate
    assert shares.customdata[0][5] == "%{x}&lt;i&gt;"
