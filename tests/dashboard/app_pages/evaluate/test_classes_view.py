import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from core.evaluation.predictions import read_predictions
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.evaluate.classes_view import classes_view
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import press, said, select, table
from tests.made_answers import answered_run


def test_every_class_has_its_figures_and_the_averages_stand_at_the_end(
    draw: Draw, workspace: Workspace, three: Run
) -> None:
    rows = read_predictions(workspace, three, "test")
    answers = rows.probabilities.argmax(axis=1)
    measures = {"F1": f1_score, "Precision": precision_score, "Recall": recall_score}

    app = draw(classes_view, three, "test")

    shown = table(app, "Class").set_index("Class")
    assert shown.index.tolist() == [*three.classes, "macro average", "micro average"]
    for title, measure in measures.items():
        each = measure(rows.class_ids, answers, average=None)
        assert shown[title].tolist()[:3] == pytest.approx(each.tolist())
        assert shown.loc["macro average", title] == pytest.approx(each.mean())
        assert (shown[f"{title} from"] <= shown[title]).all()
        assert (shown[f"{title} to"] >= shown[title]).all()
    assert shown["Rows"].tolist() == [*(30, 30, 30), 90, 90]


def test_confusions_are_counted_the_most_frequent_first(
    draw: Draw, workspace: Workspace, three: Run
) -> None:
    rows = read_predictions(workspace, three, "test")
    answers = rows.probabilities.argmax(axis=1)

    app = draw(classes_view, three, "test")

    shown = table(app, "Predicted label")
    assert shown["Rows"].is_monotonic_decreasing
    for record in shown.to_dict("records"):
        truly = rows.class_ids == three.classes.index(record["Label"])
        taken = truly & (answers == three.classes.index(record["Predicted label"]))
        assert record["Rows"] == taken.sum()
        assert record["Of the label"] == pytest.approx(taken.sum() / truly.sum())


@pytest.mark.parametrize("place", [0, 2])
def test_a_ticked_confusion_leads_to_its_rows(draw: Draw, three: Run, place: int) -> None:
    app = draw(classes_view, three, "test")
    record = table(app, "Predicted label").iloc[place]

    select(app, f"confusions_{three.id}", place)
    press(app, f"See these {record['Rows']} rows")

    cell = (three.classes.index(record["Label"]), three.classes.index(record["Predicted label"]))
    assert app.session_state["mistakes_cell"] == cell
    assert app.session_state[state.EVALUATION] == state.MISTAKES_VIEW


def test_a_run_that_is_always_right_confuses_nothing(draw: Draw, workspace: Workspace) -> None:
    rows = toy.make_rows(150, classes=3)
    run = answered_run(workspace, toy.import_rows(workspace, rows), skill=50.0)

    app = draw(classes_view, run, "test")

    assert said(app, "None: every prediction is right.")
    assert table(app, "Class")["F1"].tolist() == [1.0] * 5


def test_a_class_that_is_never_said_has_no_precision(draw: Draw, workspace: Workspace) -> None:
    rows = [(f"text {n}", "rare" if n % 20 == 0 else "ab"[n % 2]) for n in range(400)]
    run = answered_run(workspace, toy.import_rows(workspace, rows), skill=0.0, seed=3)
    found = read_predictions(workspace, run, "test")
    answers = found.probabilities.argmax(axis=1)
    expected = precision_score(found.class_ids, answers, average=None, zero_division=0)

    app = draw(classes_view, run, "test")

    shown = table(app, "Class")
    assert shown["Precision"].tolist()[:3] == pytest.approx(expected.tolist())
