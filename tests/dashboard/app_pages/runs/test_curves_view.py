import struct
from base64 import b64decode
from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.jobs.status import JobState
from core.runs.metrics import STEP, MetricsLog
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.runs.curves_view import curves_view
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said, sent
from tests.made_runs import make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(400))


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return make_run(workspace, dataset, "made", points=400)


def numbers(packed: str) -> list[float]:
    raw = b64decode(packed)
    return [round(number, 4) for number in struct.unpack(f"<{len(raw) // 4}f", raw)]


def pills(app: AppTest):
    return next(group for group in app.button_group if "Loss" in group.options)


def chart(app: AppTest, title: str) -> dict:
    return next(each for each in sent(app) if each["y_title"].startswith(title))


def test_at_first_two_charts_over_steps_are_drawn(draw: Draw, run: Run) -> None:
    app = draw(curves_view, [run], key="k")

    assert [each["y_title"] for each in sent(app)] == ["Loss (nats)", "PR-AUC (share)"]
    assert {each["x_title"] for each in sent(app)} == {"step"}
    loss = chart(app, "Loss")
    assert [curve["name"] for curve in loss["curves"]] == ["train", "validation"]
    assert [curve["dotted"] for curve in loss["curves"]] == [False, True]
    assert numbers(loss["curves"][1]["x"]) == [1_000, 2_000, 3_000, 4_000]


def test_validations_are_drawn_as_they_were_measured_and_guessing_as_a_level(
    draw: Draw, run: Run
) -> None:
    app = draw(curves_view, [run], key="k")

    curves = {curve["name"]: curve for curve in chart(app, "PR-AUC")["curves"]}
    assert set(curves) == {"validation", "guessing"}
    assert numbers(curves["guessing"]["x"]) == [0, 4_000]
    assert numbers(curves["guessing"]["y"]) == [0.25, 0.25]
    assert curves["guessing"]["color"] is None


def test_always_the_majority_is_a_level_of_accuracy(draw: Draw, run: Run) -> None:
    app = draw(curves_view, [run], key="k")
    pills(app).set_value(["Accuracy"]).run()

    names = [curve["name"] for curve in chart(app, "Accuracy")["curves"]]
    assert names == ["train", "validation", "always the majority"]
    assert numbers(chart(app, "Accuracy")["curves"][2]["y"]) == [0.75, 0.75]


@pytest.mark.parametrize(
    ("points", "title", "end"), [(400, "time (seconds)", 101.0), (1_200, "time (minutes)", 5.0167)]
)
def test_time_is_drawn_in_the_unit_that_fits(
    draw: Draw, workspace: Workspace, dataset: Dataset, points: int, title: str, end: float
) -> None:
    run = make_run(workspace, dataset, "long", points=points)
    app = draw(curves_view, [run], key="k")

    field(app.button_group, "Axis").set_value("time").run()

    assert not app.exception
    assert {each["x_title"] for each in sent(app)} == {title}
    assert numbers(chart(app, "Loss")["curves"][1]["x"])[-1] == pytest.approx(end, abs=0.01)


def test_smoothing_can_be_turned_off(draw: Draw, run: Run) -> None:
    app = draw(curves_view, [run], key="k")
    smooth = numbers(chart(app, "Loss")["curves"][0]["smooth"])

    app.slider[0].set_value(0.0).run()

    curve = chart(app, "Loss")["curves"][0]
    rough = numbers(curve["y"] if curve["smooth"] is None else curve["smooth"])
    assert rough == numbers(curve["y"])
    assert sum(abs(b - a) for a, b in pairwise(smooth)) < sum(
        abs(b - a) for a, b in pairwise(rough)
    )


def test_charts_stand_in_the_order_of_the_offer_whatever_was_pressed_first(
    draw: Draw, run: Run
) -> None:
    app = draw(curves_view, [run], key="k")
    pills(app).set_value(["Memory", "F1", "Loss"]).run()

    assert [each["y_title"] for each in sent(app)] == ["Loss (nats)", "F1 (share)", "Memory (GB)"]
    assert numbers(chart(app, "Memory")["curves"][0]["y"])[0] == pytest.approx(1.6, abs=0.05)


def test_without_a_chart_there_is_none(draw: Draw, run: Run) -> None:
    app = draw(curves_view, [run], key="k")
    pills(app).set_value([]).run()

    assert not app.exception
    assert not sent(app)


def test_what_a_run_has_not_measured_is_not_offered_though_it_was_chosen_before(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "short", points=5)
    chosen = {f"{state.KEPT}curves_measures_two": ["Loss", "CPU", "GPU memory"]}

    app = draw(curves_view, [run], key="k", session=chosen)

    assert not {"CPU", "GPU memory"} & set(pills(app).options)
    assert pills(app).value == ["Loss"]


def test_before_the_first_validation_the_place_of_its_chart_says_so(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "short", points=5)

    app = draw(curves_view, [run], key="k")

    assert [each["y_title"] for each in sent(app)] == ["Loss (nats)"]
    assert said(app, "Nothing before the first validation.")


def test_before_the_first_step_there_is_a_word_for_it(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "new", points=0, state=JobState.FAILED)

    app = draw(curves_view, [run], key="k")
    assert said(app, "Curves appear with the first steps.")

    with MetricsLog(workspace.run(run.id).metrics) as log:
        log.append(STEP, step=10, loss=0.5, seconds=1.0)
    assert len(sent(app.run())) == 1


def test_several_runs_have_a_colour_and_an_entry_each(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    other = make_run(workspace, dataset, "*other*", points=200)

    app = draw(curves_view, [run, other], key="k")

    curves = chart(app, "Loss")["curves"]
    assert [(curve["color"], curve["entry"]) for curve in curves] == [
        (0, "made"), (0, "made"), (1, "*other*"), (1, "*other*"),
    ]  # fmt: skip
    assert [curve["group"] for curve in curves] == [run.id, run.id, other.id, other.id]
    assert len({curve["key"] for curve in curves}) == 4
    assert said(app, "Solid lines are training, dotted ones validation.")
    # Both guess alike, so one level is drawn.
    assert sum(curve["name"] == "guessing" for curve in chart(app, "PR-AUC")["curves"]) == 1


def test_runs_of_more_classes_have_no_area(draw: Draw, workspace: Workspace) -> None:
    rows = toy.make_rows(300, classes=3)
    run = make_run(workspace, toy.import_rows(workspace, rows), "three", points=200)

    app = draw(curves_view, [run], key="k")

    assert "PR-AUC" not in pills(app).options
    assert [each["y_title"].split()[0] for each in sent(app)] == ["Loss", "F1"]
