from dataclasses import replace

from core.scoring.scoring_job import list_scorings
from core.workspace import Workspace
from dashboard.app_pages.score.scoring_picker import scoring_picker
from tests.dashboard.app_pages.score.made_scorings import made_scoring
from tests.dashboard.conftest import Draw, unescaped


def test_none_and_one_need_no_choice(draw: Draw, workspace: Workspace) -> None:
    app = draw(scoring_picker, [])
    assert (app.session_state["drawn"], len(app.selectbox)) == (None, 0)

    scoring = made_scoring(workspace)
    app = draw(scoring_picker, [scoring])
    assert (app.session_state["drawn"], len(app.selectbox)) == (scoring, 0)


def test_of_several_the_newest_is_shown_until_another_is_chosen(
    draw: Draw, workspace: Workspace
) -> None:
    old, new = (made_scoring(workspace, number=number) for number in (1, 2))
    app = draw(lambda: scoring_picker(list_scorings(workspace)))
    assert app.session_state["drawn"] == new
    assert app.selectbox[0].options == [
        "file 2.csv · *The* run · 2026-01-02 10:20",
        "file 1.csv · *The* run · 2026-01-01 10:20",
    ]

    assert app.selectbox[0].proto.HasField("default")  # No button empties it.

    app.selectbox[0].set_value(old.id).run()
    assert app.session_state["drawn"] == old

    # What is scored meanwhile does not take its place; what is deleted elsewhere is said.
    newest = made_scoring(workspace, number=3)
    assert app.run().session_state["drawn"] == old
    workspace.scoring(old.id).description.unlink()
    assert app.run().session_state["drawn"] is None
    assert "is not here: it was deleted, or never was." in unescaped(app.warning[0].value)
    app.selectbox[0].set_value(newest.id).run()
    assert (app.session_state["drawn"], len(app.warning)) == (newest, 0)


def test_what_is_scored_meanwhile_does_not_take_the_place_of_what_is_shown_unchosen(
    draw: Draw, workspace: Workspace
) -> None:
    first = made_scoring(workspace, number=1)
    app = draw(lambda: scoring_picker(list_scorings(workspace)))

    made_scoring(workspace, number=2)

    assert app.run().session_state["drawn"] == first


def test_files_of_one_name_scored_in_one_minute_are_told_apart(
    draw: Draw, workspace: Workspace
) -> None:
    made = made_scoring(workspace)
    one, other = (replace(made, id=name) for name in ("x", "y"))

    app = draw(scoring_picker, [one, other])

    assert [option.rsplit(" · ", 1)[1] for option in app.selectbox[0].options] == ["x", "y"]
    app.selectbox[0].set_value("y").run()
    assert app.session_state["drawn"] == other


def test_of_many_the_newest_are_offered_and_an_older_one_opens_by_its_address(
    draw: Draw, workspace: Workspace
) -> None:
    made = made_scoring(workspace)
    many = [replace(made, id=f"s{number}", file_name=f"{number}.csv") for number in range(301)]

    app = draw(scoring_picker, many)
    assert app.session_state["drawn"] == many[0]
    assert len(app.selectbox[0].options) == 300
    assert unescaped(app.caption[0].value).startswith("The newest 300 of 301.")

    app = draw(scoring_picker, many, session={"chosen_scoring": "s300"})
    assert app.session_state["drawn"] == many[300]
    assert app.selectbox[0].value == "s300"
