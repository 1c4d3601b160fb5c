from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.jobs.tasks import Task, list_tasks
from core.records import to_json, to_plain
from core.runs.config import TrainConfig
from core.training.model_facts import LayerFacts, ModelFacts, ModelFactsRequest
from core.workspace import Workspace
from dashboard.app_pages.train.model_card import _facts, model_card
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import buttons, field, metrics, said

FACTS = ModelFacts(
    device="CPU (8 *cores*)",
    parameters=2 * 2**20,
    trainable=1_000_000,
    layers=(
        LayerFacts(name="encoder", kind="Backbone", output_shape="? × ? × 32", parameters=5_000,
              trainable=4_000, depth=0),
        LayerFacts(name="dense", kind="Dense", output_shape="? × 2", parameters=66, trainable=66,
              depth=1),
    ),
    diagram="digraph { a -> b }",
)  # fmt: skip


def test_facts_are_counted_and_layers_stand_under_theirs(draw: Draw) -> None:
    app = draw(_facts, FACTS)

    assert metrics(app) == {
        "Parameters": "2,097,152", "Trainable": "1,000,000", "Weights in memory": "8 MiB",
    }  # fmt: skip
    assert said(app, "Trains on CPU (8 *cores*)")
    shown = app.dataframe[0].value
    assert shown["Layer"].tolist() == ["encoder", "\u2003dense"]
    assert shown["Parameters"].tolist() == [5_000, 66]


def test_the_diagram_takes_the_place_of_the_table(draw: Draw) -> None:
    app = draw(_facts, FACTS)
    field(app.segmented_control, "View").set_value("Diagram").run()

    assert not app.exception
    assert not app.dataframe
    assert app.get("graphviz_chart")[0].proto.spec == "digraph { a -> b }"


def test_a_task_that_failed_says_why_and_starts_no_other(draw: Draw, workspace: Workspace) -> None:
    request = ModelFactsRequest.of(TrainConfig(), 2)
    task = Task("facts", JobKind.MODEL_FACTS, "Looking", to_plain(request), "2026-01-01T00:00:00")
    paths = workspace.task(task.id)
    paths.folder.mkdir(parents=True)
    paths.description.write_text(to_json(task), "utf-8")
    write_status(paths, JobStatus(JobState.FAILED, "No *room*."))

    app = draw(model_card, TrainConfig(), 2)

    assert "No *room*." in unescaped(app.error[0].value)
    assert buttons(app) == ["Try again"]  # Dismissed, it would be started again.
    assert [each.id for each in list_tasks(workspace)] == ["facts"]
