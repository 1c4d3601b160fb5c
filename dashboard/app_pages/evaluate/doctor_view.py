"""What the run doctor says of a run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.evaluation.doctor.finding import Finding, Severity
from core.jobs.status import JobStatus
from core.runs.metrics import STEP, VALIDATION, Measurements
from dashboard.ui.plain_text import plain

_LOOKS = {
    Severity.PROBLEM: (":red[:material/error:]", "Problem"),
    Severity.WARNING: (":orange[:material/warning:]", "Warning"),
    Severity.NOTE: (":blue[:material/info:]", "Note"),
}


def finding_line(finding: Finding) -> None:
    """Draw one finding, what to do about it in grey."""
    icon, word = _LOOKS[finding.severity]
    st.markdown(f"{icon} **{word}.** {plain(finding.what)} :gray[{plain(finding.action)}]")


def doctor_view(findings: Sequence[Finding], status: JobStatus, measured: Measurements) -> None:
    """List the findings, the gravest first; say so where there are none."""
    with st.container(gap="xsmall"):
        if not findings and not measured.count(STEP):
            return
        st.markdown("**Doctor**")
        for finding in findings:
            finding_line(finding)
        if findings:
            return
        if measured.count(VALIDATION):
            st.markdown(":green[:material/check_circle:] Nothing to worry about.")
        elif status.state.active:
            st.caption("Too early to say: it needs a validation or two.")
        else:
            st.caption("Nothing to examine: it ended before its first validation.")
