from dataclasses import replace

import pytest
import streamlit as st

from core.jobs.status import JobState
from core.runs.metrics import STEP, MetricsLog
from core.workspace import Workspace
from dashboard import reads as shared
from dashboard.app_pages.runs import reads
from tests import toy
from tests.made_runs import make_run


@pytest.fixture(autouse=True)
def fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


def test_a_runs_measurements_are_the_same_until_there_are_new_ones(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(400))
    run = make_run(workspace, dataset, "made", points=30)
    first = reads.measurements(workspace, run)
    assert reads.measurements(workspace, run) is first
    assert first.count(STEP) == 30
    with MetricsLog(workspace.run(run.id).metrics) as log:
        log.append(STEP, step=310, loss=0.1)
    assert reads.measurements(workspace, run).count(STEP) == 31


def test_the_doctor_is_asked_again_only_when_there_is_something_new(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(400))
    run = make_run(workspace, dataset, "made")
    status = shared.statuses(workspace, [run])[run.id]
    first = reads.findings(workspace, run, status)
    assert [finding.rule for finding in first] == ["few_rows"]
    assert reads.findings(workspace, run, status) is first
    other = replace(status, state=JobState.STOPPED)
    assert reads.findings(workspace, run, other) is not first
