import pytest

from core.scoring.scoring_job import read_scoring_result
from core.workspace import Workspace
from dashboard.app_pages.score.scores_view import scores_view
from tests.dashboard.app_pages.score.made_scorings import made_scoring
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import charts, said, table


def opened(draw: Draw, workspace: Workspace, **values):
    scoring = made_scoring(workspace, **values)
    return draw(scores_view, scoring, read_scoring_result(workspace, scoring))


@pytest.mark.parametrize(
    ("threshold", "rows", "share"),
    [
        (0.0, 5, "100.0%"),
        (0.5, 2, "40.0%"),
        (0.449, 3, "60.0%"),
        (0.951, 0, "0.0%"),
        (1.0, 0, "0.0%"),
    ],
)
def test_a_moved_threshold_counts_the_rows_from_it_on(
    draw: Draw, workspace: Workspace, threshold: float, rows: int, share: str
) -> None:
    app = opened(draw, workspace)

    app.slider[0].set_value(threshold).run()

    assert not app.exception
    assert said(app, f"From {threshold:.3f} on are {rows} of 5 rows ({share}).")
    moved = threshold != 0.5
    assert said(app, "The file was labelled at 0.500: 2.") is moved


def test_the_line_stands_at_the_threshold_over_all_scores(draw: Draw, workspace: Workspace) -> None:
    app = opened(draw, workspace)
    app.slider[0].set_value(0.7).run()

    (chart,) = charts(app)
    assert chart["layout"]["shapes"][0]["x0"] == 0.7
    assert sum(chart["data"][0]["y"]) == 5
    assert len(chart["data"][0]["x"]) == 50


@pytest.mark.parametrize(("log", "kind"), [(True, "log"), (False, "linear")])
def test_the_scale_can_be_changed(draw: Draw, workspace: Workspace, log: bool, kind: str) -> None:
    app = opened(draw, workspace)
    app.toggle[0].set_value(log).run()

    assert charts(app)[0]["layout"]["yaxis"]["type"] == kind


def test_of_many_classes_labels_are_counted_the_commonest_first(
    draw: Draw, workspace: Workspace
) -> None:
    rows = [(n, f"text {n}", 0.6, "abbccc"[n % 6]) for n in range(12)]

    app = opened(draw, workspace, rows=rows, classes=("a", "b", "c"))

    assert not app.slider
    assert said(app, "A score is the probability of the most probable class.")
    shown = table(app, "Label")
    assert shown["Label"].tolist() == ["c", "b", "a"]
    assert shown["Rows"].tolist() == [6, 4, 2]
    assert shown["Share"].tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    assert "shapes" not in charts(app)[0]["layout"]
