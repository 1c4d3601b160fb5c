import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate.part_picker import part_notes, part_picker
from tests.dashboard.conftest import Draw, OpenPage, unescaped
from tests.dashboard.shown import field
from tests.made_answers import answered_run


@pytest.fixture
def untested(workspace: Workspace, dataset: Dataset) -> Run:
    return answered_run(workspace, dataset, "Untested", parts=("validation",), test_size=0)


def test_test_rows_come_first_and_validation_rows_can_be_chosen(draw: Draw, run: Run) -> None:
    app = draw(part_picker, run)
    (choice,) = app.segmented_control
    assert choice.options == ["Test rows", "Validation rows"]
    assert app.session_state["drawn"] == "test"

    choice.set_value("validation").run()

    assert app.session_state["drawn"] == "validation"


def test_a_run_without_a_test_part_has_its_validation_rows(draw: Draw, untested: Run) -> None:
    app = draw(part_picker, untested)

    assert app.segmented_control[0].options == ["Validation rows"]
    assert app.session_state["drawn"] == "validation"


def test_the_choice_lasts_from_run_to_run(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run, untested: Run
) -> None:
    app = open_page("evaluate")
    field(app.selectbox, "Run").set_value(run.id).run()
    field(app.segmented_control, "Rows").set_value("validation").run()

    field(app.selectbox, "Run").set_value(untested.id).run()
    assert field(app.segmented_control, "Rows").value == "validation"
    other = answered_run(workspace, dataset, "Other")
    app.run()
    field(app.selectbox, "Run").set_value(other.id).run()

    assert not app.exception
    assert field(app.segmented_control, "Rows").value == "validation"


@pytest.mark.parametrize(("which", "notes"), [("run", 0), ("untested", 1)])
def test_figures_on_the_rows_that_chose_the_model_are_said_to_flatter(
    draw: Draw, request: pytest.FixtureRequest, which: str, notes: int
) -> None:
    app = draw(part_notes, request.getfixturevalue(which), "validation")

    said = [unescaped(each.value) for each in app.info]
    assert len(said) == notes
    assert all("kept no rows for testing" in each for each in said)
    assert not app.warning


def test_one_class_is_said_of_that_part_alone(draw: Draw, workspace: Workspace, run: Run) -> None:
    path = workspace.run(run.id).predictions
    table = pq.read_table(path)
    pq.write_table(table.filter((pc.field("part") != "test") | (pc.field("class_id") == 0)), path)

    app = draw(part_notes, run, "test")
    assert [each.value.startswith("All these rows are of one class") for each in app.warning] == [
        True
    ]
    assert not draw(part_notes, run, "validation").warning


def test_few_rows_are_said_in_the_doctors_words(draw: Draw, workspace: Workspace, run: Run) -> None:
    path = workspace.run(run.id).predictions
    table = pq.read_table(path)
    few = table.filter(pc.field("part") == "test")
    few = pa.concat_tables([few.filter(pc.field("class_id") == n).slice(0, 3 - n) for n in (0, 1)])
    pq.write_table(pa.concat_tables([table.filter(pc.field("part") != "test"), few]), path)

    lines = [unescaped(each.value) for each in draw(part_notes, run, "test").markdown]

    assert len(lines) == 2
    assert "**Warning.** The 5 test rows (3 of '0', 2 of '1') are too few: they cannot" in lines[0]
    assert "Only 20 validation rows are '1': recall, F1 and the threshold are" in lines[1]
    (line,) = draw(part_notes, run, "validation").markdown
    assert unescaped(line.value) == lines[1]
