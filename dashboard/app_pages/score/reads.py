"""What Score reads: a scorer's answers and its reasons, and the rows of scored files."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.evaluation.operating_point import operating_point
from core.explain.explanation_types import Explanation, Method, Neighbours, SwapSample
from core.explain.identity_swap import Group, ScoredSwap
from core.runs.run import Run
from core.scoring.scored_rows import RowSlice, sliced_rows
from core.scoring.scored_rows import rows_from as count_from
from core.scoring.scoring_job import Scoring
from core.serving.client import Answers, OnProgress, ask, explain, nearest, swap, swap_sample
from core.serving.scorer_process import ensure_scorer, start_early
from core.workspace import Workspace
from dashboard.cache import FEW, cached

_STARTED = "scorers_started"


def start_scorer(workspace: Workspace, run: Run) -> None:
    """Have a run's scorer come up while somebody still types; once a run and session."""
    started = st.session_state.setdefault(_STARTED, [])
    if run.id not in started:
        started.append(run.id)
        start_early(workspace, run)


def answers(workspace: Workspace, run: Run, texts: tuple[str, ...], asked: int = 0) -> Answers:
    """A run's answers to typed texts; its scorer is started if it does not run.

    Texts asked again under another number `asked` are answered again, and timed again.

    Raises:
        JobError: the scorer does not start or answer.
    """
    # Not the cache's own spinner, which takes no room and lies over what is below it.
    with st.spinner("Asking the model; it loads first if need be"):
        return _answers(workspace, run, texts, asked)


@cached(
    key=lambda workspace, run, texts, asked: (
        workspace,
        run,
        texts,
        asked,
        operating_point(workspace, run),
    )
)
def _answers(workspace: Workspace, run: Run, texts: tuple[str, ...], asked: int) -> Answers:
    return ask(ensure_scorer(workspace, run).port, run.id, texts)


@cached(spinner="Weighing the words")
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


@cached(
    key=lambda workspace, run, text, groups: (
        workspace,
        run,
        text,
        groups,
        operating_point(workspace, run),
    ),
    spinner="Exchanging terms",
)
def swaps(workspace: Workspace, run: Run, text: str, groups: tuple[Group, ...]) -> list[ScoredSwap]:
    """A text with its terms for groups of people exchanged, and the scores.

    Raises:
        JobError: the scorer does not start or answer.
    """
    return swap(ensure_scorer(workspace, run).port, run.id, [text], groups)


@cached(
    key=lambda workspace, run, groups, rows, on_progress: (
        workspace,
        run,
        groups,
        rows,
        operating_point(workspace, run),
    ),
    max_entries=FEW,
)
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
    port = ensure_scorer(workspace, run).port
    return swap_sample(port, run.id, groups, rows, on_progress)


@cached(spinner="Looking for the rows")
def rows(
    workspace: Workspace, scoring: Scoring, chosen: RowSlice, threshold: float
) -> list[dict[str, Any]]:
    """See `core.scoring.scored_rows.sliced_rows`.

    Raises:
        NotFound: the scores are gone.
    """
    found: list[dict[str, Any]] = sliced_rows(
        workspace.scoring(scoring.id).scores, chosen, threshold=threshold
    ).to_pylist()
    return found


@cached()
def rows_from(workspace: Workspace, scoring: Scoring, threshold: float) -> int:
    """How many rows have a score from a threshold on.

    Raises:
        NotFound: the scores are gone.
    """
    return count_from(workspace.scoring(scoring.id).scores, threshold)


def label_table(counts: list[tuple[str, int]]) -> pd.DataFrame:
    """Predicted labels as a table for people: label, rows, share."""
    total = max(sum(count for _, count in counts), 1)
    return pd.DataFrame(
        {
            "Label": [name for name, _ in counts],
            "Rows": [count for _, count in counts],
            "Share": [count / total for _, count in counts],
        }
    )
