import pandas as pd
import pytest

from core.scoring.drift import Shift
from dashboard.charts import charts

CLASSES = pd.DataFrame({"label": ["0", "<b>1</b>"], "count": [94, 6], "share": [0.94, 0.06]})
LENGTHS = pd.DataFrame(
    {
        "group": ["train", "train", "train", "validation", "test"],
        "length": [1, 2, 130, 2, 900],
        "count": [5, 7, 1, 3, 4],
    }
)


@pytest.mark.parametrize(("log", "kind"), [(True, "log"), (False, "linear")])
def test_every_chart_has_axis_titles_and_the_scale_asked_for(log: bool, kind: str) -> None:
    figures = [
        charts.class_bars(CLASSES, log=log),
        charts.class_bars(CLASSES, log=log, shares=True),
        charts.score_bars([3, 0, 1], threshold=0.4, log=log),
    ]
    for figure in figures:
        assert figure.layout.yaxis.type == kind
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text.startswith(("rows", "% of rows", "texts"))


def test_class_bars_show_counts_as_they_are_and_names_as_text() -> None:
    bars = charts.class_bars(CLASSES, log=False).data[0]
    assert list(bars.y) == [94, 6]
    assert list(bars.x) == ["0", "&lt;b&gt;1&lt;/b&gt;"]


def test_bins_of_lengths_hold_every_text_once_and_are_shared_by_the_groups() -> None:
    bins = charts.length_bins(LENGTHS)
    assert bins.groupby("group")["count"].sum().to_dict() == {
        "test": 4,
        "train": 13,
        "validation": 3,
    }
    assert bins["end"].max() == 900
    spans = bins[["start", "end"]].drop_duplicates().sort_values("start")
    assert (spans["start"].iloc[1:].to_numpy() > spans["end"].iloc[:-1].to_numpy()).all()


def test_an_axis_of_lengths_is_not_stretched_by_one_endless_text() -> None:
    lengths = pd.DataFrame({"length": [10, 20, 100_000], "count": [5_000, 5_000, 1]})
    assert charts.axis_end(lengths) == 40


def test_term_bars_show_the_first_term_at_the_top_and_names_as_text() -> None:
    terms = pd.DataFrame({"term": ["a<b", "c"], "rows": [3, 2], "z": [2.5, 1.0]})
    figure = charts.term_bars(terms, measure="z")
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(figure.layout.yaxis.ticktext) == ["a&lt;b", "c"]


@pytest.mark.parametrize("color", ["label", "n_words", "score"])
def test_every_point_of_a_map_carries_its_row(color: str) -> None:
    points = pd.DataFrame(
        {"row": [4, 7, 9], "x": [0.0, 1, 2], "y": [0.0, 1, 2], "text": ["a", "<b>", "c"],
         "label": ["0", None, "1"], "n_words": [1, 2, 3], "score": [0.1, 0.2, 0.9]}
    )  # fmt: skip
    figure = charts.map_scatter(points, color=color, classes=("0", "1"))
    rows = sorted(int(entry[0]) for trace in figure.data for entry in trace.customdata)
    assert rows == [4, 7, 9]
    assert not any("<b>" in text for trace in figure.data for text in trace.text)


def test_score_bars_draw_the_threshold_only_where_there_is_one() -> None:
    assert len(charts.score_bars([1, 2], threshold=0.3, log=False).layout.shapes) == 1
    assert len(charts.score_bars([1, 2], threshold=None, log=False).layout.shapes) == 0


def test_a_shift_is_drawn_as_shares_of_both_sides_by_bin() -> None:
    shift = Shift((3.0, 8.5), (10, 30, 60), (1, 1, 2))
    figure = charts.shift_bars(shift, "tokens")

    own, found = figure.data
    assert list(own.x) == list(found.x) == ["≤ 3", "≤ 8.5", "> 8.5"]
    assert (list(own.y), list(found.y)) == ([10, 30, 60], [25, 25, 50])
    assert list(charts.shift_bars(Shift((), (4,), (0,)), "score").data[1].y) == [0]


@pytest.mark.parametrize(
    ("edges", "names"),
    [
        ((), ["all"]),
        ((8.0, 10.0), ["≤ 8", "≤ 10", "> 10"]),
        ((99.0, 104.0, 109.0), ["≤ 99", "≤ 104", "≤ 109", "> 109"]),
        ((0.9991, 0.9994), ["≤ 0.9991", "≤ 0.9994", "> 0.9994"]),
        ((0.00012, 0.5), ["≤ 0.00012", "≤ 0.5", "> 0.5"]),
    ],
)
def test_bins_have_names_of_their_own(edges: tuple[float, ...], names: list[str]) -> None:
    assert charts.bin_names(edges) == names


def test_many_classes_lie_and_are_all_there() -> None:
    names = [f"class {n}" for n in range(77)]
    table = pd.DataFrame({"label": names, "count": range(1, 78), "share": [1 / 77] * 77})
    for log in (True, False):
        figure = charts.class_bars(table, log=log)
        bars = figure.data[0]
        assert bars.orientation == "h"
        assert [entry[0] for entry in bars.customdata] == names[::-1]
        assert figure.layout.xaxis.type == ("log" if log else "linear")
        assert figure.layout.yaxis.type == "category"


def test_a_map_of_many_classes_names_the_commonest_and_greys_the_others() -> None:
    labels = [f"c{n % 12}" for n in range(60)] + ["c0"] * 9 + [None]
    points = pd.DataFrame(
        {"row": range(70), "x": 0.0, "y": 0.0, "text": "t", "label": labels, "n_words": 1}
    )
    figure = charts.map_scatter(points, color="label", classes=[f"c{n}" for n in range(12)])
    names = [trace.name for trace in figure.data]
    assert names[0] == "c0"
    assert names[-2:] == ["other labels", "no label"]
    assert len(names) == 10
    assert sum(len(trace.customdata) for trace in figure.data) == 70
