"""The labels that a page shows: the file's with people's on top, and whose each is."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.data.labelled import LabelledBy, RowLabels
from dashboard import reads, state
from dashboard.ui.failure import errors_shown

WHOSE = {
    LabelledBy.FILE.value: "the file",
    LabelledBy.PEOPLE.value: "people",
    LabelledBy.NOBODY.value: "nobody",
}
"""Who gave a label, in words."""


def present_labels(dataset: Dataset) -> RowLabels | None:
    """The labels that rows have now; None where the file's are all there are.

    Where the label store cannot be read, that is said, and the page goes on with the file's.
    """
    with errors_shown():
        return reads.row_labels(state.workspace(), dataset)
    return None


def file_only(dataset: Dataset) -> str:
    """Says where only the file's labels are counted; "" where these are all there are."""
    if reads.known_labels(state.workspace(), dataset) is None:
        return ""
    return " Labels are the file’s here, without those that people gave."


def presently(dataset: Dataset) -> Dataset:
    """The data set's classes and counts as they are with the labels that rows have now."""
    labels = reads.known_labels(state.workspace(), dataset)
    return dataset if labels is None else labels.described(dataset)
