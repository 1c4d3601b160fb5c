from collections.abc import Callable
from types import SimpleNamespace

from dashboard import choices, state
from tests.dashboard.conftest import Draw


def named(*ids: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(id=each) for each in ids]


def found(draw: Draw, steps: Callable[[], object]) -> object:
    return draw(steps).session_state["drawn"]


def test_what_was_deleted_here_is_chosen_no_more(draw: Draw) -> None:
    def steps() -> object:
        state.choose_dataset("a")
        choices.forget(state.DATASET, "b")
        kept = choices.chosen(state.DATASET)
        choices.forget(state.DATASET, "a")
        return kept, choices.chosen(state.DATASET)

    assert found(draw, steps) == ("a", "")


def test_a_page_goes_on_with_its_run_until_another_is_chosen(draw: Draw) -> None:
    def steps() -> object:
        shown = [choices.shown_run(named("b", "a"), "score", opened=True).id]
        shown.append(choices.shown_run(named("c", "b", "a"), "score", opened=False).id)
        state.choose_run("a")
        shown.append(choices.shown_run(named("c", "b", "a"), "score", opened=False).id)
        return shown

    assert found(draw, steps) == ["b", "b", "a"]


def test_a_page_that_is_opened_again_shows_what_was_chosen_elsewhere_if_it_can(draw: Draw) -> None:
    def steps() -> object:
        state.choose_run("at work")
        shown = [choices.shown_run(named("b", "a"), "score", opened=True).id]
        # Another has ended since: what the page showed last goes before the newest.
        shown.append(choices.shown_run(named("c", "b", "a"), "score", opened=True).id)
        shown.append(choices.shown_run(named("at work", "c", "b"), "score", opened=False).id)
        shown.append(choices.shown_run(named("at work", "c", "b"), "score", opened=True).id)
        return shown

    assert found(draw, steps) == ["b", "b", "b", "at work"]


def test_a_run_that_was_deleted_here_is_wanted_nowhere(draw: Draw) -> None:
    def steps() -> object:
        state.choose_runs(["a"])
        choices.shown_run(named("a", "b"), "score", opened=True)
        choices.forget_run("a")
        return choices.wanted_run("score", opened=False), choices.lost_runs(named("b"))

    assert found(draw, steps) == ("", [])


def test_runs_to_compare_go_on_with_the_newest_of_before(draw: Draw) -> None:
    def steps() -> object:
        shown = [choices.shown_runs([]), choices.shown_runs(named("a"))]
        shown.append(choices.shown_runs(named("b", "a")))
        state.choose_runs(["b", "gone"])
        shown.append(choices.shown_runs(named("b", "a")))
        return [[run.id for run in runs] for runs in shown], choices.lost_runs(named("b", "a"))

    assert found(draw, steps) == ([[], ["a"], ["a"], ["b"]], ["gone"])


def test_every_chosen_ticked_or_shown_run_is_known(draw: Draw) -> None:
    def steps() -> object:
        before = choices.chosen_ids()
        choices.shown_run(named("c", "b", "a"), "score", opened=True)
        state.choose_runs(["a", "b"])
        state.choose_run("d")
        return before, choices.chosen_ids()

    assert found(draw, steps) == (set(), {"a", "b", "c", "d"})
