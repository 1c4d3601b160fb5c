from core.scoring.scoring_job import list_scorings
from core.workspace import Workspace
from dashboard.app_pages.score.scoring_picker import scoring_picker
from tests.dashboard.app_pages.score.made_scorings import made_scoring
from tests.dashboard.conftest import Draw


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

    app.selectbox[0].set_value(old.id).run()
    assert app.session_state["drawn"] == old

    # What is scored meanwhile does not take its place; what is deleted leaves it to the newest.
    newest = made_scoring(workspace, number=3)
    assert app.run().session_state["drawn"] == old
    workspace.scoring(old.id).description.unlink()
    assert app.run().session_state["drawn"] == newest
