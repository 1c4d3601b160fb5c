import json

import pytest

from core.data.dataset import Dataset
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.jobs.status import JobState, JobStatus, write_status
from core.runs.metrics import RESOURCES, STEP, MetricsLog
from core.runs.result import read_result
from core.workspace import Workspace
from dashboard import reads
from dashboard.app_pages.runs.run_view import run_view, status_line
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import buttons, metrics, said, sentences, table
from tests.made_answers import answered_run
from tests.made_runs import held, make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(400))


@pytest.mark.parametrize("state", list(JobState))
def test_every_state_has_a_badge_and_its_reason(draw: Draw, state: JobState) -> None:
    app = draw(status_line, JobStatus(state, "Because of *this*."))

    (badge,) = [each.value for each in app.markdown if each.value.startswith(":")]
    assert state.value.capitalize() in badge
    assert said(app, "Because of *this*.")


def test_without_a_reason_none_is_said(draw: Draw) -> None:
    assert not draw(status_line, JobStatus(JobState.FINISHED)).caption


def test_a_finished_run_says_how_long_it_took_and_what_it_reached(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "good", points=400, skill=0.6)

    app = draw(run_view, run)

    shown = metrics(app)
    assert shown == {
        "Epoch": "2 of 2", "Step of 4,000": "4,000", "Rows/s": "409", "Trained for": "2 min",
    }  # fmt: skip
    reached = table(app, "Validation")
    assert reached.columns.tolist() == ["Validation", "Test"]
    assert reached.loc["F1", "Validation"] == pytest.approx(0.59)
    assert reached.loc["F1", "Test"] == pytest.approx(0.586)
    assert said(app, "Best after epoch 2.0 (step 4,000). The threshold is 0.31")
    assert not {"Stop", "Resume"} & set(buttons(app))
    assert not app.get("progress")


@pytest.mark.parametrize("state", [JobState.FINISHED, JobState.STOPPED, JobState.DIED])
def test_a_run_that_ended_has_one_duration_and_one_rate_everywhere(
    draw: Draw, workspace: Workspace, dataset: Dataset, state: JobState
) -> None:
    run = make_run(workspace, dataset, "good", points=400)
    paths = workspace.run(run.id)
    values = json.loads(paths.result.read_text("utf-8"))
    paths.result.write_text(json.dumps({**values, "rows_per_s": 19.4, "seconds": 207.0}), "utf-8")
    write_status(paths, JobStatus(state, rows_per_s=16.0))

    app = draw(run_view, run)

    shown = metrics(app)
    assert (shown["Rows/s"], shown["Trained for"]) == ("19", "3 min")
    assert not said(app, "rows/s")
    (record,) = reads.runs_table(workspace, [run]).to_dict("records")
    assert (record["Rows/s"], record["Seconds"]) == (19.4, 207.0)


def test_a_threshold_that_was_chosen_since_is_told_with_its_reason(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = answered_run(workspace, dataset)
    assert not said(draw(run_view, run), "Scoring uses")

    keep_operating_point(workspace, run, OperatingPoint(0.875, Rule.RECALL, (0.9,)))
    app = draw(run_view, run)

    assert said(app, "Scoring uses 0.875 instead: recall of at least 0.9 on validation rows.")


def test_of_many_classes_no_threshold_is_told(draw: Draw, workspace: Workspace) -> None:
    rows = toy.make_rows(300, classes=3)
    run = answered_run(workspace, toy.import_rows(workspace, rows))

    app = draw(run_view, run)

    assert said(app, "The predicted label is the most probable class.")
    assert not said(app, "The threshold is")
    assert "Macro F1" in table(app, "Validation").index


@pytest.mark.parametrize("state", [JobState.STOPPED, JobState.FAILED, JobState.DIED])
def test_one_that_ended_early_can_be_resumed(
    draw: Draw, workspace: Workspace, dataset: Dataset, state: JobState
) -> None:
    run = make_run(workspace, dataset, "early", points=5, state=state, message="No room.")

    app = draw(run_view, run)

    assert "Resume" in buttons(app)
    assert said(app, "No room.")
    reached = [each.value for each in app.dataframe if "Validation" in each.value.columns]
    assert len(reached) == (1 if state is JobState.STOPPED else 0)


def test_one_at_work_says_how_far_it_is_and_what_it_takes(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "busy", points=40, state=JobState.RUNNING)
    with held(workspace.run(run.id)):
        app = draw(run_view, run)

        assert metrics(app)["Step of 800"] == "400"
        assert metrics(app)["Time left"] == "10 s"
        assert app.get("progress")[0].proto.value == 50
        assert "Stop" in buttons(app)
        line = next(text for text in sentences(app) if "GB memory" in text)
        assert "1.6 GB memory" in line
        assert "2% waiting for rows" in line
        assert "GPU" not in line


def test_use_of_a_gpu_is_told_where_there_is_one(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "busy", points=10, state=JobState.RUNNING)
    with MetricsLog(workspace.run(run.id).metrics) as log:
        log.append(
            RESOURCES, seconds=9.0, cpu=0.4, memory_bytes=2.5e9, gpu=0.87, gpu_memory_bytes=7.1e9
        )
    with held(workspace.run(run.id)):
        app = draw(run_view, run)

    assert said(app, "CPU 40% · 2.5 GB memory · GPU 87% · 7.1 GB GPU memory")


def test_before_its_first_step_there_is_neither_time_nor_curve(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "new", points=0, state=JobState.QUEUED)
    write_status(workspace.run(run.id), JobStatus(JobState.STARTING))
    with held(workspace.run(run.id)):
        app = draw(run_view, run)

    assert metrics(app) == {"Epoch": "0 of 0", "Step": "0", "Rows/s": "–", "Time left": "–"}
    assert said(app, "Curves appear with the first steps.")
    assert not said(app, "GB memory")


def test_stop_asks_it_to_and_then_offers_to_end_it(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "busy", points=10, state=JobState.RUNNING)
    paths = workspace.run(run.id)
    with held(paths):
        app = draw(run_view, run)
        app.get_by_key(f"stop_{run.id}").click().run()

        assert not app.exception
        assert paths.stop_request.exists()
        write_status(paths, JobStatus(JobState.STOPPING))
        app.run()
        assert app.get_by_key(f"end_{run.id}").label == "End at once"


def test_curves_of_other_runs_are_laid_over_its_own(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    other = make_run(workspace, dataset, "other", points=5)
    run = make_run(workspace, dataset, "shown", points=5)

    app = draw(run_view, run, [other])

    loss = json.loads(app.get("bidi_component")[0].proto.json)
    assert {curve["entry"] for curve in loss["curves"]} == {"shown", "other"}
    assert loss["curves"][0]["color"] == 0


def test_the_log_is_read_only_when_it_is_opened(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "quiet", points=5)
    app = draw(run_view, run)
    assert not app.code

    app.session_state[f"log_{run.id}"] = True
    app.run()
    assert app.code[0].value == "Nothing yet."


def test_a_result_of_a_run_at_work_is_so_far(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = answered_run(workspace, dataset, parts=("validation",))
    assert read_result(workspace, run) is not None
    write_status(workspace.run(run.id), JobStatus(JobState.RUNNING, total=10, done=5))
    with MetricsLog(workspace.run(run.id).metrics) as log:
        log.append(STEP, step=5, loss=0.5, seconds=1.0)
    with held(workspace.run(run.id)):
        app = draw(run_view, run)

    assert said(app, "Reached so far by the model it kept")
    assert table(app, "Validation").columns.tolist() == ["Validation"]


@pytest.mark.parametrize("missing", ["examples", "predictions", "result"])
def test_a_file_that_is_gone_is_one_sentence_and_no_end_of_reruns(
    draw: Draw, workspace: Workspace, dataset: Dataset, missing: str
) -> None:
    run = answered_run(workspace, dataset)
    getattr(workspace.run(run.id), missing).unlink()

    app = draw(run_view, run)  # It would not come back from reruns without end.

    assert any("but found no file: delete the run" in unescaped(each.value) for each in app.error)
    assert "Epoch" in metrics(app)
