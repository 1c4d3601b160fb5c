import pytest

from core.data.dataset import Dataset
from core.workspace import Workspace
from dashboard.app_pages.overview.figures import figures, runs_card
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import metrics, said, table
from tests.made_runs import make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(100))


def test_texts_of_two_classes_have_a_share_of_the_positive_one(
    draw: Draw, workspace: Workspace
) -> None:
    rows = [("one two three", "ham"), ("four five", "spam"), ("six", "ham"), ("a b c d", "ham")]
    dataset = toy.import_rows(workspace, rows * 300, name="_mail_")

    assert metrics(draw(figures, dataset)) == {
        "Texts": "1,200",
        "Labelled “spam”": "25.0%",
        "Median length": "2 words",
        "Best validation F1": "–",
    }


@pytest.mark.parametrize(("labels", "count"), [("abc", "3"), ("a", "1"), ([""], "0")])
def test_without_two_classes_they_are_counted(
    draw: Draw, workspace: Workspace, labels: str, count: str
) -> None:
    rows = [(f"text {number}", label) for number, label in enumerate([*labels] * 2)]

    found = metrics(draw(figures, toy.import_rows(workspace, rows)))

    assert found["Classes"] == count
    assert not any(name.startswith("Labelled") for name in found)


def test_the_best_f1_is_that_of_any_sound_run_on_the_same_content(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(100, seed=9), name="other")
    make_run(workspace, other, "of other texts", points=2, skill=0.9)
    for name, skill in (("a", 0.6), ("b", 0.7), ("c", 0.5), ("harmed", 0.8)):
        run = make_run(workspace, dataset, name, points=2, skill=skill)
    workspace.run(run.id).result.write_text("{}", "utf-8")

    assert metrics(draw(figures, dataset))["Best validation F1"] == "0.690"


def test_a_share_that_is_a_class_of_markup_is_shown_as_it_is(
    draw: Draw, workspace: Workspace
) -> None:
    rows = [(f"text {number}", "**bad**" if number == 1 else ":smile:") for number in range(4)]

    found = metrics(draw(figures, toy.import_rows(workspace, rows)))

    assert found["Labelled “**bad**”"] == "25.0%"


def test_before_the_first_run_the_card_says_so(draw: Draw) -> None:
    app = draw(runs_card)

    assert not app.dataframe
    assert said(app, "No runs yet")


def test_runs_are_listed_with_their_metrics_and_their_damage_only_if_there_is_some(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    for name, skill in (("first", 0.6), ("second", 0.7)):
        run = make_run(workspace, dataset, name, points=2, skill=skill)
        workspace.run(run.id).predictions.touch()
    app = draw(runs_card)
    found = table(app, "Run")
    shown = app.dataframe[0].proto.column_order
    assert dict(zip(found["Run"], found["F1"].round(3), strict=True)) == {
        "second": 0.69, "first": 0.59,
    }  # fmt: skip
    assert list(shown) == ["Run", "Data set", "State", "PR-AUC", "F1", "Accuracy", "Started"]

    workspace.run(run.id).result.unlink()
    app.run()

    damage = dict(zip(table(app, "Run")["Run"], table(app, "Run")["Damage"], strict=True))
    assert "result.json" in damage["second"]
    assert damage["first"] == ""
    assert app.dataframe[0].proto.column_order[-1] == "Damage"
