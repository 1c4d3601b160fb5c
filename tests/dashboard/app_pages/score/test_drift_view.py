import pytest

from core.scoring.drift import Drift, Shift
from core.scoring.summary import FileResult
from dashboard.app_pages.score.drift_view import drift_view
from tests.dashboard.app_pages.score.made_scorings import ROWS, result_of
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import charts, deltas, metrics, said

ALIKE = Shift((3.0,), (5_000, 5_000), (500, 500))


def result(drift: Drift | None) -> FileResult:
    from dataclasses import replace

    return replace(result_of(ROWS), drift=drift)


def drift(**changes: object) -> Drift:
    values = {
        "part": "test", "lengths": ALIKE, "scores": ALIKE, "unknown": (0.01, 0.2),
        "cut": (0.0, 0.125), "labels": {"0": (0.75, 0.5), "*1*": (0.25, 0.5)}, **changes,
    }  # fmt: skip
    return Drift(**values)


def test_without_measured_rows_there_is_nothing_to_compare_with(draw: Draw) -> None:
    app = draw(drift_view, result(None))

    assert said(app, "The run has no measured rows to compare with.")
    assert not charts(app)


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (ALIKE, "Alike: index 0.000."),
        (Shift((3.0,), (5_000, 5_000), (650, 350)), "Alike: index 0.093."),
        (Shift((3.0,), (5_000, 5_000), (700, 300)), "Some shift: index 0.17."),
        (Shift((3.0,), (5_000, 5_000), (900, 100)), "A large shift: index 0.88."),
        (Shift((3.0,), (5_000, 5_000), (10, 5)), "Too few texts to tell a shift from chance."),
        (Shift((3.0,), (5_000, 5_000), (0, 0)), "Too few texts to tell a shift from chance."),
        (Shift((), (10_000,), (500,)), "The run's own texts are all alike in this"),
    ],
)
@pytest.mark.parametrize("side", ["lengths", "scores"])
def test_a_shift_is_said_in_words(draw: Draw, side: str, shift: Shift, words: str) -> None:
    app = draw(drift_view, result(drift(**{side: shift})))

    assert said(app, words)


def test_shares_stand_beside_the_runs_own(draw: Draw) -> None:
    app = draw(drift_view, result(drift()))

    assert metrics(app) == {
        "Unknown tokens": "20.00%", "Cut texts": "12.50%", "Labelled “*1*”": "50.00%",
    }  # fmt: skip
    assert deltas(app)["Unknown tokens"] == "1.00% in the run's own texts"
    assert deltas(app)["Labelled “*1*”"] == "25.00% in the run's own texts"
    assert said(app, "Against the run's test rows")


def test_of_many_labels_the_one_that_moved_most_is_told(draw: Draw) -> None:
    labels = {"a": (0.4, 0.3), "b": (0.3, 0.1), "c": (0.3, 0.6)}

    app = draw(drift_view, result(drift(labels=labels)))

    assert metrics(app)["Labelled “c”"] == "60.00%"
    assert not {"Labelled “a”", "Labelled “b”"} & set(metrics(app))


def test_both_sides_are_drawn_as_shares(draw: Draw) -> None:
    shift = Shift((3.0,), (1_000, 3_000), (900, 100))

    lengths, scores = charts(draw(drift_view, result(drift(lengths=shift))))

    assert [bars["y"] for bars in lengths["data"]] == [[25, 75], [90, 10]]
    assert lengths["data"][0]["x"] == ["≤ 3", "> 3"]
    assert [bars["y"] for bars in scores["data"]] == [[50, 50], [50, 50]]
