"""Turn Sincerely's own errors into a message in place; bugs go on and are shown as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeAlias

import streamlit as st

from core.data.dataset import list_datasets
from core.errors import SincerelyError
from core.maintenance.damage import explained
from core.runs.run import list_runs
from core.scoring.scoring_job import list_scorings
from dashboard import state
from dashboard.ui.plain_text import plain

_P = ParamSpec("_P")
_Draw: TypeAlias = Callable[_P, None]


@contextmanager
def errors_shown(*, stop: bool = False) -> Iterator[None]:
    """Show a SincerelyError raised inside, or what a damaged file raised, as one red sentence.

    Args:
        stop: End the page there, instead of going on after the block.
    """
    try:
        yield
    except Exception as error:
        _show(error)
        if stop:
            st.stop()


def fragment(*, run_every: float | None = None) -> Callable[[_Draw[_P]], _Draw[_P]]:
    """`st.fragment` with its errors shown inside: Streamlit itself takes what a fragment raises."""

    def decorate(draw: _Draw[_P]) -> _Draw[_P]:
        @wraps(draw)
        def shown(*args: _P.args, **kwargs: _P.kwargs) -> None:
            with errors_shown():
                draw(*args, **kwargs)

        return st.fragment(shown, run_every=run_every)

    return decorate


def _show(error: Exception) -> None:
    """One red sentence for an error that is for people, or comes of a damaged file.

    Raises:
        Exception: it is neither, but a bug.
    """
    said = _said(error)
    if said is None:
        raise error
    st.error(plain(str(said)), icon=":material/error:")


def _said(error: Exception) -> SincerelyError | None:
    """What to tell people of an error; None if it is a bug."""
    if isinstance(error, SincerelyError):
        return error
    workspace = state.workspace()
    run = state.chosen_run(list_runs(workspace))
    scoring = state.chosen_scoring(list_scorings(workspace))
    datasets = list_datasets(workspace)
    shown = [
        run.id if run else "",
        scoring.id if scoring else "",
        state.chosen_dataset(datasets).id if datasets else "",
        # Boxes keep ids, too, such as that of a second run to compare with.
        *st.session_state.to_dict().values(),
    ]
    return explained(workspace, shown)


def attempt(action: Callable[[], object], *, say: Callable[[str], object] = state.notice) -> None:
    """Do what a click asks for; a SincerelyError is said in the run that follows.

    Args:
        action: What to do.
        say: Keeps the sentence for that run.
    """
    try:
        action()
    except Exception as error:
        said = _said(error)
        if said is None:
            raise
        say(str(said))
