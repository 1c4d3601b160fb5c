import pandas as pd
import pytest

from dashboard import charts

CLASSES = pd.DataFrame({"label": ["0", "<b>1</b>"], "count": [94, 6], "share": [0.94, 0.06]})
LENGTHS = pd.DataFrame(
    {
        "part": ["train", "train", "train", "validation", "test"],
        "length": [1, 2, 130, 2, 900],
        "count": [5, 7, 1, 3, 4],
    }
)


@pytest.mark.parametrize(("log", "kind"), [(True, "log"), (False, "linear")])
def test_every_chart_has_axis_titles_and_the_scale_asked_for(log: bool, kind: str) -> None:
    figures = [
        charts.class_bars(CLASSES, log=log),
        charts.length_bars(LENGTHS, "train", unit="words", log=log, last=130),
        charts.score_bars([3, 0, 1], threshold=0.4, log=log),
    ]
    for figure in figures:
        assert figure.layout.yaxis.type == kind
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text.startswith(("rows", "texts"))


def test_class_bars_show_counts_as_they_are_and_names_as_text() -> None:
    bars = charts.class_bars(CLASSES, log=False).data[0]
    assert list(bars.y) == [94, 6]
    assert list(bars.x) == ["0", "&lt;b&gt;1&lt;/b&gt;"]


def test_length_bars_hold_every_text_of_the_part_once() -> None:
    bars = charts.length_bars(LENGTHS, "train", unit="words", log=False, last=130).data[0]
    assert sum(bars.y) == 13


def test_the_shared_axis_ends_at_the_longest_text_of_train_and_validation() -> None:
    assert charts.axis_end(LENGTHS) == 130


def test_score_bars_draw_the_threshold_only_where_there_is_one() -> None:
    assert len(charts.score_bars([1, 2], threshold=0.3, log=False).layout.shapes) == 1
    assert len(charts.score_bars([1, 2], threshold=None, log=False).layout.shapes) == 0
