"""Cached reads about labels: keyed by the number of the data set's last event."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.data.dataset import Dataset
from core.labels.quality.agreement import (
    Agreement,
    Overall,
    conflicts,
    independent_answers,
    overall,
    pairwise,
    self_agreement,
)
from core.labels.quality.people import Person, annotators
from core.labels.store.store import open_labels
from core.workspace import Workspace

_FEW = 8


@dataclass(frozen=True)
class AnnotationQuality:
    """How far labels can be trusted.

    Attributes:
        overall: Agreement of all people.
        pairs: Agreement of every two people, by their names.
        themselves: Agreement of people with their own earlier answers, by name.
        people: What each person has done.
        conflicts: Rows on which people differ and that nobody has settled.
    """

    overall: Overall
    pairs: dict[tuple[str, str], Agreement]
    themselves: dict[str, Agreement]
    people: list[Person]
    conflicts: int


@st.cache_data(max_entries=_FEW, show_spinner="Comparing answers")
def annotation_quality(
    workspace: Workspace, dataset: Dataset, last_event: int, positive: str | None
) -> AnnotationQuality:
    """See `core.labels.quality.agreement` and `core.labels.quality.people`.

    Args:
        workspace: Where the label store is.
        dataset: Whose rows were labelled.
        last_event: As `LabelStore.newest` gives it: what is kept holds until then.
        positive: Of two classes the one that is looked for.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    standing = open_labels(workspace).standing(dataset.fingerprint)
    answers = independent_answers(standing)
    return AnnotationQuality(
        overall=overall(answers),
        pairs=pairwise(answers),
        themselves=self_agreement(standing),
        people=annotators(standing, positive=positive),
        conflicts=len(conflicts(standing)),
    )
