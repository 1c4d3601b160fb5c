"""Choose which of a run's rows to look at, with what to keep in mind about them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.data.splits.split import TEST, VALIDATION
from core.evaluation.doctor.finding import Finding
from core.evaluation.doctor.small_samples import small_sample
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads
from dashboard.app_pages.evaluate.doctor_view import finding_line


def part_picker(run: Run) -> str:
    """Draw the choice; returns the part, the test part at first where the run has one."""
    parts = [p for p in (TEST, VALIDATION) if p in reads.parts(state.workspace(), run)]
    part: str = st.segmented_control(
        "Rows",
        parts,
        default=parts[0],
        required=True,
        label_visibility="collapsed",
        format_func=lambda name: f"{name.capitalize()} rows",
        key=f"{state.KEPT}evaluate_part_{len(parts)}",
    )
    return part


def part_notes(run: Run, part: str) -> None:
    """Say what makes the figures of these rows less than they seem."""
    workspace = state.workspace()
    if TEST not in reads.parts(workspace, run):
        st.info(
            "This run kept no rows for testing. Its validation rows chose its model and its"
            " threshold, so figures on them flatter.",
            icon=":material/info:",
        )
    if reads.predictions(workspace, run, part).one_class:
        st.warning(
            "All these rows are of one class: precision, recall and areas say nothing here.",
            icon=":material/warning:",
        )
    findings = [_small_sample(run, each) for each in dict.fromkeys((part, VALIDATION))]
    for finding in findings:
        if finding is not None:
            finding_line(finding)


def _small_sample(run: Run, part: str) -> Finding | None:
    """What the doctor says of few rows; of one class is said above."""
    found = reads.predictions(state.workspace(), run, part)
    if found.one_class:
        return None
    counts = np.bincount(found.class_ids, minlength=len(run.classes)).tolist()
    return small_sample(part, dict(zip(run.classes, counts, strict=True)))
