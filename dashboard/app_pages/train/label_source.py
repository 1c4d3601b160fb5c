"""Which labels a training learns: the file's, people's on top, or people's alone."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from dashboard import reads, state

_NAMES = {
    LabelSource.ORIGINAL: "The file's labels",
    LabelSource.CORRECTED: "The file's, corrections on top",
    LabelSource.HUMAN: "Only those given on Label",
}


def label_source(dataset: Dataset) -> tuple[LabelSource, Dataset]:
    """Ask which labels count, where people gave any.

    Returns:
        The answer, and the data set as those labels describe it.
    """
    counts = reads.label_counts(state.workspace(), dataset)
    if not any(counts.values()):
        return LabelSource.ORIGINAL, dataset
    sources = [LabelSource.HUMAN] if not dataset.labelled else list(LabelSource)
    usual = LabelSource.CORRECTED if dataset.labelled else LabelSource.HUMAN
    source: LabelSource = st.selectbox(
        "Labels",
        sources,
        sources.index(usual),
        format_func=_NAMES.__getitem__,
        key=f"{state.KEPT}train_labels_{dataset.id}",
    )
    described = reads.described(state.workspace(), dataset, source)
    by_people = sum(counts.values())
    st.caption(
        f"{described.labelled:,} labelled rows, {by_people:,} rows labelled by people; the run"
        " keeps which labels it learned from."
    )
    return source, described
