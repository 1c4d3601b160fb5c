from pathlib import Path

import pytest

from core.maintenance.damage import unreadable
from core.workspace import Workspace
from dashboard.ui.damaged_list import damaged_list
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import press


def damage(root: Path, count: int) -> None:
    for number in range(count):
        (root / f"r{number}").mkdir(parents=True)


def test_without_damage_there_is_nothing(draw: Draw, workspace: Workspace) -> None:
    assert not draw(damaged_list).error


@pytest.mark.parametrize(("count", "said"), [(10, None), (13, "3 more records are missing or")])
def test_of_many_damaged_records_the_first_are_said_one_by_one(
    draw: Draw, workspace: Workspace, count: int, said: str | None
) -> None:
    damage(workspace.runs, count)

    app = draw(damaged_list)

    sentences = [unescaped(each.value) for each in app.error]
    assert len(sentences) == (10 if said is None else 11)
    assert "the record of run r0" in sentences[0]
    assert said is None or sentences[-1].startswith(said)
    press(app, "Delete for good")
    assert len(unreadable(workspace)) == count - 1
