from types import SimpleNamespace

import pytest
import streamlit as st

from dashboard.app_pages.score import typed_texts


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})


def typed(text: str) -> typed_texts.Typed:
    return typed_texts.Typed("12:00:00", text, "a", "A", 0.5, None, "0", 9.0)


def test_what_was_asked_is_that_runs_alone_and_new_once() -> None:
    run, other = SimpleNamespace(id="a"), SimpleNamespace(id="b")
    typed_texts.ask_about(run, ("one", "two"))

    assert typed_texts.asked(run) == ("one", "two")
    assert typed_texts.asked(other) == ()
    assert [typed_texts.newly_asked(), typed_texts.newly_asked()] == [True, False]
    typed_texts.ask_about(run, ("one", "two"))
    assert typed_texts.times_asked() == 2


def test_the_history_keeps_the_newest() -> None:
    texts = [str(number) for number in range(typed_texts.MAX_TYPED)]
    typed_texts.note_typed([typed(text) for text in texts])
    typed_texts.note_typed([typed("new")])

    assert [one.text for one in typed_texts.typed_so_far()] == [*texts[1:], "new"]


def test_what_was_cleared_can_be_brought_back_until_something_is_typed() -> None:
    assert not typed_texts.can_restore_typed()
    typed_texts.note_typed([typed("a")])
    typed_texts.clear_typed()
    assert typed_texts.typed_so_far() == ()
    assert typed_texts.can_restore_typed()

    typed_texts.restore_typed()
    assert [one.text for one in typed_texts.typed_so_far()] == ["a"]
    typed_texts.clear_typed()
    typed_texts.note_typed([typed("b")])
    assert not typed_texts.can_restore_typed()
