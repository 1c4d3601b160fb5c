import pytest

from core.labels.store.events import Action, LabelEvent


def made(action: Action, **values: object) -> LabelEvent:
    return LabelEvent(fingerprint="f", row=1, action=action, annotator="ann", **values)


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.LABEL])
def test_only_a_label_has_a_value(action: Action) -> None:
    undoes = 1 if action is Action.UNDO else None
    with pytest.raises(ValueError, match=f"{action.value} with the value '1'"):
        made(action, value="1", undoes=undoes)

    assert made(action, undoes=undoes).value is None


def test_a_label_without_a_value_is_none() -> None:
    with pytest.raises(ValueError, match="label with the value None"):
        made(Action.LABEL)

    assert made(Action.LABEL, value="").value == ""


@pytest.mark.parametrize("action", [Action.SKIP, Action.FLAG, Action.NOTE])
def test_only_an_undo_takes_an_event_back(action: Action) -> None:
    with pytest.raises(ValueError, match=f"{action.value} of the event 3"):
        made(action, undoes=3)
    with pytest.raises(ValueError, match="undo of the event None"):
        made(Action.UNDO)

    assert made(Action.UNDO, undoes=3).undoes == 3


def test_every_event_has_a_name_of_its_own() -> None:
    names = {made(Action.SKIP).client_event for _ in range(50)}

    assert len(names) == 50
    assert made(Action.SKIP, client_event="mine").client_event == "mine"
