"""What a run's scorer says about why a text has its score; cached, bounded in number."""

from __future__ import annotations

import streamlit as st

from core.evaluation.operating_point import OperatingPoint, operating_point
from core.explain.explanation_types import Explanation, Method, Neighbours, SwapSample
from core.explain.identity_swap import Group, ScoredSwap
from core.runs.run import Run
from core.serving.client import OnProgress, explain, nearest, swap, swap_sample
from core.serving.lifecycle import ensure_scorer
from core.workspace import Workspace

_MAX_ENTRIES = 64


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Weighing the words")
def explanations(
    workspace: Workspace, run: Run, texts: tuple[str, ...], method: Method
) -> list[Explanation]:
    """What each word of some texts adds to their scores.

    Raises:
        JobError: the scorer does not start or answer.
    """
    return explain(ensure_scorer(workspace, run).port, run.id, texts, method)


def neighbours(
    workspace: Workspace, run: Run, text: str, count: int, on_progress: OnProgress
) -> Neighbours:
    """The rows that the run learned from which are most like a text; never cached.

    Raises:
        JobError: the scorer does not start or answer.
    """
    return nearest(ensure_scorer(workspace, run).port, run.id, text, count, on_progress)


def swaps(workspace: Workspace, run: Run, text: str, groups: tuple[Group, ...]) -> list[ScoredSwap]:
    """A text with its terms for groups of people exchanged, and the scores.

    Raises:
        JobError: the scorer does not start or answer.
    """
    return _swaps(workspace, run, text, groups, operating_point(workspace, run))


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner="Exchanging terms")
def _swaps(
    workspace: Workspace, run: Run, text: str, groups: tuple[Group, ...], point: OperatingPoint
) -> list[ScoredSwap]:
    return swap(ensure_scorer(workspace, run).port, run.id, [text], groups)


def sampled_swaps(
    workspace: Workspace,
    run: Run,
    groups: tuple[Group, ...],
    rows: int,
    on_progress: OnProgress,
) -> SwapSample:
    """The same for rows of the run's test or validation part.

    Raises:
        JobError: the scorer does not start or answer.
    """
    point = operating_point(workspace, run)
    return _sampled_swaps(workspace, run, groups, rows, point, on_progress)


@st.cache_data(max_entries=8, show_spinner=False)
def _sampled_swaps(
    workspace: Workspace,
    run: Run,
    groups: tuple[Group, ...],
    rows: int,
    point: OperatingPoint,
    _on_progress: OnProgress,
) -> SwapSample:
    port = ensure_scorer(workspace, run).port
    return swap_sample(port, run.id, groups, rows, _on_progress)
